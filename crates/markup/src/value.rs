//! Values from outside, as a template engine hands them over.
//!
//! An engine's formatter cannot know what stands around the value that it writes. So it only puts the value between two
//! sentinels, and [`write`](crate::write()) decides, when the whole template has been filled in.

use crate::escape::clean;

/// Noncharacters, which Unicode sets apart for use inside of a program; they never leave this crate.
pub(crate) const START: char = '\u{FDD0}';
pub(crate) const END: char = '\u{FDD1}';

/// Puts a value from outside between the sentinels. The value can forge none: every noncharacter in it is taken out.
pub fn bracket(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + START.len_utf8() + END.len_utf8());
    out.push(START);
    out.extend(text.chars().filter(|&c| !clean::is_noncharacter(c)));
    out.push(END);
    out
}

/// Takes the sentinels, and every other noncharacter, out of a text.
pub fn strip(text: &str) -> String {
    text.chars()
        .filter(|&c| !clean::is_noncharacter(c))
        .collect()
}
