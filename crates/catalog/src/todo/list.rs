use serde::{Deserialize, Serialize};
use zulipkit_bots::markup::escape;

/// A list of things to do.
///
/// An item keeps its number until the list is cleared, so that two people can say `done 2` at once and mean the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct List {
    last: u32,
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) number: u32,
    /// As it was written.
    pub(super) text: String,
    pub(super) done: bool,
}

impl List {
    /// Adds an item and returns it.
    pub(super) fn add(&mut self, text: &str) -> Item {
        self.last += 1;
        let item = Item {
            number: self.last,
            text: text.to_owned(),
            done: false,
        };
        self.items.push(item.clone());
        item
    }

    /// Marks an item as done or not, and returns it; nothing if there is none of this number.
    pub(super) fn mark(&mut self, number: u32, done: bool) -> Option<Item> {
        let mut items = self.items.iter_mut();
        let item = items.find(|item| item.number == number)?;
        item.done = done;
        Some(item.clone())
    }

    /// Takes an item off the list and returns it; nothing if there is none of this number.
    pub(super) fn remove(&mut self, number: u32) -> Option<Item> {
        let place = self.items.iter().position(|item| item.number == number)?;
        Some(self.items.remove(place))
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// Shows the list as Markdown.
    pub(super) fn show(&self) -> String {
        if self.items.is_empty() {
            return "There is nothing to do.".to_owned();
        }
        let open = self.items.iter().filter(|item| !item.done);
        let done = self.items.iter().filter(|item| item.done);
        let lines: Vec<String> = open.chain(done).map(Item::line).collect();
        lines.join("\n")
    }
}

impl Item {
    /// Shows the text within a sentence, as Markdown.
    pub(super) fn show(&self) -> String {
        escape::inline(&self.text)
    }

    fn line(&self) -> String {
        let text = match self.done {
            true => format!("~~{}~~", escape::strike(&self.text)),
            false => self.show(),
        };
        format!("* **{}** {text}", self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay() {
        let mut list = List::default();
        for text in ["milk", "eggs", "flour"] {
            list.add(text);
        }
        assert_eq!(list.remove(1).unwrap().text, "milk");
        assert_eq!(list.remove(1), None);
        assert!(list.mark(2, true).unwrap().done);
        assert_eq!(list.add("salt").number, 4);
        assert_eq!(list.show(), "* **3** flour\n* **4** salt\n* **2** ~~eggs~~");
        assert!(!list.mark(2, false).unwrap().done);
        assert_eq!(list.mark(9, true), None);
    }

    #[test]
    fn an_item_mentions_nobody_and_breaks_nothing() {
        let mut list = List::default();
        list.add("@**all** ~~x~~\n* new line");
        list.mark(1, true);
        let shown = list.show();
        assert!(!shown.contains("@**"), "{shown}");
        assert_eq!(shown.lines().count(), 1);
    }
}
