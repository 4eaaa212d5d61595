//! Reading back: whether a message whose sending had no answer has arrived after all.
//!
//! The answer is believed only from an account that can read the place: one that sees a message of its own there, is
//! subscribed, or where the channel is public. A private channel that one may post to without a subscription answers an
//! empty list, and an incoming-webhook bot may read nothing at all.
//!
//! The topic is not asked for, since people move messages.

use serde_json::{Map, Value, json};
use zulipkit_api::{Client, Credentials, Error, MessageId, Request};

use crate::courier::Courier;

/// What to look for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The body as it was sent.
    pub(crate) wire: Map<String, Value>,
    /// The highest message id known before it was sent.
    pub(crate) floor: Option<i64>,
    /// When it was first sent, by the wall clock.
    pub(crate) sent_wall_ms: i64,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Look {
    /// Own messages with the same text, oldest first.
    pub(crate) matches: Vec<Match>,
    /// Whether it would have been seen, if it were there.
    pub(crate) readable: bool,
    /// The highest message id seen.
    pub(crate) newest: Option<i64>,
}

/// An own message with the text that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) id: i64,
    pub(crate) topic: String,
}

/// How far the server's clock may be behind ours, where only time tells an old message from a new one: more than any
/// mistaken time zone.
const CLOCK_SKEW_MS: i64 = 24 * 60 * 60 * 1_000;

/// The most messages of its own that an account is taken to have sent meanwhile.
const PAGE: i64 = 1_000;

/// Who can ask a server for one account.
pub(crate) trait Ask {
    /// Asks once.
    fn ask(&self, request: &Request) -> impl Future<Output = Result<Map<String, Value>, Error>>;
}

/// A courier with the account for which it asks.
#[derive(Debug)]
pub(crate) struct Asker<'a, C> {
    pub(crate) courier: &'a C,
    pub(crate) credentials: &'a Credentials,
    pub(crate) agent: &'a str,
}

impl<C: Courier> Ask for Asker<'_, C> {
    async fn ask(&self, request: &Request) -> Result<Map<String, Value>, Error> {
        self.courier
            .attempt(self.credentials, self.agent, request)
            .await
    }
}

impl Ask for Client {
    async fn ask(&self, request: &Request) -> Result<Map<String, Value>, Error> {
        self.attempt(request).await
    }
}

/// Looks for a message that a program sent by itself and got no answer for: its number in the topic, oldest first, if it is
/// there, and whether it would have been seen.
///
/// `wire` is the body as it was sent, and `after` a message that was there before.
///
/// # Errors
///
/// No answer, or a refusal: an account that may not read gets one.
pub async fn read_back(
    client: &Client,
    wire: &Map<String, Value>,
    after: MessageId,
) -> Result<ReadBack, Error> {
    let wanted = Wanted {
        wire: wire.clone(),
        floor: i64::try_from(after.0).ok(),
        sent_wall_ms: 0,
    };
    let look = look(client, &wanted).await?;
    let topic = wire.get("topic").and_then(Value::as_str);
    let topic = topic.map(str::to_lowercase).unwrap_or_default();
    let same_place = |found: &Match| found.topic == topic;
    let ids = look.matches.into_iter().filter(same_place);
    Ok(ReadBack {
        found: ids
            .filter_map(|found| found.id.try_into().ok())
            .map(MessageId)
            .collect(),
        readable: look.readable,
    })
}

/// What [`read_back`] saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadBack {
    /// Own messages with this text in this place. More than one may have it.
    pub found: Vec<MessageId>,
    /// Whether the account can read there, so that a message that was not found is not there.
    pub readable: bool,
}

