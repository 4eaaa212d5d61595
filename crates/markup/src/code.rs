//! Code spans and code blocks, in which character references are shown literally and nothing else is markup.

use crate::escape::clean;

/// What a fence calls a block that is not code, in any case.
pub(crate) const BLOCK_TYPES: [&str; 4] = ["quote", "quoted", "math", "spoiler"];

/// No language has a longer name.
const MAX_LANGUAGE: usize = 40;

/// Puts one line of text in a code span with as many backticks as it needs. A blank text gives an empty string.
///
/// The server keeps the blanks inside of a span, so a text that begins or ends with a backtick shows one more there.
/// A code span must not stand directly after a backslash.
///
/// ```
/// assert_eq!(zulipkit_markup::code("a`b"), "``a`b``");
/// ```
pub fn code(text: &str) -> String {
    let text = clean::one_line(text);
    if text.trim().is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let before = if text.starts_with('`') { " " } else { "" };
    let after = if text.ends_with('`') { " " } else { "" };
    format!("{fence}{before}{text}{after}{fence}")
}

/// Puts a text in a code block, behind a fence that it cannot close. Blank lines at both ends go.
///
/// A language that is empty, or would make something else than code of the block, is written as `text`, which is
/// plain text even where the organisation has a default language. The block wants nothing but line ends around it.
///
/// ```
/// assert_eq!(zulipkit_markup::code_block("```\nls", "sh"), "````sh\n```\nls\n````");
/// ```
pub fn code_block(text: &str, language: &str) -> String {
    let text = code_lines(text).join("\n");
    let fence = "`".repeat(fence_width(&text, '`'));
    format!("{fence}{}\n{text}\n{fence}", safe_language(language))
}

/// Returns the length of a fence that nothing in the text can close.
pub(crate) fn fence_width(text: &str, mark: char) -> usize {
    (longest_run(text, mark) + 1).max(3)
}

/// Returns the lines of a text without invisible characters, but with tabs, and without blank lines at both ends.
pub(crate) fn code_lines(text: &str) -> Vec<String> {
    let lines: Vec<String> = clean::lines(text)
        .map(|line| {
            line.chars()
                .filter(|&c| c == '\t' || !clean::is_dropped(c))
                .collect()
        })
        .collect();
    let filled = |line: &String| !line.trim().is_empty();
    let Some(first) = lines.iter().position(filled) else {
        return Vec::new();
    };
    let last = lines.iter().rposition(filled).unwrap_or(first);
    lines[first..=last].to_vec()
}

/// Returns the language as the server may be told it.
pub(crate) fn safe_language(language: &str) -> String {
    let language = language.chars().filter(|&c| is_language(c));
    // The server reads `.quote` as `quote`.
    let language: String = language
        .skip_while(|&c| c == '.')
        .take(MAX_LANGUAGE)
        .collect();
    let block_type = BLOCK_TYPES
        .iter()
        .any(|name| language.eq_ignore_ascii_case(name));
    if language.is_empty() || block_type {
        "text".to_owned()
    } else {
        language
    }
}

/// Returns whether a fence's language may hold the character.
pub(crate) fn is_language(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-' | '.' | '/' | '#')
}

pub(crate) fn longest_run(text: &str, mark: char) -> usize {
    text.split(|c| c != mark).map(str::len).max().unwrap_or(0)
}
