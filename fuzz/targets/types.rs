//! A user's table of types: it is taken whole, or refused with the line and the reason.
#![no_main]

use gazetted::gazetteer::import::{Column, ImportError, Types};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &str| {
    match Types::default().lay("types.tsv", content) {
        Ok(()) => {}
        Err(ImportError::Types { line, problem, .. }) => {
            assert!((1..=content.lines().count()).contains(&line) && !problem.is_empty());
        }
        Err(other) => panic!("{other}"),
    }
    // What is read of a column is what stands there.
    if let Ok(Column { field, source }) = content.parse::<Column>() {
        assert_eq!(format!("{}={source}", field.name()), content);
    }
});
