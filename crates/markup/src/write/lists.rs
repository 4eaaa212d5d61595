//! Lists after code that looks like fences.
//!
//! The server has a list begin directly after a line of text by putting a blank line between. But it does so before it
//! reads fences, with a rougher idea of them: a line of code that looks like a fence, and has no partner, makes it think
//! that all the rest is code. Then the blank line must be ours.

use crate::fence::{Fence, Open};

/// Puts a blank line before each list that follows such code.
pub(super) fn separate(text: &str) -> String {
    let mut open = Open::default();
    let mut misread = false;
    let mut out: Vec<&str> = Vec::new();
    for line in text.split('\n') {
        let in_code = open.code().is_some();
        open.read(line);
        misread |= in_code && open.code().is_some() && Fence::open(line).is_some();
        let after_text = out
            .last()
            .is_some_and(|before| !before.is_empty() && item(before).is_none());
        if misread && !in_code && after_text && item(line).is_some() {
            out.push("");
        }
        out.push(line);
    }
    out.join("\n")
}

/// Returns the mark of a list item. A number of two digits is none to the server here.
fn item(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(' ');
    let mut chars = line.chars();
    let width = match (chars.next()?, chars.next()?) {
        ('-' | '*' | '+', _) => 1,
        (digit, '.') if digit.is_ascii_digit() => 2,
        _ => return None,
    };
    line[width..].starts_with(' ').then(|| &line[..width])
}
