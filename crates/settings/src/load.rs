use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use zulipkit_diag::{Diagnostic, Place, Result, did_you_mean};

use crate::explain::{self, Entry};
use crate::file;

/// Settings with their file and with where each value came from.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    /// The settings: the file's values over the defaults.
    pub value: T,
    /// The file, if there is one.
    pub path: Option<PathBuf>,
    /// The file's text; spans in the settings count its bytes. A value with an empty span is a default.
    pub text: String,
    /// Every value with its origin, in the order of the defaults.
    pub entries: Vec<Entry>,
}

impl<T> Loaded<T> {
    /// Returns a place in the settings file, for an error that is found later.
    pub fn place(&self, span: std::ops::Range<usize>, label: &str) -> Option<Place> {
        let path = self.path.as_ref().filter(|_| !span.is_empty())?;
        Some(Place::new(path, &self.text, span, label))
    }
}

/// Reads a settings file over its defaults; without a file the settings are the defaults.
///
/// Tables are merged key by key, every other value of the file takes the default's place. The defaults are the annotated
/// file that users read, so there is no second copy of them in code.
///
/// # Errors
///
/// The file cannot be read, others may write it, or it has a wrong key or value; the error shows the place.
pub fn read<T: DeserializeOwned>(defaults: &str, path: Option<&Path>) -> Result<Loaded<T>> {
    match path {
        Some(path) => read_text(defaults, path, &file::read_trusted(path)?),
        None => {
            let mut loaded = read_text(defaults, Path::new("default settings"), "")?;
            loaded.path = None;
            Ok(loaded)
        }
    }
}

/// Reads a settings file's text over its defaults; `path` only serves to name it.
///
/// # Errors
///
/// It has a wrong key or value; the error shows the place.
pub fn read_text<T: DeserializeOwned>(
    defaults: &str,
    path: &Path,
    text: &str,
) -> Result<Loaded<T>> {
    read_table(defaults, path, text, &[])
}

/// Reads one table of a settings file's text over its defaults, such as that under the keys `["bot", "todo", "config"]`; what
/// stands elsewhere in the file is not looked at. If there is no such table, the settings are the defaults.
///
/// # Errors
///
/// It has a wrong key or value; the error shows the place.
pub fn read_table<T: DeserializeOwned>(
    defaults: &str,
    path: &Path,
    text: &str,
    keys: &[&str],
) -> Result<Loaded<T>> {
    let wrong = |error: &toml::de::Error| diagnose(path, text, error);
    let mut merged = DeTable::parse(defaults)
        .map_err(|error| diagnose(Path::new("default settings"), defaults, &error))?;
    forget_spans(merged.get_mut());
    let whole = DeTable::parse(text).map_err(|error| wrong(&error))?;
    let mine = descend(whole.into_inner(), keys);
    let entries = explain::entries(merged.get_ref(), &mine, text);
    merge(merged.get_mut(), mine);
    let value =
        T::deserialize(toml::de::Deserializer::from(merged)).map_err(|error| wrong(&error))?;
    Ok(Loaded {
        value,
        path: Some(path.to_owned()),
        text: text.to_owned(),
        entries,
    })
}

/// Returns the table under some keys; an empty one if there is none.
fn descend<'i>(mut table: DeTable<'i>, keys: &[&str]) -> DeTable<'i> {
    for key in keys {
        table = match table.remove(*key).map(Spanned::into_inner) {
            Some(DeValue::Table(below)) => below,
            _ => return DeTable::default(),
        };
    }
    table
}

/// Puts the file's values over the defaults.
fn merge<'i>(defaults: &mut DeTable<'i>, mine: DeTable<'i>) {
    for (key, value) in mine {
        // The key is taken out, so that an error about it points into the file and not into the defaults.
        let default = defaults.remove_entry(&key).map(|(_, value)| value);
        let value = match (default.map(|spanned| spanned.into_inner()), value) {
            (Some(DeValue::Table(mut below)), value) if value.get_ref().is_table() => {
                let span = value.span();
                if let DeValue::Table(above) = value.into_inner() {
                    merge(&mut below, above);
                }
                Spanned::new(span, DeValue::Table(below))
            }
            (_, value) => value,
        };
        defaults.insert(key, value);
    }
}

/// Empties the spans of the defaults, since they count the bytes of another text.
fn forget_spans(table: &mut DeTable<'_>) {
    fn value(spanned: &mut Spanned<DeValue<'_>>) {
        let inner = std::mem::replace(spanned.get_mut(), DeValue::Boolean(false));
        *spanned = Spanned::new(0..0, inner);
        match spanned.get_mut() {
            DeValue::Table(table) => forget_spans(table),
            DeValue::Array(array) => array.iter_mut().for_each(value),
            _ => {}
        }
    }
    for (key, mut item) in std::mem::take(table) {
        value(&mut item);
        table.insert(Spanned::new(0..0, key.into_inner()), item);
    }
}

