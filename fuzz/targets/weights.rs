//! The file of weights: it is refused with a line, or what is written of it is read the same.
#![no_main]

use gazetted::extraction::Weights;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Weights::parse(text) {
        Ok(weights) => {
            let written = weights.to_text();
            let again = Weights::parse(&written).expect("what was written can be read");
            assert_eq!(again.to_text(), written);
        }
        Err(problem) => {
            let number = problem.strip_prefix("line ").and_then(|rest| rest.split_once(':')?.0.parse::<usize>().ok());
            assert!(number.is_some_and(|number| (1..=text.lines().count()).contains(&number)), "{problem}");
        }
    }
});
