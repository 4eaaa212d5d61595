//! A controller's JSON API: what is asked, and what the answers mean.

mod answers;
mod listing;
mod query;

pub(crate) use answers::{Last, Outline};
pub use listing::Job;
pub(crate) use listing::Listing;

use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;
use zulipkit_diag::{Diagnostic, Result};

use self::answers::{Build, Builds, Case, Entry, Folder, TestReport, User};
use super::options::Controller;
use super::report::{Artifact, Author, Commit, Failure, Report, Tests};
use crate::web::{Access, Answer, Trouble, Web};

/// How long one answer may take; a large controller that reads builds from its disk is slow.
const WITHIN: Duration = Duration::from_secs(60);

/// The most failed tests that are read of a suite.
const MOST_TESTS: usize = 100;

/// The most pages of builds that are read of a job.
const MOST_PAGES: usize = 10;

/// Reads a controller's JSON API.
#[derive(Debug, Clone)]
pub struct Remote {
    /// With a slash at the end.
    root: String,
    web: Web,
}

impl Remote {
    /// Builds the reader of the Jenkins at an address.
    ///
    /// # Errors
    /// If this is no address, or the certificates cannot be read.
    pub fn new(url: &str, agent: &str, access: &Access) -> Result<Self> {
        let error =
            || Diagnostic::settings(format!("cannot use `{url}` as the address of Jenkins"));
        let parsed = reqwest::Url::parse(url.trim()).map_err(|cause| error().source(&cause))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(error().hint("write it as `https://ci.example.com/`"));
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            // It would stand in cursors and log lines.
            return Err(
                Diagnostic::settings("cannot use an address with a login in it")
                    .hint("give `user` and `token_file` below `[controller]`"),
            );
        }
        let mut root = parsed;
        root.set_query(None);
        root.set_fragment(None);
        Ok(Self {
            root: format!("{}/", root.as_str().trim_end_matches('/')),
            web: Web::new(agent, access)?,
        })
    }

    /// Builds the reader of the controller that settings name. Relative paths are taken from their folder.
    ///
    /// # Errors
    /// If they name none, or the token or the certificates cannot be read.
    pub fn of(controller: &Controller, folder: &Path, agent: &str) -> Result<Self> {
        let url = controller.url.as_deref().ok_or_else(|| {
            Diagnostic::settings("cannot tell which Jenkins to follow")
                .hint("give `--url`, or `url` below `[controller]` in the settings")
        })?;
        let login = match (&controller.user, &controller.token_file) {
            (None, None) => None,
            (Some(user), Some(path)) => Some((user.clone(), token(&folder.join(path))?)),
            _ => {
                return Err(Diagnostic::settings("cannot log in to Jenkins").cause(
                    "`user` and `token_file` below `[controller]` belong together, and one of them is missing",
                ));
            }
        };
        let access = Access {
            login,
            cert_bundle: controller
                .cert_bundle
                .as_ref()
                .map(|path| folder.join(path)),
            insecure: controller.insecure,
        };
        Self::new(url, agent, &access)
    }

    /// Returns the address, with a slash at the end.
    pub fn root(&self) -> &str {
        &self.root
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        tree: &str,
    ) -> Result<Answer<T>, Trouble> {
        let url = format!("{}{path}api/json", self.root);
        self.web.get(&url, &[("tree", tree)], WITHIN).await
    }

    /// Lists all jobs with their newest finished builds, in as few requests as there are thousands of jobs, or nearly.
    ///
    /// # Errors
    /// If one of the requests fails: half a list is none.
    pub(crate) async fn list(&self) -> Result<Listing, Trouble> {
        let mut listing = Listing::default();
        while let Some((folder, from)) = listing.next_page() {
            let answer = self
                .ask::<Folder>(&query::path(&folder), &query::jobs(from))
                .await;
            match answer {
                Ok(answer) => listing.add(&folder, from, answer.value, answer.date_ms),
                // A folder may vanish while the list is read.
                Err(Trouble::Missing) if !folder.is_empty() => listing.gone(),
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(listing)
    }

    /// Returns a job's page and its builds, newest first, down to `oldest` and `history` more.
    pub(crate) async fn builds(
        &self,
        job: &str,
        oldest: u64,
        history: usize,
    ) -> Result<(Option<String>, Vec<Outline>), Trouble> {
        let mut url = None;
        let mut builds: Vec<Outline> = Vec::new();
        for page in 0..MOST_PAGES {
            let from = page * query::BUILDS;
            let tree = query::builds(from, from + query::BUILDS);
            let answer = self.ask::<Builds>(&query::path(job), &tree).await?.value;
            let full = answer.builds.len() >= query::BUILDS;
            url = url.or(answer.url);
            builds.extend(answer.builds);
            let older = builds.iter().filter(|build| build.number < oldest).count();
            if !full || older >= history {
                break;
            }
        }
        Ok((url, builds))
    }

    /// Reads all that is told of a build.
    pub(crate) async fn report(&self, job: &Job, build: &Outline) -> Result<Report, Trouble> {
        let path = format!("{}{}/", query::path(&job.name), build.number);
        let found = self.ask::<Build>(&path, query::BUILD).await?.value;
        let mut report = report(job, build, found);
        if let Some(tests) = report.tests.as_mut().filter(|tests| tests.failed > 0) {
            // Without the names the number is told all the same.
            let path = format!("{path}testReport/");
            if let Ok(answer) = self.ask::<TestReport>(&path, query::TESTS).await {
                tests.failures = answer.value.failed().into_iter().map(failure).collect();
            }
        }
        Ok(report)
    }
}

fn report(job: &Job, outline: &Outline, build: Build) -> Report {
    let actions: Vec<_> = build.actions.into_iter().flatten().collect();
    let causes = actions.iter().flat_map(|action| &action.causes);
    let causes = causes
        .filter_map(|cause| cause.short_description.clone())
        .collect();
    // Several plugins may count; the largest count is the whole.
    let counted = actions.iter().filter(|action| action.total_count.is_some());
    let tests = counted
        .max_by_key(|action| action.total_count)
        .map(|action| Tests {
            total: action.total_count.unwrap_or(0),
            failed: action.fail_count.unwrap_or(0),
            skipped: action.skip_count.unwrap_or(0),
            failures: Vec::new(),
        });
    let sets = build.change_set.into_iter().chain(build.change_sets);
    Report {
        job: job.name.clone(),
        number: outline.number,
        name: build.display_name,
        url: build.url,
        result: outline.result.clone(),
        started: Some(outline.timestamp),
        duration_ms: u64::try_from(outline.duration).ok(),
        causes,
        description: build.description,
        branch: job.branch(),
        changes: sets.flat_map(|set| set.items).map(commit).collect(),
        committers: build.culprits.into_iter().map(author).collect(),
        tests,
        artifacts: build.artifacts.into_iter().map(artifact).collect(),
        ..Report::default()
    }
}

fn commit(entry: Entry) -> Commit {
    let author = author(entry.author.unwrap_or_default());
    Commit {
        id: entry.commit_id.or(entry.id).unwrap_or_default(),
        message: entry.msg.unwrap_or_default(),
        author: Author {
            email: entry.author_email.unwrap_or(author.email),
            ..author
        },
    }
}

fn author(user: User) -> Author {
    let address = user
        .property
        .into_iter()
        .find_map(|property| property.address);
    Author {
        id: user.id.unwrap_or_default(),
        name: user.full_name.unwrap_or_default(),
        email: address.unwrap_or_default(),
    }
}

fn artifact(artifact: answers::Artifact) -> Artifact {
    Artifact {
        path: artifact.relative_path,
        url: None,
    }
}

fn failure(case: Case) -> Failure {
    Failure {
        name: match case.class_name {
            Some(class) if !class.is_empty() => format!("{class}.{}", case.name),
            _ => case.name,
        },
        message: case.error_details,
    }
}

/// Reads the file of a user's API token.
fn token(path: &Path) -> Result<SecretString> {
    let doing = "cannot read the API token of Jenkins";
    let text =
        zulipkit_settings::file::read_trusted(path).map_err(|error| error.while_doing(doing))?;
    match text.trim() {
        token if token.is_empty() || token.contains(char::is_whitespace) => {
            Err(Diagnostic::settings(doing).cause(format!(
                "`{}` should hold the token and nothing else",
                path.display()
            )))
        }
        token => Ok(token.into()),
    }
}
