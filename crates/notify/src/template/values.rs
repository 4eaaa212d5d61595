use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zulipkit_markup::value::bracket;

const OPEN: char = '\u{FDD0}';
const CLOSE: char = '\u{FDD1}';

/// The values that one rendering has printed.
#[derive(Debug, Clone, Default)]
pub(super) struct Values(Arc<Mutex<Vec<String>>>);

impl Values {
    /// Keeps a value and returns the placeholder that stands for it.
    pub(super) fn hold(&self, text: &str) -> String {
        let text = self.replace(text, ToOwned::to_owned);
        let mut values = self.lock();
        values.push(text);
        format!("{OPEN}{}{CLOSE}", values.len() - 1)
    }

    /// Returns a finished template's output with the values in their brackets.
    pub(super) fn bracketed(&self, output: &str) -> String {
        self.replace(output, bracket)
    }

    /// Replaces the whole placeholders and drops what is left of others.
    fn replace(&self, text: &str, show: impl Fn(&str) -> String) -> String {
        let values = self.lock();
        let mut replaced = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find([OPEN, CLOSE]) {
            replaced.push_str(&rest[..at]);
            rest = &rest[at..];
            match placeholder(rest).and_then(|(number, after)| Some((values.get(number)?, after))) {
                Some((value, after)) => {
                    replaced.push_str(&show(value));
                    rest = after;
                }
                None => rest = &rest[OPEN.len_utf8()..],
            }
        }
        replaced.push_str(rest);
        replaced
    }

    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a placeholder at the start of the text; returns its number and what follows.
fn placeholder(text: &str) -> Option<(usize, &str)> {
    let (number, after) = text.strip_prefix(OPEN)?.split_once(CLOSE)?;
    Some((number.parse().ok()?, after))
}

/// Takes the two noncharacters out of a template, so that it cannot write a placeholder; byte offsets stay the same.
pub(super) fn without_marks(template: &str) -> String {
    template.replace([OPEN, CLOSE], "\u{FFFD}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_placeholder_shows_no_value() {
        let values = Values::default();
        let held = values.hold("evil");
        let cut: String = held.chars().skip(1).collect();
        assert_eq!(values.bracketed(&cut), "0");
        assert_eq!(values.bracketed(&format!("{OPEN}7{CLOSE}")), "7");
        assert_eq!(values.bracketed(&format!("{OPEN}{held}")), bracket("evil"));
    }

    #[test]
    fn a_value_cannot_hold_marks_or_the_place_of_another() {
        let values = Values::default();
        let first = values.hold("one");
        let second = values.hold(&format!("{first} and {OPEN}9{CLOSE}"));
        assert_eq!(values.bracketed(&second), bracket("one and 9"));
    }
}
