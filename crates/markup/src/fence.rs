//! Fences, as the server reads them.

use std::borrow::Cow;

use crate::{
    code::{BLOCK_TYPES, is_language},
    escape::text::push_reference,
    length,
};

/// A longer header of a fence is not repeated.
const MAX_HEADER: usize = 16;

/// An opening fence: three or more backticks or tildes at the start of a line, no more of them on it, and then either
/// nothing or a language. Anything else is ordinary text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fence {
    pub(crate) mark: char,
    pub(crate) width: usize,
    /// In quotes and spoilers there is Markdown again; everything else is shown raw.
    pub(crate) holds_markdown: bool,
}

impl Fence {
    /// Returns the fence that this line opens.
    pub(crate) fn open(line: &str) -> Option<Self> {
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = line.trim_start_matches(mark);
        let width = line.len() - info.len();
        let (language, _) = split_info(info);
        let named = !language.is_empty() || info.trim_matches([' ', '\t']).is_empty();
        let kind = language.to_ascii_lowercase();
        (width >= 3 && named && !info.contains(['`', '~'])).then(|| Self {
            mark,
            width,
            holds_markdown: kind != "math" && BLOCK_TYPES.contains(&kind.as_str()),
        })
    }

    /// The closing fence is the same characters in the same number; a longer one does not close.
    pub(crate) fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim_end();
        line.len() == self.width && line.chars().all(|c| c == self.mark)
    }

    /// Returns a line that opens no fence, and shows the same.
    pub(crate) fn defused(line: &str) -> Cow<'_, str> {
        let Some(fence) = Self::open(line) else {
            return Cow::Borrowed(line);
        };
        let mut out = String::new();
        push_reference(&mut out, fence.mark);
        Cow::Owned(out + &line[1..])
    }

    pub(crate) fn marks(&self) -> String {
        String::from(self.mark).repeat(self.width)
    }
}

/// Splits what follows the marks of a fence into its language, as the server reads it, and the rest: `{.quote}` and
/// `quote: x` are quotes too.
pub(crate) fn split_info(info: &str) -> (&str, &str) {
    // Tabs are blanks by then.
    let info = info.trim_start_matches([' ', '\t']);
    let info = info.strip_prefix('{').unwrap_or(info);
    // The server's pattern lets a comma in as well.
    let end = |text: &str| {
        text.find(|c| !is_language(c) && c != ',')
            .unwrap_or(text.len())
    };
    match info.strip_prefix('.') {
        Some(name) if end(name) > 0 => name.split_at(end(name)),
        _ => info.split_at(end(info)),
    }
}

/// The fences that are open at some point, the outermost first, with the lines that open them again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Open(Vec<(Fence, String)>);

impl Open {
    pub(crate) fn depth(&self) -> usize {
        self.0.len()
    }

    /// Takes notice of the next line.
    pub(crate) fn read(&mut self, line: &str) {
        let holds_markdown = match self.0.last() {
            Some((fence, _)) if fence.is_closed_by(line) => {
                self.0.pop();
                return;
            }
            Some((fence, _)) => fence.holds_markdown,
            None => true,
        };
        if let Some(fence) = Fence::open(line).filter(|_| holds_markdown) {
            let again = reopening(&fence, line);
            self.0.push((fence, again));
        }
    }

    /// Returns the innermost fence if it holds code.
    pub(crate) fn code(&self) -> Option<&Fence> {
        self.0
            .last()
            .map(|(fence, _)| fence)
            .filter(|fence| !fence.holds_markdown)
    }

    /// Returns the lines that open the fences again.
    pub(crate) fn opening(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, again)| again.as_str())
    }

    /// Returns the line that closes the innermost fence, then the others'.
    pub(crate) fn closing(&self) -> impl Iterator<Item = String> {
        self.0.iter().rev().map(|(fence, _)| fence.marks())
    }

    pub(crate) fn closing_length(&self) -> usize {
        self.0.iter().map(|(fence, _)| fence.width + 1).sum()
    }

    /// Returns the number of code points that closing and opening again costs.
    pub(crate) fn overhead(&self) -> usize {
        let opening: usize = self.opening().map(|line| length(line) + 1).sum();
        opening + self.closing_length()
    }
}

fn reopening(fence: &Fence, line: &str) -> String {
    let info = &line[fence.width..];
    if length(info) <= MAX_HEADER {
        return line.to_owned();
    }
    let (language, _) = split_info(info);
    let language: String = language.chars().take(MAX_HEADER).collect();
    fence.marks() + &language
}
