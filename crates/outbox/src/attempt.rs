//! One attempt for one row, from the request to what its answer means.

use std::rc::Rc;

use rusqlite::Transaction;
use serde_json::{Map, Value, json};
use zulipkit_api::{Error, Request};

use crate::account::Opened;
use crate::courier::Courier;
use crate::look::{Asker, Look, look};
use crate::record::{self, Step};
use crate::state::Outcome;
use crate::store::{Candidate, Job};
use crate::verdict::Verdict;

/// One attempt for one row.
pub(crate) struct Task {
    pub(crate) candidate: Candidate,
    pub(crate) account: Rc<Opened>,
    pub(crate) job: Job,
    pub(crate) step: Step,
}

/// What an attempt brought.
pub(crate) enum Answer {
    Sent(Result<Map<String, Value>, Error>),
    Looked(Result<Look, Error>),
    /// The row is no request at all.
    Nonsense(String),
}

/// Makes the attempt; it touches nothing but the network.
pub(crate) async fn perform<C: Courier>(courier: &C, task: Task) -> (Task, Answer) {
    let (job, credentials) = (&task.job, &task.account.credentials);
    let answer = match &task.step {
        Step::Look => {
            let agent = &job.agent;
            let asker = Asker {
                courier,
                credentials,
                agent,
            };
            Answer::Looked(look(&asker, &job.wanted()).await)
        }
        Step::Send => match Request::from_parts(&job.endpoint, job.wire()) {
            Ok(request) => Answer::Sent(courier.attempt(credentials, &job.agent, &request).await),
            Err(error) => Answer::Nonsense(error.to_string()),
        },
        Step::Upload { file, .. } => match Request::from_parts("POST /user_uploads", &Map::new()) {
            Ok(request) => {
                let files = vec![file.clone()];
                let request = Request { files, ..request };
                Answer::Sent(courier.attempt(credentials, &job.agent, &request).await)
            }
            Err(error) => Answer::Nonsense(error.to_string()),
        },
    };
    (task, answer)
}

/// Judges an answer, and writes down what in it is worth keeping.
pub(crate) fn understand(
    transaction: &Transaction<'_>,
    job: &Job,
    step: &Step,
    answer: Answer,
) -> rusqlite::Result<Verdict> {
    let verdict = match (answer, step) {
        (Answer::Nonsense(words), _) => Verdict::new(Outcome::Refused, words),
        (Answer::Sent(Ok(result)), Step::Upload { blob, .. }) => {
            match result
                .get("url")
                .or_else(|| result.get("uri"))
                .and_then(Value::as_str)
            {
                Some(url) => {
                    record::uploaded(transaction, *blob, url)?;
                    Verdict::new(Outcome::Uploaded, "a file was uploaded")
                }
                None => Verdict::new(
                    Outcome::Refused,
                    "the server names no address for the uploaded file",
                ),
            }
        }
        (Answer::Sent(Ok(result)), _) => {
            record::answer(transaction, job, &result)?;
            Verdict::new(Outcome::Done, "delivered")
        }
        (Answer::Sent(Err(error)), Step::Upload { .. }) => {
            match Verdict::of_sending(&error, &job.settings) {
                // A file that is there twice harms nobody.
                Verdict {
                    outcome: Outcome::Unclear,
                    words,
                    ..
                } => Verdict::new(Outcome::Failed, words),
                verdict => verdict,
            }
        }
        (Answer::Sent(Err(error)), _) => Verdict::of_sending(&error, &job.settings),
        (Answer::Looked(Err(error)), _) => Verdict::of_looking(&error),
        (Answer::Looked(Ok(look)), _) => {
            record::saw_message(transaction, job.site, look.newest)?;
            match record::claim(transaction, job, &look)? {
                Some(id) => {
                    let mut result = Map::new();
                    result.insert("id".to_owned(), json!(id));
                    record::answer(transaction, job, &result)?;
                    Verdict::new(Outcome::Found, "read back: it had arrived")
                }
                None if look.readable => {
                    Verdict::new(Outcome::Absent, "read back: it is not there")
                }
                None => Verdict::new(
                    Outcome::Unreadable,
                    "sent, no answer seen, and this account cannot read there",
                ),
            }
        }
    };
    Ok(verdict)
}
