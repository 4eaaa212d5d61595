use schemars::JsonSchema;
use serde::Deserialize;
use zulipkit_api::messages::{DisplayRecipient, Message, MessageType};

use super::{Mention, mentions};
use crate::{Addressed, Conversation, Incoming, Me};

/// The `listen` table of a bot's settings: which messages it handles.
///
/// Its own messages never are. A mention counts when the server says so by the flag `mentioned`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Listen {
    /// Where in the text the mention may stand.
    pub mention: Position,
    /// Which messages of direct conversations with several people are handled.
    pub groups: Groups,
    /// The channels, by name, of which every message is handled, with or without a mention; `*` for all.
    pub channels: Vec<String>,
    /// Whether messages of public channels come too to which the bot is not subscribed.
    pub public_channels: bool,
    /// Whether the edit of an addressed message is handled.
    pub edits: bool,
    /// Whether reactions are handled.
    pub reactions: bool,
    /// Whether messages of other bots are handled.
    pub bots: bool,
}

/// Where in the text the mention may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// At the start; blanks and quoted text before it do not count.
    #[default]
    Start,
    /// Anywhere.
    Anywhere,
}

/// Which messages of direct conversations with several people are handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Groups {
    /// Those that mention the bot.
    #[default]
    Mention,
    /// All.
    Always,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            mention: Position::Start,
            groups: Groups::Mention,
            channels: Vec::new(),
            public_channels: false,
            edits: false,
            reactions: false,
            bots: false,
        }
    }
}

impl Listen {
    /// Returns the message as the bot is to see it, or nothing if it is not the bot's business.
    ///
    /// `flags` are those of the bot for this message. `from_bot` says that another bot sent it, as far as is known.
    pub fn addressed(
        &self,
        message: &Message,
        flags: &[String],
        from_bot: bool,
        me: &Me,
    ) -> Option<Incoming> {
        if message.sender_id == me.user_id || (from_bot && !self.bots) {
            return None;
        }
        let conversation = Conversation::of(message, me.user_id);
        let mentioned = flags.iter().any(|flag| flag == "mentioned");
        let without_mention = mentioned
            .then(|| strip(&message.content, me, self.mention))
            .flatten();
        let (addressed, text) = match (without_mention, &conversation) {
            (text, Conversation::Direct { people }) if people.len() <= 1 => {
                (Addressed::Direct, text)
            }
            (Some(text), _) => (Addressed::Mention, Some(text)),
            (None, Conversation::Direct { .. }) if self.groups == Groups::Always => {
                (Addressed::Group, None)
            }
            (None, Conversation::Topic { .. }) if self.hears(message) => (Addressed::Channel, None),
            (None, _) => return None,
        };
        Some(Incoming {
            text: text.unwrap_or_else(|| message.content.trim().to_owned()),
            message: message.clone(),
            conversation,
            addressed,
            caught_up: false,
            again: false,
        })
    }

    /// Tells whether every message is handled, whatever the channel.
    pub(crate) fn hears_all(&self) -> bool {
        self.channels.iter().any(|channel| channel == "*")
    }

    /// Tells whether every message of the message's channel is handled. Channels' names are compared without case, as the
    /// server does.
    fn hears(&self, message: &Message) -> bool {
        match (&message.kind, &message.display_recipient) {
            (MessageType::Channel, DisplayRecipient::Channel(name)) => self
                .channels
                .iter()
                .any(|channel| channel == "*" || channel.to_lowercase() == name.to_lowercase()),
            _ => false,
        }
    }
}

/// Takes the first mention of the bot out of a text that mentions it; nothing if it stands where it may not.
///
/// The flag says that the server saw a mention of this account. If none can be told to be the bot's by its name, since it was
/// renamed meanwhile, the first one that names nobody else for certain, by an id, is taken to be, unless the mention of a
/// group explains the flag.
fn strip(text: &str, me: &Me, position: Position) -> Option<String> {
    let start = match position {
        Position::Start => after_quotes(text),
        Position::Anywhere => 0,
    };
    let body = &text[start..];
    let all: Vec<_> = mentions(body).collect();
    let own = all.iter().find(|mention| mention.means(me)).or_else(|| {
        let may_be = |mention: &&Mention<'_>| mention.id.is_none() && !mention.is_wildcard();
        let unnamed = || all.iter().find(may_be);
        (!mentions_group(body)).then(unnamed).flatten()
    });
    let leading = |at: usize| body[..at].trim().is_empty();
    match own {
        Some(mention) if position == Position::Anywhere || leading(mention.range.start) => {
            Some(without(body, mention.range.clone()))
        }
        // A group that the bot is in was mentioned: its name is not the bot's, so nothing is cut off.
        None if position == Position::Anywhere => Some(text.trim().to_owned()),
        _ => None,
    }
}

