//! What was expected beside what came, for people to read.

use similar::{ChangeTag, TextDiff};

use super::Pattern;

/// Compares a list of what is expected with what came. Returns nothing if they agree, else both, marked with `-` and `+`.
pub(super) fn differ(what: &str, expected: &[Pattern], came: &[String]) -> Option<String> {
    let agrees = |(pattern, text): (&Pattern, &String)| pattern.matches(text);
    if expected.len() == came.len() && expected.iter().zip(came).all(agrees) {
        return None;
    }
    let mut shown = format!("{what}:\n");
    for at in 0..expected.len().max(came.len()) {
        match (expected.get(at), came.get(at)) {
            (Some(pattern), Some(text)) if pattern.matches(text) => marked(&mut shown, ' ', text),
            (Some(Pattern::Text(pattern)), Some(text)) => both(&mut shown, pattern.trim(), text),
            (pattern, text) => {
                if let Some(pattern) = pattern {
                    marked(&mut shown, '-', &pattern.to_string());
                }
                if let Some(text) = text {
                    marked(&mut shown, '+', text);
                }
            }
        }
    }
    Some(shown)
}

/// Shows two texts line by line, with what they share once.
fn both(shown: &mut String, expected: &str, came: &str) {
    for change in TextDiff::from_lines(expected, came.trim()).iter_all_changes() {
        let mark = match change.tag() {
            ChangeTag::Equal => ' ',
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        marked(shown, mark, change.value().trim_end_matches('\n'));
    }
}

fn marked(shown: &mut String, mark: char, text: &str) {
    // An empty text still has a line to be seen.
    for line in text.trim().split('\n') {
        shown.push_str(format!("  {mark} {line}").trim_end());
        shown.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_is_shown_by_lines() {
        let expected = ["one\ntwo".into(), "…".into(), "gone".into()];
        let came = ["one\n2".to_owned(), "anything".to_owned()];
        assert_eq!(
            differ("answer", &expected, &came).unwrap(),
            "answer:\n    one\n  - two\n  + 2\n    anything\n  - gone\n"
        );
        assert_eq!(
            differ("answer", &[], &[String::new()]).unwrap(),
            "answer:\n  +\n"
        );
        assert_eq!(differ("answer", &["x".into()], &["x".to_owned()]), None);
    }
}
