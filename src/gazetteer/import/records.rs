//! Records of a table, of bounded length: however long a record is, what is held of it is not. A
//! quote that nobody closes makes one record of all that follows. Knows no fields.

use std::io::{self, BufRead};

use csv::ByteRecord;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Bytes of the cells of a record.
pub(super) const MAX_RECORD: usize = 1 << 20;

/// A record that was read.
pub(super) enum Read {
    /// It is in the buffer that was given.
    Whole,
    /// It was passed over.
    TooLong,
}

/// The records of an input, one after another.
pub(super) struct Records<'r> {
    input: &'r mut dyn BufRead,
    reader: Reader,
    cells: Vec<u8>,
    ends: Vec<usize>,
}

impl<'r> Records<'r> {
    pub(super) fn new(input: &'r mut dyn BufRead, delimiter: u8, quotes: bool) -> Records<'r> {
        let reader = ReaderBuilder::new().delimiter(delimiter).quoting(quotes).build();
        Records { input, reader, cells: vec![0; 1 << 10], ends: vec![0; 1 << 6] }
    }

    /// The line on which the next record begins, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.reader.line()
    }

    /// Reads the next record; none at the end.
    pub(super) fn next(&mut self, record: &mut ByteRecord) -> io::Result<Option<Read>> {
        let (mut filled, mut cells, mut too_long) = (0, 0, false);
        loop {
            let input = self.input.fill_buf()?;
            let (result, read, written, ended) =
                self.reader.read_record(input, &mut self.cells[filled..], &mut self.ends[cells..]);
            self.input.consume(read);
            (filled, cells) = (filled + written, cells + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull
                    if filled >= MAX_RECORD || cells >= MAX_RECORD =>
                {
                    (filled, cells, too_long) = (0, 0, true);
                }
                ReadRecordResult::OutputFull => self.cells.resize(MAX_RECORD.min(2 * self.cells.len()), 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(MAX_RECORD.min(2 * self.ends.len()), 0),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::Record if too_long => return Ok(Some(Read::TooLong)),
                ReadRecordResult::Record => {
                    record.clear();
                    let mut begin = 0;
                    for &end in &self.ends[..cells] {
                        record.push_field(&self.cells[begin..end]);
                        begin = end;
                    }
                    return Ok(Some(Read::Whole));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records, with their lines; a dash for one that is too long.
    fn read(content: &str, quotes: bool) -> Vec<(u64, Vec<String>)> {
        // A small buffer: cells go on from one to the next.
        let mut input = io::BufReader::with_capacity(7, content.as_bytes());
        let mut records = Records::new(&mut input, b',', quotes);
        let (mut all, mut record) = (Vec::new(), ByteRecord::new());
        loop {
            let line = records.line();
            match records.next(&mut record).unwrap() {
                None => return all,
                Some(Read::TooLong) => all.push((line, vec!["-".to_owned()])),
                Some(Read::Whole) => {
                    all.push((line, record.iter().map(|cell| String::from_utf8(cell.to_vec()).unwrap()).collect()));
                }
            }
        }
    }

    fn cells(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|&cell| cell.to_owned()).collect()
    }

    #[test]
    fn a_record_that_is_too_long_is_passed_over_and_the_next_ones_are_read() {
        let longest = "x".repeat(MAX_RECORD - 1);
        let content =
            format!("a,\"b\nc\"\n{longest}\n{longest}xx\nd,{}\n{}\ne\n", "y".repeat(9000), ",".repeat(MAX_RECORD));
        let all = read(&content, true);
        let expected = [
            (1, cells(&["a", "b\nc"])),
            (3, cells(&[&longest])),
            (4, cells(&["-"])),
            (5, cells(&["d", &"y".repeat(9000)])),
            (6, cells(&["-"])),
            (7, cells(&["e"])),
        ];
        assert!(all == expected, "{:?}", all.iter().map(|(line, cells)| (line, cells.len())).collect::<Vec<_>>());
    }

    #[test]
    fn a_quote_that_is_never_closed_is_one_record_and_none_where_quotes_are_letters() {
        let content = format!("a\n\"b\n{}", "line\n".repeat(MAX_RECORD / 4));
        assert_eq!(read(&content, true), [(1, cells(&["a"])), (2, cells(&["-"]))]);
        assert_eq!(read(&content, false).len(), 2 + MAX_RECORD / 4);
    }
}
