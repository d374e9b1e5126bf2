//! Packed lists: a text that was packed is read like the text, and whatever else begins like an
//! archive is read or refused.
#![no_main]

use std::io::{Cursor, Write as _};

use gazetted::gazetteer::{
    EntityType,
    import::{Delimited, Format, Ftm},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&packer, text)) = input.split_first() else { return };
    let packed = match packer {
        b'0' => gzip(text),
        b'1' => bzip2(text),
        b'2' => ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest),
        b'3' => zip(text),
        _ => {
            let _ = gazetted_fuzz::import(&Format::Ftm(Ftm::default()), input);
            return;
        }
    };
    let columns = vec!["name=1".parse().expect("the column is well formed")];
    let table = Delimited { header: false, columns, entity_type: Some(EntityType::Person), ..Delimited::tsv() };
    let format = Format::Delimited(table);
    if !gazetted_fuzz::is_packed(text) {
        let [unpacked, plain] = [&packed[..], text].map(|input| gazetted_fuzz::import(&format, input));
        assert_eq!(unpacked.expect("what was packed is unpacked"), plain.expect("any bytes are a table"));
    }
});

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text).and_then(|()| packer.finish()).expect("memory can be written to")
}

fn bzip2(text: &[u8]) -> Vec<u8> {
    let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    packer.write_all(text).and_then(|()| packer.finish()).expect("memory can be written to")
}

fn zip(text: &[u8]) -> Vec<u8> {
    let mut packer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    packer.start_file("list", zip::write::SimpleFileOptions::default()).expect("a file can be begun");
    packer.write_all(text).expect("memory can be written to");
    packer.finish().expect("an archive can be ended").into_inner()
}
