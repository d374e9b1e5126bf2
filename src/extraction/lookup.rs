//! Lookup: hits of names become spots with what is listed there.

use super::{
    lexicon::Lexicon,
    row::Row,
    signs::Single,
    spot::{Listed, Spot},
};
use crate::{
    gazetteer::{AliasKind, EntityType},
    layer::Named,
    text::{Joint, Shape},
};

/// The spots of a section's hits; a place has as many as it has hits.
pub(super) fn spots(row: &Row<'_>, hits: &[Named], lexicon: &Lexicon, spots: &mut Vec<Spot>) {
    for hit in hits {
        let entry = lexicon.facts(hit.entry);
        let first = hit.first as usize;
        let rare = || entry.is_rare() && (row.is_common(first) || !row.is_namelike(first));
        if hit.first == hit.last && (rare() || row.is_amount(first)) {
            continue;
        }
        let mut place = row.place(hit.first as usize, hit.last as usize);
        let mut placed = None;
        if entry.entity_type == EntityType::Location
            && let Some(comma) = (place.first + 1..=place.last).find(|&i| row.word(i).joint == Joint::Comma)
        {
            // "Irving, Texas" is listed to tell which Irving; Texas is a mention of its own.
            placed = Some(row.place(comma, place.last));
            place.last = comma - 1;
        }
        let mut spot = Spot::new(place);
        let fit = if placed.is_some() { 2.0 } else { 0.0 };
        let (entity_type, kind) = (entry.entity_type, hit.kind);
        spot.listed.push(Listed { entry: hit.entry, alias: hit.alias, kind, entity_type, doubtful: false, fit });
        if placed.is_some() {
            spot.add(Single::PlaceOfPlace, 1.0, placed);
        }
        if entry.entity_type == EntityType::Event && kind != AliasKind::Demonym {
            spots.extend(edition(row, &mut spot, !entry.is_dated));
        }
        spots.push(spot);
    }
}

/// "[58th Orsha Security Conference]", "[World Cup 2022]": a listed event with the ordinal or
/// year of its edition beside it; the spot of both. A dated event takes an ordinal only.
fn edition(row: &Row<'_>, spot: &mut Spot, series: bool) -> Option<Spot> {
    let (mut first, mut last) = (spot.place.first, spot.place.last);
    let year = |i: usize| series && row.shows(i, super::row::Trait::Year);
    let ordinal =
        |i: usize| row.shows(i, super::row::Trait::Ordinal) && (row.is_upper(i) || row.word(i).shape != Shape::Lower);
    if first > 0 && row.word(first).joint == Joint::Space && (ordinal(first - 1) || year(first - 1)) {
        first -= 1;
    } else if year(last + 1) && row.word(last + 1).joint == Joint::Space {
        last += 1;
    } else {
        return None;
    }
    let mut edition = spot.clone();
    edition.place = row.place(first, last);
    edition.add(Single::Edition, 1.0, Some(spot.place));
    spot.add(Single::WithoutEdition, 1.0, Some(edition.place));
    Some(edition)
}