/// Words an error of the parser for the people who write the file.
fn diagnose(path: &Path, text: &str, error: &toml::de::Error) -> Diagnostic {
    let message = error.message().trim();
    let mut label = String::new();
    let mut hint = None;
    let cause = match unknown_field(message) {
        Some((name, known)) => {
            label = did_you_mean(name, known.iter().copied());
            if !known.is_empty() {
                hint = Some(format!("the keys here are `{}`", known.join("`, `")));
            }
            format!("unknown key `{name}`")
        }
        None => message
            .replace("missing field", "missing key")
            .replace('\n', "; "),
    };
    let diagnostic =
        Diagnostic::settings(format!("cannot read settings `{}`", path.display())).cause(cause);
    let diagnostic = match error.span() {
        Some(span) => diagnostic.at(Place::new(path, text, span, label)),
        None => diagnostic,
    };
    match hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// Takes serde's message apart: the unknown field, and those that there are.
fn unknown_field(message: &str) -> Option<(&str, Vec<&str>)> {
    let mut quoted = message
        .strip_prefix("unknown field ")?
        .split('`')
        .skip(1)
        .step_by(2);
    Some((quoted.next()?, quoted.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        name: String,
        git: Git,
        #[serde(default)]
        route: Vec<Route>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Git {
        commits: u32,
        merges: String,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Route {
        channel: Spanned<String>,
    }

    const DEFAULTS: &str = "# How it is called.\nname = \"x\"\n[git]\ncommits = 20\nmerges = \"fold\"\n[[route]]\nchannel = \"commits\"\n";

    fn read(text: &str) -> Result<Loaded<Settings>> {
        read_text(DEFAULTS, Path::new("git.toml"), text)
    }

    #[test]
    fn the_file_lies_over_the_defaults() {
        let loaded = read("[git]\ncommits = 5\n").unwrap();
        assert_eq!(
            (loaded.value.git.commits, loaded.value.git.merges.as_str()),
            (5, "fold")
        );
        assert_eq!(loaded.value.route[0].channel.span(), 0..0);
        let loaded = read("[[route]]\nchannel = \"other\"\n").unwrap();
        assert_eq!(loaded.value.route.len(), 1);
        let span = loaded.value.route[0].channel.span();
        assert_eq!(&loaded.text[span.clone()], "\"other\"");
        assert_eq!(loaded.place(span, "").unwrap().to_string(), "git.toml:2:11");
    }

    #[test]
    fn an_unknown_key_is_shown_with_the_one_that_is_meant() {
        insta::assert_snapshot!(read("[[route]]\nchanel = \"x\"\n").unwrap_err().render(false), @r#"
        error: cannot read settings `git.toml`
          caused by: unknown key `chanel`
         --> git.toml:2:1
          |
        2 | chanel = "x"
          | ^^^^^^ did you mean `channel`?
        hint: the keys here are `channel`
        "#);
    }

    #[test]
    fn one_table_is_read_by_itself() {
        let text = "other = 1\n[bot.todo.config]\nchanel = \"x\"\n";
        let read = |text: &str, name: &str| {
            let keys = ["bot", name, "config"];
            read_table::<Route>("channel = \"y\"\n", Path::new("bots.toml"), text, &keys)
        };
        let error = read(text, "todo").unwrap_err();
        assert_eq!(error.place.unwrap().to_string(), "bots.toml:3:1");
        assert_eq!(read(text, "poll").unwrap().value.channel.get_ref(), "y");
    }

    #[test]
    fn a_wrong_type_and_a_broken_file_show_their_places() {
        insta::assert_snapshot!(read("[git]\ncommits = \"many\"\n").unwrap_err().render(false), @r#"
        error: cannot read settings `git.toml`
          caused by: invalid type: string "many", expected u32
         --> git.toml:2:11
          |
        2 | commits = "many"
          |           ^^^^^^
        "#);
        assert!(read("[git\n").unwrap_err().place.is_some());
    }

    #[test]
    fn every_value_knows_where_it_came_from() {
        let loaded = read("[git]\ncommits = 5\n").unwrap();
        let lines: Vec<String> = loaded.entries.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "name = \"x\"  # default",
                "git.commits = 5  # line 2",
                "git.merges = \"fold\"  # default",
                "route[0].channel = \"commits\"  # default",
            ]
        );
    }
}
