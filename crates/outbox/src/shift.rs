//! One holding of the lock: which rows are taken, and what their answers change.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use rusqlite::Transaction;
use zulipkit_diag::Result;

use crate::Outbox;
use crate::account::{Opened, open_account, stamp};
use crate::attempt::{Answer, Task, understand};
use crate::clock::{Clock, Moment, Timeline};
use crate::courier::OpenAccount;
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
    open: &'a OpenAccount,
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
        open: &'a OpenAccount,
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
            open,
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
        self.outbox.release_changed_settings(self.time.now())?;
        if self.time.now().since(self.tidied) > TIDY {
            self.outbox.tidy()?;
            self.tidied = self.time.now();
        }
        let mut tasks = Vec::new();
        while tasks.len() < room {
            let Some(ready) = self.ready(room - tasks.len())? else {
                break;
            };
            tasks.extend(ready);
        }
        if tasks.iter().any(|task| matches!(task.step, Step::Send)) {
            (self.probe)(Point::Marked);
        }
        Ok(tasks)
    }

    /// Takes what is due now; `None` if nothing is.
    ///
    /// It may take nothing although something was due: a row whose settings cannot be read is put back with a reason, and
    /// the next one may have its turn.
    fn ready(&mut self, room: usize) -> Result<Option<Vec<Task>>> {
        let mut due = Vec::new();
        for candidate in self.due()?.into_iter().take(room) {
            self.busy.insert(candidate.destination);
            if candidate.held {
                self.trying.insert(candidate.account);
            }
            due.push(candidate);
        }
        if due.is_empty() {
            return Ok(None);
        }
        let mut opened = Vec::new();
        for candidate in due {
            match self.account(&candidate)? {
                Some(account) => opened.push((candidate, account)),
                None => self.release(candidate.destination, candidate.account, candidate.held),
            }
        }
        if opened.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let read = self.time.read();
        let rules = self.rules;
        let begun = self.transact(|transaction, _| {
            let mut begun = Vec::new();
            for (candidate, account) in opened {
                let step = record::begin(transaction, &candidate, read, rules)?;
                begun.push((candidate, account, step));
            }
            Ok(begun)
        })?;
        let mut tasks = Vec::new();
        for (candidate, account, step) in begun {
            match step {
                Some((job, step)) => tasks.push(Task {
                    job,
                    step,
                    account,
                    held: candidate.held,
                }),
                None => self.release(candidate.destination, candidate.account, candidate.held),
            }
        }
        Ok(Some(tasks))
    }

    /// Returns the rows that may be tried now: one for each destination, and one for each account that is held.
    fn due(&self) -> Result<Vec<Candidate>> {
        let now = self.time.now();
        let (mut busy, mut trying) = (self.busy.clone(), self.trying.clone());
        let due = self.candidates()?.into_iter().filter(|candidate| {
            candidate.due <= now
                && !busy.contains(&candidate.destination)
                && (!candidate.held || trying.insert(candidate.account))
                && busy.insert(candidate.destination)
        });
        Ok(due.collect())
    }

    /// Returns how long it is until something is due; `None` if that is beyond the deliverer's patience.
    pub(crate) fn next_due(&self, patience: Patience) -> Result<Option<Duration>> {
        let now = self.time.now();
        let next = self
            .candidates()?
            .iter()
            .map(|candidate| candidate.due)
            .min();
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
            job,
            step,
            account,
            held,
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
                job,
                step,
                account,
                held,
            }));
        }
        self.release(job.destination, job.account, held);
        Ok(None)
    }

    fn write_outcome(
        &mut self,
        job: &Job,
        stamp: &str,
        understand: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<Verdict>,
    ) -> Result<(Outcome, State)> {
        let wall_ms = self.time.read().wall_ms;
        let (verdict, state) = self.transact(|transaction, around| {
            let verdict = understand(transaction)?;
            let state = record::settle(transaction, job, &verdict, stamp, around, wall_ms)?;
            Ok((verdict, state))
        })?;
        if verdict.outcome == Outcome::Blocked {
            self.accounts.remove(&job.account);
        }
        tracing::info!(
            outbox.row = %job.id, zulip.site = job.site_url, outbox.place = job.public_place(), outbox.outcome = ?verdict.outcome,
            "row {} is {state:?}: {}", job.id, verdict.words
        );
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
        let stamp = stamp(&job.settings);
        match open_account(self.open, &job) {
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

    fn release(&mut self, destination: i64, account: i64, held: bool) {
        self.busy.remove(&destination);
        if held {
            self.trying.remove(&account);
        }
    }

    fn candidates(&self) -> Result<Vec<Candidate>> {
        self.outbox.read(store::candidates)
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
