//! Tables. The first byte chooses quotes, a header and columns; each record is an entry or is
//! complained of, and no name is lost because another has it.
#![no_main]

use gazetted::gazetteer::{
    EntityType,
    import::{Column, Delimited, Format, Reason},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&choices, input)) = input.split_first() else { return };
    let chosen = |bit: u8| choices & 1 << bit != 0;
    let table = if chosen(0) { Delimited::tsv() } else { Delimited::csv() };
    let columns = ["name=1", "aliases=2", "begin=3", "country=4", "weight=5", "link.x=6", "latitude=7", "longitude=8"];
    let columns = columns.map(|column| column.parse::<Column>().expect("the column is well formed"));
    let format = Format::Delimited(Delimited {
        header: !chosen(1),
        columns: if chosen(2) { columns.to_vec() } else { Vec::new() },
        entity_type: chosen(3).then_some(EntityType::Event),
        ..table
    });
    let Ok(imported) = gazetted_fuzz::import(&format, input) else { return };
    let told = imported.report.entries + imported.report.joined + imported.skipped();
    assert_eq!(told, imported.report.lines, "{imported:#?}");
    if chosen(0) && !gazetted_fuzz::is_packed(input) {
        let rows = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input).split(|byte| matches!(byte, b'\r' | b'\n'));
        let rows = rows.filter(|row| !row.is_empty()).count() as u64;
        assert_eq!(imported.report.lines, rows.saturating_sub(u64::from(!chosen(1))));
    }
    assert!(!chosen(2) || !imported.report.tallies.contains_key(&Reason::Duplicate), "{imported:#?}");
});
