//! What stands within one of the template's lines.

use super::{
    link, seam,
    tokens::{self, Token, visible},
};
use crate::{
    code::code,
    escape::{self, Rules, clean},
    mention::is_time,
};

/// A part of a line, on the way to being written.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// A character or a value whose meaning is not yet known, or that is plain text.
    Plain(Token),
    /// Something whole: a code span, a link, bold text.
    Written(String),
}

impl Node {
    pub(super) fn is(&self, c: char) -> bool {
        matches!(self, Self::Plain(token) if token.is(c))
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Plain(token) if token.is_nothing())
    }

    pub(super) fn is_value(&self) -> bool {
        matches!(self, Self::Plain(token) if token.is_value())
    }

    fn is_space(&self) -> bool {
        matches!(self, Self::Plain(token) if token.is_char(char::is_whitespace))
    }

    fn literal(text: &str) -> impl Iterator<Item = Self> {
        text.chars().map(Token::Char).map(Self::Plain)
    }
}

/// Writes a line, or the rest of one after what makes it a quote.
pub(super) fn write(line: &[Token], rules: Rules) -> String {
    // Where emphasis begins and ends may be read in several ways; so what it adds holds for the whole line.
    let mut marks = line.chunk_by(|a, b| a == b);
    let rules = Rules {
        carets: rules.carets || marks.clone().any(|run| run[0].is('*') && run.len() != 2),
        tildes: rules.tildes || marks.any(|run| run[0].is('~') && run.len() >= 2),
        ..rules
    };
    let nodes = code_spans(line, rules);
    seam::write(elements(&nodes, rules), rules)
}

/// Writes what stands within an element.
pub(super) fn write_within(nodes: &[Node], rules: Rules) -> String {
    seam::write(elements(nodes, rules), rules)
}

/// Finds code spans, before all else as the server does, and encodes the trusted backticks that are in none.
fn code_spans(line: &[Token], rules: Rules) -> Vec<Node> {
    let mut nodes = Vec::with_capacity(line.len());
    let mut i = 0;
    while i < line.len() {
        if !line[i].is('`') {
            nodes.push(Node::Plain(line[i].clone()));
            i += 1;
            continue;
        }
        let width = backticks(line, i);
        let escaped = i > 0 && line[i - 1].is('\\');
        let close = closing_backticks(line, i + width, width).filter(|_| !escaped);
        let Some(close) = close else {
            nodes.push(Node::Written("&#96;".repeat(width)));
            i += width;
            continue;
        };
        nodes.extend(code_span(&line[i..close + width], width, rules));
        i = close + width;
    }
    nodes
}

/// Writes a code span again, with as many backticks as its values need.
fn code_span(span: &[Token], width: usize, rules: Rules) -> Vec<Node> {
    let content = &span[width..span.len() - width];
    if !content.iter().any(Token::is_value) {
        return vec![Node::Written(tokens::text(span))];
    }
    let text = tokens::text(content);
    // A pipe would end the cell, even within code.
    let ends_cell = rules.pipes && text.contains('|');
    let mentions = rules.quoted && (text.contains("@*") || text.contains("@_*"));
    if ends_cell || mentions {
        return vec![Node::Plain(Token::Value(text))];
    }
    vec![Node::Written(code(&text))]
}

fn backticks(line: &[Token], start: usize) -> usize {
    line[start..]
        .iter()
        .take_while(|token| token.is('`'))
        .count()
}

/// Returns where the next run of exactly this many backticks begins.
fn closing_backticks(line: &[Token], start: usize, width: usize) -> Option<usize> {
    let mut i = start;
    while i < line.len() {
        match backticks(line, i) {
            0 => i += 1,
            run if run == width => return Some(i),
            run => i += run,
        }
    }
    None
}

/// Finds links, mentions and times, and then emphasis, as the server does.
pub(super) fn elements(nodes: &[Node], rules: Rules) -> Vec<Node> {
    let nodes = replace(nodes, |rest| match rest[0] {
        Node::Plain(Token::Char('[')) => link::read(rest, rules),
        Node::Plain(Token::Char('@')) => mention(rest, rules),
        Node::Plain(Token::Char('#')) => channel(rest),
        Node::Plain(Token::Char('<')) => time(rest),
        _ => None,
    });
    replace(&nodes, |rest| match rest[0] {
        Node::Plain(Token::Char(mark @ ('*' | '~'))) => emphasis(rest, mark, rules),
        _ => None,
    })
}

/// Replaces each element that `read` finds at the start of the nodes it is given.
fn replace(nodes: &[Node], read: impl Fn(&[Node]) -> Option<Element>) -> Vec<Node> {
    let mut out = Vec::with_capacity(nodes.len());
    let mut rest = nodes;
    while !rest.is_empty() {
        let width = if let Some((written, width)) = read(rest) {
            out.extend(written);
            width
        } else {
            // A mark that is none is stepped over as a whole, so that its end is not taken for a beginning.
            let width = run(rest).max(1);
            out.extend_from_slice(&rest[..width]);
            width
        };
        rest = &rest[width..];
    }
    out
}

/// What an element is written as, and how many nodes it was.
pub(super) type Element = (Vec<Node>, usize);

/// Returns how many of the same emphasis mark stand at the start.
fn run(nodes: &[Node]) -> usize {
    let mark = ['*', '~']
        .into_iter()
        .find(|&mark| nodes.first().is_some_and(|node| node.is(mark)));
    mark.map_or(0, |mark| {
        nodes.iter().take_while(|node| node.is(mark)).count()
    })
}

