//! The account of a row: its settings file is read again, and must still name the same identity.

use std::fmt::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use zulipkit_api::Credentials;
use zulipkit_diag::{Diagnostic, Result};

use crate::clock::Moment;
use crate::courier::{AccountFiles, OpenAccount};
use crate::store::Job;

/// What a settings file said.
pub(crate) struct Opened {
    pub(crate) credentials: Credentials,
    pub(crate) at: Moment,
    /// Which version of the files it was, taken before they were read: a change meanwhile must not go unnoticed.
    pub(crate) stamp: String,
}

/// Reads settings files, which is the caller's business, and knows whether they changed.
pub(crate) struct Accounts {
    pub(crate) open: Box<OpenAccount>,
    pub(crate) files: Box<AccountFiles>,
}

impl Accounts {
    /// Opens the account of a row, and refuses another identity than the one for which the row was accepted.
    pub(crate) fn open(&self, job: &Job) -> Result<Credentials> {
        let credentials = (self.open)(&job.settings)?;
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
        .hint(
            "name the former account there again, or drop the message with `zulipkit outbox drop`",
        ))
    }

    /// Returns what tells one version of an account's files from another.
    pub(crate) fn stamp(&self, settings: &Path) -> String {
        let mut stamp = String::new();
        for file in (self.files)(settings) {
            // A file that is missing now may be there later.
            let _ = match std::fs::metadata(file) {
                Ok(file) => write!(
                    stamp,
                    "{}.{:09}:{};",
                    file.mtime(),
                    file.mtime_nsec(),
                    file.len()
                ),
                Err(_) => write!(stamp, "missing;"),
            };
        }
        stamp
    }
}
