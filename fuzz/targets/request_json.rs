//! A request as JSON: it is not one, or is written as JSON that reads back as the same request,
//! and is refused or answered soundly.
#![no_main]

use gazetted::proto::v1::ExtractEntitiesRequest;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(init: gazetted_fuzz::begin(), |input: &[u8]| {
    if let Ok(request) = serde_json::from_slice::<ExtractEntitiesRequest>(input) {
        // A number that is none ("NaN") is written as null, which is no number; the service refuses it.
        let written = serde_json::to_value(&request).ok().filter(|written| !has_null(written));
        if let Some(written) = written.map(|written| written.to_string()) {
            let again = serde_json::from_str::<ExtractEntitiesRequest>(&written).expect("our own JSON can be read");
            let again = serde_json::to_value(&again).map(|again| again.to_string());
            assert_eq!(again.ok(), Some(written));
        }
        gazetted_fuzz::answered(request);
    }
});

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.iter().any(has_null),
        Value::Object(fields) => fields.values().any(has_null),
        _ => false,
    }
}
