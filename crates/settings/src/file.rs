//! Reading files that others must not have written.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use zulipkit_diag::{Diagnostic, Result};

/// A settings or key file larger than this is something else.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// Reads a text file whose content decides where messages go or who sends them.
///
/// # Errors
///
/// It cannot be read, is no text, is too large, or others than its owner may write it: whoever writes such a file could
/// send messages elsewhere. Its owner must be this user or root.
pub fn read_trusted(path: &Path) -> Result<String> {
    // The text of the error names the file, so the causes are the system's plain words.
    let error = || Diagnostic::settings(format!("cannot read `{}`", path.display()));
    let metadata = std::fs::metadata(path).map_err(|cause| error().source(&cause))?;
    if let Some((problem, mend)) = untrusted(&metadata) {
        return Err(error()
            .cause(problem)
            .hint(format!("{mend} {}", path.display())));
    }
    if metadata.is_dir() || metadata.len() > MOST_BYTES {
        return Err(error().cause("this is no settings file"));
    }
    let bytes = std::fs::read(path).map_err(|cause| error().source(&cause))?;
    String::from_utf8(bytes).map_err(|wrong| {
        error()
            .cause(format!(
                "byte {} is not UTF-8",
                wrong.utf8_error().valid_up_to() + 1
            ))
            .hint("save the file as UTF-8")
    })
}

/// Tells whether others than the owner may read a file.
///
/// # Errors
///
/// The file is not there.
pub fn readable_by_others(path: &Path) -> std::io::Result<bool> {
    Ok(fs_err::metadata(path)?.mode() & 0o044 != 0)
}

/// Returns what is wrong with a file's mode or owner, and the command that mends it.
fn untrusted(metadata: &std::fs::Metadata) -> Option<(String, &'static str)> {
    let mode = metadata.mode() & 0o777;
    if mode & 0o022 != 0 {
        let problem = format!("its mode is {mode:o}: others than its owner may write it");
        return Some((problem, "chmod go-w"));
    }
    let user = rustix::process::geteuid().as_raw();
    let owner = metadata.uid();
    let foreign = owner != user && owner != 0;
    foreign.then(|| {
        let problem = format!("it belongs to user {owner}, not to this user ({user}) or root");
        (problem, "chown root")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_file_that_others_may_write_is_refused_with_the_mend() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("zuliprc");
        fs_err::write(&path, "[api]\n").unwrap();
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o660)).unwrap();
        let error = read_trusted(&path).unwrap_err();
        assert!(error.one_line().contains("its mode is 660"), "{error}");
        assert!(error.one_line().contains("chmod go-w"), "{error}");
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(read_trusted(&path).unwrap(), "[api]\n");
        assert!(!readable_by_others(&path).unwrap());
    }

    #[test]
    fn what_is_no_file_or_no_text_gives_one_clear_line() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("no");
        let line = read_trusted(&missing).unwrap_err().one_line();
        assert_eq!(
            line,
            format!(
                "cannot read `{}`: No such file or directory (os error 2)",
                missing.display()
            )
        );
        assert!(
            read_trusted(folder.path())
                .unwrap_err()
                .one_line()
                .contains("no settings file")
        );
        let bytes = folder.path().join("bytes");
        fs_err::write(&bytes, b"ab\xff").unwrap();
        assert!(
            read_trusted(&bytes)
                .unwrap_err()
                .one_line()
                .contains("byte 3 is not UTF-8")
        );
    }
}