/// Tells whether a text mentions a group of users: `@*name*`.
fn mentions_group(text: &str) -> bool {
    text.match_indices("@*")
        .any(|(at, mark)| !text[at + mark.len()..].starts_with('*'))
}

/// Cuts a mention out, and at the beginning also the comma or colon by which one addresses somebody.
fn without(text: &str, mention: std::ops::Range<usize>) -> String {
    let before = text[..mention.start].trim();
    let after = text[mention.end..].trim();
    if before.is_empty() {
        let after = after.strip_prefix([',', ':']).unwrap_or(after);
        return after.trim_start().to_owned();
    }
    format!("{before} {after}").trim_end().to_owned()
}

/// Returns where the text begins behind blanks, quoted lines and quote blocks.
///
/// Quoting in Zulip writes `@_**Name|9** [said](…):` and a fenced block of `quote` before what one writes oneself.
fn after_quotes(text: &str) -> usize {
    let mut at = 0;
    let mut fence: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        match fence {
            Some(open) if trimmed == open => fence = None,
            Some(_) => {}
            None if trimmed.is_empty() || trimmed.starts_with('>') || is_attribution(trimmed) => {}
            None => match quote_fence(trimmed) {
                Some(open) => fence = Some(open),
                None => return at,
            },
        }
        at += line.len();
    }
    at
}

/// Tells whether a line says whose words are quoted below it.
fn is_attribution(line: &str) -> bool {
    line.starts_with("@_**") && line.ends_with(':')
}

