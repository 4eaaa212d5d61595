//! Stands in for the parts of the markup crate that are being written.
pub(crate) use zulipkit_markup::*;

pub(crate) mod value {
    pub(crate) fn bracket(text: &str) -> String {
        let text: String = text
            .chars()
            .filter(|c| !('\u{FDD0}'..='\u{FDEF}').contains(c))
            .collect();
        format!("\u{FDD0}{text}\u{FDD1}")
    }
}

pub(crate) fn write(text: &str) -> String {
    let mut out = String::new();
    for part in text.split('\u{FDD0}') {
        match part.split_once('\u{FDD1}') {
            Some((value, rest)) => {
                out.push_str(&escape::inline(value));
                out.push_str(rest);
            }
            None => out.push_str(part),
        }
    }
    out
}

pub(crate) fn cut(markdown: &str, limit: usize, tail: &str) -> String {
    let mut kept = String::new();
    for line in markdown.lines() {
        if length(&kept) + length(line) + 2 + length(tail) > limit {
            break;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept + tail
}
