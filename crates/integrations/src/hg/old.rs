//! The settings of the old Zulip hook for Mercurial: the section `[zulip]` of the repository's hgrc.
//!
//! They are read as settings of today that mean the same, so that nobody has to write them anew. The key stays where it
//! is: the account is the hgrc itself, as another one is a zuliprc.

use std::path::Path;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};
use zulipkit_diag::Result;
use zulipkit_settings::{Loaded, hgrc};

use super::options::{DEFAULTS, Settings};

const SECTION: &str = "zulip";

/// The channel of the old hook, if its settings name none.
const DEFAULT_STREAM: &str = "commits";

/// Says whether a file of Mercurial's has settings of the old hook.
pub(super) fn has_settings(path: &Path) -> bool {
    std::fs::read_to_string(path).is_ok_and(|text| {
        let items = hgrc::items(&text);
        hgrc::value(&items, SECTION, "email").is_some()
    })
}

/// Reads the settings of the old hook.
///
/// # Errors
/// If the file cannot be read, or others may write it.
pub(super) fn read(path: &Path) -> Result<Loaded<Settings>> {
    let text = zulipkit_settings::file::read_trusted(path)?;
    let items = hgrc::items(&text);
    let translated = translate(path, &items);
    let mut loaded = zulipkit_settings::read_text::<Settings>(DEFAULTS, path, &translated)?;
    // What is said to stand in a line should be found there: the section as a whole.
    let line = items
        .iter()
        .find(|item| item.section == SECTION)
        .map(|item| item.lines.start + 1);
    for entry in &mut loaded.entries {
        entry.line = entry.line.and(line);
    }
    Ok(loaded)
}

/// Writes the settings of today that mean the same.
fn translate(path: &Path, items: &[hgrc::Item]) -> String {
    let get = |name| hgrc::value(items, SECTION, name).filter(|value| !value.is_empty());
    let list = |name| get(name).map(branches).unwrap_or_default();
    let mut document = DocumentMut::new();
    document["zulip"]["zuliprc"] = value(path.display().to_string());
    let mut routes = ArrayOfTables::new();
    let ignored = list("ignore_branches");
    if !ignored.is_empty() {
        let mut route = Table::new();
        route["if"] = value(is_one_of(&ignored));
        route["skip"] = value(true);
        routes.push(route);
    }
    let mut route = Table::new();
    let told = list("branches");
    if !told.is_empty() {
        route["if"] = value(is_one_of(&told));
    }
    route["channel"] = value(get("stream").unwrap_or(DEFAULT_STREAM));
    routes.push(route);
    document["route"] = Item::ArrayOfTables(routes);
    document["templates"]["style"] = value("classic");
    if let Some(url) = get("web_url") {
        // Braces would be taken for a name that stands for something.
        let url = url.replace('{', "%7B").replace('}', "%7D");
        document["hg"]["links"] = value("hgweb");
        document["hg"]["url"] = value(url);
    }
    document.to_string()
}

/// Takes a list with commas apart; upper and lower case are the same.
fn branches(list: &str) -> Vec<String> {
    list.split(',')
        .map(|name| name.trim().to_lowercase())
        .filter(|name| !name.is_empty())
        .collect()
}

/// Writes the condition that an event is about one of these branches.
fn is_one_of(branches: &[String]) -> String {
    let names = serde_json::Value::from(branches);
    format!("branch and branch|lower in {names}")
}
