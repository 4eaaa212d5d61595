//! From what is said about a build to the facts of an event. No clock, no network.

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::facts::{Artifact, Build, Change, Failure, Message, Place, Status, Tests};
use super::options::{Options, Settings};
use super::report::{Author, Report, Words};
use super::time;
use crate::{People, Person};

/// The most committers that an event names.
const MOST_COMMITTERS: usize = 20;

/// The most characters of a commit's subject, a description or a test's message that an event holds.
const LONGEST: usize = 1000;

/// Returns the facts of a build.
pub(super) fn build(report: &Report, settings: &Settings) -> Build {
    let (options, people) = (&settings.jenkins, &settings.people);
    let result = known(report.result.as_deref()).unwrap_or_else(|| "UNKNOWN".to_owned());
    let previous_result = known(report.previous_result.as_deref());
    let before = match report.failures {
        Some(failures) => failures,
        None => u32::from(previous_result.as_deref().is_some_and(is_bad)),
    };
    let status = status(&result, before);
    let first_or_after_bad = previous_result.is_none() || before > 0;
    let (committers, committers_more) = committers(report, people);
    Build {
        place: place(report),
        news: status != Status::Success || first_or_after_bad,
        failures: before + u32::from(is_bad(&result)),
        failing_for: failing_for(report, before),
        started: report.started.and_then(iso),
        duration: report.duration_ms.map(time::words),
        seconds: report.duration_ms.map(|duration| duration / 1000),
        causes: report.causes.iter().map(|cause| one_line(cause)).collect(),
        description: report.description.as_deref().map(shortened),
        changes: changes(report, options, people),
        changes_count: report.changes.len(),
        committers,
        committers_more,
        tests: report
            .tests
            .as_ref()
            .map(|tests| self::tests(tests, options)),
        artifacts: artifacts(report, options),
        artifacts_count: report.artifacts.len(),
        result,
        previous_result,
        status,
    }
}

/// Returns the facts of a text that somebody wants to send.
pub(super) fn message(words: &Words) -> Message {
    Message {
        place: place(&words.build),
        text: words.text.clone(),
    }
}

/// Tells whether a result is one that wants mending.
pub(super) fn is_bad(result: &str) -> bool {
    matches!(result, "FAILURE" | "UNSTABLE")
}

fn known(result: Option<&str>) -> Option<String> {
    let result = result?.trim().to_uppercase();
    (!result.is_empty() && result != "NULL").then_some(result)
}

fn status(result: &str, failures_before: u32) -> Status {
    match (result, failures_before > 0) {
        ("SUCCESS", false) => Status::Success,
        ("SUCCESS", true) => Status::Fixed,
        ("FAILURE", false) => Status::Failure,
        ("FAILURE", true) => Status::StillFailing,
        ("UNSTABLE", false) => Status::Unstable,
        ("UNSTABLE", true) => Status::StillUnstable,
        ("ABORTED", _) => Status::Aborted,
        ("NOT_BUILT", _) => Status::NotBuilt,
        _ => Status::Unknown,
    }
}

/// From the start of the first failure to the end of this build.
fn failing_for(report: &Report, failures_before: u32) -> Option<String> {
    if failures_before == 0 {
        return None;
    }
    let end = report.started? + i64::try_from(report.duration_ms.unwrap_or(0)).ok()?;
    let length = u64::try_from(end - report.failing_since?).ok()?;
    Some(time::coarse(length))
}

fn place(report: &Report) -> Place {
    // Jenkins writes a branch's slash within a name as `%2F`.
    let parts: Vec<String> = report.job.split('/').map(decoded).collect();
    let (name, folder) = parts
        .split_last()
        .expect("splitting gives one part at least");
    let name_of_build = report.name.clone().filter(|name| !name.trim().is_empty());
    Place {
        job: parts.join("/"),
        title: parts.join(" » "),
        job_name: name.clone(),
        folder: (!folder.is_empty()).then(|| folder.join("/")),
        job_url: report.job_url.clone(),
        branch: report.branch.clone(),
        change_request: report.change_request.clone(),
        number: report.number,
        name: name_of_build.unwrap_or_else(|| format!("#{}", report.number)),
        url: report.url.clone(),
        channel: non_empty(report.channel.as_deref()),
        topic: non_empty(report.topic.as_deref()),
    }
}

