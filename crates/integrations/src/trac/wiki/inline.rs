//! What stands within a line: emphasis, code, links, macros.
//!
//! The line is read once into a tree, and the tree is written as a template in which every word is a value from outside:
//! the markup crate then writes each as its place demands.

use zulipkit_markup::value::bracket;
use zulipkit_markup::write;

use super::links::{Links, is_address, is_realm};
use super::tree::{Node, Style, Tree};

/// A link or a macro is not looked for beyond so many bytes, so that a line of brackets costs no more than its length.
const FARTHEST: usize = 1000;

/// Renders a line behind a mark of Zulip's, such as that of a list. A line without words gives nothing.
pub(super) fn render(mark: &str, line: &str, links: &Links) -> String {
    let text = template(line, links);
    if text.is_empty() {
        return String::new();
    }
    write(&format!("{mark}{text}"))
}

/// Renders a definition: the term in bold, and what it is.
pub(super) fn definition(mark: &str, term: &str, text: &str, links: &Links) -> String {
    let term = bracket(term);
    match template(text, links) {
        text if text.is_empty() => write(&format!("{mark}**{term}**")),
        text => write(&format!("{mark}**{term}**: {text}")),
    }
}

/// Renders a row of a table.
pub(super) fn row<'a>(cells: impl Iterator<Item = &'a str>, links: &Links) -> String {
    let cells = cells.map(|cell| template(cell, links).replace('\n', " "));
    let row: String = cells.map(|cell| format!(" {cell} |")).collect();
    write(&format!("|{row}"))
}

fn template(line: &str, links: &Links) -> String {
    let mut reader = Reader {
        links,
        tree: Tree::default(),
    };
    reader.read(line.trim());
    reader.tree.template().trim().to_owned()
}

/// What begins at some place of a line.
enum Token {
    /// Begins or ends one or two styles.
    Toggle(&'static [Style]),
    Node(Node),
    /// Marks without a meaning in Zulip, or a macro that shows nothing.
    Nothing,
}

struct Reader<'a> {
    links: &'a Links,
    tree: Tree,
}

