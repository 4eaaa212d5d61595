//! A folder on the machine of a Perforce server, in which the settings lie.

use std::path::{Path, PathBuf};

/// The folder of the settings. What the server holds is asked of `p4`, not read there.
#[derive(Debug, Clone)]
pub struct Server {
    folder: PathBuf,
}

impl Server {
    /// Takes a folder; none if it is not there.
    pub fn at(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        folder.is_dir().then_some(Self { folder })
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}
