//! Unpacking: gzip, bzip2, Zstandard and zip are known by their first bytes, whatever the file
//! is called; anything else is read as it is. Knows nothing of what is inside.

use std::io::{self, BufRead, BufReader, Read, Seek};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use zip::ZipArchive;

use super::ImportError;

/// Gives `read` the unpacked text of the input. Of a zip archive it is the largest file: others
/// beside it are a licence or a note.
pub(super) fn unpack<I: Read + Seek>(
    file: &str,
    input: I,
    read: impl FnOnce(&mut dyn BufRead) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let failed = |source| ImportError::Read { file: file.to_owned(), source };
    let mut input = BufReader::with_capacity(1 << 16, input);
    let magic = input.fill_buf().map_err(failed)?;
    match magic {
        [0x1f, 0x8b, ..] => read(&mut BufReader::new(MultiGzDecoder::new(input))),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => read(&mut BufReader::new(MultiBzDecoder::new(input))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => read(&mut BufReader::new(Frames(Frame::Between(input)))),
        [b'P', b'K', 3, 4, ..] => {
            let mut archive = ZipArchive::new(input).map_err(|error| failed(error.into()))?;
            let size = |index: usize, archive: &mut ZipArchive<BufReader<I>>| {
                archive.by_index_raw(index).ok().filter(|file| file.is_file()).map(|file| file.size())
            };
            let sizes = (0..archive.len()).map(|index| (size(index, &mut archive), index)).collect::<Vec<_>>();
            let largest = sizes.into_iter().filter(|(size, _)| size.is_some()).max();
            let Some((_, index)) = largest else {
                return Err(failed(io::Error::new(io::ErrorKind::InvalidData, "no file in this zip archive")));
            };
            let inside = archive.by_index(index).map_err(|error| failed(error.into()))?;
            read(&mut BufReader::new(inside))
        }
        _ => read(&mut input),
    }
}

/// Zstandard frames one after another, as parallel compressors write them.
struct Frames<R: BufRead>(Frame<R>);

enum Frame<R: BufRead> {
    Between(R),
    Inside(Box<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>),
    End,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            self.0 = match std::mem::replace(&mut self.0, Frame::End) {
                Frame::End => return Ok(0),
                Frame::Between(mut input) => {
                    if input.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    Frame::Inside(Box::new(StreamingDecoder::new(input).map_err(invalid)?))
                }
                Frame::Inside(mut decoder) => match decoder.read(buffer)? {
                    0 => Frame::Between(decoder.into_inner()),
                    read => {
                        self.0 = Frame::Inside(decoder);
                        return Ok(read);
                    }
                },
            }
        }
    }
}

fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    fn text(packed: Vec<u8>) -> Result<String, ImportError> {
        let mut text = String::new();
        unpack("x", Cursor::new(packed), |input| {
            input.read_to_string(&mut text).map_err(|source| ImportError::Read { file: "x".to_owned(), source })?;
            Ok(())
        })?;
        Ok(text)
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    }

    fn bzip(text: &str) -> Vec<u8> {
        let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    }

    fn zstd(text: &str) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest)
    }

    #[test]
    fn packed_texts_are_known_by_their_first_bytes_and_may_have_parts() {
        assert_eq!(text(b"plain".to_vec()).unwrap(), "plain");
        assert_eq!(text(Vec::new()).unwrap(), "");
        for pack in [gzip, bzip, zstd] {
            assert_eq!(text([pack("one "), pack("two")].concat()).unwrap(), "one two");
            let whole = pack("cut off before its end, so that something is missing");
            assert!(text(whole[..whole.len() - 5].to_vec()).is_err());
        }
    }

    #[test]
    fn of_a_zip_archive_the_largest_file_is_read() {
        let mut packer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in [("readme.txt", "short"), ("list.txt", "a longer list"), ("end.txt", "")] {
            packer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            packer.write_all(content.as_bytes()).unwrap();
        }
        let packed = packer.finish().unwrap().into_inner();
        assert_eq!(text(packed.clone()).unwrap(), "a longer list");
        assert!(text(packed[..40].to_vec()).is_err());
    }
}
