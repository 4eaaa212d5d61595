//! What is said about a build, by whoever saw it: the pipeline library, the plugin, the variables of a build, the watcher.

use serde::Deserialize;

/// A build, as the one who saw it says. Only the job and the number are needed; what is left out is not known.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Report {
    /// The job's full name, `Shop/api/release%2F1.0`, as Jenkins writes it in `JOB_NAME`.
    pub job: String,
    /// The job's page.
    pub job_url: Option<String>,
    /// The build's number.
    pub number: u64,
    /// The build's name, if it is not `#` and the number.
    pub name: Option<String>,
    /// The build's page.
    pub url: Option<String>,
    /// What came out: `SUCCESS`, `UNSTABLE`, `FAILURE`, `NOT_BUILT` or `ABORTED`.
    pub result: Option<String>,
    /// What came out of the build before.
    pub previous_result: Option<String>,
    /// How many builds in a row, directly before this one, were failures or unstable.
    pub failures: Option<u32>,
    /// When the first of those started, in milliseconds since 1970.
    pub failing_since: Option<i64>,
    /// When the build started, in milliseconds since 1970.
    pub started: Option<i64>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<u64>,
    /// Why it was started, in Jenkins' words.
    pub causes: Vec<String>,
    /// What somebody wrote about this build.
    pub description: Option<String>,
    /// The branch, of a job that a multibranch project made.
    pub branch: Option<String>,
    /// The pull request that was built.
    pub change_request: Option<ChangeRequest>,
    /// The commits since the build before.
    pub changes: Vec<Commit>,
    /// Who committed since the last good build; where it is empty, the authors of the commits.
    pub committers: Vec<Author>,
    /// The tests that were run.
    pub tests: Option<Tests>,
    /// The files that were kept.
    pub artifacts: Vec<Artifact>,
    /// The channel that the job asks for.
    pub channel: Option<String>,
    /// The topic that the job asks for.
    pub topic: Option<String>,
}

/// A text that a pipeline or a build step wants to send.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Words {
    /// The build that says it.
    #[serde(flatten)]
    pub build: Report,
    /// The text: Zulip Markdown.
    pub text: String,
}

/// A pull request, merge request or change that a job builds.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, serde::Serialize)]
#[serde(default)]
pub struct ChangeRequest {
    /// Its number.
    pub id: String,
    /// Its page.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// The branch into which it shall go.
    pub target: Option<String>,
}

/// A commit.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Commit {
    /// Its id.
    pub id: String,
    /// Its message, or the first line of it.
    pub message: String,
    /// Who wrote it.
    pub author: Author,
}

/// Somebody whom Jenkins knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Author {
    /// The id of the Jenkins user.
    pub id: String,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// The tests of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Tests {
    /// How many there are.
    pub total: u64,
    /// How many failed.
    pub failed: u64,
    /// How many were skipped.
    pub skipped: u64,
    /// Those that failed, or the first of them.
    pub failures: Vec<Failure>,
}

/// A test that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Failure {
    /// Its full name.
    pub name: String,
    /// What went wrong.
    pub message: Option<String>,
}

/// A file that a build kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Artifact {
    /// Its path within the build's files.
    pub path: String,
    /// Where it can be fetched; where that is not known, it is made from the build's page.
    pub url: Option<String>,
}
