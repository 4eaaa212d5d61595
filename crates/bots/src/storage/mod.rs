//! What bots remember: values by key, in memory, in a file, or at the server.

mod cached;
mod memory;
mod places;
mod server;
mod sqlite;

use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use zulipkit_diag::{Diagnostic, Result};

pub use self::cached::Cached;
pub use self::memory::Memory;
pub use self::places::Storages;
pub use self::server::Server;
pub use self::sqlite::{Sqlite, SqliteFile};

/// A place for texts by key.
///
/// Three results are kept apart: a text, none, and that the place failed. No text is empty, since what is stored is JSON; a
/// place may take an empty text as none.
#[async_trait]
pub trait Store: Debug + Send + Sync {
    /// Returns the text under a key, if there is one.
    ///
    /// # Errors
    /// The place cannot be read now.
    async fn get(&self, key: &str) -> Result<Option<String>>;

    /// Applies all changes or none, in this order.
    ///
    /// # Errors
    /// The place cannot be written now, or is full.
    async fn apply(&self, changes: &[Change]) -> Result<()>;

    /// Returns the keys with this beginning, sorted.
    ///
    /// # Errors
    /// The place cannot be read now.
    async fn keys(&self, prefix: &str) -> Result<Vec<String>>;
}

/// A change of what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Puts a text under a key, in place of what is there.
    Put {
        /// The key.
        key: String,
        /// The text.
        text: String,
    },
    /// Removes what is under a key, if anything is.
    Remove {
        /// The key.
        key: String,
    },
}

/// The storage of one bot: values of any type, stored as JSON.
#[derive(Debug, Clone)]
pub struct Storage {
    store: Arc<dyn Store>,
    locks: Arc<[Mutex<()>; LOCKS]>,
}

/// How many keys can be updated side by side; two that share a lock wait for each other, which does no harm.
const LOCKS: usize = 64;

impl Storage {
    /// Stores in this place.
    pub fn new(store: Arc<dyn Store>) -> Self {
        let locks = Arc::new(std::array::from_fn(|_| Mutex::new(())));
        Self { store, locks }
    }

    /// Stores in memory, for as long as the process lives.
    pub fn in_memory() -> Self {
        Self::new(Arc::new(Memory::default()))
    }

    /// Returns the value under a key, if there is one.
    ///
    /// # Errors
    /// The place cannot be read, or the value is of another type.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let Some(text) = self.store.get(key).await? else {
            return Ok(None);
        };
        serde_json::from_str(&text).map(Some).map_err(|error| {
            Diagnostic::failed(format!("cannot read what is stored under `{key}`")).source(&error)
        })
    }

    /// Tells whether there is a value under a key.
    ///
    /// # Errors
    /// The place cannot be read.
    pub async fn contains(&self, key: &str) -> Result<bool> {
        Ok(self.store.get(key).await?.is_some())
    }

    /// Puts a value under a key.
    ///
    /// # Errors
    /// The place cannot be written, or the value is nothing that JSON can express.
    pub async fn put<T: Serialize + Sync + ?Sized>(&self, key: &str, value: &T) -> Result<()> {
        self.store.apply(&[put(key, value)?]).await
    }

    /// Changes the value under a key, or the default where there is none, and returns what `change` does. Updates of a key
    /// wait for each other, so none is lost; nothing is written if the value stays as it was.
    ///
    /// # Errors
    /// The place cannot be read or written, or the value is of another type.
    pub async fn update<T, R>(
        &self,
        key: &str,
        change: impl FnOnce(&mut T) -> R + Send,
    ) -> Result<R>
    where
        T: Default + Serialize + DeserializeOwned + Send + Sync,
        R: Send,
    {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let _alone = self.locks[hasher.finish() as usize % LOCKS].lock().await;
        let before: Option<T> = self.get(key).await?;
        let mut value = before.unwrap_or_default();
        let old = put(key, &value)?;
        let result = change(&mut value);
        let new = put(key, &value)?;
        if new != old {
            self.store.apply(&[new]).await?;
        }
        Ok(result)
    }

    /// Removes what is under a key, if anything is.
    ///
    /// # Errors
    /// The place cannot be written.
    pub async fn remove(&self, key: &str) -> Result<()> {
        let key = key.to_owned();
        self.store.apply(&[Change::Remove { key }]).await
    }

    /// Applies several changes, all or none. [`put`] makes one of a value.
    ///
    /// # Errors
    /// The place cannot be written.
    pub async fn apply(&self, changes: &[Change]) -> Result<()> {
        self.store.apply(changes).await
    }

    /// Returns the keys with this beginning, sorted.
    ///
    /// # Errors
    /// The place cannot be read.
    pub async fn keys(&self, prefix: &str) -> Result<Vec<String>> {
        self.store.keys(prefix).await
    }
}

/// Makes the change that puts a value under a key.
///
/// # Errors
/// The value is nothing that JSON can express.
pub fn put<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<Change> {
    let text = serde_json::to_string(value).map_err(|error| {
        Diagnostic::failed(format!("cannot store a value under `{key}`")).source(&error)
    })?;
    Ok(Change::Put {
        key: key.to_owned(),
        text,
    })
}
