//! Compiled gazetteers. The input is edits of a good body, of three bytes each: a place, and what is
//! mixed into the byte there. The digest is made right again, so that what is behind it is tried: what is
//! accepted can be used and written, and what is not is refused with a reason.
#![no_main]

use std::{path::Path, sync::LazyLock};

use gazetted::{gazetteer::Files, layer::Layer, matcher::word_hashes, text::Words};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};

const HEADER: usize = 52;
const LINES: &[u8] = br#"{"id":"a","type":"PERSON","name":"Ann Roe","aliases":[{"text":"eBay","case":"exact"},"Roe","Ann Mary Roe"]}
{"id":"b","type":"LOCATION","name":"Apple","aliases":["Apple Town",{"text":"EBAY","case":"exact"}],"context":["gold coast"],"related":["a"],"country":"FR"}
{"id":"c","type":"EVENT","name":"2020 Apple Open","begin":"2020","coordinates":[1.5,2.5],"links":{"x":"y"}}"#;

static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let files = Files::in_memory("fuzz", [("x.jsonl".to_owned(), LINES)]);
    Layer::read(&files).expect("the lines are good").pack()
});

fuzz_target!(|edits: &[u8]| {
    let mut bytes = GOOD.clone();
    for edit in edits.chunks_exact(3) {
        let place = HEADER + usize::from(u16::from_be_bytes([edit[0], edit[1]])) % (bytes.len() - HEADER);
        bytes[place] ^= edit[2];
    }
    let digest = Sha256::digest(&bytes[HEADER..]);
    bytes[20..HEADER].copy_from_slice(&digest);
    match Layer::unpack(&bytes, Path::new("in")) {
        Ok(layer) => use_it(&layer),
        Err(error) => assert!(error.to_string().starts_with("in: ")),
    }
});

fn use_it(layer: &Layer) {
    let words = Words::read("Ann Mary Roe of Apple Town sold on eBay at the 2020 Apple Open. APPLE");
    let hashes = word_hashes(&words);
    for any_case in [false, true] {
        for name in layer.names_in(&words, &hashes, any_case) {
            let record = layer.entries().record(name.entry);
            let _ = (record.aliases[name.alias as usize], layer.entries().context(name.entry));
        }
    }
    for record in layer.entries().records() {
        let _ = (record.to_entry(), layer.entries().find(record.id));
    }
    let again = Layer::unpack(&layer.pack(), Path::new("again")).expect("what was accepted is written as good");
    assert_eq!(again.pack(), layer.pack());
}
