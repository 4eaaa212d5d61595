//! The way out: sends a message, waits where the server asks for it, looks where the outcome is unclear, and keeps what cannot
//! be sent now.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::{Instant, sleep};
use zulipkit_api::messages::SendMessage;
use zulipkit_api::{Client, Error, MessageId, Policy, Retry};
use zulipkit_diag::{Diagnostic, Kind, Result};
use zulipkit_outbox::{Account, Unclear, read_back};

use super::keep::{Keeper, Keeping};
use crate::Posted;

/// How long it is tried to reach a server before the message is left to the outbox.
const REACH: Duration = Duration::from_secs(5);

/// How long it is waited at the server's wish before the message is left to the outbox, which waits for any time.
const PAUSE: Duration = Duration::from_secs(60);

/// How long a message whose outcome is unclear is looked for before it is left to the outbox.
const LOOK: Duration = Duration::from_secs(15);

/// How long a slow server may take to store a message after it gave no answer, where no outbox waits for that.
const SETTLE: Duration = Duration::from_secs(60);

/// How many of the newest numbers of own messages are known.
const KNOWN: usize = 4_000;

/// The longest text of a message, in code points, where the server has not said another.
const MAX_LENGTH: usize = 10_000;

/// How the messages of one account go out.
#[derive(Debug)]
pub(crate) struct Outbound {
    client: Client,
    agent: String,
    /// Where messages are kept, and for whom; nobody can keep any for an account whose key is in the environment alone.
    keeper: Option<(Keeper, Account)>,
    max_length: AtomicUsize,
    /// The highest number of a message that is known.
    newest: AtomicU64,
    /// The newest own messages, each of which belongs to one sending.
    own: Mutex<BTreeSet<MessageId>>,
}

/// One message, or one part of one.
#[derive(Debug)]
pub(super) struct Outgoing<'a> {
    pub(super) message: SendMessage,
    /// A message that was there before it was first sent.
    pub(super) after: MessageId,
    /// It was sent before, with this body, and nobody knows what became of it.
    pub(super) sent_as: Option<&'a Map<String, Value>>,
    /// A name by which the outbox knows it again.
    pub(super) name: Option<String>,
}

/// What is known of a message that may have been sent.
enum Fate {
    There(MessageId),
    Absent,
    /// Nobody can tell yet; if it comes to be there, it is after this message.
    Unclear(MessageId),
}

impl Outbound {
    pub(super) fn new(client: &Client, agent: &str, keeper: Option<(Keeper, Account)>) -> Self {
        let policy = Policy {
            total: REACH,
            ..Policy::default()
        };
        Self {
            client: client.with_policy(policy),
            agent: agent.to_owned(),
            keeper,
            max_length: AtomicUsize::new(MAX_LENGTH),
            newest: AtomicU64::new(0),
            own: Mutex::default(),
        }
    }

    pub(super) fn max_length(&self) -> usize {
        self.max_length.load(Ordering::Relaxed)
    }

    pub(super) fn set_max_length(&self, length: usize) {
        self.max_length.store(length.max(1), Ordering::Relaxed);
    }

    /// Notes that a message is there.
    pub(crate) fn saw(&self, message: MessageId) {
        self.newest.fetch_max(message.0, Ordering::Relaxed);
    }

    /// Returns the newest message that is known: what is sent from now on has a higher number.
    pub(super) fn newest(&self) -> MessageId {
        MessageId(self.newest.load(Ordering::Relaxed))
    }

    /// Notes that an own message belongs to a sending; false if it belonged to another one before.
    pub(super) fn claim(&self, message: MessageId) -> bool {
        self.saw(message);
        let mut own = self.own();
        let new = own.insert(message);
        if own.len() > KNOWN {
            own.pop_first();
        }
        new
    }

