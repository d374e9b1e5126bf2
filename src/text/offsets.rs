//! Offsets in the unit that the caller's language counts in. Inside, everything is UTF-8
//! bytes; this is the only place that converts.

/// The unit of an offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OffsetUnit {
    /// Bytes of UTF-8.
    #[default]
    Utf8Bytes,
    /// UTF-16 code units.
    Utf16Units,
    /// Unicode code points.
    CodePoints,
}

/// Bytes between two checkpoints of the table.
const STRIDE: usize = 256;

/// Converts byte offsets into one text to another unit. Building reads the text once;
/// a conversion then reads at most 256 bytes of it.
#[derive(Debug)]
pub struct Offsets<'t> {
    text: &'t [u8],
    unit: OffsetUnit,
    /// Units before each multiple of `STRIDE`; empty where bytes and units are the same.
    checkpoints: Vec<u32>,
}

impl<'t> Offsets<'t> {
    /// Prepares the conversion of offsets into `text`.
    #[must_use]
    pub fn new(text: &'t str, unit: OffsetUnit) -> Self {
        let mut checkpoints = Vec::new();
        if unit != OffsetUnit::Utf8Bytes && !text.is_ascii() {
            let mut total = 0;
            for block in text.as_bytes().chunks(STRIDE) {
                checkpoints.push(total);
                total += units(block, unit);
            }
            checkpoints.push(total);
        }
        Offsets { text: text.as_bytes(), unit, checkpoints }
    }

    /// The offset in the wanted unit of the character that begins at byte `offset`.
    ///
    /// # Panics
    /// When `offset` is beyond the text.
    #[must_use]
    pub fn convert(&self, offset: u32) -> u32 {
        if self.checkpoints.is_empty() {
            return offset;
        }
        let block = offset as usize / STRIDE;
        self.checkpoints[block] + units(&self.text[block * STRIDE..offset as usize], self.unit)
    }

    /// The byte offset of an offset in the unit; `None` when it is beyond the text or inside a
    /// character. Reads as much as [`Offsets::convert`], some times over.
    #[must_use]
    pub fn invert(&self, offset: u32) -> Option<u32> {
        let (mut low, mut high) = (0, self.text.len() as u32);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.convert(middle) < offset { low = middle + 1 } else { high = middle }
        }
        // The units of a character count from its first byte on: its end is behind the others.
        while self.text.get(low as usize).is_some_and(|byte| byte & 0xC0 == 0x80) {
            low += 1;
        }
        (self.convert(low) == offset).then_some(low)
    }
}

/// How many units begin in these bytes: every byte that is not a continuation begins a code
/// point, and one that begins four bytes begins two UTF-16 units.
fn units(bytes: &[u8], unit: OffsetUnit) -> u32 {
    let wide = unit == OffsetUnit::Utf16Units;
    bytes.iter().map(|&b| u32::from(b & 0xC0 != 0x80) + u32::from(wide && b >= 0xF0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_standard_library_at_every_character() {
        let text = "aé😀ﬁ\r\n“Zürich” 🇺🇦 ".repeat(60);
        for unit in [OffsetUnit::Utf8Bytes, OffsetUnit::Utf16Units, OffsetUnit::CodePoints] {
            let offsets = Offsets::new(&text, unit);
            for at in text.char_indices().map(|(at, _)| at).chain([text.len()]) {
                let before = &text[..at];
                let expected = match unit {
                    OffsetUnit::Utf8Bytes => before.len(),
                    OffsetUnit::Utf16Units => before.encode_utf16().count(),
                    OffsetUnit::CodePoints => before.chars().count(),
                };
                assert_eq!(offsets.convert(at as u32) as usize, expected);
                assert_eq!(offsets.invert(expected as u32), Some(at as u32));
            }
            assert_eq!(offsets.invert(offsets.convert(text.len() as u32) + 1), None);
            let inside = Offsets::new("a😀", unit).invert(2);
            assert_eq!(inside, if unit == OffsetUnit::CodePoints { Some(5) } else { None });
        }
    }
}
