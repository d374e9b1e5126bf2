//! spaCy's patterns: several may be one entry, but not none without a complaint.
#![no_main]

use gazetted::gazetteer::import::{Format, Spacy};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(imported) = gazetted_fuzz::import(&Format::Spacy(Spacy::default()), input) else { return };
    let speaks = str::from_utf8(input).is_ok_and(|text| !text.trim_start_matches('\u{feff}').trim().is_empty());
    assert!(!speaks || gazetted_fuzz::is_packed(input) || imported.report.entries + imported.skipped() > 0);
});
