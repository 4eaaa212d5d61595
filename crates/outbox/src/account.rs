//! The account of a row: its settings file is read again, and must still name the same identity.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use zulipkit_api::Credentials;
use zulipkit_diag::{Diagnostic, Result};

use crate::clock::Moment;
use crate::courier::OpenAccount;
use crate::store::Job;

/// What a settings file said.
pub(crate) struct Opened {
    pub(crate) credentials: Credentials,
    pub(crate) at: Moment,
    /// Which version of the file it was, taken before it was read: a change meanwhile must not go unnoticed.
    pub(crate) stamp: String,
}

/// Opens the account of a row, and refuses another identity than the one for which the row was accepted.
pub(crate) fn open_account(open: &OpenAccount, job: &Job) -> Result<Credentials> {
    let credentials = open(&job.settings)?;
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

/// Returns what tells one version of a settings file from another.
pub(crate) fn stamp(settings: &Path) -> String {
    match std::fs::metadata(settings) {
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
