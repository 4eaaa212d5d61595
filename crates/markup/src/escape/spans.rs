//! Step 2: the code spans that a text may keep.
//!
//! People write `` `like this` `` in commit subjects, and a code span is harmless as long as its backticks pair with
//! nobody else's. Only the plainest form is kept; every other backtick is encoded.

/// Returns for each character whether it belongs to a kept span, the backticks included.
/// A span that holds one of `unwanted` is not kept.
pub(super) fn find(chars: &[char], unwanted: Option<char>) -> Vec<bool> {
    let mut kept = vec![false; chars.len()];
    let runs = backtick_runs(chars);
    let mut i = 0;
    while i + 1 < runs.len() {
        let ((open, open_width), (close, close_width)) = (runs[i], runs[i + 1]);
        let escaped = open > 0 && chars[open - 1] == '\\';
        let single = open_width == 1 && close_width == 1;
        if single && !escaped && may_keep(&chars[open + 1..close], unwanted) {
            kept[open..=close].fill(true);
            i += 2;
        } else {
            i += 1;
        }
    }
    kept
}

/// In quotes the server makes mentions silent even inside of code, and so would change the text.
fn may_keep(content: &[char], unwanted: Option<char>) -> bool {
    let holds = |what: &str| {
        let what: Vec<char> = what.chars().collect();
        content.windows(what.len()).any(|window| window == what)
    };
    let (Some(first), Some(last)) = (content.first(), content.last()) else {
        return false;
    };
    !first.is_whitespace()
        && !last.is_whitespace()
        && !holds("@*")
        && !holds("@_*")
        && !unwanted.is_some_and(|c| content.contains(&c))
}

/// Returns the position and the length of each run of backticks.
fn backtick_runs(chars: &[char]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (i, _) in chars.iter().enumerate().filter(|&(_, &c)| c == '`') {
        match runs.last_mut() {
            Some((start, width)) if *start + *width == i => *width += 1,
            _ => runs.push((i, 1)),
        }
    }
    runs
}
