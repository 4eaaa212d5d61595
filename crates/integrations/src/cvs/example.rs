//! A call for `preview`, made up from what CVS keeps of the newest change.

use std::ffi::OsString;

use zulipkit_diag::{Diagnostic, Result};

use super::LOGINFO;
use super::repository::Repository;
use crate::driver::Call;
use crate::vcs::text;

/// A line of `CVSROOT/history`: what happened to which file.
struct Record<'a> {
    /// `A`, `M` or `R`, and the time.
    what: &'a str,
    user: &'a str,
    folder: &'a str,
    revision: &'a str,
    file: &'a str,
}

/// Makes up the call of `loginfo` for the newest change in the repository's history.
pub(super) fn example(repository: &Repository) -> Result<Call> {
    let error = || Diagnostic::failed("cannot find the newest commit");
    let path = repository.administration().join("history");
    let history = std::fs::read(&path).map_err(|cause| error().cause(&cause))?;
    let history = text(&history);
    let mut records = history.lines().rev().filter_map(record).peekable();
    let Some(newest) = records.next() else {
        return Err(error()
            .cause(format!("`{}` names no change of a file", path.display()))
            .hint(
                "let `LogHistory` in `CVSROOT/config` hold the letters `MAR`, and commit something",
            ));
    };
    let log = log(repository, &newest).map_err(|cause| error().source(&cause))?;
    let same = |record: &Record<'_>| {
        record.what[1..] == newest.what[1..]
            && (record.user, record.folder) == (newest.user, newest.folder)
    };
    let mut files = Vec::new();
    while let Some(record) = records.next_if(same) {
        files.push(record);
    }
    files.reverse();
    let (id, message) = entry(&log);
    let mut arguments: Vec<OsString> = vec![repository.root().into()];
    arguments.extend([newest.folder, "commit", id, newest.user].map(OsString::from));
    for record in files.iter().chain([&newest]) {
        let [old, new] = revisions(record);
        arguments.extend([record.file.to_owned(), old, new].map(OsString::from));
    }
    Ok(Call {
        hook: LOGINFO.to_owned(),
        arguments,
        input: format!("Log Message:\n{message}").into_bytes(),
        ..Call::default()
    })
}

fn record(line: &str) -> Option<Record<'_>> {
    let fields: Vec<&str> = line.split('|').collect();
    let [what, user, _, folder, revision, file] = fields.as_slice() else {
        return None;
    };
    what.starts_with(['A', 'M', 'R']).then_some(Record {
        what,
        user,
        folder,
        revision,
        file,
    })
}

/// Returns the revision before and after, where the history has the one after, or that of the removal.
fn revisions(record: &Record<'_>) -> [String; 2] {
    let none = || "NONE".to_owned();
    let before = || {
        let (branch, number) = record.revision.rsplit_once('.')?;
        let number = number
            .parse::<u32>()
            .ok()?
            .checked_sub(1)
            .filter(|number| *number > 0)?;
        Some(format!("{branch}.{number}"))
    };
    let new = record.revision.to_owned();
    match &record.what[..1] {
        "A" => [none(), new],
        "R" => [before().unwrap_or_else(|| "1.1".to_owned()), none()],
        // What a branch began with stands in another place.
        _ => [before().unwrap_or_else(|| "1.1".to_owned()), new],
    }
}

fn log(
    repository: &Repository,
    record: &Record<'_>,
) -> std::result::Result<String, crate::vcs::ProgramError> {
    let mut rlog = repository.cvs("rlog");
    rlog.process
        .args(["-N", &format!("-r{}", record.revision)])
        .arg(format!("{}/{}", record.folder, record.file));
    Ok(text(&rlog.output_for(b"")?))
}

/// Returns the commit's id and the log message from what `cvs rlog` prints of one revision.
fn entry(log: &str) -> (&str, &str) {
    let rule = "-".repeat(28);
    let entry = log
        .split_once(&format!("\n{rule}\n"))
        .map_or("", |(_, entry)| entry);
    // The first line has the revision, the second the date, the author and the id.
    let head_and_message = entry
        .split_once('\n')
        .and_then(|(_, rest)| rest.split_once('\n'));
    let (head, message) = head_and_message.unwrap_or_default();
    let id = head.split_once("commitid: ").map_or("", |(_, id)| id);
    let end = format!("\n{}", "=".repeat(77));
    let message = message
        .rsplit_once(&end)
        .map_or(message, |(message, _)| message);
    (id.split(';').next().unwrap_or(id), message)
}
