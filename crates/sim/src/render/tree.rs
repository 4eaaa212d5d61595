//! The block structure of a message.

/// A block element. As in an XML tree, text stands before the children and after each child.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) tag: Tag,
    /// The text before the first child.
    pub(super) text: String,
    pub(super) children: Vec<Self>,
    /// The text after this element, within its parent.
    pub(super) tail: String,
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) enum Tag {
    /// The message, or a part that is parsed by itself.
    #[default]
    Root,
    Paragraph,
    /// A heading of the levels 1 to 6.
    Heading(usize),
    Rule,
    Quote,
    List(List),
    Item,
    /// A block of code by indentation; its text is not markup.
    Code,
    Table,
    Head,
    Body,
    Row,
    HeadCell(Align),
    Cell(Align),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum List {
    Bullets,
    /// A numbered list and its first number as written.
    Numbers {
        start: String,
    },
}

impl List {
    /// Tells whether two lists are of one kind, so that the items of one may follow those of the
    /// other.
    pub(super) fn same_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    None,
    Left,
    Center,
    Right,
}

impl Element {
    pub(super) fn new(tag: Tag) -> Self {
        Self {
            tag,
            ..Self::default()
        }
    }

    pub(super) fn with_text(tag: Tag, text: &str) -> Self {
        Self {
            tag,
            text: text.to_owned(),
            ..Self::default()
        }
    }

    /// Adds a child and returns it.
    pub(super) fn push(&mut self, child: Self) -> &mut Self {
        self.children.push(child);
        let last = self.children.len() - 1;
        &mut self.children[last]
    }

    /// Moves the text before the children into a paragraph of its own, which makes a list item
    /// loose.
    pub(super) fn wrap_text(&mut self) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.children
                .insert(0, Self::with_text(Tag::Paragraph, &text));
        }
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.tag, Tag::List(_))
    }
}
