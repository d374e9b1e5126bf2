//! Files that appear whole or not at all: written beside their place and renamed. Knows nothing
//! of what is in them.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use crate::cli::CliError;

/// A file in the making. What is not finished is removed.
#[derive(Debug)]
pub(super) struct Output {
    path: PathBuf,
    beside: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Output {
    /// Begins the file beside its place, as `path.partial`.
    pub(super) fn create(path: &Path) -> Result<Output, CliError> {
        let mut beside = OsString::from(path);
        beside.push(".partial");
        let beside = PathBuf::from(beside);
        let file = File::create(&beside).map_err(|source| failed(&beside, source))?;
        Ok(Output { path: path.to_owned(), beside, file: Some(BufWriter::new(file)) })
    }

    /// Puts the file into its place.
    pub(super) fn finish(mut self) -> Result<(), CliError> {
        if let Some(mut file) = self.file.take() {
            let whole = file.flush().and_then(|()| file.get_ref().sync_all());
            let done = whole.and_then(|()| fs::rename(&self.beside, &self.path));
            if let Err(source) = done {
                self.file = Some(file);
                return Err(failed(&self.path, source));
            }
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.file.is_some() {
            // Nobody is left to tell when even this fails.
            let _ = fs::remove_file(&self.beside);
        }
    }
}

fn failed(path: &Path, source: io::Error) -> CliError {
    CliError::Write { file: path.display().to_string(), source }
}
