use std::fs::TryLockError;
use std::path::Path;

use fs_err::File;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zulipkit_api::Site;
use zulipkit_diag::{Diagnostic, Kind, Result};

/// The right to run a bot's account. The kernel takes it back when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct AccountLock {
    _file: File,
}

impl AccountLock {
    pub(super) fn take(dir: &Path, site: &Site, email: &str) -> Result<Self> {
        let failed = || Diagnostic::failed(format!("cannot take the right to run {email}"));
        let folder = dir.join("bots");
        fs_err::create_dir_all(&folder).map_err(|error| failed().source(&error))?;
        let account = format!("{} {site}", email.to_lowercase());
        let name = utf8_percent_encode(&account, NON_ALPHANUMERIC);
        let path = folder.join(format!("{name}.lock"));
        let file = File::options().create(true).append(true).open(path);
        let file = file.map_err(|error| failed().source(&error))?;
        match file.file().try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Diagnostic::new(
                Kind::TryLater,
                format!("cannot run {email} at {site}"),
            )
            .cause("another process runs this account; both would answer every message")
            .hint("end the other one first")),
            Err(TryLockError::Error(error)) => Err(failed().source(&error)),
        }
    }
}
