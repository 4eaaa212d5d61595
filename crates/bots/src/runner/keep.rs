//! Keeping messages for a server that cannot be reached: in the outbox, which delivers them when it can.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use zulipkit_api::messages::{ChannelRef, People, SendMessage, To};
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
    /// Whether anything may wait; until it is known that nothing does, the outbox is asked before each sending.
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
        let destination = destination(&keeping.message.to);
        let mut row = NewRow::new(account, &agent, &endpoint, body, destination, now);
        row.coalesce = keeping.name;
        row.unclear = keeping.unclear;
        self.inner.waits.store(true, Ordering::Release);
        self.with(move |outbox| outbox.accept(&[row]).map(drop))
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
        let (account, destination) = (account.clone(), destination(to));
        let (_, here) = self
            .with(move |outbox| outbox.waits(&account, &destination))
            .await?;
        Ok(here)
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Outbox) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let inner = self.inner.clone();
        let work = move || {
            let mut outbox = inner.outbox.lock().unwrap_or_else(PoisonError::into_inner);
            let outbox = match &mut *outbox {
                Some(outbox) => outbox,
                none => none.insert(Outbox::open(&inner.dir)?),
            };
            work(outbox)
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|error| Err(Diagnostic::failed("cannot use the outbox").source(&error)))
    }
}

/// Returns the place within which the order is kept.
fn destination(to: &To) -> Destination {
    match to {
        To::Channel { channel, topic } => {
            let channel = match channel {
                ChannelRef::Name(name) => name.clone(),
                ChannelRef::Id(id) => format!("#{id}"),
            };
            Destination::channel(&channel, topic)
        }
        To::People(People::Emails(emails)) => Destination::direct(emails),
        To::People(People::Ids(ids)) => Destination::direct(ids),
    }
}
