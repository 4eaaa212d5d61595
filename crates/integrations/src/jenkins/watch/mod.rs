//! The watcher: it follows the jobs of a controller on which nothing is installed.
//!
//! It lists all jobs with their newest finished builds, compares that with what it knows, and looks closer at the few that
//! have changed. What it tells and how far it has come are committed in one transaction, so that a crash at any point
//! tells nothing twice and loses nothing.

mod progress;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_notify::Rules;
use zulipkit_outbox::{Account, Cursor, Outbox};

use self::progress::{News, Next, Progress, advance, compare};
use super::mask::Mask;
use super::options::Settings;
use super::remote::{Job, Remote};
use super::report::Report;
use super::{INTEGRATION, collect};
use crate::web::Trouble;
use crate::{Message, rows};

/// A job that is missing in this many lists in a row is forgotten. Fewer could be a list that was cut short.
const FORGET: u32 = 100;

/// How long what was read may be older on the disk than in memory, while nothing happens.
const STORE_EVERY_MS: i64 = 10 * 60 * 1000;

/// How many builds before those that are news are looked at, to say how long a job has been failing.
const HISTORY: usize = 20;

/// For how many jobs one request in each interval is fair.
const JOBS_PER_REQUEST: usize = 1000;

/// Follows the jobs of a controller.
#[derive(Debug)]
pub struct Watcher {
    remote: Remote,
    outbox: Outbox,
    settings: Settings,
    rules: Rules,
    account: Account,
    mask: Mask,
    jobs: HashMap<String, Known>,
    /// Jobs that cannot be read, of which it was said once.
    sick: BTreeMap<String, Trouble>,
    /// When the controller was read before, by its own clock.
    since: Option<i64>,
    /// The same as it is stored.
    stored: Option<i64>,
}

/// What is known of a job.
#[derive(Debug)]
struct Known {
    progress: Progress,
    /// In how many lists in a row it was missing.
    missing: u32,
}

/// What a look at the controller came to.
#[derive(Debug, Default)]
pub struct Looked {
    /// How many jobs are followed.
    pub jobs: usize,
    /// How many messages were accepted.
    pub messages: usize,
    /// How many requests it took.
    pub requests: usize,
    /// What went wrong without keeping the rest from being told.
    pub warnings: Vec<Diagnostic>,
    /// Whether this was the first look ever, in which everything counts as seen.
    pub first: bool,
}

/// Why a look failed.
#[derive(Debug)]
pub enum Failure {
    /// The controller gives no answer that can be used. Later it may.
    Controller(Trouble),
    /// Nothing can be accepted.
    Outbox(Diagnostic),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::Controller(trouble)
    }
}

impl From<Diagnostic> for Failure {
    fn from(error: Diagnostic) -> Self {
        Self::Outbox(error)
    }
}

impl Watcher {
    /// Builds a watcher that goes on where the last one stopped.
    ///
    /// # Errors
    /// If the outbox cannot be read.
    pub fn new(
        remote: Remote,
        outbox: Outbox,
        settings: Settings,
        rules: Rules,
        account: Account,
    ) -> Result<Self> {
        let since = outbox
            .cursor(&clock(&remote))?
            .and_then(|text| text.parse().ok());
        Ok(Self {
            remote,
            outbox,
            settings,
            rules,
            account,
            mask: Mask::default(),
            jobs: HashMap::new(),
            sick: BTreeMap::new(),
            since,
            stored: since,
        })
    }

