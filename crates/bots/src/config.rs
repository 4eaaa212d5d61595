use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Loaded;
use zulipkit_settings::ini::Ini;

/// A bot's own settings, not yet read into their type.
#[derive(Debug, Clone)]
pub struct Config {
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    /// The defaults alone.
    Nothing,
    /// A table of a settings file.
    Table {
        path: PathBuf,
        text: String,
        keys: Vec<String>,
    },
    /// A section of an INI file, in which everything is text.
    Section {
        path: PathBuf,
        options: Vec<(String, String)>,
    },
}

impl Config {
    /// Returns the defaults alone.
    pub fn none() -> Self {
        Self {
            source: Source::Nothing,
        }
    }

    /// Returns a table of a settings file, such as `["bot", "todo", "config"]`. If there is none, these are the defaults.
    pub fn in_file(path: &Path, text: &str, table: &[&str]) -> Self {
        let source = Source::Table {
            path: path.to_owned(),
            text: text.to_owned(),
            keys: table.iter().map(|key| (*key).to_owned()).collect(),
        };
        Self { source }
    }

    /// Reads a section of an INI file, as the Python bots have it. If there is none, these are the defaults.
    ///
    /// # Errors
    /// The file cannot be read or trusted, or is no INI file.
    pub fn in_ini(path: &Path, section: &str) -> Result<Self> {
        let ini = Ini::parse(path, &zulipkit_settings::file::read_trusted(path)?)?;
        let options = ini.options(section);
        let source = Source::Section {
            path: path.to_owned(),
            options: options
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        };
        Ok(Self { source })
    }

    /// Reads the settings over their annotated defaults.
    ///
    /// # Errors
    /// A key is unknown or a value wrong; the error shows the place.
    pub fn read<T: DeserializeOwned>(&self, defaults: &str) -> Result<Loaded<T>> {
        match &self.source {
            Source::Nothing => zulipkit_settings::read(defaults, None),
            Source::Table { path, text, keys } => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                zulipkit_settings::read_table(defaults, path, text, &keys)
            }
            Source::Section { path, options } => {
                let text = typed(options, defaults);
                zulipkit_settings::read_text(defaults, path, &text).map_err(|error| Diagnostic {
                    // It would point into a text that nobody has written.
                    place: None,
                    ..error
                })
            }
        }
    }
}

/// Writes options as TOML: a value whose default is no text becomes what it looks like.
fn typed(options: &[(String, String)], defaults: &str) -> String {
    let defaults: toml::Table = defaults.parse().unwrap_or_default();
    let mut table = toml::Table::new();
    for (name, value) in options {
        let text = || toml::Value::String(value.clone());
        let value = match defaults.get(name) {
            None | Some(toml::Value::String(_)) => text(),
            Some(_) => format!("value = {}", value.to_lowercase())
                .parse::<toml::Table>()
                .ok()
                .and_then(|mut read| read.remove("value"))
                .unwrap_or_else(text),
        };
        table.insert(name.clone(), value);
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        channel: String,
        count: u32,
        loud: bool,
    }

    const DEFAULTS: &str = "channel = \"a\"\ncount = 1\nloud = false\n";

    #[test]
    fn an_old_file_is_read_by_the_types_of_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("followup.conf");
        let read = |text: &str| {
            fs_err::write(&path, text).unwrap();
            Config::in_ini(&path, "followup")?.read::<Settings>(DEFAULTS)
        };
        let loaded = read("[followup]\nchannel = 2026\ncount: 7\nloud = True\n[other]\nx = 1\n");
        let expected = Settings {
            channel: "2026".to_owned(),
            count: 7,
            loud: true,
        };
        assert_eq!(loaded.unwrap().value, expected);
        assert_eq!(read("[other]\nx = 1\n").unwrap().value.count, 1);
        let error = read("[followup]\nchanel = x\n").unwrap_err().render(false);
        assert!(
            error.contains("unknown key `chanel`") && error.contains("followup.conf"),
            "{error}"
        );
    }
}
