//! GeoNames' tables: each line that is not blank is a place or is complained of.
#![no_main]

use gazetted::gazetteer::import::{AlternateNames, Format, Geonames};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    for alternate_names in [AlternateNames::Latin, AlternateNames::All] {
        let format = Format::Geonames(Geonames { alternate_names, ..Geonames::default() });
        let Ok(imported) = gazetted_fuzz::import(&format, input) else { return };
        if !gazetted_fuzz::is_packed(input) {
            gazetted_fuzz::every_line_counts(input, &imported, |line| !line.trim().is_empty());
        }
    }
});
