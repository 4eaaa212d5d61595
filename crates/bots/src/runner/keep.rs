//! Keeping messages for a server that cannot be reached: in the outbox, which delivers them when it can.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use zulipkit_api::messages::{SendMessage, To};
use zulipkit_api::stored;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_outbox::{Account, Destination, NewRow, Outbox, Unclear};

/// What wakes or starts a deliverer of the outbox in a folder.
pub type Wake = Box<dyn Fn(&Path) -> Result<()> + Send + Sync>;

/// The outbox of this user, for messages that cannot be sent now.
///
/// Clones are the same outbox.
#[derive(Clone)]
pub struct Keeper {
    inner: Arc<Inner>,
}

struct Inner {
    dir: PathBuf,
    wake: Wake,
    outbox: Mutex<Option<Outbox>>,
    /// Whether anything may wait; until it is known that nothing does, the outbox is asked before each sending. It changes only
    /// while the outbox is held, so that nothing accepted meanwhile is overlooked.
    waits: AtomicBool,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Keeper").field(&self.inner.dir).finish()
    }
}

/// A message to keep.
#[derive(Debug, Clone)]
pub(super) struct Keeping {
    pub(super) account: Account,
    pub(super) agent: String,
    pub(super) message: SendMessage,
    /// A name of its own, so that it is not kept twice.
    pub(super) name: Option<String>,
    /// It was sent, and no answer was seen.
    pub(super) unclear: Option<Unclear>,
}

impl Keeper {
    /// Keeps in the outbox of a folder.
    pub fn new(dir: &Path, wake: Wake) -> Self {
        let inner = Inner {
            dir: dir.to_owned(),
            wake,
            outbox: Mutex::new(None),
            waits: AtomicBool::new(true),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Keeps a message. When it returns it is on the disk, and somebody delivers it.
    pub(super) async fn keep(&self, keeping: Keeping) -> Result<()> {
        let now = jiff::Timestamp::now().as_millisecond();
        let (endpoint, body) = stored(&keeping.message);
        let Keeping { account, agent, .. } = keeping;
        let destination = Destination::from(&keeping.message.to);
        let mut row = NewRow::new(account, &agent, &endpoint, body, destination, now);
        row.coalesce = keeping.name;
        row.unclear = keeping.unclear;
        row.own_topic = true;
        self.with(move |inner, open| {
            inner.waits.store(true, Ordering::Release);
            let outbox = match open {
                Some(outbox) => outbox,
                none => none.insert(Outbox::open(&inner.dir)?),
            };
            outbox.accept(&[row]).map(drop)
        })
        .await?;
        if let Err(error) = (self.inner.wake)(&self.inner.dir) {
            tracing::error!("{}", error.one_line());
        }
        Ok(())
    }

    /// Tells whether something of the account waits for this place, before which nothing else may be sent there.
    pub(super) async fn waits(&self, account: &Account, to: &To) -> Result<bool> {
        if !self.inner.waits.load(Ordering::Acquire) {
            return Ok(false);
        }
        let (account, destination) = (account.clone(), Destination::from(to));
        self.with(move |inner, open| {
            if open.is_none() {
                *open = Outbox::look(&inner.dir)?;
            }
            let Some(outbox) = open else {
                inner.waits.store(false, Ordering::Release);
                return Ok(false);
            };
            inner
                .waits
                .store(outbox.anything_waits()?, Ordering::Release);
            outbox.waits(&account, &destination)
        })
        .await
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner, &mut Option<Outbox>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let inner = self.inner.clone();
        let work = move || {
            let mut outbox = inner.outbox.lock().unwrap_or_else(PoisonError::into_inner);
            work(&inner, &mut outbox)
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|error| Err(Diagnostic::failed("cannot use the outbox").source(&error)))
    }
}
