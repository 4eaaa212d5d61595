//! One holding of the lock: which rows are taken, and what their answers change.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use rusqlite::Transaction;
use zulipkit_diag::Result;

use crate::Outbox;
use crate::account::{Accounts, Opened, open_account, stamp};
use crate::attempt::{Answer, Task, understand};
use crate::clock::{Clock, Moment, Timeline};
use crate::deliver::Patience;
use crate::probe::Point;
use crate::record::{self, Step};
use crate::state::{Circumstances, Outcome, Rules, State, inherit};
use crate::store::{self, Candidate, Job};
use crate::verdict::Verdict;

/// How long credentials are used before the settings are read again.
const REREAD: Duration = Duration::from_secs(60);

/// How often a deliverer that stays forgets old rows.
const TIDY: Duration = Duration::from_secs(60 * 60);

pub(crate) struct Shift<'a, K> {
    outbox: &'a mut Outbox,
    time: Timeline<'a, K>,
    source: &'a dyn Accounts,
    rules: &'a Rules,
    probe: &'a dyn Fn(Point),
    /// The accounts opened lately.
    accounts: HashMap<i64, Rc<Opened>>,
    /// Where requests are under way.
    busy: HashSet<i64>,
    /// The accounts for which a request is under way that tries a hold.
    trying: HashSet<i64>,
    /// When something last got through or came in.
    progressed: Moment,
    /// When old rows were last forgotten.
    tidied: Moment,
}

impl<'a, K: Clock> Shift<'a, K> {
    /// Begins, and takes what is marked as being sent for unclear: whoever marked it is gone.
    pub(crate) fn start(
        outbox: &'a mut Outbox,
        clock: &'a K,
        source: &'a dyn Accounts,
        rules: &'a Rules,
        probe: &'a dyn Fn(Point),
    ) -> Result<Self> {
        let last = outbox.read(store::reading)?;
        let time = Timeline::resume(clock, last);
        let mut shift = Self {
            progressed: time.now(),
            tidied: time.now(),
            outbox,
            time,
            source,
            rules,
            probe,
            accounts: HashMap::new(),
            busy: HashSet::new(),
            trying: HashSet::new(),
        };
        let in_doubt = shift.outbox.read(store::in_doubt)?;
        if !in_doubt.is_empty() {
            shift.transact(|transaction, around| {
                for id in &in_doubt {
                    if let Some(job) = store::load(transaction, *id)? {
                        let next = inherit(&job.progress, &job.terms, around.now);
                        record::write(transaction, *id, &next, around.now)?;
                    }
                }
                Ok(())
            })?;
        }
        Ok(shift)
    }

    /// Takes up to so many rows that are due, and marks those that are about to be sent.
    pub(crate) fn take(&mut self, room: usize) -> Result<Vec<Task>> {
        if self.outbox.has_unseen()? {
            self.transact(|transaction, around| record::see_new(transaction, around.now))?;
            self.progressed = self.time.now();
        }
        self.outbox
            .release_changed_settings(self.source, self.time.now())?;
        if self.time.now().since(self.tidied) > TIDY {
            self.outbox.tidy()?;
            self.tidied = self.time.now();
        }
        let mut tasks = Vec::new();
        // A row whose settings cannot be read is put back with a reason, and the next one may have its turn.
        while tasks.len() < room {
            let claimed = self.claim(room - tasks.len())?;
            if claimed.is_empty() {
                break;
            }
            tasks.extend(self.begin(claimed)?);
        }
        if tasks.iter().any(|task| matches!(task.step, Step::Send)) {
            (self.probe)(Point::Marked);
        }
        Ok(tasks)
    }

    /// Picks rows that are due: one for each destination, and one for each account that is held.
    fn claim(&mut self, room: usize) -> Result<Vec<Candidate>> {
        let now = self.time.now();
        let mut claimed = Vec::new();
        for candidate in self.outbox.read(store::candidates)? {
            if claimed.len() == room {
                break;
            }
            let tried = candidate.held && self.trying.contains(&candidate.account);
            if candidate.due <= now && !tried && self.busy.insert(candidate.destination) {
                if candidate.held {
                    self.trying.insert(candidate.account);
                }
                claimed.push(candidate);
            }
        }
        Ok(claimed)
    }

