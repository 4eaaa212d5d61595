use std::collections::BTreeMap;

use async_trait::async_trait;
use zulipkit_api::bot_storage::{DeleteBotStorage, GetBotStorage, PutBotStorage};
use zulipkit_api::{Client, Error};
use zulipkit_diag::{Diagnostic, Result};

use super::{Change, Store};

/// The storage that the server keeps for a bot: 10,000,000 characters, keys included.
///
/// The server has no transaction over both of its operations, storing and deleting. So a removal stores an empty text,
/// which counts as none, in the one request that stores all the rest; deleting it afterwards only tidies up.
#[derive(Debug)]
pub struct Server {
    client: Client,
}

impl Server {
    /// Stores with the account of this client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    async fn all(&self) -> Result<BTreeMap<String, String>> {
        let all = self.client.send(&GetBotStorage::new()).await;
        Ok(all.map_err(|error| cannot("read", &error))?.storage)
    }
}

#[async_trait]
impl Store for Server {
    async fn get(&self, key: &str) -> Result<Option<String>> {
        let mut one = GetBotStorage::new();
        one.keys = Some(vec![key.to_owned()]);
        let text = match self.client.send(&one).await {
            Ok(mut answer) => answer.storage.remove(key),
            // The server has no code of its own for a key that is not there, only words in the account's language.
            Err(error) if is_refusal(&error) => self.all().await?.remove(key),
            Err(error) => return Err(cannot("read", &error)),
        };
        Ok(text.filter(|text| !text.is_empty()))
    }

    async fn apply(&self, changes: &[Change]) -> Result<()> {
        let mut texts = BTreeMap::new();
        for change in changes {
            match change {
                Change::Put { key, text } => texts.insert(key.clone(), text.clone()),
                Change::Remove { key } => texts.insert(key.clone(), String::new()),
            };
        }
        if texts.is_empty() {
            return Ok(());
        }
        let removed: Vec<String> = texts
            .iter()
            .filter(|(_, text)| text.is_empty())
            .map(|(key, _)| key.clone())
            .collect();
        let stored = self.client.send(&PutBotStorage::new(texts)).await;
        stored.map_err(|error| match is_refusal(&error) {
            true => cannot("write", &error).hint(
                "with `storage = \"file\"` the bot stores on its own machine, without a limit",
            ),
            false => cannot("write", &error),
        })?;
        if !removed.is_empty() {
            let mut delete = DeleteBotStorage::new();
            delete.keys = Some(removed);
            if let Err(error) = self.client.send(&delete).await {
                tracing::debug!("removed keys stay in the bot storage, empty: {error}");
            }
        }
        Ok(())
    }

    async fn keys(&self, prefix: &str) -> Result<Vec<String>> {
        let all = self.all().await?.into_iter();
        let there = all.filter(|(key, text)| key.starts_with(prefix) && !text.is_empty());
        Ok(there.map(|(key, _)| key).collect())
    }
}

/// Tells whether the server understood the request and says no.
fn is_refusal(error: &Error) -> bool {
    error.code() == Some("BAD_REQUEST")
}

fn cannot(what: &str, error: &Error) -> Diagnostic {
    Diagnostic::failed(format!("cannot {what} the bot's storage at the server")).source(error)
}