    /// Looks at the controller once, and accepts what there is to tell.
    ///
    /// # Errors
    /// If the controller cannot be read, or nothing can be accepted. What was accepted before stays.
    pub async fn look(&mut self, now: Timestamp) -> Result<Looked, Failure> {
        let listing = self.remote.list().await?;
        let date = listing.date_ms.unwrap_or_else(|| now.as_millisecond());
        let mut looked = Looked {
            requests: listing.requests,
            first: self.since.is_none(),
            ..Looked::default()
        };
        let globs = &self.settings.controller.jobs;
        let jobs: Vec<Job> = listing
            .jobs
            .into_iter()
            .filter(|job| globs.take(&job.path()))
            .collect();
        looked.jobs = jobs.len();
        self.age();
        // What needs no closer look is stored together.
        let mut cursors = Vec::new();
        let mut complete = true;
        for job in &jobs {
            self.recall(job)?;
            let known = self.jobs.get(&job.name).map(|known| &known.progress);
            match compare(known, job.last.as_ref(), self.since) {
                Next::Nothing => {}
                Next::Remember(progress) => {
                    cursors.push(self.cursor(job, &progress));
                    self.remember(job, progress);
                }
                Next::Look { oldest } => {
                    let new = known.is_none();
                    // Of a new job, what ended since the last look is told; so that moment waits for it.
                    complete &= self.tell(job, oldest, &mut looked).await? || !new;
                }
            }
        }
        let date = if complete {
            date
        } else {
            self.since.unwrap_or(date)
        };
        self.store(cursors, date, looked.first)?;
        Ok(looked)
    }

    /// Returns the address of the controller.
    pub fn root(&self) -> &str {
        self.remote.root()
    }

    /// Returns how often to look where nothing else says so.
    pub fn interval(&self) -> Duration {
        self.settings.controller.interval
    }

