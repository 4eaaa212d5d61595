//! Links of the template.

use super::{
    inline::{self, Element, Node, plain},
    tokens::{self, Token, is_blank},
};
use crate::{
    escape::{self, Place, Rules, clean},
    link::{encode, may_link, url},
};

/// Reads `[label](target)` at the start of the nodes.
///
/// An empty label becomes the URL, an empty target leaves the label alone, and a target with a foreign scheme makes no
/// link: the URL then follows the label in parentheses.
pub(super) fn read(nodes: &[Node], rules: Rules) -> Option<Element> {
    let label_end = closing(nodes, '[', ']')?;
    let between = nodes[label_end + 1..]
        .iter()
        .take_while(|node| node.is_nothing())
        .count();
    let open = label_end + 1 + between;
    if !nodes.get(open)?.is('(') {
        return None;
    }
    let end = open + closing(&nodes[open..], '(', ')')?;
    let label = &nodes[1..label_end];
    let target = plain(&nodes[open + 1..end])?;
    let consumed = end + 1;

    let full = clean::one_line(&tokens::text(&target));
    if is_blank(&full) && target.iter().any(Token::is_value) {
        return Some((inline::elements(label, rules), consumed));
    }
    if !is_trusted(&target) && !may_link(&full) {
        return Some((as_text(label, full, rules), consumed));
    }
    let mut text = inline::write_within(label, label_rules(rules));
    if text.trim().is_empty() && (label.iter().chain(&nodes[open..end])).any(Node::is_value) {
        text = escape::label(&full);
    }
    let link = format!("[{text}]({})", write_target(&target));
    Some((vec![Node::Written(link)], consumed))
}

fn label_rules(rules: Rules) -> Rules {
    Rules {
        pipes: rules.pipes,
        carets: rules.carets,
        tildes: rules.tildes,
        ..Place::Label.into()
    }
}

/// Returns whether the template itself says what kind of address it is.
fn is_trusted(target: &[Token]) -> bool {
    let trusted = target.iter().take_while(|token| !token.is_value()).count();
    let says = |token: &Token| token.is_char(|c| matches!(c, ':' | '/'));
    trusted == target.len() || target[..trusted].iter().skip(1).any(says)
}

fn as_text(label: &[Node], target: String, rules: Rules) -> Vec<Node> {
    let mut nodes = inline::elements(label, rules);
    let char = |c| Node::Plain(Token::Char(c));
    if nodes.iter().any(|node| !node.is_nothing()) {
        nodes.push(char(' '));
    }
    nodes.extend([char('('), Node::Plain(Token::Value(target)), char(')')]);
    nodes
}

fn write_target(target: &[Token]) -> String {
    let mut out = String::new();
    for token in target {
        match token {
            Token::Char(c) => out.push(*c),
            Token::Value(value) if out.is_empty() => out.push_str(&url(value)),
            Token::Value(value) => out.push_str(&encode(value.trim())),
        }
    }
    out
}

/// Returns where the bracket is closed that the nodes begin with.
fn closing(nodes: &[Node], open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, node) in nodes.iter().enumerate() {
        if node.is(open) {
            depth += 1;
        } else if node.is(close) {
            depth -= 1;
            if depth == 0 {
                return Some(i);
            }
        }
    }
    None
}
