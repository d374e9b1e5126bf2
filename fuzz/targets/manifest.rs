//! The manifest: name and version are those of the file, or the file is refused.
#![no_main]

use std::fs;

use gazetted::gazetteer::{Draft, GazetteerError};
use gazetted_fuzz::{FOLDER, file};
use libfuzzer_sys::fuzz_target;

const ENTRY: &str = r#"{"id":"a","type":"PERSON","name":"Ann Roe"}"#;

fuzz_target!(|content: &str| {
    let folder = FOLDER.join("manifest");
    fs::create_dir_all(&folder).expect("a folder can be made");
    file("manifest/manifest.toml", content);
    file("manifest/list.jsonl", ENTRY);
    let table = content.parse::<toml::Table>();
    match Draft::read(&folder) {
        Ok(draft) => {
            let table = table.expect("what was read is TOML");
            let text = |key: &str| table.get(key).and_then(toml::Value::as_str);
            assert_eq!(text("name"), Some(draft.version.name.as_str()));
            assert_eq!(text("version"), Some(draft.version.version.as_str()));
            assert_eq!(draft.entries.len(), 1);
        }
        Err(GazetteerError::Manifest { problem, .. }) => assert!(!problem.is_empty()),
        Err(other) => panic!("{other}"),
    }
});
