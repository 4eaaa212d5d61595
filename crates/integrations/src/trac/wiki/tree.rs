//! A line as a tree, and the tree as a template.

use zulipkit_markup::value::bracket;

/// Emphasis. What Zulip has no markup for is not here: its words are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Bold,
    Italic,
    Strike,
}

impl Style {
    fn mark(self) -> &'static str {
        match self {
            Self::Bold => "**",
            Self::Italic => "*",
            Self::Strike => "~~",
        }
    }
}

#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    Code(String),
    Link(String, String),
    Break,
    Styled(Style, Vec<Self>),
}

/// A line that is being read.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// What is finished of the line itself.
    line: Vec<Node>,
    /// The styles that are open, the innermost last, with what is in them.
    open: Vec<(Style, Vec<Node>)>,
}

impl Tree {
    pub(super) fn is_open(&self, style: Style) -> bool {
        self.open.iter().any(|(open, _)| *open == style)
    }

    /// Ends those of the styles that are open, with all that began within them, and begins the others.
    pub(super) fn toggle(&mut self, styles: &[Style]) {
        let (open, closed): (Vec<Style>, Vec<Style>) =
            styles.iter().partition(|style| self.is_open(**style));
        for style in open {
            while self.is_open(style) {
                self.close();
            }
        }
        for style in closed {
            self.open.push((style, Vec::new()));
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        let nodes = self.innermost();
        match nodes.last_mut() {
            Some(Node::Text(last)) => last.push_str(text),
            _ => nodes.push(Node::Text(text.to_owned())),
        }
    }

    pub(super) fn push(&mut self, node: Node) {
        match node {
            Node::Text(text) => self.text(&text),
            node => self.innermost().push(node),
        }
    }

    fn innermost(&mut self) -> &mut Vec<Node> {
        match self.open.last_mut() {
            Some((_, nodes)) => nodes,
            None => &mut self.line,
        }
    }

    /// Ends the innermost style, and returns it. Blanks at its ends go outside, where they do no harm.
    fn close(&mut self) -> Option<Style> {
        let (style, mut nodes) = self.open.pop()?;
        let first = matches!(nodes.first_mut(), Some(Node::Text(text)) if text.starts_with(char::is_whitespace));
        let last = matches!(nodes.last_mut(), Some(Node::Text(text)) if text.ends_with(char::is_whitespace));
        if let Some(Node::Text(text)) = nodes.first_mut() {
            *text = text.trim_start().to_owned();
        }
        if let Some(Node::Text(text)) = nodes.last_mut() {
            *text = text.trim_end().to_owned();
        }
        nodes.retain(|node| !matches!(node, Node::Text(text) if text.is_empty()));
        if first {
            self.text(" ");
        }
        if !nodes.is_empty() {
            self.push(Node::Styled(style, nodes));
        }
        if last {
            self.text(" ");
        }
        Some(style)
    }

    /// Ends what is open, and returns a template in which every word is a value from outside.
    pub(super) fn template(mut self) -> String {
        while self.close().is_some() {}
        written(&self.line, false)
    }
}

/// Zulip reads emphasis within emphasis only where both are about the same words.
fn written(nodes: &[Node], within: bool) -> String {
    let alone = nodes.len() == 1;
    let written = |node: &Node| match node {
        Node::Text(text) => bracket(text),
        Node::Code(text) => format!("`{}`", bracket(text)),
        Node::Link(label, url) => format!("[{}]({})", bracket(label), bracket(url)),
        Node::Break => "\n".to_owned(),
        Node::Styled(_, inner) if within && !alone => written(inner, true),
        Node::Styled(style, inner) => {
            let mark = style.mark();
            format!("{mark}{}{mark}", written(inner, true))
        }
    };
    nodes.iter().map(written).collect()
}
