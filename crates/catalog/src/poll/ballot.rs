use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zulipkit_bots::api::{MessageId, UserId};
use zulipkit_bots::markup::escape;

/// A vote by buttons, which the bot counts itself: everybody has one vote, and may change it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ballot {
    /// Counts the ballots of a conversation, so that the buttons of an old one do not count for the new one.
    pub(super) number: u32,
    pub(super) question: String,
    pub(super) options: Vec<String>,
    /// The option of each voter, counted from 1.
    votes: BTreeMap<UserId, usize>,
    /// The message that shows how it stands, once it is known. The server lets nobody edit the one with the buttons.
    pub(super) standing: Option<MessageId>,
}

impl Ballot {
    /// Returns the ballot that comes after this one.
    pub(super) fn next(&self, question: String, options: Vec<String>) -> Self {
        Self {
            number: self.number + 1,
            question,
            options,
            ..Self::default()
        }
    }

    /// Counts a vote, in place of an earlier one. Tells whether there is such an option.
    pub(super) fn vote(&mut self, voter: UserId, option: usize) -> bool {
        let there = (1..=self.options.len()).contains(&option);
        if there {
            self.votes.insert(voter, option);
        }
        there
    }

    /// Asks the question, as Markdown.
    pub(super) fn ask(&self) -> String {
        let hint = "\n\nPress a button, or say for example `vote 1`.";
        self.list(|_| String::new()) + hint
    }

    /// Shows how it stands, as Markdown.
    pub(super) fn show(&self) -> String {
        self.list(|number| {
            let votes = self.votes.values().filter(|vote| **vote == number);
            count(votes.count())
        })
    }

    /// Lists the options, each with what there is to say of its number.
    fn list(&self, behind: impl Fn(usize) -> String) -> String {
        let mut text = format!("**{}**", escape::inline(&self.question));
        for (number, option) in (1..).zip(&self.options) {
            let option = escape::inline(option);
            text.push_str(&format!("\n* **{number}** {option}{}", behind(number)));
        }
        text
    }
}

/// Says how many votes there are, with a dash before it; nothing if there are none.
pub(super) fn count(votes: usize) -> String {
    match votes {
        0 => String::new(),
        1 => " – 1 vote".to_owned(),
        votes => format!(" – {votes} votes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_one_vote() {
        let mut ballot =
            Ballot::default().next("Lunch?".into(), vec!["Soup".into(), "Salad".into()]);
        assert!(ballot.vote(UserId(9), 1));
        assert!(ballot.vote(UserId(9), 2));
        assert!(ballot.vote(UserId(8), 2));
        assert!(!ballot.vote(UserId(8), 3));
        assert!(!ballot.vote(UserId(8), 0));
        assert_eq!(
            ballot.show(),
            "**Lunch?**\n* **1** Soup\n* **2** Salad – 2 votes"
        );
        assert_eq!(
            ballot.ask(),
            "**Lunch?**\n* **1** Soup\n* **2** Salad\n\nPress a button, or say for example `vote 1`."
        );
    }
}
