//! Fenced blocks: code, quotes, spoilers and formulas between lines of backticks or tildes.
//!
//! They are taken out before any other structure is looked for, so a fence must stand at the first
//! column and cannot be part of a list. A quote is turned into lines that begin with `> `,
//! everything else into marks of stashed HTML.

mod language;

use super::html;
use super::stash::{self, Stash};

/// How deeply fences may nest; what is deeper is text. Each level lengthens every line within.
const MAX_DEPTH: usize = 20;

/// A line that opens a fenced block.
#[derive(Debug, PartialEq)]
pub(super) struct Opening<'a> {
    /// The backticks or tildes; only a line of exactly the same closes the block.
    pub(super) fence: &'a str,
    pub(super) language: Option<&'a str>,
    /// What follows the language; only spoilers use it.
    header: &'a str,
}

impl<'a> Opening<'a> {
    /// Reads a line such as ```` ```rust ````, `~~~` or ```` ```spoiler A title ````.
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let marker = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let rest = line.trim_start_matches(marker);
        let fence = &line[..line.len() - rest.len()];
        if fence.len() < 3 {
            return None;
        }
        let rest = rest.trim_start_matches(' ');
        if rest.is_empty() {
            return Some(Self {
                fence,
                language: None,
                header: "",
            });
        }
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        // A dot may begin `{.python}`, or be all of a language's name.
        let named = rest
            .strip_prefix('.')
            .filter(|rest| rest.starts_with(is_language))
            .unwrap_or(rest);
        let header = named.trim_start_matches(is_language);
        let language = &named[..named.len() - header.len()];
        let header = header.trim_start_matches(' ');
        let is_opening = !language.is_empty() && !header.contains(['`', '~']);
        is_opening.then_some(Self {
            fence,
            language: Some(language),
            header,
        })
    }
}

fn is_language(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+,-./#".contains(c)
}

/// A block that is not closed yet.
struct Open<'a> {
    fence: &'a str,
    kind: Kind<'a>,
    lines: Vec<String>,
}

enum Kind<'a> {
    Code { language: Option<&'a str> },
    Math,
    Quote,
    Spoiler { header: &'a str },
}

impl<'a> Kind<'a> {
    fn of(opening: &Opening<'a>) -> Self {
        let language = opening.language.map(str::to_lowercase);
        match language.as_deref() {
            Some("quote" | "quoted") => Self::Quote,
            Some("math") => Self::Math,
            Some("spoiler") => Self::Spoiler {
                header: opening.header,
            },
            _ => Self::Code {
                language: opening.language,
            },
        }
    }

    fn holds_markup(&self) -> bool {
        matches!(self, Self::Quote | Self::Spoiler { .. })
    }
}

/// Joins the lines of a message with its fenced blocks taken out. A block that nobody closes runs
/// to the end.
pub(super) fn take_out(lines: &[String], stash: &mut Stash) -> String {
    let mut output = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    for line in lines {
        match open.last_mut() {
            Some(block) if line.trim_end() == block.fence => {
                close_last(&mut open, &mut output, stash);
            }
            Some(block) if !block.kind.holds_markup() => {
                block.lines.push(line.trim_end().to_owned());
            }
            _ => match Opening::of(line).filter(|_| open.len() < MAX_DEPTH) {
                Some(opening) => {
                    open.push(Open {
                        fence: opening.fence,
                        kind: Kind::of(&opening),
                        lines: Vec::new(),
                    });
                }
                None => open
                    .last_mut()
                    .map_or(&mut output, |block| &mut block.lines)
                    .push(line.clone()),
            },
        }
    }
    while !open.is_empty() {
        close_last(&mut open, &mut output, stash);
    }
    // A blank line closes what the last block became, unless blank lines follow anyway.
    if output.len() > 2 && !output[output.len() - 2].is_empty() {
        output.push(String::new());
    }
    output.join("\n")
}

/// Closes the innermost block and adds what it becomes to the block around it. An empty block
/// vanishes.
fn close_last(open: &mut Vec<Open<'_>>, output: &mut Vec<String>, stash: &mut Stash) {
    let Some(block) = open.pop().filter(|block| !block.lines.is_empty()) else {
        return;
    };
    let lines = open.last_mut().map_or(output, |around| &mut around.lines);
    lines.push(String::new());
    match block.kind {
        Kind::Code { language } => {
            let html = html::code_block(&block.lines.join("\n"), language.map(language::name));
            lines.push(stash.put_block(html));
        }
        Kind::Math => lines.push(math(&block.lines.join("\n"), stash)),
        // A spoiler within is several lines in one.
        Kind::Quote => lines.extend(
            block
                .lines
                .join("\n")
                .split('\n')
                .map(|line| format!("> {line}")),
        ),
        Kind::Spoiler { header } => lines.push(spoiler(header, &block.lines, stash)),
    }
    lines.push(String::new());
}

fn math(text: &str, stash: &mut Stash) -> String {
    let formulas = text.split("\n\n").map(|formula| {
        let open = r#"<span class="katex-display"><span class="katex">"#.to_owned();
        stash.put_element(stash::Kind::Atomic, open, formula, "</span></span>")
    });
    formulas.collect::<Vec<_>>().join("\n\n")
}

fn spoiler(header: &str, lines: &[String], stash: &mut Stash) -> String {
    let before =
        stash.put_block(r#"<div class="spoiler-block"><div class="spoiler-header">"#.to_owned());
    let between =
        stash.put_block(r#"</div><div class="spoiler-content" aria-hidden="true">"#.to_owned());
    let after = stash.put_block("</div></div>".to_owned());
    [&before, header, &between, &lines.join("\n"), &after].join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_has_a_fence_a_language_and_a_header() {
        let opening = |fence, language, header| {
            Some(Opening {
                fence,
                language,
                header,
            })
        };
        assert_eq!(Opening::of("```"), opening("```", None, ""));
        assert_eq!(Opening::of("~~~~  c++ "), opening("~~~~", Some("c++"), ""));
        assert_eq!(
            Opening::of("```{.python}"),
            opening("```", Some("python"), "}")
        );
        assert_eq!(
            Opening::of("```spoiler {a} b"),
            opening("```", Some("spoiler"), "{a} b")
        );
        assert_eq!(Opening::of("``"), None);
        assert_eq!(Opening::of(" ```"), None);
        assert_eq!(Opening::of("```a`b"), None);
        assert_eq!(Opening::of("```{"), None);
    }

    #[test]
    fn only_the_same_fence_closes() {
        let lines = ["````quote", "```", "a", "```", "````", "b"].map(str::to_owned);
        let text = take_out(&lines, &mut Stash::default());
        assert_eq!(text, "\n> \n> \u{2}0\u{3}\n> \n\nb");
    }
}
