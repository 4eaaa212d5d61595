use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use zulipkit_diag::Result;

use super::{Change, Store};

/// A place for texts, of which those that were used last are held in memory, up to a number of bytes.
///
/// Nothing is held that the place does not have: a change goes there first, and while it is under way, or if it failed, the
/// keys that it touches are asked for anew. Only one process may write to the place.
#[derive(Debug)]
pub struct Cached<S> {
    store: S,
    held: Mutex<Held>,
    /// Keeps changes in one order, in the place as in memory.
    writing: tokio::sync::Mutex<()>,
}

/// What is held. Each use of a key gives it a higher turn; the one with the lowest goes first.
#[derive(Debug)]
struct Held {
    limit: usize,
    bytes: usize,
    turn: u64,
    entries: HashMap<String, Entry>,
    by_turn: BTreeMap<u64, String>,
    /// Counts the changes, so that what was read before one is not held after it.
    changes: u64,
}

#[derive(Debug)]
struct Entry {
    /// The text, or the knowledge that there is none.
    text: Option<String>,
    turn: u64,
}

impl<S> Cached<S> {
    /// Holds up to `limit` bytes of keys and texts of a place.
    pub fn new(store: S, limit: usize) -> Self {
        Self {
            store,
            held: Mutex::new(Held {
                limit,
                bytes: 0,
                turn: 0,
                entries: HashMap::new(),
                by_turn: BTreeMap::new(),
                changes: 0,
            }),
            writing: tokio::sync::Mutex::new(()),
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl<S: Store> Store for Cached<S> {
    async fn get(&self, key: &str) -> Result<Option<String>> {
        let before = {
            let mut held = self.held();
            if let Some(text) = held.get(key) {
                return Ok(text);
            }
            held.changes
        };
        let text = self.store.get(key).await?;
        let mut held = self.held();
        if held.changes == before {
            held.insert(key.to_owned(), text.clone());
        }
        Ok(text)
    }

    async fn apply(&self, changes: &[Change]) -> Result<()> {
        let _order = self.writing.lock().await;
        self.held().forget(changes);
        self.store.apply(changes).await?;
        let mut held = self.held();
        // Once more, for what was read from the place before the change reached it.
        held.forget(changes);
        for change in changes {
            match change {
                Change::Put { key, text } => held.insert(key.clone(), Some(text.clone())),
                Change::Remove { key } => held.insert(key.clone(), None),
            }
        }
        Ok(())
    }

    async fn keys(&self, prefix: &str) -> Result<Vec<String>> {
        self.store.keys(prefix).await
    }
}

impl Held {
    fn get(&mut self, key: &str) -> Option<Option<String>> {
        let entry = self.entries.get_mut(key)?;
        self.turn += 1;
        self.by_turn.remove(&entry.turn);
        entry.turn = self.turn;
        self.by_turn.insert(self.turn, key.to_owned());
        Some(entry.text.clone())
    }

    fn insert(&mut self, key: String, text: Option<String>) {
        self.remove(&key);
        let size = size(&key, text.as_deref());
        if size > self.limit {
            return;
        }
        self.bytes += size;
        self.turn += 1;
        self.by_turn.insert(self.turn, key.clone());
        let turn = self.turn;
        self.entries.insert(key, Entry { text, turn });
        while self.bytes > self.limit {
            let Some((_, oldest)) = self.by_turn.pop_first() else {
                break;
            };
            self.remove(&oldest);
        }
    }

    fn forget(&mut self, changes: &[Change]) {
        self.changes += 1;
        for change in changes {
            let (Change::Put { key, .. } | Change::Remove { key }) = change;
            self.remove(key);
        }
    }

    fn remove(&mut self, key: &str) {
        if let Some(entry) = self.entries.remove(key) {
            self.by_turn.remove(&entry.turn);
            self.bytes -= size(key, entry.text.as_deref());
        }
    }
}

fn size(key: &str, text: Option<&str>) -> usize {
    // The key stands in both maps.
    2 * key.len() + text.map_or(0, str::len)
}
