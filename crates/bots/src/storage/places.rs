use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use zulipkit_api::Client;
use zulipkit_diag::Result;

use super::{Cached, Memory, Server, SqliteFile, Storage};
use crate::StorageKind;

/// The file in the state directory that holds what bots remember on this machine.
const FILE: &str = "bot-storage.sqlite3";

/// How many bytes of what the server remembers for a bot are held in memory.
const CACHE: usize = 1024 * 1024;

/// Opens the storage of bots, each in the place that its settings name.
#[derive(Debug)]
pub struct Storages {
    path: PathBuf,
    file: Mutex<Option<SqliteFile>>,
}

impl Storages {
    /// Keeps the file in a state directory, which must be there. It is opened when a bot needs it.
    pub fn new(dir: &Path) -> Self {
        Self {
            path: dir.join(FILE),
            file: Mutex::new(None),
        }
    }

    /// Returns the storage of the bot with this client. In the file it is known by its account, whatever the settings call it.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(&self, kind: StorageKind, client: &Client) -> Result<Storage> {
        Ok(match kind {
            StorageKind::File => {
                let account = format!("{} {}", client.site(), client.email().to_lowercase());
                Storage::new(Arc::new(self.file()?.of(&account)))
            }
            StorageKind::Server => {
                Storage::new(Arc::new(Cached::new(Server::new(client.clone()), CACHE)))
            }
            StorageKind::Memory => Storage::new(Arc::new(Memory::default())),
        })
    }

    fn file(&self) -> Result<SqliteFile> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        match &*file {
            Some(open) => Ok(open.clone()),
            None => Ok(file.insert(SqliteFile::open(&self.path)?).clone()),
        }
    }
}
