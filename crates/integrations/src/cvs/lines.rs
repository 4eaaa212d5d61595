//! The lines in `CVSROOT/loginfo` and `CVSROOT/commitinfo`. What else stands there is left as it is.

use std::path::{Path, PathBuf};

use super::COMMITINFO;

/// What there is of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing.
    Absent,
    /// A line that calls a program which is there.
    Ours,
    /// A line that calls a program which is not there any more.
    Dangling(PathBuf),
}

/// Says whether CVS and the shell leave a program's path as it is. CVS has quoting rules of its own, which differ between
/// the two files and lose quotation marks.
pub(super) fn is_plain(program: &Path) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+".contains(&byte);
    program
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .copied()
        .all(plain)
}

/// Returns the line for a hook. `ALL` stands for a line that is used beside all others.
///
/// CVS refuses a commit if the command in `commitinfo` fails, and breaks off if the one in `loginfo` does not read all of a
/// long message. So neither depends on the program being there.
fn line(program: &str, hook: &str) -> String {
    match hook {
        // No shell runs this line.
        COMMITINFO => format!("ALL /bin/sh -c \"{program} cvs {hook} || :\" %c"),
        _ => format!("ALL {program} cvs {hook} %r %p %c %I $USER %{{sVv}} || cat >/dev/null"),
    }
}

/// Looks for the line of a hook.
pub(super) fn find(text: &str, hook: &str) -> Line {
    match text.lines().find_map(|line| program(line, hook)) {
        None => Line::Absent,
        Some(program) => {
            let program = PathBuf::from(program);
            match program.is_absolute() && !program.exists() {
                true => Line::Dangling(program),
                false => Line::Ours,
            }
        }
    }
}

/// Returns the text with this hook in it: a line that is there gets the program, or else there is a new one.
pub(super) fn with(text: &str, hook: &str, new: &Path) -> String {
    let new = new.display().to_string();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let call = |program: &str| format!("{program} cvs {hook}");
    let found = lines
        .iter_mut()
        .find_map(|line| Some((program(line, hook)?.to_owned(), line)));
    match found {
        Some((old, line)) => *line = line.replacen(&call(&old), &call(&new), 1),
        None => lines.push(line(&new, hook)),
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Returns the program that a line calls, if it is ours.
fn program<'a>(line: &'a str, hook: &str) -> Option<&'a str> {
    if line.trim_start().starts_with('#') {
        return None;
    }
    let (before, _) = line.split_once(&format!(" cvs {hook}"))?;
    before.rsplit([' ', '\t', '"', '(']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_found_and_mended() {
        for hook in ["loginfo", "commitinfo"] {
            let text = with("# Mine.\nDEFAULT cat", hook, "/bin/sh".as_ref());
            assert!(
                text.starts_with("# Mine.\nDEFAULT cat\nALL /bin/sh "),
                "{text}"
            );
            assert_eq!(find(&text, hook), Line::Ours);
            let gone = with(&text, hook, "/no/zulipkit".as_ref());
            assert_eq!(find(&gone, hook), Line::Dangling("/no/zulipkit".into()));
            assert_eq!(gone.lines().count(), 3, "{gone}");
            assert_eq!(
                find(&format!("#{}", line("/bin/sh", hook)), hook),
                Line::Absent
            );
        }
        assert_eq!(
            with("", "loginfo", "/usr/bin/zulipkit".as_ref()),
            "ALL /usr/bin/zulipkit cvs loginfo %r %p %c %I $USER %{sVv} || cat >/dev/null\n"
        );
        assert_eq!(
            with("", "commitinfo", "/usr/bin/zulipkit".as_ref()),
            "ALL /bin/sh -c \"/usr/bin/zulipkit cvs commitinfo || :\" %c\n"
        );
    }

    #[test]
    fn a_path_that_would_have_to_be_quoted_is_known() {
        assert!(is_plain("/usr/local/bin/zulipkit-1.0".as_ref()));
        assert!(!is_plain("/opt/a b/zulipkit".as_ref()));
        assert!(!is_plain("/opt/$x/zulipkit".as_ref()));
    }
}