fn non_empty(text: Option<&str>) -> Option<String> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// Returns a part of a job's name as people read it.
pub(super) fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

fn changes(report: &Report, options: &Options, people: &People) -> Vec<Change> {
    let change = |commit: &super::report::Commit| Change {
        id: commit.id.clone(),
        short: commit.id.chars().take(10).collect(),
        subject: match one_line(&commit.message) {
            subject if subject.is_empty() => "(no subject)".to_owned(),
            subject => subject,
        },
        author: person(&commit.author, people),
    };
    report
        .changes
        .iter()
        .take(options.changes)
        .map(change)
        .collect()
}

/// Returns who committed since the last good build: whom Jenkins names, or else the authors of these commits.
fn committers(report: &Report, people: &People) -> (Vec<Person>, usize) {
    let own = report.changes.iter().map(|commit| &commit.author);
    let given = report.committers.iter();
    let authors: Vec<&Author> = match report.committers.is_empty() {
        true => own.collect(),
        false => given.collect(),
    };
    let mut persons: Vec<Person> = Vec::new();
    for author in authors {
        let person = person(author, people);
        let same = |other: &Person| match (person.user_id, other.user_id) {
            (Some(one), Some(other)) => one == other,
            _ => person.name == other.name,
        };
        if !person.name.is_empty() && !persons.iter().any(same) {
            persons.push(person);
        }
    }
    let more = persons.len().saturating_sub(MOST_COMMITTERS);
    persons.truncate(MOST_COMMITTERS);
    (persons, more)
}

/// A person may be mapped by the address, by the Jenkins user's id, or by the name.
fn person(author: &Author, people: &People) -> Person {
    let name = match author.name.trim() {
        "" => author.id.trim(),
        name => name,
    };
    let found = people.person(name, author.email.trim());
    let by = |key: &str| people.login(key).user_id;
    Person {
        user_id: found
            .user_id
            .or_else(|| by(author.id.trim()))
            .or_else(|| by(name)),
        ..found
    }
}

fn tests(tests: &super::report::Tests, options: &Options) -> Tests {
    let failure = |failure: &super::report::Failure| Failure {
        name: one_line(&failure.name),
        message: failure
            .message
            .as_deref()
            .map(one_line)
            .filter(|message| !message.is_empty()),
    };
    let list: Vec<Failure> = tests
        .failures
        .iter()
        .take(options.tests)
        .map(failure)
        .collect();
    Tests {
        total: tests.total,
        failed: tests.failed,
        skipped: tests.skipped,
        more: tests.failed.saturating_sub(list.len() as u64),
        list,
    }
}

fn artifacts(report: &Report, options: &Options) -> Vec<Artifact> {
    /// A path keeps its slashes.
    const PATH: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    let artifact = |artifact: &super::report::Artifact| Artifact {
        path: artifact.path.clone(),
        url: artifact.url.clone().or_else(|| {
            let path = utf8_percent_encode(&artifact.path, PATH);
            Some(format!(
                "{}artifact/{path}",
                with_slash(report.url.as_deref()?)
            ))
        }),
    };
    report
        .artifacts
        .iter()
        .take(options.artifacts)
        .map(artifact)
        .collect()
}

fn with_slash(url: &str) -> String {
    format!("{}/", url.trim_end_matches('/'))
}

fn iso(milliseconds: i64) -> Option<String> {
    Timestamp::from_millisecond(milliseconds)
        .ok()
        .map(|moment| moment.to_string())
}

fn one_line(text: &str) -> String {
    shortened(text.trim().lines().next().unwrap_or_default().trim())
}

fn shortened(text: &str) -> String {
    let mut characters = text.chars();
    let kept: String = characters.by_ref().take(LONGEST).collect();
    match characters.next() {
        Some(_) => format!("{kept}…"),
        None => kept,
    }
}