impl Reader<'_> {
    fn read(&mut self, line: &str) {
        let mut at = 0;
        let mut before = ' ';
        while let Some(first) = line[at..].chars().next() {
            let rest = &line[at..];
            let escaped = first == '!';
            let from = usize::from(escaped);
            let used = match self.token(&rest[from..], before) {
                // An exclamation mark in front of markup shows it as it is written.
                Some((length, _)) if escaped => {
                    self.tree.text(&rest[1..1 + length]);
                    1 + length
                }
                Some((length, Token::Toggle(styles))) => {
                    self.tree.toggle(styles);
                    length
                }
                Some((length, Token::Node(node))) => {
                    self.tree.push(node);
                    length
                }
                Some((length, Token::Nothing)) => length,
                None => {
                    self.tree.text(&rest[..first.len_utf8()]);
                    first.len_utf8()
                }
            };
            before = rest[..used].chars().next_back().unwrap_or(' ');
            at += used;
        }
    }

    fn token(&self, rest: &str, before: char) -> Option<(usize, Token)> {
        if let Some(found) = self.emphasis(rest, before).or_else(|| code(rest)) {
            return Some(found);
        }
        let rest = &rest[..floor(rest, FARTHEST)];
        match rest.chars().next()? {
            '[' => self.brackets(rest),
            '{' => self.report(rest),
            '\\' if rest.starts_with("\\\\") && rest[2..].trim().is_empty() => {
                Some((2, Token::Node(Node::Break)))
            }
            _ if before.is_alphanumeric() || before == '_' => None,
            '#' => self.number(rest, "#", "ticket"),
            'r' => self.number(rest, "r", "changeset"),
            first if first.is_alphabetic() => self.address(rest),
            _ => None,
        }
    }

    fn emphasis(&self, rest: &str, before: char) -> Option<(usize, Token)> {
        const MARKS: [(&str, &[Style]); 6] = [
            ("'''''", &[Style::Bold, Style::Italic]),
            ("'''", &[Style::Bold]),
            ("''", &[Style::Italic]),
            ("**", &[Style::Bold]),
            ("//", &[Style::Italic]),
            ("~~", &[Style::Strike]),
        ];
        for (mark, styles) in MARKS {
            let Some(after) = rest.strip_prefix(mark) else {
                continue;
            };
            let closes = styles.iter().any(|style| self.tree.is_open(*style));
            if (mark == "//" && before == ':') || !(closes || after.contains(mark)) {
                return None;
            }
            return Some((mark.len(), Token::Toggle(styles)));
        }
        // Underlined, and below the line.
        let mark = ["__", ",,"]
            .into_iter()
            .find(|mark| rest.starts_with(mark))?;
        let pair = rest[mark.len()..].contains(mark) || !before.is_whitespace();
        pair.then_some((mark.len(), Token::Nothing))
    }

    /// `[[Macro(…)]]`, `[[target|label]]`, `[target label]`, `[123]`.
    fn brackets(&self, rest: &str) -> Option<(usize, Token)> {
        if let Some(inner) = rest.strip_prefix("[[") {
            let end = inner.find("]]")?;
            let token = self.double_brackets(&inner[..end]);
            return Some((end + 4, token));
        }
        let inner = &rest[1..];
        let end = inner.find(']')?;
        let inner = &inner[..end];
        if let Some(anchor) = inner.strip_prefix('=') {
            return anchor.starts_with('#').then_some((end + 2, Token::Nothing));
        }
        let (target, label) = split_target(inner)?;
        let url = if is_revision(target) && label.is_empty() {
            self.links.resolve(&format!("changeset:{target}"))
        } else if looks_like_target(target) {
            self.links.resolve(target)
        } else {
            return None;
        };
        let shown = match label.trim() {
            "" if is_revision(target) => format!("[{target}]"),
            "" => label_of(target).to_owned(),
            label => label.to_owned(),
        };
        Some((end + 2, Token::Node(link(shown, url))))
    }

    fn double_brackets(&self, inner: &str) -> Token {
        if let Some((name, arguments)) = macro_call(inner) {
            return self.expand(name, arguments);
        }
        let (target, label) = inner.split_once('|').unwrap_or((inner, ""));
        let target = target.trim();
        let known = looks_like_target(target);
        let url = match known {
            true => self.links.resolve(target),
            false => self.links.wiki(target),
        };
        let shown = match label.trim() {
            "" if known => label_of(target),
            "" => target,
            label => label,
        };
        Token::Node(link(shown.to_owned(), url))
    }

    /// A macro shows its name; only Trac knows what it makes. Those that lay out a page show nothing.
    fn expand(&self, name: &str, arguments: &str) -> Token {
        match name.to_ascii_lowercase().as_str() {
            "br" => Token::Node(Node::Break),
            "image" => {
                let file = arguments.split(',').next().unwrap_or_default().trim();
                let url = match is_address(file) {
                    true => Some(file.to_owned()),
                    false => self.links.resolve(&format!("attachment:{}", moved(file))),
                };
                Token::Node(link(format!("image {file}"), url))
            }
            "span" | "pageoutline" | "toc" | "tracguidetoc" | "inlinecomment" => Token::Nothing,
            _ => Token::Node(Node::Text(format!("({name})"))),
        }
    }

    /// `{1}` is a report.
    fn report(&self, rest: &str) -> Option<(usize, Token)> {
        let end = rest.find('}')?;
        let number = &rest[1..end];
        let url = is_digits(number).then(|| self.links.resolve(&format!("report:{number}")))?;
        Some((end + 1, Token::Node(link(rest[..=end].to_owned(), url))))
    }

    /// `#12`, `r12`.
    fn number(&self, rest: &str, mark: &str, realm: &str) -> Option<(usize, Token)> {
        let digits = rest[mark.len()..]
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len() - mark.len());
        let end = mark.len() + digits;
        let follows = rest[end..]
            .chars()
            .next()
            .is_some_and(char::is_alphanumeric);
        if digits == 0 || digits > 9 || follows {
            return match mark {
                "r" => self.address(rest),
                _ => None,
            };
        }
        let url = self
            .links
            .resolve(&format!("{realm}:{}", &rest[mark.len()..end]));
        Some((end, Token::Node(link(rest[..end].to_owned(), url))))
    }

    /// `https://…`, `wiki:Page`, `milestone:"1.0 beta"`.
    fn address(&self, rest: &str) -> Option<(usize, Token)> {
        let colon = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-')?;
        let word = &rest[..colon];
        if !rest[colon..].starts_with(':') || !(is_address(rest) || is_realm(word)) {
            return None;
        }
        let target = &rest[colon + 1..];
        let length = match target.strip_prefix('"') {
            Some(quoted) => quoted.find('"')? + 2,
            None => target
                .find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '|'))
                .unwrap_or(target.len()),
        };
        let written = &rest[..colon + 1 + length];
        // What ends a sentence is not part of the address.
        let written = match target.starts_with('"') {
            true => written,
            false => {
                written.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '*'])
            }
        };
        if written.len() <= colon + 1 {
            return None;
        }
        let url = self.links.resolve(written);
        Some((written.len(), Token::Node(link(written.to_owned(), url))))
    }
}

