//! Formulas: `$$x^2$$`. They are marked but not typeset.

use super::{Edit, Reader};
use crate::render::source::is_word;
use crate::render::stash::Kind;

/// Finds formulas within a line. They hold no dollar sign but after a backslash, do not begin with
/// `_`, and no letter, digit or further dollar sign stands next to them.
pub(super) fn formulas(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    let mut edit = Edit::new(text);
    let mut from = 0;
    while let Some(start) = text[from..].find("$$").map(|at| from + at) {
        from = start + 1;
        let before = text[..start].chars().next_back();
        if !before.is_none_or(may_neighbour) {
            continue;
        }
        let Some(length) = formula_length(&text[start + 2..]) else {
            continue;
        };
        let formula = &text[start + 2..start + 2 + length];
        let mark = reader.stash.put_element(
            Kind::Atomic,
            r#"<span class="katex">"#.to_owned(),
            formula,
            "</span>",
        );
        from = start + length + 4;
        edit.replace(start..from, &mark);
    }
    edit.finish()
}

fn may_neighbour(c: char) -> bool {
    c != '$' && !is_word(c)
}

/// Returns the length of a formula that is followed by two dollar signs.
fn formula_length(text: &str) -> Option<usize> {
    if text.starts_with(['_', '\n', '$']) {
        return None;
    }
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next_if(|(_, next)| *next == '$')),
            '\n' => return None,
            '$' => {
                let after = text[at..].strip_prefix("$$")?;
                return after.chars().next().is_none_or(may_neighbour).then_some(at);
            }
            _ => {}
        }
    }
    None
}
