use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::{Table, Value};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Loaded;
use zulipkit_settings::ini::Ini;

/// A bot's own settings, not yet read into their type.
#[derive(Debug, Clone)]
pub struct Config {
    path: Option<PathBuf>,
    text: String,
    table: Vec<String>,
    /// The options of a file in the old form, whose values are all text.
    options: Option<Vec<(String, String)>>,
}

impl Config {
    /// Returns the defaults alone.
    pub fn none() -> Self {
        Self {
            path: None,
            text: String::new(),
            table: Vec::new(),
            options: None,
        }
    }

    /// Returns a section of a file as `zulip_bots` had them. Its values become what the defaults of the same name are.
    ///
    /// # Errors
    /// The text does not follow the dialect, or has no such section.
    pub fn in_ini(path: &Path, text: &str, section: &str) -> Result<Self> {
        let ini = Ini::parse(path, text)?;
        let options = ini.options(section).ok_or_else(|| {
            Diagnostic::settings(format!("cannot read `{}`", path.display()))
                .cause(format!("there is no section `[{section}]`"))
        })?;
        let owned = options
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Self {
            path: Some(path.to_owned()),
            text: String::new(),
            table: Vec::new(),
            options: Some(owned.collect()),
        })
    }

    /// Returns a table of a settings file, such as `["bot", "todo", "config"]`. If there is none, these are the defaults.
    pub fn in_file(path: &Path, text: &str, table: &[&str]) -> Self {
        Self {
            path: Some(path.to_owned()),
            text: text.to_owned(),
            table: table.iter().map(|key| (*key).to_owned()).collect(),
            options: None,
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
        match &self.options {
            None => zulipkit_settings::read_table(defaults, path, &self.text, &keys),
            Some(options) => {
                let text = typed(options, defaults).to_string();
                let read = zulipkit_settings::read_text(defaults, path, &text);
                // The text is not the one that the user wrote.
                read.map_err(|error| Diagnostic {
                    place: None,
                    ..error
                })
            }
        }
    }
}

/// Gives each option the type of its default.
fn typed(options: &[(String, String)], defaults: &str) -> Table {
    let defaults: Table = toml::from_str(defaults).unwrap_or_default();
    let typed = |(name, text): &(String, String)| {
        let value = match defaults.get(name) {
            Some(Value::Boolean(_)) => text.to_lowercase().parse().ok().map(Value::Boolean),
            Some(Value::Integer(_)) => text.parse().ok().map(Value::Integer),
            Some(Value::Float(_)) => text.parse().ok().map(Value::Float),
            Some(Value::Array(_)) => {
                let parts = text.split(',').map(|part| Value::from(part.trim()));
                Some(Value::Array(parts.collect()))
            }
            _ => None,
        };
        (
            name.clone(),
            value.unwrap_or_else(|| Value::from(text.as_str())),
        )
    };
    options.iter().map(typed).collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        stream: String,
        limit: u32,
        loud: bool,
        words: Vec<String>,
    }

    const DEFAULTS: &str = "stream = \"followup\"\nlimit = 3\nloud = false\nwords = []\n";

    #[test]
    fn an_old_file_is_read_as_the_defaults_are_typed() {
        let path = Path::new("followup.conf");
        let text = "[DEFAULT]\nloud: True\n[followup]\nstream = 'todo'\nlimit = 5\nwords = a, b\n";
        let read = |text| {
            Config::in_ini(path, text, "followup")
                .unwrap()
                .read::<Settings>(DEFAULTS)
        };
        let settings = read(text).unwrap().value;
        let expected = Settings {
            stream: "todo".to_owned(),
            limit: 5,
            loud: true,
            words: vec!["a".to_owned(), "b".to_owned()],
        };
        assert_eq!(settings, expected);
        let error = read("[followup]\nstreem = x\n").unwrap_err();
        assert!(error.one_line().contains("unknown key `streem`"), "{error}");
        assert!(Config::in_ini(path, "[other]\n", "followup").is_err());
    }
}
