//! What every extraction promises, whatever the text.

use std::sync::{Arc, LazyLock};

use gazetted::{
    defaults,
    extraction::{Article, Entity, Extraction, Lexicon, Options, Overlaps},
};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::stack([Arc::new(defaults::layer())]));

/// Builds the lexicon before the fuzzer begins to watch the time of each input.
pub fn begin() {
    LazyLock::force(&LEXICON);
}

/// The lexicon of the default gazetteer, built once.
pub fn lexicon() -> &'static Lexicon {
    &LEXICON
}

/// Holds what is true of every result: mentions are words of their section, in order, apart
/// from each other unless nested ones were asked for; numbers are shares; options are kept to.
pub fn sound(article: &Article<'_>, found: &Extraction<'_>, options: &Options) {
    let share = 0.0..=1.0;
    let mut spans = Vec::new();
    for entity in &found.entities {
        assert!(!entity.mentions.is_empty() && !entity.name.trim().is_empty(), "{entity:?}");
        assert!(share.contains(&entity.confidence) && share.contains(&entity.salience), "{entity:?}");
        assert!(options.types.is_empty() || options.types.contains(&entity.entity_type), "{entity:?}");
        assert!(entity.entry.is_some() || options.unlisted_names, "{entity:?}");
        assert_eq!(entity.explanation.is_some(), options.explain);
        assert!(entity.mentions.is_sorted_by_key(|mention| (mention.section, mention.span)), "{entity:?}");
        for mention in &entity.mentions {
            let text = article.section(mention.section);
            let written = text.get(mention.span.begin as usize..mention.span.end as usize);
            let written = written.unwrap_or_else(|| panic!("{mention:?} is no part of its section"));
            assert!(written.chars().any(char::is_alphanumeric), "{written:?} has no letter");
            assert_eq!(written.trim(), written);
            assert!(share.contains(&mention.confidence), "{mention:?}");
            assert!(mention.confidence >= options.min_confidence, "{mention:?}");
            assert_eq!(mention.explanation.is_some(), options.explain);
            spans.push((mention.section, mention.span));
        }
    }
    let first = |entity: &Entity<'_>| (entity.mentions[0].section, entity.mentions[0].span);
    assert!(found.entities.is_sorted_by_key(first), "entities follow their first mentions");
    spans.sort();
    for pair in spans.windows(2) {
        let apart = pair[0].0 != pair[1].0 || !pair[0].1.overlaps(pair[1].1);
        assert!(apart || options.overlaps == Overlaps::Nested, "{pair:?} overlap");
        assert!(pair[0] != pair[1], "{:?} twice", pair[0]);
    }
}
