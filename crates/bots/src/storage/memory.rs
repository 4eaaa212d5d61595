use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use zulipkit_diag::Result;

use super::{Change, Store};

/// Texts in memory, for as long as the process lives.
#[derive(Debug, Default)]
pub struct Memory {
    texts: Mutex<BTreeMap<String, String>>,
}

impl Memory {
    fn texts(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        // No change leaves the map half done, so what a panicking thread left behind can be used.
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for Memory {
    async fn get(&self, key: &str) -> Result<Option<String>> {
        Ok(self.texts().get(key).cloned())
    }

    async fn apply(&self, changes: &[Change]) -> Result<()> {
        let mut texts = self.texts();
        for change in changes {
            match change {
                Change::Put { key, text } => {
                    texts.insert(key.clone(), text.clone());
                }
                Change::Remove { key } => {
                    texts.remove(key);
                }
            }
        }
        Ok(())
    }

    async fn keys(&self, prefix: &str) -> Result<Vec<String>> {
        let texts = self.texts();
        Ok(texts
            .keys()
            .filter(|key| key.starts_with(prefix))
            .cloned()
            .collect())
    }
}
