//! FollowTheMoney's entities: each line that is not blank is an entry or is complained of.
#![no_main]

use gazetted::gazetteer::import::{Format, Ftm};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(imported) = gazetted_fuzz::import(&Format::Ftm(Ftm::default()), input) else { return };
    if !gazetted_fuzz::is_packed(input) {
        gazetted_fuzz::every_line_counts(input, &imported, |line| !line.trim().is_empty());
    }
});
