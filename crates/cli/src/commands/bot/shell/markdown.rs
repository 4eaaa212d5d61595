//! Zulip's Markdown as text that is read in a terminal.

use zulipkit_bots::address::mentions;

use crate::readable::as_read;
use crate::ui::{BOLD, DIM, paint};

/// Shows a message. What cannot be seen in a terminal keeps the marks that it is written with.
pub(super) fn render(text: &str) -> String {
    let mut shown = Vec::new();
    let mut fence: Option<(&str, bool)> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        let name = trimmed.trim_start_matches(['`', '~']);
        let mark = &trimmed[..trimmed.len() - name.len()];
        match fence {
            Some((open, _)) if trimmed == open => fence = None,
            Some((_, true)) => shown.push(quote(&inline(&plain(line)))),
            Some((_, false)) => shown.push(paint(DIM, format!("    {}", plain(line)))),
            None if mark.len() >= 3 => {
                let (kind, title) = name.trim().split_once(' ').unwrap_or((name.trim(), ""));
                fence = Some((mark, ["quote", "spoiler"].contains(&kind)));
                if kind == "spoiler" {
                    shown.push(quote(&paint(BOLD, plain(title))));
                }
            }
            None => match trimmed.strip_prefix('>') {
                Some(said) => shown.push(quote(&inline(&plain(said.trim_start())))),
                None => shown.push(inline(&plain(line))),
            },
        }
    }
    shown.join("\n")
}

/// Takes out what would command the terminal rather than be shown.
pub(super) fn plain(text: &str) -> String {
    let shown = |c: &char| matches!(c, '\n' | '\t') || !c.is_control();
    text.chars().filter(shown).collect()
}

/// Shows an emoji by its name; one that is not known here keeps its colons.
pub(super) fn emoji(name: &str) -> String {
    match known_emoji(name) {
        Some(emoji) => emoji.to_owned(),
        None => format!(":{}:", plain(name)),
    }
}

/// Finds an emoji by GitHub's name, or by that of Unicode, which Zulip's names mostly are.
fn known_emoji(name: &str) -> Option<&'static str> {
    let by_shortcode = emojis::get_by_shortcode(name);
    let words = name.replace('_', " ");
    let by_name = || emojis::iter().find(|emoji| emoji.name() == words);
    let found = by_shortcode.or_else(by_name);
    found.map(emojis::Emoji::as_str).or(match name {
        "check" => Some("✅"),
        "working_on_it" => Some("🛠"),
        "time_ticking" => Some("⏳"),
        _ => None,
    })
}

fn quote(line: &str) -> String {
    format!("{} {line}", paint(DIM, "│"))
}

/// Shows the marks within a line, outside of code.
fn inline(line: &str) -> String {
    let line = without_ids(line);
    let mut parts = line.split('`').enumerate().peekable();
    let mut shown = String::new();
    while let Some((at, part)) = parts.next() {
        let closed = parts.peek().is_some();
        match at % 2 {
            0 => shown.push_str(&bold(part)),
            _ if closed => shown.push_str(&paint(BOLD, format!("`{part}`"))),
            _ => shown.push_str(&format!("`{part}")),
        }
    }
    shown
}

/// Shows mentions by the name alone: `@Ada`.
pub(super) fn without_ids(line: &str) -> String {
    let mut shown = String::new();
    let mut from = 0;
    for mention in mentions(line) {
        shown.push_str(&line[from..mention.range.start]);
        shown.push('@');
        shown.push_str(mention.name);
        from = mention.range.end;
    }
    shown.push_str(&line[from..]);
    shown
}

/// Shows times in words.
fn times(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("<time:") {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        let (text, length) = time(rest).unwrap_or(("<".to_owned(), 1));
        shown.push_str(&text);
        rest = &rest[length..];
    }
    shown.push_str(rest);
    shown
}

/// Reads `<time:…>` at the beginning of a text; returns the time and how long it is as written.
fn time(text: &str) -> Option<(String, usize)> {
    let (written, _) = text.strip_prefix("<time:")?.split_once('>')?;
    let moment: jiff::Timestamp = written.parse().ok()?;
    let shown = moment.strftime("%Y-%m-%d %H:%M UTC").to_string();
    Some((shown, written.len() + "<time:>".len()))
}

/// Makes bold what stands between pairs of stars. Stars that were escaped are text.
fn bold(text: &str) -> String {
    let read = |part: &str| plain(&as_read(&times(&emojis_in(part))));
    let parts: Vec<&str> = text.split("**").collect();
    if parts.len() < 3 || parts.len().is_multiple_of(2) {
        return read(text);
    }
    let shown = parts.iter().enumerate().map(|(at, part)| match at % 2 {
        0 => read(part),
        _ => paint(BOLD, read(part)),
    });
    shown.collect()
}

/// Puts emoji in the place of their names.
fn emojis_in(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(':') {
        shown.push_str(before);
        let name = after.split_once(':').map(|(name, _)| name);
        match name.and_then(|name| Some((name, known_emoji(name)?))) {
            Some((name, emoji)) => {
                shown.push_str(emoji);
                rest = &after[name.len() + 1..];
            }
            None => {
                shown.push(':');
                rest = after;
            }
        }
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        anstream::adapter::strip_str(&render(text)).to_string()
    }

    #[test]
    fn markdown_reads_as_text() {
        for (text, wanted) in [
            ("**bold** and `code`", "bold and `code`"),
            (":tada: at 10:30, :no_such:", "🎉 at 10:30, :no_such:"),
            (":thumbs_up::check:", "👍✅"),
            ("@**Ada|8** hi", "@Ada hi"),
            ("`:tada:`", "`:tada:`"),
            ("2 ** 3", "2 ** 3"),
            ("&#42;&#42;x &amp; <b>", "**x & <b>"),
            (
                "at <time:2026-11-25T08:23:27Z>.",
                "at 2026-11-25 08:23 UTC.",
            ),
            ("> said\nyes", "│ said\nyes"),
            ("```quote\n@**Ada** :heart:\n```", "│ @Ada ❤️"),
            ("~~~ python\nprint(1)\n~~~\nend", "    print(1)\nend"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }

    #[test]
    fn nothing_commands_the_terminal() {
        assert_eq!(shown("a\u{1b}[2Jb\u{7}\u{9b}1m"), "a[2Jb1m");
    }
}
