use std::fmt::{self, Display};

use serde::Serialize;
use toml::de::{DeTable, DeValue};

/// One value of the effective settings and its origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The dotted key, such as `git.commits` or `route[0].channel`.
    pub key: String,
    /// The value as TOML; that of a secret is covered.
    pub value: String,
    /// The line of the settings file; none for a default.
    pub line: Option<usize>,
}

impl Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}  # ", self.key, self.value)?;
        match self.line {
            Some(line) => write!(f, "line {line}"),
            None => f.write_str("default"),
        }
    }
}

/// Lists the effective values: those of the file, and the defaults that it leaves as they are.
pub(crate) fn entries(defaults: &DeTable<'_>, mine: &DeTable<'_>, text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    table("", Some(defaults), Some(mine), text, &mut entries);
    entries
}

fn table(
    at: &str,
    defaults: Option<&DeTable<'_>>,
    mine: Option<&DeTable<'_>>,
    text: &str,
    entries: &mut Vec<Entry>,
) {
    let mut names: Vec<&str> = Vec::new();
    for key in defaults
        .into_iter()
        .chain(mine)
        .flat_map(|table| table.keys())
    {
        if !names.contains(&key.get_ref().as_ref()) {
            names.push(key.get_ref().as_ref());
        }
    }
    for name in names {
        let key = if at.is_empty() {
            name.to_owned()
        } else {
            format!("{at}.{name}")
        };
        let (below, above) = (
            defaults.and_then(|table| table.get(name)),
            mine.and_then(|table| table.get(name)),
        );
        let inner = |value: Option<&DeValue<'_>>| value.is_some_and(DeValue::is_table);
        match (
            below.map(|value| value.get_ref()),
            above.map(|value| value.get_ref()),
        ) {
            (below, above) if inner(above) || (above.is_none() && inner(below)) => {
                let (below, above) = (
                    below.and_then(DeValue::as_table),
                    above.and_then(DeValue::as_table),
                );
                table(&key, below, above, text, entries);
            }
            (_, Some(_)) => leaf(
                &key,
                above.map(|value| (value.get_ref(), value.span())),
                text,
                entries,
            ),
            (below, None) => leaf(&key, below.map(|value| (value, 0..0)), text, entries),
        }
    }
}

fn leaf(
    key: &str,
    value: Option<(&DeValue<'_>, std::ops::Range<usize>)>,
    text: &str,
    entries: &mut Vec<Entry>,
) {
    let Some((value, span)) = value else { return };
    if let DeValue::Array(array) = value
        && array.iter().any(|item| item.get_ref().is_table())
    {
        for (index, item) in array.iter().enumerate() {
            let is_mine = !span.is_empty();
            let item = item.get_ref().as_table();
            let (below, above) = if is_mine { (None, item) } else { (item, None) };
            table(&format!("{key}[{index}]"), below, above, text, entries);
        }
        return;
    }
    let line = (!span.is_empty()).then(|| text[..span.start].matches('\n').count() + 1);
    entries.push(Entry {
        key: key.to_owned(),
        value: if is_secret(key) {
            "\"…\"".to_owned()
        } else {
            shown(value)
        },
        line,
    });
}

fn is_secret(key: &str) -> bool {
    matches!(key.rsplit('.').next(), Some("key" | "token" | "password"))
}

fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => toml::Value::String(text.clone().into_owned()).to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(array) => {
            let items: Vec<String> = array.iter().map(|item| shown(item.get_ref())).collect();
            format!("[{}]", items.join(", "))
        }
        DeValue::Table(table) => {
            let items: Vec<String> = table
                .iter()
                .map(|(name, value)| format!("{} = {}", name.get_ref(), shown(value.get_ref())))
                .collect();
            format!("{{ {} }}", items.join(", "))
        }
    }
}
