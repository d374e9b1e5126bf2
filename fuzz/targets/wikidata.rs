//! Wikidata's dump: each line but blank ones and brackets is an item or is complained of.
#![no_main]

use gazetted::gazetteer::import::{Format, Wikidata};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let languages = ["en", "de"].map(str::to_owned).to_vec();
    let format = Format::Wikidata(Wikidata { languages, ..Wikidata::default() });
    let Ok(imported) = gazetted_fuzz::import(&format, input) else { return };
    if !gazetted_fuzz::is_packed(input) {
        // The brackets of the array, alone on a line, say nothing.
        let inside = |line: &str| line.trim().trim_start_matches('[').trim_end_matches(']').trim().to_owned();
        let speaks = |line: &str| !inside(line).trim_end_matches(',').is_empty();
        gazetted_fuzz::every_line_counts(input, &imported, speaks);
    }
});
