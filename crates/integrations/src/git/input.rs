//! What Git writes to a `post-receive` hook: one line `old new ref` for each ref that the push moved.

use std::ffi::OsStr;
use std::fmt::{self, Display};
use std::os::unix::ffi::OsStrExt as _;

use zulipkit_diag::Diagnostic;

/// How many hexadecimal digits of an id a person is shown.
const SHORT: usize = 10;

/// The full id of an object, 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.
///
/// Since it can be nothing else, it may stand anywhere on a command line of Git.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ObjectId(String);

impl ObjectId {
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let hex = matches!(text.len(), 40 | 64)
            && text
                .iter()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        hex.then(|| Self(String::from_utf8_lossy(text).into_owned()))
    }

    /// Says whether this is Git's word for "no object": all zeros.
    pub(super) fn is_null(&self) -> bool {
        self.0.bytes().all(|byte| byte == b'0')
    }

    /// Returns all digits.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the first digits, as people quote an id.
    pub(super) fn short(&self) -> &str {
        &self.0[..SHORT]
    }
}

impl Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The full name of a ref, such as `refs/heads/main`, well-formed by the rules of `git check-ref-format`.
///
/// Git takes a ref name for bytes, in no particular encoding.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct RefName(Vec<u8>);

impl RefName {
    pub(super) fn parse(name: &[u8]) -> Option<Self> {
        let forbidden = |byte: &u8| *byte < 0x20 || b"\x7f ~^:?*[\\".contains(byte);
        let bad_component =
            |part: &[u8]| part.is_empty() || part.starts_with(b".") || part.ends_with(b".lock");
        let contains = |pair: &[u8; 2]| name.windows(2).any(|window| window == pair);
        let well_formed = name.starts_with(b"refs/")
            && !name.iter().any(forbidden)
            && !name.split(|byte| *byte == b'/').any(bad_component)
            && !contains(b"..")
            && !contains(b"@{")
            && !name.ends_with(b".");
        well_formed.then(|| Self(name.to_vec()))
    }

    /// Returns the name as it goes on Git's command line.
    pub(super) fn as_os_str(&self) -> &OsStr {
        OsStr::from_bytes(&self.0)
    }

    /// Returns what follows `prefix`, if the name starts so, with U+FFFD for bytes that are not UTF-8.
    pub(super) fn strip_prefix(&self, prefix: &str) -> Option<String> {
        self.0
            .strip_prefix(prefix.as_bytes())
            .map(|rest| String::from_utf8_lossy(rest).into_owned())
    }
}

impl Display for RefName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

/// One ref that a push moved, made or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RefUpdate {
    /// Where it stood, null for a new ref.
    pub(super) old: ObjectId,
    /// Where it stands, null for a deleted ref.
    pub(super) new: ObjectId,
    /// Its full name.
    pub(super) name: RefName,
}

impl RefUpdate {
    fn parse(line: &[u8]) -> Option<Self> {
        let mut words = line.splitn(3, |byte| *byte == b' ');
        let (old, new, name) = (words.next()?, words.next()?, words.next()?);
        (old.len() == new.len()).then_some(())?;
        Some(Self {
            old: ObjectId::parse(old)?,
            new: ObjectId::parse(new)?,
            name: RefName::parse(name)?,
        })
    }
}

/// Reads the hook's standard input. Lines of any other shape are left out, and named in one warning.
pub(super) fn parse(input: &[u8]) -> (Vec<RefUpdate>, Option<Diagnostic>) {
    let mut updates = Vec::new();
    let mut garbage = Vec::new();
    for (number, line) in input.split(|byte| *byte == b'\n').enumerate() {
        match RefUpdate::parse(line) {
            Some(update) => updates.push(update),
            None if line.is_empty() => {}
            None => garbage.push((number + 1, line)),
        }
    }
    let warning = garbage.first().map(|first| warn(garbage.len(), *first));
    (updates, warning)
}

fn warn(count: usize, (number, line): (usize, &[u8])) -> Diagnostic {
    const SHOWN: usize = 60;
    let text = String::from_utf8_lossy(line);
    let mut shown: String = text.escape_debug().take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        shown.push('…');
    }
    let lines = if count == 1 { "line" } else { "lines" };
    Diagnostic::failed(format!(
        "ignored {count} {lines} of the hook's standard input"
    ))
    .cause(format!("line {number} is not `old new ref`: `{shown}`"))
    .hint("Git itself calls this hook; to see what a push would send, use `zulipkit git preview`")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "1111111111111111111111111111111111111111";
    const NEW: &str = "2222222222222222222222222222222222222222";

    #[test]
    fn reads_lines_of_either_hash() {
        let wide = "3".repeat(64);
        let input = format!(
            "{OLD} {NEW} refs/heads/main\n{wide} {} refs/tags/v1\n",
            "0".repeat(64)
        );
        let (updates, warning) = parse(input.as_bytes());
        assert!(warning.is_none());
        assert_eq!(updates.len(), 2);
        assert_eq!(updates[0].old.as_str(), OLD);
        assert_eq!(updates[0].new.short(), "2222222222");
        assert_eq!(
            updates[0].name.strip_prefix("refs/heads/").as_deref(),
            Some("main")
        );
        assert!(updates[1].new.is_null());
    }

    #[test]
    fn garbage_is_named_once_and_the_rest_is_read() {
        let input = format!("hello\n{OLD} {NEW} refs/heads/main\n\x1b[31m\n");
        let (updates, warning) = parse(input.as_bytes());
        assert_eq!(updates.len(), 1);
        assert_eq!(
            warning.map(|warning| warning.one_line()).as_deref(),
            Some(
                "ignored 2 lines of the hook's standard input: line 1 is not `old new ref`: `hello`; \
                 Git itself calls this hook; to see what a push would send, use `zulipkit git preview`"
            )
        );
    }

    #[test]
    fn nothing_that_git_could_take_for_an_option_or_a_pattern_is_a_ref() {
        for name in [
            "--upload-pack=x",
            "refs/heads/a..b",
            "refs/heads/a b",
            "refs/heads/*",
            "refs/heads/a[b",
            "refs/heads/.a",
            "refs/heads/a.lock",
            "refs/heads/a/",
            "refs//heads",
            "refs/heads/a@{1}",
            "refs/heads/a.",
            "refs/heads/a\x07",
            "heads/main",
            "",
        ] {
            assert_eq!(RefName::parse(name.as_bytes()), None, "{name}");
        }
        for name in [
            "refs/heads/feature/x",
            "refs/heads/`$(x)`",
            "refs/heads/naïve",
        ] {
            assert!(RefName::parse(name.as_bytes()).is_some(), "{name}");
        }
        assert!(RefName::parse(b"refs/heads/caf\xe9").is_some());
        assert_eq!(ObjectId::parse(b"-1"), None);
        assert_eq!(ObjectId::parse("A".repeat(40).as_bytes()), None);
    }
}
