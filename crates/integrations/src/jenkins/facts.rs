//! The facts of Jenkins: the words that templates, routes and topics may use.

use serde::Serialize;

pub use super::report::ChangeRequest;
pub use crate::Person;

/// What every event says.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// The job's full path as people read it, `Shop/api/release/1.0`.
    pub job: String,
    /// The same with ` » ` between its parts.
    pub title: String,
    /// The last part of the path, `release/1.0`.
    pub job_name: String,
    /// The path without the last part, `Shop/api`; none for a job at the top.
    pub folder: Option<String>,
    /// The job's page.
    pub job_url: Option<String>,
    /// The branch, of a job that a multibranch project made.
    pub branch: Option<String>,
    /// The pull request that was built: `id`, `url`, `title`, `author`, `target`.
    pub change_request: Option<ChangeRequest>,
    /// The build's number.
    pub number: u64,
    /// The build's name, `#42` if it has no other.
    pub name: String,
    /// The build's page.
    pub url: Option<String>,
    /// The channel that the job asks for; what becomes of that is for the routes to say.
    pub channel: Option<String>,
    /// The topic that the job asks for.
    pub topic: Option<String>,
}

/// The facts of the kind `build`: a build ended.
#[derive(Debug, Clone, Serialize)]
pub struct Build {
    /// What every event says.
    #[serde(flatten)]
    pub place: Place,
    /// What came out, in Jenkins' word: `SUCCESS`, `UNSTABLE`, `FAILURE`, `NOT_BUILT`, `ABORTED`, or `UNKNOWN`.
    pub result: String,
    /// What came out of the build before, if that is known.
    pub previous_result: Option<String>,
    /// What that means.
    pub status: Status,
    /// Whether it is news: anything but a success after a success.
    pub news: bool,
    /// How many builds in a row were failures or unstable: this one included, or for `fixed` those before it.
    pub failures: u32,
    /// How long that went on, `2 h`.
    pub failing_for: Option<String>,
    /// When the build started, as ISO 8601.
    pub started: Option<String>,
    /// How long it took, `3 min 12 s`.
    pub duration: Option<String>,
    /// The same in seconds.
    pub seconds: Option<u64>,
    /// Why it was started, in Jenkins' words.
    pub causes: Vec<String>,
    /// What somebody wrote about this build.
    pub description: Option<String>,
    /// The first of the commits since the build before, as many as the option `changes` says.
    pub changes: Vec<Change>,
    /// How many commits there are.
    pub changes_count: usize,
    /// Who committed since the last good build, at most 20.
    pub committers: Vec<Person>,
    /// How many committers are not in the list.
    pub committers_more: usize,
    /// The tests that were run.
    pub tests: Option<Tests>,
    /// The first of the files that were kept, as many as the option `artifacts` says.
    pub artifacts: Vec<Artifact>,
    /// How many files were kept.
    pub artifacts_count: usize,
}

/// The facts of the kind `message`: a pipeline or a build step has something to say.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// What every event says.
    #[serde(flatten)]
    pub place: Place,
    /// The text: Zulip Markdown.
    pub text: String,
}

/// What a result means after the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A success after a success, or the first build.
    Success,
    /// A success after failures.
    Fixed,
    /// A failure after a success.
    Failure,
    /// A failure after another, or after an unstable build.
    StillFailing,
    /// Tests fail that did not fail before.
    Unstable,
    /// Unstable after a failure or an unstable build.
    StillUnstable,
    /// Somebody or something stopped it.
    Aborted,
    /// It came to nothing, since an earlier stage failed.
    NotBuilt,
    /// Nobody said what came out.
    Unknown,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its id.
    pub id: String,
    /// The first ten characters of it.
    pub short: String,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it.
    pub author: Person,
}

/// The tests of a build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tests {
    /// How many there are.
    pub total: u64,
    /// How many failed.
    pub failed: u64,
    /// How many were skipped.
    pub skipped: u64,
    /// The first of those that failed, as many as the option `tests` says: `name` and `message`.
    pub list: Vec<Failure>,
    /// How many failed ones are not in the list.
    pub more: u64,
}

/// A test that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its full name.
    pub name: String,
    /// The first line of what went wrong.
    pub message: Option<String>,
}

/// A file that a build kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Artifact {
    /// Its path within the build's files.
    pub path: String,
    /// Where it can be fetched.
    pub url: Option<String>,
}
