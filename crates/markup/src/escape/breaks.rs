//! Step 3: the characters at which the server may begin to read anew.
//!
//! In bold, italics, strike and labels inside these, the server reads the text between two inner elements a second
//! time, by itself, with all rules: `**😀e.com**` links `e.com`, though `**e.com**` does not. So a character that may
//! become such an element counts as the end of the text on either side.

/// Characters that the server may turn into a picture, alone or as part of a sequence.
/// Measured on a real server (Zulip 10, feature level 314).
const EMOJI: &[(char, char)] = &[
    ('\u{A9}', '\u{A9}'),
    ('\u{AE}', '\u{AE}'),
    ('\u{200D}', '\u{200D}'),
    ('\u{203C}', '\u{203C}'),
    ('\u{2049}', '\u{2049}'),
    ('\u{20E3}', '\u{20E3}'),
    ('\u{2100}', '\u{2BFF}'),
    ('\u{3030}', '\u{3030}'),
    ('\u{303D}', '\u{303D}'),
    ('\u{3297}', '\u{3297}'),
    ('\u{3299}', '\u{3299}'),
    ('\u{FE0F}', '\u{FE0F}'),
    ('\u{1F000}', '\u{1FAFF}'),
    ('\u{E0020}', '\u{E007F}'),
];

/// U+FE0F asks for the emoji form of the character before it, U+20E3 makes a keycap of it.
fn makes_emoji(c: char) -> bool {
    matches!(c, '\u{FE0F}' | '\u{20E3}')
}

/// Returns for each character whether it may become an emoji.
pub(super) fn find(chars: &[char]) -> Vec<bool> {
    let next = chars.iter().skip(1).map(Some).chain([None]);
    chars
        .iter()
        .zip(next)
        .map(|(&c, next)| may_be_emoji(c) || next.is_some_and(|&next| makes_emoji(next)))
        .collect()
}

fn may_be_emoji(c: char) -> bool {
    c >= '\u{A9}'
        && EMOJI
            .iter()
            .any(|&(first, last)| (first..=last).contains(&c))
}