/// Writes `**…**`, `*…*`, `***…***` or `~~…~~`, and nothing if there is nothing in it.
fn emphasis(nodes: &[Node], mark: char, rules: Rules) -> Option<Element> {
    let width = run(nodes);
    if !matches!((mark, width), ('*', 1..=3) | ('~', 2)) {
        return None;
    }
    let content = closing_mark(nodes, mark, width)?;
    let content = &nodes[width..content];
    let spaced =
        content.first().is_some_and(Node::is_space) || content.last().is_some_and(Node::is_space);
    if content.is_empty() || (mark == '*' && width == 1 && spaced) {
        return None;
    }
    let consumed = content.len() + 2 * width;
    let rules = Rules {
        trailing_hashes: false,
        ..rules
    };
    let mut text = write_within(content, rules);
    if text.ends_with(['@', '_']) {
        seam::break_mention(&mut text);
    }
    let mark = String::from(mark).repeat(width);
    if text.trim().is_empty() && content.iter().any(Node::is_value) {
        return Some((Vec::new(), consumed));
    }
    Some((vec![Node::Written(format!("{mark}{text}{mark}"))], consumed))
}

/// Returns where the content ends. Of three stars that end bold text within italics, or the other way round, the last
/// ones are ours.
fn closing_mark(nodes: &[Node], mark: char, width: usize) -> Option<usize> {
    let mut i = width;
    while i < nodes.len() {
        let found = if nodes[i].is(mark) {
            run(&nodes[i..])
        } else {
            0
        };
        if found == width || (found == 3 && width < 3 && i > width) {
            return Some(i + found - width);
        }
        i += found.max(1);
    }
    None
}

/// Writes a mention. One that holds a value is written only by an id, so that no value decides who is notified.
fn mention(nodes: &[Node], rules: Rules) -> Option<Element> {
    let silent = usize::from(nodes.get(1).is_some_and(|node| node.is('_')));
    let stars = stars(nodes.get(1 + silent..)?);
    let start = 1 + silent + stars;
    let (content, consumed) = starred(nodes, start, stars)?;
    if !content.iter().any(Token::is_value) {
        return Some((vec![verbatim(&nodes[..consumed])?], consumed));
    }
    let id = content
        .iter()
        .rposition(|token| token.is('|'))
        .map(|bar| tokens::text(&content[bar + 1..]));
    let id = id
        .map(|id| id.trim().to_owned())
        .filter(|id| stars == 2 && is_id(id));
    if let Some(id) = id {
        let silent = if silent == 1 { "_" } else { "" };
        return Some((vec![Node::Written(format!("@{silent}**|{id}**"))], consumed));
    }
    let mut plain = Vec::new();
    if visible(&content).next().is_some() {
        plain.extend(Node::literal("@"));
        plain.extend(content.into_iter().map(Node::Plain));
    }
    Some((elements(&plain, rules), consumed))
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Writes a link to a channel or topic. A value in it must be one that needs no escaping, since names are looked up as
/// they stand.
fn channel(nodes: &[Node]) -> Option<Element> {
    let stars = stars(nodes.get(1..)?);
    let (content, consumed) = starred(nodes, 1 + stars, stars).filter(|_| stars == 2)?;
    if !content.iter().any(Token::is_value) {
        return Some((vec![verbatim(&nodes[..consumed])?], consumed));
    }
    if visible(&content).next().is_none() {
        return Some((Vec::new(), consumed));
    }
    let name = clean::one_line(&tokens::text(&content));
    let bare = content.iter().all(|token| match token {
        Token::Char(_) => true,
        Token::Value(value) => escape::inline(value) == *value && !value.contains('@'),
    });
    let nodes = if bare {
        vec![Node::Written(format!("#**{name}**"))]
    } else {
        Node::literal("#")
            .chain(content.into_iter().map(Node::Plain))
            .collect()
    };
    Some((nodes, consumed))
}

fn stars(nodes: &[Node]) -> usize {
    nodes.iter().take_while(|node| node.is('*')).count()
}

/// Returns what stands between stars that begin before `start` and as many after it, if it is plain.
fn starred(nodes: &[Node], start: usize, stars: usize) -> Option<(Vec<Token>, usize)> {
    if !matches!(stars, 1 | 2) {
        return None;
    }
    let content = nodes[start..].iter().position(|node| node.is('*'))?;
    let end = start + content;
    (content > 0 && self::stars(&nodes[end..]) >= stars)
        .then(|| Some((plain(&nodes[start..end])?, end + stars)))
        .flatten()
}

/// Writes `<time:…>`; what is no time is written as text, for the server would show a warning.
fn time(nodes: &[Node]) -> Option<Element> {
    const TAG: &str = "<time:";
    let tagged = TAG
        .chars()
        .zip(nodes)
        .take_while(|(c, node)| node.is(*c))
        .count()
        == TAG.len();
    let end = nodes
        .iter()
        .position(|node| node.is('>'))
        .filter(|_| tagged)?;
    let content = plain(&nodes[TAG.len()..end])?;
    let text = tokens::text(&content);
    let written = if !content.iter().any(Token::is_value) || is_time(text.trim()) {
        vec![Node::Written(format!("<time:{}>", text.trim()))]
    } else {
        content.into_iter().map(Node::Plain).collect()
    };
    Some((written, end + 1))
}

/// Returns the tokens of nodes that are all plain.
pub(super) fn plain(nodes: &[Node]) -> Option<Vec<Token>> {
    nodes
        .iter()
        .map(|node| match node {
            Node::Plain(token) => Some(token.clone()),
            Node::Written(_) => None,
        })
        .collect()
}

/// Returns nodes without values as they were.
fn verbatim(nodes: &[Node]) -> Option<Node> {
    Some(Node::Written(tokens::text(&plain(nodes)?)))
}