    /// Begins the next step of each row for which there is one.
    fn begin(&mut self, claimed: Vec<Candidate>) -> Result<Vec<Task>> {
        let mut opened = Vec::new();
        for candidate in claimed {
            match self.account(&candidate)? {
                Some(account) => opened.push((candidate, account)),
                None => self.release(&candidate),
            }
        }
        if opened.is_empty() {
            return Ok(Vec::new());
        }
        let (time, rules) = (self.time.read(), self.rules);
        let steps: Vec<_> = self.transact(|transaction, _| {
            let begin = |(candidate, _): &_| record::begin(transaction, candidate, time, rules);
            opened.iter().map(begin).collect()
        })?;
        let mut tasks = Vec::new();
        for ((candidate, account), step) in opened.into_iter().zip(steps) {
            match step {
                Some((job, step)) => tasks.push(Task {
                    candidate,
                    account,
                    job,
                    step,
                }),
                None => self.release(&candidate),
            }
        }
        Ok(tasks)
    }

    /// Returns how long it is until something is due; `None` if that is beyond the deliverer's patience.
    pub(crate) fn next_due(&self, patience: Patience) -> Result<Option<Duration>> {
        let now = self.time.now();
        let candidates = self.outbox.read(store::candidates)?;
        let next = candidates.iter().map(|candidate| candidate.due).min();
        Ok(match (patience, next) {
            (Patience::Forever, None) => Some(Duration::MAX),
            (Patience::For(_), None) => None,
            (Patience::For(patience), Some(due)) if due > self.progressed.after(patience) => None,
            (_, Some(due)) => Some(due.since(now)),
        })
    }

    /// Writes down what an attempt brought. Returns the next one if that has to follow at once.
    pub(crate) fn settle(&mut self, task: Task, answer: Answer) -> Result<Option<Task>> {
        let Task {
            candidate,
            account,
            job,
            step,
        } = task;
        (self.probe)(match step {
            Step::Send => Point::Answered,
            Step::Look => Point::Looked,
            Step::Upload { .. } => Point::Uploaded,
        });
        let (outcome, state) = self.write_outcome(&job, &account.stamp, |transaction| {
            understand(transaction, &job, &step, answer)
        })?;
        if state == State::Delivered {
            self.progressed = self.time.now();
        }
        (self.probe)(Point::Settled);
        if outcome.resends(&job.terms) {
            let step = Step::Send;
            return Ok(Some(Task {
                candidate,
                account,
                job,
                step,
            }));
        }
        self.release(&candidate);
        Ok(None)
    }

    fn write_outcome(
        &mut self,
        job: &Job,
        stamp: &str,
        understand: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<Verdict>,
    ) -> Result<(Outcome, State)> {
        let (verdict, state) = self.transact(|transaction, around| {
            let verdict = understand(transaction)?;
            let state = record::settle(transaction, job, &verdict, stamp, around)?;
            Ok((verdict, state))
        })?;
        if verdict.outcome == Outcome::Blocked {
            self.accounts.remove(&job.account);
        }
        let (id, words) = (job.id, &verdict.words);
        if state == State::Dead || verdict.outcome == Outcome::Blocked {
            tracing::error!(
                outbox.row = %id, zulip.site = job.site_url, outbox.place = job.public_place(),
                "row {id} waits for a person: {words}"
            );
        } else {
            tracing::info!(
                outbox.row = %id, zulip.site = job.site_url, outbox.place = job.public_place(),
                "row {id} is {}: {words}", state.as_str()
            );
        }
        Ok((verdict.outcome, state))
    }

    /// Opens a row's account; if that fails the row is put back and its account held.
    fn account(&mut self, candidate: &Candidate) -> Result<Option<Rc<Opened>>> {
        let now = self.time.now();
        if let Some(opened) = self.accounts.get(&candidate.account)
            && now.since(opened.at) < REREAD
        {
            return Ok(Some(Rc::clone(opened)));
        }
        let Some(job) = self.outbox.read(|db| store::load(db, candidate.id))? else {
            return Ok(None);
        };
        let stamp = stamp(self.source, &job.settings);
        match open_account(self.source, &job) {
            Ok(credentials) => {
                let opened = Opened {
                    credentials,
                    at: now,
                    stamp,
                };
                let opened = Rc::new(opened);
                self.accounts.insert(job.account, Rc::clone(&opened));
                Ok(Some(opened))
            }
            Err(diagnostic) => {
                self.write_outcome(&job, &stamp, |_| Ok(Verdict::no_account(&diagnostic)))?;
                Ok(None)
            }
        }
    }

    fn release(&mut self, candidate: &Candidate) {
        self.busy.remove(&candidate.destination);
        if candidate.held {
            self.trying.remove(&candidate.account);
        }
    }

    /// Does some writing in one transaction, and moves the outbox's time on with it.
    fn transact<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>, &Circumstances<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let time = self.time.read();
        let around = Circumstances {
            now: time.now,
            rules: self.rules,
            site_succeeded: None,
            random: rand::random(),
        };
        self.outbox.write(|transaction| {
            let value = work(transaction, &around)?;
            record::tick(transaction, time)?;
            Ok(value)
        })
    }
}
