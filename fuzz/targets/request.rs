//! A request as it comes over the wire: it is not one, is refused, or is answered soundly.
#![no_main]

use gazetted::proto::v1::ExtractEntitiesRequest;
use libfuzzer_sys::fuzz_target;
use prost::Message as _;

fuzz_target!(init: gazetted_fuzz::begin(), |input: &[u8]| {
    if let Ok(request) = ExtractEntitiesRequest::decode(input) {
        gazetted_fuzz::answered(request);
    }
});
