use std::ops::Range;

use zulipkit_api::UserId;

use crate::Me;

/// A user mention as it is written: `@**name**`, `@**name|id**` or `@**|id**`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention<'a> {
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// The name; empty if the id stands alone.
    pub name: &'a str,
    /// The id, if it is written.
    pub id: Option<UserId>,
}

impl Mention<'_> {
    /// Tells whether it means this account.
    ///
    /// With an id the name does not matter: the server checked it when the message was sent, and it may have changed since.
    /// Names are compared without regard to case, as the server does.
    pub fn means(&self, me: &Me) -> bool {
        match self.id {
            Some(id) => id == me.user_id,
            None => self.name.to_lowercase() == me.full_name.to_lowercase(),
        }
    }

    /// Tells whether it means everybody in a channel or topic, and nobody by name.
    pub fn is_wildcard(&self) -> bool {
        self.id.is_none() && WILDCARDS.contains(&self.name)
    }
}

/// The names that mean everybody.
const WILDCARDS: [&str; 5] = ["all", "everyone", "channel", "stream", "topic"];

/// Finds the mentions of a text in their order. Silent ones, `@_**name**`, address nobody and are not among them.
///
/// Whether one stands where the server takes it as a mention is not decided here: the flag `mentioned` says so.
pub fn mentions(text: &str) -> impl Iterator<Item = Mention<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text[from..].find("@**")?;
            let inner = start + "@**".len();
            let end = inner + text[inner..].find("**")?;
            let inside = &text[inner..end];
            if inside.is_empty() || inside.contains('\n') {
                from = inner;
                continue;
            }
            from = end + "**".len();
            let (name, id) = split_id(inside);
            return Some(Mention {
                range: start..from,
                name,
                id,
            });
        }
    })
}

/// Splits the id off; a `|` without a number behind it belongs to the name.
fn split_id(inside: &str) -> (&str, Option<UserId>) {
    match inside.rsplit_once('|') {
        Some((name, id)) => match id.parse() {
            Ok(id) => (name, Some(id)),
            Err(_) => (inside, None),
        },
        None => (inside, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Option<u64>)> {
        mentions(text)
            .map(|mention| (mention.name, mention.id.map(|id| id.0)))
            .collect()
    }

    #[test]
    fn all_three_forms() {
        assert_eq!(
            found("@**My Bot** and @**My Bot|7**, @**|7** but not @_**My Bot**"),
            [("My Bot", None), ("My Bot", Some(7)), ("", Some(7))]
        );
    }

    #[test]
    fn each_ends_at_its_own_stars() {
        assert_eq!(
            found("@**Someone|5** and @**Bot|7** hello"),
            [("Someone", Some(5)), ("Bot", Some(7))]
        );
    }

    #[test]
    fn what_is_none() {
        assert_eq!(found("@**** @_**silent** @**two\nlines** x"), []);
        assert_eq!(found("@**a|b**"), [("a|b", None)]);
    }
}