/// `` `code` `` or `{{{code}}}`.
fn code(rest: &str) -> Option<(usize, Token)> {
    for (open, close) in [("`", "`"), ("{{{", "}}}")] {
        if let Some(inner) = rest.strip_prefix(open) {
            let end = inner.find(close)?;
            let token = match inner[..end].trim() {
                "" => Token::Nothing,
                code => Token::Node(Node::Code(code.to_owned())),
            };
            return Some((open.len() + end + close.len(), token));
        }
    }
    None
}

/// Returns a link, or its label where it leads nowhere that is known.
fn link(label: String, url: Option<String>) -> Node {
    match url {
        Some(url) => Node::Link(label, url),
        None => Node::Text(label),
    }
}

/// Splits `target label`, of which the target may stand in quotation marks.
fn split_target(inner: &str) -> Option<(&str, &str)> {
    let blank = match inner.split_once(":\"") {
        Some((realm, quoted)) if is_realm(realm) => realm.len() + quoted.find('"')? + 3,
        _ => inner.find([' ', '\t']).unwrap_or(inner.len()),
    };
    let (target, label) = inner.split_at(blank);
    (!target.is_empty()).then_some((target, label))
}

fn looks_like_target(target: &str) -> bool {
    let realm = target
        .split_once(':')
        .is_some_and(|(realm, rest)| is_realm(realm) && !rest.is_empty());
    let anchor = target.len() > 1 && target.starts_with('#');
    realm || anchor || is_address(target) || (target.starts_with('/') && !target.starts_with("//"))
}

/// `wiki:Page` without a label is shown as `Page`, as Trac does.
fn label_of(target: &str) -> &str {
    match target.split_once(':') {
        Some((realm, name)) if is_realm(realm) && !is_digits(name) => name.trim_matches('"'),
        _ => target,
    }
}

/// A number, or the beginning of a hash.
fn is_revision(text: &str) -> bool {
    let text = text.split_once('/').map_or(text, |(revision, _)| revision);
    let hash = (6..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digits(text.strip_prefix('r').unwrap_or(text)) || hash
}

fn is_digits(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads `Name(arguments)`, or the name alone of a macro that Trac has.
fn macro_call(inner: &str) -> Option<(&str, &str)> {
    const WITHOUT_ARGUMENTS: [&str; 9] = [
        "br",
        "pageoutline",
        "toc",
        "tracguidetoc",
        "recentchanges",
        "titleindex",
        "macrolist",
        "tracini",
        "ticketquery",
    ];
    let (name, arguments) = match inner.split_once('(') {
        Some((name, rest)) => (name, rest.strip_suffix(')')?),
        None => (inner, ""),
    };
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let known = inner.contains('(')
        || WITHOUT_ARGUMENTS
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known));
    (is_name && known).then_some((name, arguments))
}

/// An image names its place the other way round: `wiki:Page:file.png`, `ticket:1:file.png`.
fn moved(file: &str) -> String {
    match file.rsplit_once(':') {
        Some((place, name)) => format!("{name}:{place}"),
        None => file.to_owned(),
    }
}

/// Returns the end of the last whole character within so many bytes.
fn floor(text: &str, most: usize) -> usize {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}
