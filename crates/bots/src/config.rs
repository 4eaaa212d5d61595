use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use zulipkit_diag::Result;
use zulipkit_settings::Loaded;

/// A bot's own settings, not yet read into their type.
#[derive(Debug, Clone)]
pub struct Config {
    path: Option<PathBuf>,
    text: String,
    table: Vec<String>,
}

impl Config {
    /// Returns the defaults alone.
    pub fn none() -> Self {
        Self {
            path: None,
            text: String::new(),
            table: Vec::new(),
        }
    }

    /// Returns a table of a settings file, such as `["bot", "todo", "config"]`. If there is none, these are the defaults.
    pub fn in_file(path: &Path, text: &str, table: &[&str]) -> Self {
        Self {
            path: Some(path.to_owned()),
            text: text.to_owned(),
            table: table.iter().map(|key| (*key).to_owned()).collect(),
        }
    }

    /// Reads the settings over their annotated defaults.
    ///
    /// # Errors
    /// A key is unknown or a value wrong; the error shows the place.
    pub fn read<T: DeserializeOwned>(&self, defaults: &str) -> Result<Loaded<T>> {
        let keys: Vec<&str> = self.table.iter().map(String::as_str).collect();
        let path = self
            .path
            .as_deref()
            .unwrap_or_else(|| Path::new("default settings"));
        zulipkit_settings::read_table(defaults, path, &self.text, &keys)
    }
}
