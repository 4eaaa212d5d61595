//! The dialect of Mercurial's configuration files, as far as it matters here.
//!
//! Other than in a zuliprc, a section or an item may come again, and the last one counts. `%include` and `%unset` are not
//! followed. One pair of quotation marks around a value is taken away, since the documentation of the old Zulip hook had
//! people write them.

use std::ops::Range;
use std::path::Path;

use crate::ini::unquote;

/// An item of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The section that it belongs to.
    pub section: String,
    /// Its name.
    pub name: String,
    /// Its value without quotation marks around it.
    pub value: String,
    /// The lines on which it stands, counted from 0.
    pub lines: Range<usize>,
}

/// Tells by its name whether a file is one of Mercurial's: `.hg/hgrc`, `~/.hgrc`.
pub fn is_hgrc(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().ends_with("hgrc")
}

/// Reads all items, in order. Lines that make no sense are left to Mercurial, which refuses the file.
pub fn items(text: &str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut section = "";
    // Whether a line that is indented continues the item above.
    let mut continues = false;
    for (at, line) in text.lines().enumerate() {
        let content = line.trim();
        if content.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) && !content.is_empty() {
            if let Some(item) = items.last_mut().filter(|_| continues) {
                item.value.push('\n');
                item.value.push_str(content);
                item.lines.end = at + 1;
            }
            continue;
        }
        continues = false;
        if let Some(name) = header(line) {
            section = name;
        } else if let Some((name, value)) = line.split_once('=') {
            continues = true;
            items.push(Item {
                section: section.to_owned(),
                name: name.trim().to_owned(),
                value: unquote(value.trim()).0,
                lines: at..at + 1,
            });
        }
    }
    items
}

/// Returns the name of the section that a line opens.
pub fn header(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix('[')?.split_once(']')?;
    Some(name)
}

/// Returns the value of an item, the last one if it is there several times.
pub fn value<'a>(items: &'a [Item], section: &str, name: &str) -> Option<&'a str> {
    let mut found = items.iter().rev();
    let item = found.find(|item| item.section == section && item.name == name)?;
    Some(item.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "%include other\n[paths]\ndefault:pushurl = x\ndefault:pushrev = y\n\n[zulip]\n# who\n\
        email = \"hg-bot@example.com\"\nbranches = default,\n  stable\nstream = a\n[hooks]\n\
        changegroup.x = f = g\n[zulip]\nstream=b\n";

    #[test]
    fn reads_what_mercurial_reads() {
        let items = items(TEXT);
        let zulip = |name| value(&items, "zulip", name);
        assert_eq!(zulip("email"), Some("hg-bot@example.com"));
        assert_eq!(zulip("branches"), Some("default,\nstable"));
        assert_eq!(zulip("stream"), Some("b"), "the last one counts");
        assert_eq!(zulip("site"), None);
        assert_eq!(value(&items, "paths", "default:pushrev"), Some("y"));
        assert_eq!(value(&items, "hooks", "changegroup.x"), Some("f = g"));
        assert_eq!(items[3].lines, 8..10);
    }

    #[test]
    fn a_file_is_known_by_its_name() {
        assert!(is_hgrc(Path::new("/srv/hg/website/.hg/hgrc")));
        assert!(is_hgrc(Path::new("/home/ada/.hgrc")));
        assert!(!is_hgrc(Path::new("/home/ada/zuliprc")));
    }
}
