//! The text of a message: where it comes from, what is wrapped around it, and what becomes of one that is too long.

use std::io::Read as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_markup::{block, code_block, cut, length, quote_block, split, spoiler};

/// The text. Without any of these it is read from standard input.
#[derive(Debug, Args)]
#[command(next_help_heading = "Text")]
pub(super) struct TextArgs {
    /// The text in Zulip's Markdown; several words are joined by blanks, `-` is standard input
    #[arg(value_name = "TEXT")]
    words: Vec<String>,
    /// Read the text from a file
    #[arg(long, value_name = "FILE", conflicts_with = "words")]
    text_file: Option<PathBuf>,
    /// Show the text exactly as it is: nothing in it is markup
    #[arg(long, conflicts_with_all = ["code", "quote"])]
    plain: bool,
    /// Show the text as a code block, of this language if one is named
    #[arg(long, value_name = "LANGUAGE", num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    code: Option<String>,
    /// Show the text exactly as it is, as a quote
    #[arg(long, conflicts_with = "code")]
    quote: bool,
    /// Hide the text behind a header until somebody clicks it
    #[arg(long, value_name = "HEADER")]
    spoiler: Option<String>,
    /// What to do with a text that is longer than the server allows
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Long::Split)]
    long: Long,
    /// End with 0 and send nothing if the text is empty
    #[arg(long)]
    allow_empty: bool,
}

/// What to do with a text that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Long {
    /// Several messages, cut between paragraphs where possible
    Split,
    /// One message with the beginning, and the whole as a file
    Attach,
    /// The beginning alone
    Cut,
    /// An error
    Refuse,
}

/// What is to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// The messages, each within the server's limit.
    pub(super) parts: Vec<String>,
    /// The whole text, if it goes along as a file.
    pub(super) whole: Option<String>,
}

/// More messages than this are nobody's wish.
const MOST_PARTS: usize = 20;

/// Stands at the end of a text that was cut.
const TAIL: &str = "\n\n*(shortened)*";

impl TextArgs {
    /// Reads the text; none if it is empty and may be.
    pub(super) fn read(&self, limit: usize) -> Result<Option<Text>> {
        let text = clean(&self.source()?);
        if text.trim().is_empty() {
            return match self.allow_empty {
                true => Ok(None),
                false => Err(Diagnostic::usage("there is nothing to send")
                    .cause("the text is empty")
                    .hint("give a text, or `--allow-empty` if that is no error")),
            };
        }
        self.fit(&text, limit).map(Some)
    }

    fn source(&self) -> Result<Vec<u8>> {
        let from = |what: &str, cause: &std::io::Error| {
            Diagnostic::failed(format!("cannot read {what}")).source(cause)
        };
        if let Some(path) = &self.text_file {
            return std::fs::read(path)
                .map_err(|cause| from(&format!("`{}`", path.display()), &cause));
        }
        if self.words.is_empty() || self.words == ["-"] {
            let mut bytes = Vec::new();
            std::io::stdin()
                .read_to_end(&mut bytes)
                .map_err(|cause| from("standard input", &cause))?;
            return Ok(bytes);
        }
        Ok(self.words.join(" ").into_bytes())
    }

    /// Brings the text within the limit.
    fn fit(&self, text: &str, limit: usize) -> Result<Text> {
        let whole = self.wrap(text);
        if length(&whole) <= limit {
            return Ok(Text {
                parts: vec![whole],
                whole: None,
            });
        }
        match self.long {
            Long::Split => split_up(&whole, limit),
            Long::Cut => Ok(Text {
                parts: vec![cut(&whole, limit, TAIL)],
                whole: None,
            }),
            // The link to the file needs room too.
            Long::Attach => Ok(Text {
                parts: vec![cut(&whole, limit / 2, TAIL)],
                whole: Some(text.to_owned()),
            }),
            Long::Refuse => Err(Diagnostic::usage(format!(
                "the text has {} characters, and the server allows {limit}",
                length(&whole)
            ))
            .hint("let `--long` split, attach or cut it")),
        }
    }

    fn wrap(&self, text: &str) -> String {
        let inner = match &self.code {
            Some(language) => code_block(text, language),
            None if self.quote => quote_block(text),
            None if self.plain => block(text),
            None => text.to_owned(),
        };
        match &self.spoiler {
            Some(header) => spoiler(header, &inner),
            None => inner,
        }
    }
}

/// Cuts the text into messages, unless that would flood the channel.
fn split_up(whole: &str, limit: usize) -> Result<Text> {
    let expected = length(whole) / limit + 1;
    if expected > MOST_PARTS {
        return Err(
            Diagnostic::usage(format!("the text would become {expected} messages"))
                .cause(format!("at most {MOST_PARTS} are sent at once"))
                .hint("send it as a file: `--long attach`"),
        );
    }
    Ok(Text {
        parts: split(whole, limit),
        whole: None,
    })
}

/// Makes text of bytes: what is no UTF-8 is replaced, NUL is dropped since servers refuse it, line ends at the end go.
fn clean(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace('\0', "");
    text.trim_end().trim_start_matches(['\r', '\n']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        text: TextArgs,
    }

    fn text(arguments: &[&str], limit: usize) -> Result<Option<Text>> {
        let arguments = ["send"].iter().chain(arguments);
        Only::parse_from(arguments).text.read(limit)
    }

    #[test]
    fn bytes_become_text_that_a_server_takes() {
        assert_eq!(clean(b"caf\xe9"), "caf\u{fffd}");
        assert_eq!(clean(b"a\0b"), "ab");
        assert_eq!(clean(b"\n  hello\n\n"), "  hello");
    }

    #[test]
    fn an_empty_text_is_wrong_use_unless_it_is_allowed() {
        let error = text(&[" \n"], 100).unwrap_err();
        assert_eq!(error.kind.exit_code(), 2);
        assert_eq!(text(&["", "--allow-empty"], 100).unwrap(), None);
    }

    #[test]
    fn a_fence_is_longer_than_any_inside() {
        let inside = "line ~~~~\na\n```\n@**all** pwned";
        let coded = text(&["--code", inside], 1000)
            .unwrap()
            .unwrap()
            .parts
            .remove(0);
        assert_eq!(coded, format!("````text\n{inside}\n````"));
    }

    #[test]
    fn a_long_text_is_split_attached_cut_or_refused() {
        let long = "word ".repeat(4_000);
        let long = long.trim_end();
        let split = text(&[long], 10_000).unwrap().unwrap();
        assert_eq!(split.parts.len(), 2);
        assert!(split.parts.iter().all(|part| length(part) <= 10_000));
        assert_eq!(split.parts.join(" "), long);
        let error = text(&[&"word ".repeat(50_000)], 10_000).unwrap_err();
        assert_eq!(
            error.one_line().split(':').next(),
            Some("the text would become 25 messages")
        );
        let attached = text(&[long, "--long", "attach"], 10_000).unwrap().unwrap();
        assert_eq!(
            (attached.parts.len(), attached.whole.as_deref()),
            (1, Some(long))
        );
        let cut = text(&[long, "--long", "cut"], 10_000).unwrap().unwrap();
        assert!(cut.parts[0].ends_with("*(shortened)*") && length(&cut.parts[0]) <= 10_000);
        assert_eq!(
            text(&[long, "--long", "refuse"], 10_000)
                .unwrap_err()
                .kind
                .exit_code(),
            2
        );
    }
}
