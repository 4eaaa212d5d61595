//! The account of a row: its settings file is read again, and must still name the same identity.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use zulipkit_api::Credentials;
use zulipkit_diag::{Diagnostic, Result};

use crate::clock::Moment;
use crate::store::Job;

/// Reads accounts from the files that rows name.
pub trait Accounts {
    /// Reads the credentials that a settings file holds or names, now. It must refuse a file that others may write.
    ///
    /// # Errors
    ///
    /// The file cannot be read or trusted, or names no identity.
    fn open(&self, settings: &Path) -> Result<Credentials>;

    /// Returns the files that these credentials are read from: a change of any of them lets a held message be tried again.
    fn files(&self, settings: &Path) -> Vec<PathBuf>;
}

/// A function that reads credentials from the settings file alone.
impl<F: Fn(&Path) -> Result<Credentials>> Accounts for F {
    fn open(&self, settings: &Path) -> Result<Credentials> {
        self(settings)
    }

    fn files(&self, settings: &Path) -> Vec<PathBuf> {
        vec![settings.to_owned()]
    }
}

/// What a settings file said.
pub(crate) struct Opened {
    pub(crate) credentials: Credentials,
    pub(crate) at: Moment,
    /// Which version of the files it was, taken before it was read: a change meanwhile must not go unnoticed.
    pub(crate) stamp: String,
}

/// Opens the account of a row, and refuses another identity than the one for which the row was accepted.
pub(crate) fn open_account(accounts: &dyn Accounts, job: &Job) -> Result<Credentials> {
    let credentials = accounts.open(&job.settings)?;
    let same_email = credentials
        .email
        .trim()
        .eq_ignore_ascii_case(job.email.trim());
    if credentials.site.as_str() == job.site_url && same_email {
        return Ok(credentials);
    }
    Err(Diagnostic::settings(format!(
        "`{}` is now for another account",
        job.settings.display()
    ))
    .cause(format!(
        "it names {} at {}, the message was accepted for {} at {}",
        credentials.email, credentials.site, job.email, job.site_url
    ))
    .hint("name the former account there again, or drop the message with `zulipkit outbox drop`"))
}

/// Returns what tells one version of an account's files from another.
pub(crate) fn stamp(accounts: &dyn Accounts, settings: &Path) -> String {
    let stamps: Vec<String> = accounts
        .files(settings)
        .iter()
        .map(|file| stamp_of(file))
        .collect();
    stamps.join(" ")
}

fn stamp_of(file: &Path) -> String {
    match std::fs::metadata(file) {
        Ok(metadata) => {
            format!(
                "{}.{:09}:{}",
                metadata.mtime(),
                metadata.mtime_nsec(),
                metadata.len()
            )
        }
        Err(_) => "missing".to_owned(),
    }
}