    /// Says what to do about a controller that cannot be read, if a person can do something.
    pub fn advice(&self, trouble: &Trouble) -> Option<&'static str> {
        let logged_in = self.settings.controller.user.is_some();
        Some(match trouble {
            Trouble::Refused(_) if logged_in => {
                "look whether the API token is the user's and whether the user may read jobs (Overall/Read, Job/Read)"
            }
            Trouble::Refused(_) => {
                "this Jenkins wants a login: give `user` and `token_file` below `[controller]`"
            }
            Trouble::Unreachable(reason) if reason.contains("certificate") => {
                "if Jenkins has a certificate of a company's own authority, name that in `cert_bundle` below `[controller]`"
            }
            Trouble::Missing | Trouble::NotJson(_) | Trouble::Status(300..400) => {
                "look whether the address is that of Jenkins itself, with its path if it has one"
            }
            _ => return None,
        })
    }

    /// Returns how long to wait after a look: the interval of the settings, or longer where a list takes more than one
    /// request for each thousand jobs.
    pub fn pause(&self, looked: &Looked) -> Duration {
        let fair = looked.jobs.div_ceil(JOBS_PER_REQUEST).max(1);
        let interval = self.interval().as_secs_f64();
        Duration::from_secs_f64(interval * (looked.requests as f64 / fair as f64).max(1.0))
    }

    /// Looks at a job's builds and accepts what is news. A job that cannot be read keeps no other from being told, and is
    /// looked at again the next time. Returns whether it could be read.
    async fn tell(&mut self, job: &Job, oldest: u64, looked: &mut Looked) -> Result<bool, Failure> {
        match self.read(job, oldest).await {
            Ok((reports, progress)) => {
                self.sick.remove(&job.name);
                self.accept(job, &reports, progress, looked)?;
                Ok(true)
            }
            // It was deleted meanwhile.
            Err(Trouble::Missing) => Ok(true),
            Err(trouble @ Trouble::Unreachable(_)) => Err(trouble.into()),
            Err(trouble) => {
                if self.sick.get(&job.name) != Some(&trouble) {
                    let error = Diagnostic::failed(format!("cannot read the job `{}`", job.path()));
                    looked.warnings.push(error.cause(&trouble));
                    self.sick.insert(job.name.clone(), trouble);
                }
                Ok(false)
            }
        }
    }

    async fn read(&self, job: &Job, oldest: u64) -> Result<(Vec<Report>, Progress), Trouble> {
        let (url, builds) = self.remote.builds(&job.name, oldest, HISTORY).await?;
        let known = self.jobs.get(&job.name).map(|known| &known.progress);
        let (news, progress) = advance(known, builds, self.since);
        let mut reports = Vec::new();
        for one in news {
            match self.remote.report(job, &one.build).await {
                Ok(report) => reports.push(with_past(report, &one, url.clone())),
                // The build was deleted meanwhile.
                Err(Trouble::Missing) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        Ok((reports, progress))
    }

    fn accept(
        &mut self,
        job: &Job,
        reports: &[Report],
        progress: Progress,
        looked: &mut Looked,
    ) -> Result<()> {
        let messages: Vec<Message> = reports
            .iter()
            .flat_map(|report| self.messages(report, looked))
            .collect();
        let rows = rows(
            &messages,
            &INTEGRATION,
            &self.account,
            &self.settings.delivery,
        );
        let cursor = self.cursor(job, &progress);
        self.outbox.accept_and_advance(&rows, &[cursor])?;
        looked.messages += messages.len();
        self.remember(job, progress);
        Ok(())
    }

    fn messages(&self, report: &Report, looked: &mut Looked) -> Vec<Message> {
        let started = report.started.unwrap_or_default();
        let ended = started.saturating_add_unsigned(report.duration_ms.unwrap_or(0));
        let happened = Timestamp::from_millisecond(ended).unwrap_or(Timestamp::UNIX_EPOCH);
        let event = collect::build_event(report, &self.settings, &self.mask, happened);
        let rendered = self.rules.render(&event);
        looked.warnings.extend(rendered.warnings);
        let outgoing = rendered.outgoing.into_iter();
        outgoing
            .map(|outgoing| Message {
                event: event.clone(),
                outgoing,
            })
            .collect()
    }

    /// Reads what an earlier run of the program knew about a job.
    fn recall(&mut self, job: &Job) -> Result<()> {
        if let Some(known) = self.jobs.get_mut(&job.name) {
            known.missing = 0;
            return Ok(());
        }
        // Before the first look there can be nothing, and with thousands of jobs asking takes long.
        if self.since.is_none() {
            return Ok(());
        }
        let stored = self.outbox.cursor(&name(&self.remote, job))?;
        // What cannot be read is as if the job were new.
        if let Some(progress) = stored.and_then(|text| serde_json::from_str(&text).ok()) {
            self.remember(job, progress);
        }
        Ok(())
    }

    fn remember(&mut self, job: &Job, progress: Progress) {
        let known = Known {
            progress,
            missing: 0,
        };
        self.jobs.insert(job.name.clone(), known);
    }

    /// Counts the list that is about to be read as one without the job, until it is found there.
    fn age(&mut self) {
        self.jobs.retain(|_, known| {
            known.missing += 1;
            known.missing <= FORGET
        });
    }

    fn cursor(&self, job: &Job, progress: &Progress) -> Cursor {
        Cursor {
            name: name(&self.remote, job),
            value: serde_json::to_string(progress).expect("plain data becomes JSON"),
        }
    }

    /// Stores what was passed over, and now and then how far the clock is.
    fn store(&mut self, mut cursors: Vec<Cursor>, date: i64, first: bool) -> Result<()> {
        self.since = Some(date);
        let age = self.stored.map_or(i64::MAX, |stored| date - stored);
        if first || !cursors.is_empty() || age >= STORE_EVERY_MS {
            cursors.push(Cursor {
                name: clock(&self.remote),
                value: date.to_string(),
            });
            self.outbox.accept_and_advance(&[], &cursors)?;
            self.stored = Some(date);
        }
        Ok(())
    }
}

fn with_past(report: Report, news: &News, job_url: Option<String>) -> Report {
    Report {
        job_url,
        previous_result: news.previous_result.clone(),
        failures: Some(news.before.count),
        failing_since: (news.before.count > 0).then_some(news.before.since),
        ..report
    }
}

fn clock(remote: &Remote) -> String {
    format!("jenkins {}", remote.root())
}

fn name(remote: &Remote, job: &Job) -> String {
    format!("jenkins {} {}", remote.root(), job.name)
}
