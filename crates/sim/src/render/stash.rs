//! What has been recognised, out of the way of the passes that follow.
//!
//! A stashed node leaves a *mark* in the text: its number between U+0002 and U+0003. Both
//! characters are removed from every message first (the server does the same), so a mark cannot be
//! forged.

/// The character that opens a mark.
pub(super) const OPEN: char = '\u{2}';
/// The character that closes a mark.
pub(super) const CLOSE: char = '\u{3}';

/// A piece of a message whose HTML is settled, apart from its content.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Node {
    /// The HTML before the content: complete and safe.
    pub(super) open: String,
    /// Text with marks.
    pub(super) content: String,
    /// The HTML after the content: complete and safe.
    pub(super) close: &'static str,
    pub(super) kind: Kind,
}

/// How a node's content is to be read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A block of HTML: a paragraph that holds nothing else vanishes around it.
    Block,
    /// Text that no pass looks at again, such as a link's label.
    #[default]
    Atomic,
    /// Code, where a character reference is shown as it is written.
    Code,
    /// Text within emphasis.
    Emphasis,
}

/// All nodes of a message.
#[derive(Debug, Default)]
pub(super) struct Stash(Vec<Node>);

impl Stash {
    /// Keeps a node and returns its mark.
    fn put(&mut self, node: Node) -> String {
        self.0.push(node);
        format!("{OPEN}{}{CLOSE}", self.0.len() - 1)
    }

    /// Keeps an inline element and returns its mark.
    pub(super) fn put_element(
        &mut self,
        kind: Kind,
        open: String,
        content: &str,
        close: &'static str,
    ) -> String {
        self.put(Node {
            open,
            content: content.to_owned(),
            close,
            kind,
        })
    }

    /// Keeps a block of finished HTML and returns its mark.
    pub(super) fn put_block(&mut self, html: String) -> String {
        self.put(Node {
            open: html,
            kind: Kind::Block,
            ..Node::default()
        })
    }

    /// Takes a node out, to be written. A mark stands in one place only, so the second time there
    /// is nothing.
    pub(super) fn take(&mut self, number: usize) -> Node {
        self.0
            .get_mut(number)
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Returns the block that this text consists of, if it is nothing but the mark of one.
    pub(super) fn sole_block(&mut self, text: &str) -> Option<Node> {
        match next(text) {
            Some(Mark {
                start: 0,
                end,
                number,
            }) if end == text.len() => {
                let is_block = self
                    .0
                    .get(number)
                    .is_some_and(|node| node.kind == Kind::Block);
                is_block.then(|| self.take(number))
            }
            _ => None,
        }
    }

    /// Returns the text as a reader would see it: each mark replaced by its node's own text.
    pub(super) fn plain(&self, text: &str) -> String {
        let mut plain = String::new();
        let mut rest = text;
        while let Some(mark) = next(rest) {
            plain.push_str(&rest[..mark.start]);
            if let Some(node) = self.0.get(mark.number) {
                // Marks within the content are of no use in a URL either.
                plain.push_str(&node.content.replace([OPEN, CLOSE], ""));
            }
            rest = &rest[mark.end..];
        }
        plain.push_str(rest);
        plain
    }
}

/// A mark's place in a text, and the number of its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) number: usize,
}

/// Finds the first mark in a text.
pub(super) fn next(text: &str) -> Option<Mark> {
    let start = text.find(OPEN)?;
    let length = text[start..].find(CLOSE)?;
    let number = text[start + 1..start + length].parse().ok()?;
    Some(Mark {
        start,
        end: start + length + 1,
        number,
    })
}
