//! What the targets hold in common: what an import, an extraction and the service promise, and
//! the default lexicon. A broken promise is a panic, which the fuzzer takes for a crash.

mod answer;
mod article;
mod import;

use std::{fs, path::PathBuf, sync::LazyLock};

pub use answer::answered;
pub use article::{begin, lexicon, sound};
pub use import::{Imported, every_line_counts, import, is_packed, read_back};

/// A folder for this process alone; whoever sets `TMPDIR` clears it away.
pub static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    // To hand small files to other threads takes longer than to read them.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    pool.build_global().expect("no other pool was begun");
    let folder = std::env::temp_dir().join(format!("gazetted-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for files");
    folder
});

/// Writes a file into [`FOLDER`].
pub fn file(name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = FOLDER.join(name);
    fs::write(&path, content).expect("a file can be written");
    path
}