    /// Sends a message, or a part of one. When it returns it is there, or kept.
    ///
    /// # Errors
    /// The server refused it, of [`Kind::Refused`], or it is unclear what became of it and nothing can keep it.
    pub(super) async fn send(&self, outgoing: Outgoing<'_>) -> Result<Posted> {
        if let Some(wire) = outgoing.sent_as {
            match self.find(wire, outgoing.after).await? {
                Fate::There(id) => return Ok(Posted::There(id)),
                Fate::Unclear(after) => return self.keep(&outgoing, Some(after)).await,
                Fate::Absent => {}
            }
        }
        if let Some((keeper, account)) = &self.keeper
            && keeper.waits(account, &outgoing.message.to).await?
        {
            return self.keep(&outgoing, None).await;
        }
        let begun = Instant::now();
        loop {
            let error = match self.client.send(&outgoing.message).await {
                Ok(sent) => {
                    self.claim(sent.id);
                    return Ok(Posted::There(sent.id));
                }
                Err(error) => error,
            };
            match error.retry() {
                // It may have a new key some day, and what is kept goes out with that. A proxy's page is no word of the server.
                Retry::Permanent
                    if self.keeper.is_some() && (error.is_auth() || !error.is_refusal()) =>
                {
                    return self.keep(&outgoing, None).await;
                }
                Retry::Permanent => return Err(refused(&error)),
                Retry::Transient(Some(wait))
                    if self.keeper.is_some() && begun.elapsed() + wait > PAUSE =>
                {
                    return self.keep(&outgoing, None).await;
                }
                Retry::Transient(Some(wait)) => sleep(wait).await,
                Retry::NothingSent | Retry::Transient(None) if self.keeper.is_some() => {
                    return self.keep(&outgoing, None).await;
                }
                Retry::NothingSent | Retry::Transient(None) => sleep(REACH).await,
                Retry::Unclear => {
                    let (_, wire) = zulipkit_api::stored(&outgoing.message);
                    match self.find(&wire, outgoing.after).await? {
                        Fate::There(id) => return Ok(Posted::There(id)),
                        Fate::Unclear(after) => return self.keep(&outgoing, Some(after)).await,
                        Fate::Absent => {}
                    }
                }
            }
        }
    }

    /// Looks for a message that may have been sent, until it is clear what became of it, or the outbox may as well go on.
    async fn find(&self, wire: &Map<String, Value>, after: MessageId) -> Result<Fate> {
        let begun = Instant::now();
        let mut wait = Duration::from_millis(250);
        let mut after = after;
        loop {
            let newest = self.newest();
            match read_back(&self.client, wire, after).await {
                Ok(seen) => {
                    if let Some(id) = seen.found.into_iter().find(|id| self.claim(*id)) {
                        return Ok(Fate::There(id));
                    }
                    if self.keeper.is_none() && (!seen.readable || begun.elapsed() > SETTLE) {
                        return Ok(Fate::Absent);
                    }
                    // What is there by now was looked at.
                    if seen.readable {
                        after = after.max(newest);
                    }
                }
                Err(error) if error.is_auth() => return Ok(Fate::Unclear(after)),
                Err(error) => tracing::debug!("cannot look for a message: {error}"),
            }
            if self.keeper.is_some() && begun.elapsed() > LOOK {
                return Ok(Fate::Unclear(after));
            }
            sleep(wait).await;
            wait = (wait * 2).min(Duration::from_secs(5));
        }
    }

    /// Leaves a message to the outbox. If it may have been sent already, it is looked for after the message `unclear`.
    async fn keep(&self, outgoing: &Outgoing<'_>, unclear: Option<MessageId>) -> Result<Posted> {
        let Some((keeper, account)) = &self.keeper else {
            return Err(Diagnostic::new(Kind::TryLater, "cannot send a message now"));
        };
        let keeping = Keeping {
            account: account.clone(),
            agent: self.agent.clone(),
            message: outgoing.message.clone(),
            name: outgoing.name.clone(),
            unclear: unclear.map(|after| Unclear {
                after,
                sent_ms: jiff::Timestamp::now().as_millisecond(),
            }),
        };
        keeper.keep(keeping).await?;
        tracing::warn!("a message is kept in the outbox until the server takes it");
        Ok(Posted::Kept)
    }

    fn own(&self) -> MutexGuard<'_, BTreeSet<MessageId>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(error: &Error) -> Diagnostic {
    Diagnostic::new(Kind::Refused, "cannot send a message").source(error)
}
