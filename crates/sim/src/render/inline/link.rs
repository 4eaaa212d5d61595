//! Links with a label: `[label](target "title")`.

use super::{Edit, Reader, url};
use crate::render::source::is_space;

/// Finds links. Their labels may hold balanced brackets and are not read any further; `![` begins
/// none.
pub(super) fn links(reader: &mut Reader<'_>, text: &str, _next: usize) -> String {
    let mut edit = Edit::new(text);
    for (start, end) in brackets(text) {
        if start < edit.done || text[..start].ends_with('!') {
            continue;
        }
        let Some(destination) = Destination::of(text, end + 1) else {
            continue;
        };
        let target = reader
            .stash
            .plain(destination.target.trim_matches(is_space));
        let Some(target) = url::sanitize(target.trim_matches(is_space)) else {
            continue;
        };
        let title = destination
            .title
            .map(|title| reader.stash.plain(title.trim_matches(is_space)));
        let title = title.map(|title| title.replace(is_space, " "));
        let label = &text[start + 1..end];
        let label = if label.chars().all(is_space) {
            &target
        } else {
            label
        };
        let mark = url::put_link(reader, &target, title.as_deref(), label);
        edit.replace(start..destination.end, &mark);
    }
    edit.finish()
}

/// Returns the places of all pairs of brackets, by their first.
fn brackets(text: &str) -> Vec<(usize, usize)> {
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    for (at, bracket) in text.match_indices(['[', ']']) {
        match bracket {
            "[" => open.push(at),
            _ => pairs.extend(open.pop().map(|start| (start, at))),
        }
    }
    pairs.sort_unstable();
    pairs
}

/// What stands in parentheses after a label.
struct Destination<'a> {
    target: &'a str,
    title: Option<&'a str>,
    end: usize,
}

impl<'a> Destination<'a> {
    fn of(text: &'a str, at: usize) -> Option<Self> {
        let inside = text[at..].strip_prefix('(')?.trim_start_matches(is_space);
        let start = text.len() - inside.len();
        Self::in_angles(text, start).or_else(|| Scan::new(start).run(text))
    }

    /// Reads `<target>` or `<target> "title"`.
    fn in_angles(text: &'a str, start: usize) -> Option<Self> {
        let (target, rest) = text[start..].strip_prefix('<')?.split_once('>')?;
        let rest = rest.trim_start_matches(is_space);
        let titled = ['"', '\'']
            .iter()
            .find_map(|quote| rest.strip_prefix(*quote)?.split_once(*quote));
        let (title, rest) = match titled {
            Some((title, rest)) => (Some(title), rest.trim_start_matches(is_space)),
            None => (None, rest),
        };
        let rest = rest.strip_prefix(')').filter(|_| !target.contains('<'))?;
        Some(Self {
            target,
            title,
            end: text.len() - rest.len(),
        })
    }
}

/// A quotation mark that may begin a title.
#[derive(Clone, Copy)]
struct Quote {
    mark: char,
    /// Where the title begins.
    start: usize,
    /// Where the last such mark after it stands.
    end: Option<usize>,
}

impl Quote {
    /// Returns the title, if it ends directly before the closing parenthesis.
    fn title<'a>(&self, text: &'a str, last: Option<char>) -> Option<&'a str> {
        let end = self.end.filter(|_| last == Some(self.mark))?;
        Some(&text[self.start..end])
    }
}

/// The search for the parenthesis that closes a target.
///
/// From the first quotation mark on, the search takes everything for a title, until a parenthesis
/// directly follows the same mark. In case none does, it notes where the parentheses would have
/// been balanced without a title. A quotation mark of the other kind may begin the title instead.
struct Scan {
    start: usize,
    depth: usize,
    first: Option<Quote>,
    second: Option<Quote>,
    /// The depth as if there were no title, once there may be one.
    untitled_depth: usize,
    untitled_end: Option<usize>,
    /// The last character that was no space.
    last: Option<char>,
}

impl Scan {
    fn new(start: usize) -> Self {
        Self {
            start,
            depth: 1,
            first: None,
            second: None,
            untitled_depth: 1,
            untitled_end: None,
            last: None,
        }
    }

    fn run(mut self, text: &str) -> Option<Destination<'_>> {
        let start = self.start;
        for (at, c) in text[start..].char_indices() {
            let at = start + at;
            match c {
                '(' => self.open(),
                ')' if self.close(text, at) => return Some(self.closed(text, at)),
                '\'' | '"' => self.quote(c, at),
                _ => {}
            }
            if c != ' ' {
                self.last = Some(c);
            }
        }
        let end = self.untitled_end?;
        Some(Destination {
            target: &text[start..end],
            title: None,
            end: end + 1,
        })
    }

    fn open(&mut self) {
        if self.first.is_none() {
            self.depth += 1;
        } else {
            self.untitled_depth = self.untitled_depth.saturating_sub(1);
        }
    }

    /// Counts a closing parenthesis and tells whether it closes the target.
    fn close(&mut self, text: &str, at: usize) -> bool {
        let title = |quote: Option<Quote>| quote.and_then(|quote| quote.title(text, self.last));
        if title(self.first).or(title(self.second)).is_some() {
            return true;
        }
        if self.first.is_none() {
            self.depth -= 1;
            return self.depth == 0;
        }
        if self.untitled_depth > 0 {
            self.untitled_depth -= 1;
            if self.untitled_depth == 0 {
                self.untitled_end = Some(at);
            }
        }
        false
    }

    fn quote(&mut self, mark: char, at: usize) {
        let new = Some(Quote {
            mark,
            start: at + 1,
            end: None,
        });
        match (&mut self.first, &mut self.second) {
            (None, _) => {
                self.first = new;
                self.untitled_depth = self.depth;
            }
            (Some(first), _) if first.mark == mark => first.end = Some(at),
            (_, None) => self.second = new,
            (_, Some(second)) => second.end = Some(at),
        }
    }

    fn closed<'a>(&self, text: &'a str, at: usize) -> Destination<'a> {
        let titled = [self.first, self.second]
            .into_iter()
            .flatten()
            .find_map(|quote| {
                let title = quote.title(text, self.last)?;
                Some((quote.start - 1, title))
            });
        match titled {
            Some((end, title)) => Destination {
                target: &text[self.start..end],
                title: Some(title),
                end: at + 1,
            },
            None => Destination {
                target: &text[self.start..at],
                title: None,
                end: at + 1,
            },
        }
    }
}