/// Asks the server.
///
/// # Errors
///
/// No answer, or a refusal: an account that may not read gets one.
pub(crate) async fn look(asker: &impl Ask, wanted: &Wanted) -> Result<Look, Error> {
    let Some(place) = Place::of(&wanted.wire) else {
        return Ok(Look::default());
    };
    let get = async |path: &str, params: Value| asker.ask(&request(path, params)).await;
    let me = get("/users/me", json!({})).await?;
    let Some(me) = me.get("user_id").and_then(Value::as_i64) else {
        return Ok(Look::default());
    };
    let answer = get("/messages", place.search(me, wanted.floor)).await?;
    let mut look = examine(&answer, me, wanted);
    let cut_short = wanted.floor.is_some() && answer.get("found_newest") == Some(&json!(false));
    look.readable |= matches!(place, Place::Direct(_));
    if let Place::Channel(channel) = &place
        && look.matches.is_empty()
        && !look.readable
    {
        look.readable = lists(
            &get("/users/me/subscriptions", json!({})).await?,
            "subscriptions",
            channel,
            false,
        ) || lists(&get("/streams", json!({})).await?, "streams", channel, true);
    }
    look.readable &= !cut_short;
    Ok(look)
}

/// The place that a message was sent to, as its body names it.
#[derive(Debug, PartialEq)]
enum Place {
    /// By name or id.
    Channel(Value),
    /// By ids, or by e-mail addresses with commas between.
    Direct(Value),
}

impl Place {
    fn of(wire: &Map<String, Value>) -> Option<Self> {
        let to = match wire.get("to")? {
            // The server reads text as JSON where it is JSON: a list, an id, a name in quotes.
            Value::String(text) => serde_json::from_str(text)
                .ok()
                .filter(|value: &Value| value.is_array() || value.is_string() || value.is_i64())
                .unwrap_or_else(|| json!(text)),
            other => other.clone(),
        };
        match wire.get("type")?.as_str()? {
            "channel" | "stream" => match to {
                Value::Array(mut list) if list.len() == 1 => list.pop().map(Self::Channel),
                Value::Array(_) => None,
                one => Some(Self::Channel(one)),
            },
            "direct" | "private" => match to {
                Value::Array(list) if list.iter().all(Value::is_string) => {
                    let emails: Vec<_> = list.iter().filter_map(Value::as_str).collect();
                    Some(Self::Direct(json!(emails.join(","))))
                }
                other => Some(Self::Direct(other)),
            },
            _ => None,
        }
    }

    /// The parameters of `GET /messages`, with the names of operators that every server knows.
    fn search(&self, me: i64, floor: Option<i64>) -> Value {
        let (operator, operand) = match self {
            Self::Channel(channel) => ("stream", channel),
            Self::Direct(people) => ("pm-with", people),
        };
        let narrow = json!([
            {"operator": operator, "operand": operand},
            {"operator": "sender", "operand": me},
        ]);
        match floor {
            // One message before the floor shows that the place can be read.
            Some(floor) => json!({
                "anchor": floor, "num_before": 1, "num_after": PAGE, "narrow": narrow, "apply_markdown": false
            }),
            None => json!({
                "anchor": "newest", "num_before": PAGE, "num_after": 0, "narrow": narrow, "apply_markdown": false
            }),
        }
    }
}

fn request(path: &str, params: Value) -> Request {
    let Value::Object(params) = params else {
        unreachable!("parameters are written above as objects");
    };
    Request::from_parts(&format!("GET {path}"), &params).expect("the paths above name no fields")
}