/// Returns the fence that a line opens, if what it opens is a quote.
fn quote_fence(line: &str) -> Option<&str> {
    let name = line.trim_start_matches(['`', '~']);
    let fence = &line[..line.len() - name.len()];
    (fence.len() >= 3 && name.trim() == "quote").then_some(fence)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use zulipkit_api::UserId;

    use super::*;

    fn me(name: &str) -> Me {
        Me {
            user_id: UserId(7),
            full_name: name.to_owned(),
            email: "bot@example.com".to_owned(),
        }
    }

    fn message(value: serde_json::Value) -> Message {
        let mut base = json!({
            "id": 1, "type": "stream", "stream_id": 3, "display_recipient": "general", "subject": "t",
            "sender_id": 9, "timestamp": 0, "content": "",
        });
        let map = base.as_object_mut().unwrap();
        map.extend(value.as_object().unwrap().clone());
        serde_json::from_value(base).unwrap()
    }

    fn direct(others: &[u64], content: &str) -> Message {
        let people: Vec<_> = others
            .iter()
            .chain(&[7])
            .map(|id| json!({"id": id, "email": "x@example.com", "full_name": "X"}))
            .collect();
        message(
            json!({"type": "private", "stream_id": null, "display_recipient": people, "content": content}),
        )
    }

    fn seen(listen: &Listen, message: &Message, flags: &[&str], me: &Me) -> Option<String> {
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        listen
            .addressed(message, &flags, false, me)
            .map(|incoming| incoming.text)
    }

    fn mentioned(content: &str, listen: &Listen) -> Option<String> {
        let message = message(json!({"content": content}));
        seen(listen, &message, &["mentioned"], &me("My Bot"))
    }

    #[test]
    fn every_form_of_the_mention_and_a_renamed_bot() {
        let listen = Listen::default();
        for content in [
            "@**My Bot|7** hi",
            "@**|7** hi",
            "@**Old Name|7** hi",
            "@**my bot** hi",
            "@**New Bot** hi",
            "@**My Bot**, hi",
            "  @**My Bot**\nhi ",
        ] {
            assert_eq!(
                mentioned(content, &listen).as_deref(),
                Some("hi"),
                "{content}"
            );
        }
    }

    #[test]
    fn without_the_flag_a_mention_is_text() {
        let message = message(json!({"content": "@**My Bot** hi"}));
        assert_eq!(seen(&Listen::default(), &message, &[], &me("My Bot")), None);
        for wildcard in ["wildcard_mentioned", "stream_wildcard_mentioned"] {
            assert_eq!(
                seen(&Listen::default(), &message, &[wildcard], &me("My Bot")),
                None
            );
        }
    }

    #[test]
    fn quotes_before_the_mention_do_not_count() {
        let listen = Listen::default();
        for content in [
            "> @**Someone** said\n\n@**My Bot** hi",
            "@_**Someone|9** [said](https://z/#narrow/near/1):\n```quote\n@**My Bot** old\n```\n@**My Bot** hi",
            "~~~~ quote\n```\n~~~\n~~~~\n@**My Bot** hi",
        ] {
            assert_eq!(
                mentioned(content, &listen).as_deref(),
                Some("hi"),
                "{content}"
            );
        }
    }

    #[test]
    fn a_mention_elsewhere_counts_if_so_set() {
        assert_eq!(mentioned("hey @**My Bot** hi", &Listen::default()), None);
        let anywhere = Listen {
            mention: Position::Anywhere,
            ..Listen::default()
        };
        assert_eq!(
            mentioned("hey @**My Bot** hi", &anywhere).as_deref(),
            Some("hey hi")
        );
        assert_eq!(
            mentioned("thanks @*bots*!", &anywhere).as_deref(),
            Some("thanks @*bots*!")
        );
        for group in ["@*bots* hi", "@**Someone** and @*bots*"] {
            assert_eq!(mentioned(group, &Listen::default()), None);
        }
    }

    #[test]
    fn everybody_is_not_the_bot_under_an_old_name() {
        for all in ["all", "everyone", "channel", "stream", "topic"] {
            let content = format!("@**{all}** look: @**Old Name** is here");
            assert_eq!(mentioned(&content, &Listen::default()), None, "{content}");
        }
    }

    #[test]
    fn only_the_own_mention_at_the_start_counts() {
        let content = "@**Someone|5** and @**My Bot|7** hello";
        assert_eq!(mentioned(content, &Listen::default()), None);
    }

    #[test]
    fn direct_messages() {
        let bot = me("My Bot");
        let listen = Listen::default();
        let always = Listen {
            groups: Groups::Always,
            ..Listen::default()
        };
        let one = direct(&[9], " hi ");
        assert_eq!(seen(&listen, &one, &[], &bot).as_deref(), Some("hi"));
        let mention = direct(&[9], "@**My Bot** hi");
        assert_eq!(
            seen(&listen, &mention, &["mentioned"], &bot).as_deref(),
            Some("hi")
        );
        let within = direct(&[9], "is @**My Bot** you?");
        assert_eq!(
            seen(&listen, &within, &["mentioned"], &bot).as_deref(),
            Some("is @**My Bot** you?")
        );
        let group = direct(&[9, 10], "hi");
        assert_eq!(seen(&listen, &group, &[], &bot), None);
        assert_eq!(seen(&always, &group, &[], &bot).as_deref(), Some("hi"));
        let group_mention = direct(&[9, 10], "@**My Bot** hi");
        let flags = ["mentioned".to_owned()];
        for listen in [&listen, &always] {
            let incoming = listen
                .addressed(&group_mention, &flags, false, &bot)
                .unwrap();
            assert_eq!(incoming.text, "hi");
            assert_eq!(
                incoming.conversation.to(bot.user_id),
                zulipkit_api::messages::To::users([UserId(9), UserId(10)])
            );
        }
    }

    #[test]
    fn own_messages_never_and_other_bots_only_if_allowed() {
        let own = message(json!({"sender_id": 7, "content": "@**My Bot** hi"}));
        let bot = me("My Bot");
        assert_eq!(seen(&Listen::default(), &own, &["mentioned"], &bot), None);
        let other = message(json!({"content": "@**My Bot** hi"}));
        let flags = ["mentioned".to_owned()];
        let text = |listen: &Listen| {
            listen
                .addressed(&other, &flags, true, &bot)
                .map(|incoming| incoming.text)
        };
        assert_eq!(text(&Listen::default()), None);
        let allowed = Listen {
            bots: true,
            ..Listen::default()
        };
        assert_eq!(text(&allowed).as_deref(), Some("hi"));
    }

    #[test]
    fn whole_channels() {
        let listen = Listen {
            channels: vec!["General".to_owned()],
            ..Listen::default()
        };
        let bot = me("My Bot");
        let plain = message(json!({"content": "anyone?"}));
        let incoming = listen.addressed(&plain, &[], false, &bot).unwrap();
        assert_eq!(
            (incoming.text.as_str(), incoming.addressed),
            ("anyone?", Addressed::Channel)
        );
        let elsewhere = message(json!({"content": "anyone?", "display_recipient": "other"}));
        assert!(listen.addressed(&elsewhere, &[], false, &bot).is_none());
    }
}
