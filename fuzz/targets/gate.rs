//! GATE's lists: a `lists.def` up to a line `---`, then the content of `names.lst`. What lies
//! outside of the folder is never read.
#![no_main]

use std::fs;

use gazetted::gazetteer::import::{Format, Gate};
use gazetted_fuzz::{FOLDER, file};
use libfuzzer_sys::fuzz_target;

const OUTSIDE: &str = "Zzyzxoutside";

fuzz_target!(|input: &[u8]| {
    let separator = b"\n---\n";
    let at = input.windows(separator.len()).position(|part| part == separator);
    let (definitions, names) = at.map_or((input, &b""[..]), |at| (&input[..at], &input[at + separator.len()..]));
    let folder = FOLDER.join("lists");
    fs::create_dir_all(&folder).expect("a folder can be made");
    file("outside.lst", OUTSIDE);
    file("lists/names.lst", names);
    let Ok(imported) = gazetted_fuzz::import(&Format::Gate(Gate::new(&folder)), definitions) else { return };
    assert!(!imported.out.contains(OUTSIDE) || String::from_utf8_lossy(names).contains(OUTSIDE));
});
