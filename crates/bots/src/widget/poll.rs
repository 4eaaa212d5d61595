use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use zulipkit_api::UserId;
use zulipkit_api::messages::Submessage;

/// A poll, on which people vote by clicking. They can add options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// The question.
    pub question: String,
    /// The options.
    pub options: Vec<String>,
}

impl Poll {
    /// Builds a poll.
    pub fn new<O: Into<String>>(
        question: impl Into<String>,
        options: impl IntoIterator<Item = O>,
    ) -> Self {
        Self {
            question: question.into(),
            options: options.into_iter().map(Into::into).collect(),
        }
    }

    /// Returns the text of the message of which the server makes a poll.
    ///
    /// Question and options are text from outside: a mention in them notifies nobody. They are one line each, and an
    /// option that begins with a `-` or `*` keeps it, though the server takes such a mark as that of a list.
    pub fn to_text(&self) -> String {
        let mut text = format!("/poll {}", harmless(&self.question));
        for option in &self.options {
            let option = harmless(option);
            let mark = if option.starts_with(['-', '*']) {
                "- "
            } else {
                ""
            };
            text.push_str(&format!("\n{mark}{option}"));
        }
        text
    }
}

/// Makes one line of a text and keeps it from mentioning anybody.
///
/// The widget shows the text as it is, so that a character reference would be seen; an invisible joiner is not.
fn harmless(text: &str) -> String {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    let line: String = text.chars().map(blank).collect();
    let words: Vec<&str> = line.split_whitespace().collect();
    let line = words.join(" ");
    line.replace("@*", "@\u{2060}*")
        .replace("@_*", "@\u{2060}_*")
}

/// A poll as it stands: its options, and who votes for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Votes {
    /// The question.
    pub question: String,
    /// The options in their order, with those who vote for them. One may vote for several.
    pub options: Vec<(String, BTreeSet<UserId>)>,
}

impl Votes {
    /// Counts what was added to a message; nothing if it is no poll. What is not understood does not count.
    pub fn of(submessages: &[Submessage]) -> Option<Self> {
        let (first, added) = submessages.split_first()?;
        let Widget::Poll { question, options } = serde_json::from_str(&first.content).ok()?;
        let mut votes = Tally::new(question, options);
        for submessage in added {
            if let Ok(act) = serde_json::from_str(&submessage.content) {
                votes.add(act, submessage.sender_id);
            }
        }
        Some(votes.finish())
    }
}

/// What the server puts under the message that begins with `/poll`.
#[derive(Deserialize)]
#[serde(tag = "widget_type", content = "extra_data", rename_all = "snake_case")]
enum Widget {
    Poll {
        #[serde(default)]
        question: String,
        #[serde(default)]
        options: Vec<String>,
    },
}

/// What people add to a poll.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Act {
    Vote { key: String, vote: i8 },
    NewOption { option: String, idx: u32 },
    Question { question: String },
}

/// Options by the keys that votes name them with.
struct Tally {
    question: String,
    order: Vec<String>,
    options: BTreeMap<String, (String, BTreeSet<UserId>)>,
}

impl Tally {
    fn new(question: String, options: Vec<String>) -> Self {
        let mut tally = Self {
            question,
            order: Vec::new(),
            options: BTreeMap::new(),
        };
        for (index, option) in options.into_iter().enumerate() {
            tally.option(format!("canned,{index}"), option);
        }
        tally
    }

    fn option(&mut self, key: String, option: String) {
        if !self.options.contains_key(&key) {
            self.order.push(key.clone());
            self.options.insert(key, (option, BTreeSet::new()));
        }
    }

    fn add(&mut self, act: Act, sender: UserId) {
        match act {
            Act::Vote { key, vote } => {
                if let Some((_, voters)) = self.options.get_mut(&key) {
                    if vote > 0 {
                        voters.insert(sender);
                    } else {
                        voters.remove(&sender);
                    }
                }
            }
            Act::NewOption { option, idx } => self.option(format!("{sender},{idx}"), option),
            Act::Question { question } => self.question = question,
        }
    }

    fn finish(mut self) -> Votes {
        let options = self.order.iter().filter_map(|key| self.options.remove(key));
        Votes {
            options: options.collect(),
            question: self.question,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_text_is_the_one_that_servers_take() {
        let poll = Poll::new("Lunch?", ["Soup", "Salad"]);
        assert_eq!(poll.to_text(), "/poll Lunch?\nSoup\nSalad");
    }

    #[test]
    fn what_people_said_stays_one_line_and_mentions_nobody() {
        let poll = Poll::new("@**all** who\u{2028}comes?\n\n", ["-5 °C", "@_*team*\r\nx"]);
        assert_eq!(
            poll.to_text(),
            "/poll @\u{2060}**all** who comes?\n- -5 °C\n@\u{2060}_*team* x"
        );
    }

    fn submessages(contents: &[(u64, serde_json::Value)]) -> Vec<Submessage> {
        let submessage = |(sender, content): &(u64, serde_json::Value)| json!({"id": 1, "sender_id": sender, "msg_type": "widget", "content": content.to_string()});
        let all: Vec<_> = contents.iter().map(submessage).collect();
        serde_json::from_value(all.into()).unwrap()
    }

    #[test]
    fn votes_are_counted() {
        let recorded = json!({"widget_type": "poll", "extra_data": {"question": "Lunch?", "options": ["Soup", "Salad"]}});
        let votes = Votes::of(&submessages(&[
            (47, recorded),
            (9, json!({"type": "vote", "key": "canned,1", "vote": 1})),
            (8, json!({"type": "vote", "key": "canned,1", "vote": 1})),
            (9, json!({"type": "new_option", "option": "Cake", "idx": 1})),
            (9, json!({"type": "vote", "key": "9,1", "vote": 1})),
            (8, json!({"type": "vote", "key": "canned,1", "vote": -1})),
            (8, json!({"type": "vote", "key": "canned,7", "vote": 1})),
            (8, json!({"type": "dance"})),
        ]))
        .unwrap();
        let nine = BTreeSet::from([UserId(9)]);
        assert_eq!(votes.question, "Lunch?");
        assert_eq!(
            votes.options,
            [
                ("Soup".to_owned(), BTreeSet::new()),
                ("Salad".to_owned(), nine.clone()),
                ("Cake".to_owned(), nine),
            ]
        );
        assert_eq!(Votes::of(&[]), None);
    }
}