fn examine(answer: &Map<String, Value>, me: i64, wanted: &Wanted) -> Look {
    let mut look = Look::default();
    let content = wanted
        .wire
        .get("content")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let messages = answer.get("messages").and_then(Value::as_array);
    for message in messages.into_iter().flatten() {
        let number = |name| message.get(name).and_then(Value::as_i64);
        let text = |name| {
            message
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let (Some(id), Some(sender)) = (number("id"), number("sender_id")) else {
            continue;
        };
        look.newest = look.newest.max(Some(id));
        look.readable |= sender == me;
        let new = match wanted.floor {
            Some(floor) => id > floor,
            None => number("timestamp").unwrap_or(0) * 1_000 >= wanted.sent_wall_ms - CLOCK_SKEW_MS,
        };
        if new && sender == me && is_stored_form(text("content"), content) {
            look.matches.push(Match {
                id,
                topic: text("subject").to_lowercase(),
            });
        }
    }
    look.matches.sort_by_key(|found| found.id);
    look
}

/// Tells whether the answer lists the channel; with `public`, as one that anyone may read.
fn lists(answer: &Map<String, Value>, list: &str, channel: &Value, public: bool) -> bool {
    let entries = answer.get(list).and_then(Value::as_array);
    entries.into_iter().flatten().any(|entry| {
        let same = match channel {
            Value::String(name) => entry
                .get("name")
                .and_then(Value::as_str)
                .is_some_and(|known| known.to_lowercase() == name.trim().to_lowercase()),
            id => entry.get("stream_id") == Some(id),
        };
        same && (!public || entry.get("invite_only") == Some(&json!(false)))
    })
}

/// Tells whether the server stores `sent` as `stored`.
///
/// It cuts newlines at the beginning and all white space at the end, and what is longer than it allows.
fn is_stored_form(stored: &str, sent: &str) -> bool {
    let blank = |c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c);
    let sent = sent.trim_end_matches(blank).trim_start_matches('\n');
    stored == sent
        || stored
            .strip_suffix("\n[message truncated]")
            .is_some_and(|beginning| sent.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn wanted(floor: Option<i64>) -> Wanted {
        Wanted {
            wire: map(
                json!({"type": "channel", "to": "commits", "topic": "t", "content": "\n a\n\n"}),
            ),
            floor,
            sent_wall_ms: 100_000_000,
        }
    }

    #[test]
    fn text_is_compared_as_the_server_stores_it() {
        assert!(is_stored_form(" a", "\n\n a \t\r\n"));
        assert!(is_stored_form(
            "aa\n[message truncated]",
            "aaaaaaaaaaaaaaaaaaaaaaaaaa"
        ));
        assert!(!is_stored_form("a", " a"));
        assert!(!is_stored_form(
            "ab\n[message truncated]",
            "aaaaaaaaaaaaaaaaaaaaaaaaaa"
        ));
    }

    #[test]
    fn only_own_new_messages_match() {
        let message = |id: i64, sender: i64, timestamp: i64| json!({"id": id, "sender_id": sender, "content": " a", "subject": "T", "timestamp": timestamp});
        let answer = map(
            json!({"messages": [message(5, 1, 0), message(7, 1, 99_500), message(8, 2, 99_500)]}),
        );
        let seven = vec![Match {
            id: 7,
            topic: "t".to_owned(),
        }];
        let look = examine(&answer, 1, &wanted(Some(5)));
        assert_eq!(
            (look.matches, look.readable, look.newest),
            (seven.clone(), true, Some(8))
        );
        assert_eq!(
            examine(&answer, 1, &wanted(None)).matches,
            seven,
            "by time where no id is known"
        );
        let stranger = examine(&answer, 3, &wanted(Some(5)));
        assert!(
            !stranger.readable,
            "others' messages show nothing about one's own"
        );
    }

    #[test]
    fn the_place_is_read_from_the_body() {
        let place = |kind: &str, to: Value| Place::of(&map(json!({"type": kind, "to": to})));
        assert_eq!(
            place("channel", json!("commits")),
            Some(Place::Channel(json!("commits")))
        );
        assert_eq!(
            place("channel", json!("17")),
            Some(Place::Channel(json!(17)))
        );
        assert_eq!(place("stream", json!(17)), Some(Place::Channel(json!(17))));
        assert_eq!(
            place("stream", json!("[\"commits\"]")),
            Some(Place::Channel(json!("commits")))
        );
        assert_eq!(
            place("direct", json!([1, 2])),
            Some(Place::Direct(json!([1, 2])))
        );
        assert_eq!(
            place("private", json!(["a@x", "b@x"])),
            Some(Place::Direct(json!("a@x,b@x")))
        );
        assert_eq!(
            place("direct", json!("a@x, b@x")),
            Some(Place::Direct(json!("a@x, b@x")))
        );
        assert_eq!(place("nonsense", json!(1)), None);
    }

    #[test]
    fn a_channel_is_readable_if_subscribed_or_public() {
        let streams = map(json!({"streams": [
            {"name": "Commits", "stream_id": 3, "invite_only": false},
            {"name": "secret", "stream_id": 4, "invite_only": true},
        ]}));
        assert!(lists(&streams, "streams", &json!("commits"), true));
        assert!(lists(&streams, "streams", &json!(3), true));
        assert!(!lists(&streams, "streams", &json!("secret"), true));
        assert!(lists(&streams, "streams", &json!("secret"), false));
        assert!(!lists(&streams, "streams", &json!("other"), false));
    }
}
