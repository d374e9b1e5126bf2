//! Forced mentions: names that the caller knows to stand at a place, such as the links of an
//! editor. They are not weighed; what overlaps them is no name, and what the article says
//! elsewhere is read with them.

use super::{
    Section,
    lexicon::Lexicon,
    place::Place,
    row::Row,
    spot::{Listed, Spot},
};
use crate::{
    gazetteer::{AliasKind, EntityType},
    text::Span,
};

/// A mention that the caller gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forced {
    /// The section that the span is in.
    pub section: Section,
    /// Where: from the beginning of a word to the end of one, and apart from all others.
    pub span: Span,
    /// What it is.
    pub entity_type: EntityType,
    /// The id of its entry, if it has one.
    pub entry_id: Option<String>,
}

/// How well the entry fits that the caller gives: better than any other.
const GIVEN: f32 = 1000.0;

/// The spots of the forced mentions of a section.
pub(super) fn propose(row: &Row<'_>, forced: &[Forced], lexicon: &Lexicon, spots: &mut Vec<Spot>) {
    for mention in forced.iter().filter(|mention| mention.section == row.section) {
        let words = row.words.as_slice();
        let first = words.partition_point(|word| word.span.end <= mention.span.begin);
        let end = words.partition_point(|word| word.span.begin < mention.span.end);
        if first >= end {
            continue;
        }
        let mut spot = Spot::new(row.place(first, end - 1));
        spot.forced = Some((mention.entity_type, mention.span));
        if let Some(entry) = mention.entry_id.as_ref().and_then(|id| lexicon.number(id)) {
            let (kind, entity_type) = (AliasKind::Name, mention.entity_type);
            spot.listed.push(Listed { entry, alias: 0, kind, entity_type, doubtful: false, fit: GIVEN });
        }
        spots.push(spot);
    }
}

/// Gives forced spots their chances, and what overlaps them none. `spots` are in order of place.
pub(super) fn settle(spots: &mut [Spot]) {
    let forced = spots.iter().filter(|spot| spot.forced.is_some()).map(|spot| spot.place).collect::<Vec<_>>();
    if forced.is_empty() {
        return;
    }
    let covered = |place: Place| {
        let near = forced.partition_point(|other| (other.section, other.last) < (place.section, place.first));
        forced.get(near).is_some_and(|other| other.overlaps(place))
    };
    for spot in spots {
        match spot.forced {
            Some((entity_type, _)) => {
                spot.chances = [0.0; 4];
                spot.chances[entity_type as usize] = 1.0;
            }
            None if covered(spot.place) => spot.chances = [0.0; 4],
            None => {}
        }
    }
}
