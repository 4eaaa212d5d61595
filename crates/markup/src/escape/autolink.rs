//! Step 4, the third part: addresses that the server links of itself.
//!
//! It links a token only after the start of the text, white space, or one of `' " ( , : <`. So the cheapest way to
//! stop it is to encode the character *before* the token: its own words stay whole, and the server's search still
//! finds `build.sh`. Only a token at an edge, where what stands before it is unknown, is broken inside.

use std::ops::Range;

use super::text::Text;

/// File endings that are no top-level domain, or that Zulip leaves out, so that ordinary names stay untouched.
/// Measured on a real server (Zulip 10, feature level 314). Not in it are `rs`, `sh`, `pl`, `pm`, `cc`, `so` and their
/// like, which are domains, nor `java`, `mov` and `zip`, which other versions may link.
const FILE_ENDINGS: &[&str] = &[
    "adoc", "apk", "asm", "bak", "bat", "bin", "bz2", "cfg", "cmake", "conf", "cpp", "cs", "css",
    "csv", "cxx", "dat", "deb", "diff", "dll", "erl", "ex", "exe", "exs", "gif", "go", "gradle",
    "gz", "hh", "hpp", "hs", "htm", "html", "img", "ini", "ipynb", "iso", "jar", "jpeg", "jpg",
    "js", "json", "jsx", "kt", "lock", "log", "lua", "md", "orig", "patch", "pdf", "php", "png",
    "proto", "py", "pyc", "pyi", "rb", "rej", "rpm", "rst", "scss", "service", "socket", "spec",
    "sql", "svg", "swift", "tar", "test", "tex", "timer", "tmp", "toml", "ts", "tsx", "txt", "vim",
    "vue", "wasm", "whl", "xml", "xz", "yaml", "yml",
];

/// No label of a domain name is longer.
const MAX_LABEL: usize = 63;

/// Something that the server would link.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) range: Range<usize>,
    /// The character inside whose encoding breaks it.
    pub(crate) inside: usize,
}

pub(super) fn mark(text: &mut Text) {
    let finder = Finder::new(text);
    let mut marks = std::mem::take(&mut text.marks);
    for at in 0..text.len() {
        if text.kept[at] || !may_start(text, at) {
            continue;
        }
        let edge = text.edge_before(at);
        if !edge && marks[at - 1] {
            continue;
        }
        for token in finder.find(text, at) {
            marks[if edge { token.inside } else { at - 1 }] = true;
        }
    }
    text.marks = marks;
}

/// Returns whether the server would look for a token at this position.
pub(crate) fn may_start(text: &Text, at: usize) -> bool {
    text.edge_before(at) || may_follow(text.chars[at - 1])
}

/// Returns whether a token may follow this character.
pub(crate) fn may_follow(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\'' | '"' | '(' | ',' | ':' | '<')
}

/// Finds tokens in one text. What it must know of each position is gathered once, so that a hostile text costs no
/// more than an ordinary one.
#[derive(Debug)]
pub(crate) struct Finder {
    /// Where the run of letters, digits, `_`, `.` and `-` that holds this position ends.
    run_end: Vec<usize>,
    /// Where the next break stands, from this position on.
    next_break: Vec<usize>,
    /// A token that ends here may be followed by what follows.
    closes: Vec<bool>,
}

impl Finder {
    pub(crate) fn new(text: &Text) -> Self {
        let len = text.len();
        let mut finder = Self {
            run_end: (0..=len).collect(),
            next_break: vec![len; len + 1],
            closes: vec![true; len + 1],
        };
        for i in (0..len).rev() {
            let c = text.chars[i];
            if is_word(c) {
                finder.run_end[i] = finder.run_end[i + 1].max(i + 1);
            }
            finder.next_break[i] = if text.breaks[i] {
                i
            } else {
                finder.next_break[i + 1]
            };
            let skipped = matches!(
                c,
                '!' | ':' | ';' | '?' | ')' | ',' | '.' | '\'' | '"' | '>'
            );
            finder.closes[i] =
                text.breaks[i] || c.is_whitespace() || (skipped && finder.closes[i + 1]);
        }
        finder
    }

    /// Returns the tokens that begin at this position: the run before the first break may be one, and the whole run.
    pub(crate) fn find(&self, text: &Text, at: usize) -> impl Iterator<Item = Token> {
        let [first, second] = match scheme(text, at) {
            Some(token) => [Some(token), None],
            None => self.ends(at).map(|end| {
                self.email(text, at..end?)
                    .or_else(|| self.domain(text, at..end?))
            }),
        };
        first.into_iter().chain(second)
    }

    /// Returns where the run that begins here may end in the server's eyes.
    fn ends(&self, at: usize) -> [Option<usize>; 2] {
        let end = self.run_end[at];
        let first_break = self.next_break[at];
        [
            (end > at).then_some(end),
            (first_break > at && first_break < end).then_some(first_break),
        ]
    }

    /// An e-mail address, or what looks like one: `lodash@4.17.21`, `user@10.0.0.1`.
    fn email(&self, text: &Text, run: Range<usize>) -> Option<Token> {
        if text.at(run.end) != Some('@') {
            return None;
        }
        let host = run.end + 1;
        self.ends(host).into_iter().flatten().find_map(|end| {
            let dotted = text.chars[host..without_dots(text, host..end)].contains(&'.');
            (dotted && self.closes[end]).then_some(Token {
                range: run.start..end,
                inside: run.end,
            })
        })
    }

    fn domain(&self, text: &Text, run: Range<usize>) -> Option<Token> {
        let end = without_dots(text, run.clone());
        let name = &text.chars[run.start..end];
        let label = name
            .iter()
            .rev()
            .take(MAX_LABEL + 1)
            .position(|&c| c == '.')?;
        let dot = end - label - 1;
        if dot == run.start {
            return None;
        }
        let closes = end < run.end || self.closes[run.end] || text.at(run.end) == Some('/');
        (closes && is_top_level(&text.chars[dot + 1..end])).then_some(Token {
            range: run.start..end,
            inside: dot,
        })
    }
}

/// Returns the end of the range without the dots at its end.
fn without_dots(text: &Text, range: Range<usize>) -> usize {
    let dots = text.chars[range.clone()]
        .iter()
        .rev()
        .take_while(|&&c| c == '.');
    range.end - dots.count()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// Returns whether a label may be a top-level domain.
fn is_top_level(label: &[char]) -> bool {
    let [first, .., last] = label else {
        return false;
    };
    first.is_ascii_alphabetic()
        && last.is_ascii_alphanumeric()
        && label.iter().all(|&c| c.is_ascii_alphanumeric() || c == '-')
        && !is_file_ending(label)
}

fn is_file_ending(label: &[char]) -> bool {
    FILE_ENDINGS
        .iter()
        .any(|ending| ending.chars().eq(label.iter().copied()))
}

/// The server links these whatever follows.
fn scheme(text: &Text, at: usize) -> Option<Token> {
    let matches = |what: &str| {
        let mut following = text.chars[at..].iter();
        what.chars()
            .all(|c| following.next().is_some_and(|d| d.eq_ignore_ascii_case(&c)))
    };
    let (width, colon) = if matches("http://") {
        (7, 4)
    } else if matches("https://") {
        (8, 5)
    } else if matches("file://") {
        (7, 4)
    } else if matches("bitcoin:1") || matches("bitcoin:3") {
        (9, 7)
    } else {
        return None;
    };
    Some(Token {
        range: at..at + width,
        inside: at + colon,
    })
}
