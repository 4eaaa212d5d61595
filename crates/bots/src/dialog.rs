use std::marker::PhantomData;

use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zulipkit_diag::Result;

use crate::{Context, Incoming, Storage};

/// Whose conversation goes on over several messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The sender's, wherever the next message comes from.
    Person,
    /// Everybody's in the topic or direct conversation.
    Conversation,
    /// The sender's in the topic or direct conversation.
    PersonHere,
}

/// A conversation that goes on over several messages: what the bot knows of it until the next one comes.
///
/// It is stored like everything else that the bot remembers, so a restart does not interrupt it. After an hour without a
/// message it is over.
#[derive(Debug, Clone)]
pub struct Dialog<T> {
    storage: Storage,
    key: String,
    now: Timestamp,
    lasts: SignedDuration,
    state: PhantomData<fn() -> T>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Open<T> {
    state: T,
    until: Timestamp,
}

impl<T> Dialog<T> {
    pub(crate) fn new(scope: Scope, message: &Incoming, context: &Context) -> Self {
        let (person, place) = (message.sender(), &message.conversation);
        let key = match scope {
            Scope::Person => format!("dialog:{person}"),
            Scope::Conversation => format!("dialog:{place}"),
            Scope::PersonHere => format!("dialog:{person}:{place}"),
        };
        Self {
            storage: context.storage().clone(),
            key,
            now: context.now(),
            lasts: SignedDuration::from_hours(1),
            state: PhantomData,
        }
    }

    /// Sets for how long the next message is waited for.
    #[must_use]
    pub fn lasting(mut self, time: SignedDuration) -> Self {
        self.lasts = time;
        self
    }
}

impl<T: Serialize + DeserializeOwned + Send + Sync> Dialog<T> {
    /// Returns what the bot knows, if a dialog is open.
    ///
    /// # Errors
    /// The storage fails, or holds something else.
    pub async fn state(&self) -> Result<Option<T>> {
        let open: Option<Open<T>> = self.storage.get(&self.key).await?;
        Ok(open
            .filter(|open| open.until > self.now)
            .map(|open| open.state))
    }

    /// Opens the dialog, or goes on with it: this is what the bot is to know when the next message comes.
    ///
    /// # Errors
    /// The storage fails.
    pub async fn set(&self, state: T) -> Result<()> {
        let until = self
            .now
            .saturating_add(self.lasts)
            .unwrap_or(Timestamp::MAX);
        self.storage.put(&self.key, &Open { state, until }).await
    }

    /// Ends the dialog.
    ///
    /// # Errors
    /// The storage fails.
    pub async fn close(&self) -> Result<()> {
        self.storage.remove(&self.key).await
    }
}
