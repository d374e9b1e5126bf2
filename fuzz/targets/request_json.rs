//! A request as JSON: it is not one, or is written as JSON that reads back as the same request,
//! and is refused or answered soundly.
#![no_main]

use gazetted::proto::v1::ExtractEntitiesRequest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: gazetted_fuzz::begin(), |input: &[u8]| {
    if let Ok(request) = serde_json::from_slice::<ExtractEntitiesRequest>(input) {
        if let Ok(written) = serde_json::to_string(&request) {
            let again = serde_json::from_str::<ExtractEntitiesRequest>(&written).expect("our own JSON can be read");
            assert_eq!(serde_json::to_string(&again).ok(), Some(written));
        }
        gazetted_fuzz::answered(request);
    }
});
