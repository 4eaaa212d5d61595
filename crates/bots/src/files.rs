use std::path::{Component, Path, PathBuf};

use zulipkit_diag::{Diagnostic, Result};

/// The files that lie in a bot's own folder.
#[derive(Debug, Clone, Default)]
pub struct Files {
    folder: Option<PathBuf>,
}

impl Files {
    /// Gives access to a folder and what lies below it.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: Some(folder.into()),
        }
    }

    /// Reads a file below the folder.
    ///
    /// # Errors
    /// There is no folder or no such file, or the path leads out of the folder, also by a symbolic link.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Vec<u8>> {
        let path = path.as_ref();
        let outside = || {
            Diagnostic::failed(format!("cannot open `{}`", path.display()))
                .cause("a bot may read only files in its own folder")
        };
        let folder = self.folder.as_ref().ok_or_else(outside)?;
        if !path
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
        {
            return Err(outside());
        }
        let failed = |error: std::io::Error| {
            Diagnostic::failed(format!("cannot open `{}`", path.display())).source(&error)
        };
        let folder = fs_err::canonicalize(folder).map_err(failed)?;
        let file = fs_err::canonicalize(folder.join(path)).map_err(failed)?;
        if !file.starts_with(&folder) {
            return Err(outside());
        }
        fs_err::read(file).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let own = dir.path().join("bot");
        fs_err::create_dir_all(&own).unwrap();
        fs_err::create_dir_all(dir.path().join("bot2")).unwrap();
        fs_err::write(own.join("words.txt"), "a\n").unwrap();
        fs_err::write(dir.path().join("bot2/secret"), "x").unwrap();
        fs_err::os::unix::fs::symlink("../bot2/secret", own.join("link")).unwrap();
        let files = Files::in_folder(&own);
        assert_eq!(files.read("words.txt").unwrap(), b"a\n");
        assert_eq!(files.read("./words.txt").unwrap(), b"a\n");
        for path in ["../bot2/secret", "/etc/passwd", "link", "missing"] {
            assert!(files.read(path).is_err(), "{path}");
        }
        assert!(Files::default().read("words.txt").is_err());
    }
}
