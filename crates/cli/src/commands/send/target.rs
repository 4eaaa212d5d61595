use clap::Args;
use zulipkit_api::messages::{ChannelRef, People, SendMessage, To};
use zulipkit_api::{ChannelId, UserId};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_markup::{block, length, topic};

/// Where the message goes. Several places get a message each; people who are named together get one together.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where it goes")]
pub(super) struct TargetArgs {
    /// A channel by its name, or by its number as `id:12`; may be given several times
    #[arg(
        long = "channel",
        short,
        value_name = "CHANNEL",
        visible_alias = "stream"
    )]
    channels: Vec<String>,
    /// The topic in the channels
    #[arg(
        long,
        short,
        value_name = "TOPIC",
        requires = "channels",
        visible_alias = "subject"
    )]
    topic: Option<String>,
    /// People by e-mail address or user id, with commas between: one direct message to all of them
    #[arg(long = "to", value_name = "PEOPLE", value_delimiter = ',')]
    people: Vec<String>,
}

/// A place, and what stands above the text there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    to: To,
    /// The whole topic, if it had to be shortened.
    full_topic: Option<String>,
}

impl Place {
    /// Returns how many code points the first message needs besides the text.
    pub(super) fn room(&self) -> usize {
        self.heading().map_or(0, |heading| length(&heading))
    }

    fn heading(&self) -> Option<String> {
        self.full_topic
            .as_ref()
            .map(|topic| format!("**{}**\n\n", block(topic)))
    }

    /// Returns the messages that bring these texts here.
    pub(super) fn messages(&self, parts: &[String]) -> Vec<SendMessage> {
        let message = |(index, part): (usize, &String)| match self.heading() {
            Some(heading) if index == 0 => SendMessage::new(self.to.clone(), heading + part),
            _ => SendMessage::new(self.to.clone(), part),
        };
        parts.iter().enumerate().map(message).collect()
    }
}

impl TargetArgs {
    pub(super) fn places(&self, limit: usize) -> Result<Vec<Place>> {
        let given = self.topic.clone().unwrap_or_default();
        let short = topic(&given, limit, "");
        let full_topic = (short.ends_with('…') && !given.ends_with('…')).then(|| given.clone());
        let mut places = Vec::new();
        for channel in &self.channels {
            places.push(Place {
                to: To::channel(channel_of(channel)?, short.clone()),
                full_topic: full_topic.clone(),
            });
        }
        if !self.people.is_empty() {
            places.push(Place {
                to: To::People(people_of(&self.people)?),
                full_topic: None,
            });
        }
        if places.is_empty() {
            return Err(Diagnostic::usage("cannot send without knowing where to")
                .hint("give `--channel` and `--topic`, or `--to`"));
        }
        Ok(places)
    }
}

/// A bare number is a name: there are channels called `2026`.
fn channel_of(text: &str) -> Result<ChannelRef> {
    let Some(number) = text.strip_prefix("id:") else {
        return Ok(ChannelRef::Name(text.to_owned()));
    };
    let number = number.parse().map_err(|_| {
        Diagnostic::usage(format!("`{text}` is no channel")).hint("write its number as `id:12`")
    })?;
    Ok(ChannelRef::Id(ChannelId(number)))
}

/// The server takes ids or addresses, but not both in one list.
fn people_of(people: &[String]) -> Result<People> {
    let people: Vec<&str> = people
        .iter()
        .map(|person| person.trim())
        .filter(|person| !person.is_empty())
        .collect();
    let ids: Vec<UserId> = people
        .iter()
        .filter_map(|person| person.parse().ok().map(UserId))
        .collect();
    match ids.len() {
        0 => Ok(People::Emails(
            people.iter().map(ToString::to_string).collect(),
        )),
        count if count == people.len() => Ok(People::Ids(ids)),
        _ => Err(
            Diagnostic::usage("cannot mix user ids and e-mail addresses in one message")
                .hint("write all of them in one way"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(channels: &[&str], topic: Option<&str>, people: &[&str]) -> Result<Vec<Place>> {
        let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        let arguments = TargetArgs {
            channels: owned(channels),
            topic: topic.map(str::to_owned),
            people: owned(people),
        };
        arguments.places(60)
    }

    #[test]
    fn a_number_alone_is_a_name() {
        let to = |channel| places(&[channel], Some("t"), &[]).unwrap().remove(0).to;
        assert_eq!(to("2026"), To::channel("2026", "t"));
        assert_eq!(to("id:12"), To::channel(ChannelId(12), "t"));
        assert!(places(&["id:x"], Some("t"), &[]).is_err());
    }

    #[test]
    fn a_long_topic_is_shortened_and_stands_in_the_text() {
        let long = "a topic * ".repeat(8);
        let place = places(&["c"], Some(&long), &[]).unwrap().remove(0);
        let To::Channel { topic, .. } = &place.to else {
            unreachable!()
        };
        assert_eq!(topic.chars().count(), 60);
        assert!(topic.ends_with('…'));
        let messages = place.messages(&["one".to_owned(), "two".to_owned()]);
        assert!(
            messages[0].content.starts_with("**a topic &#42; "),
            "{}",
            messages[0].content
        );
        assert!(messages[0].content.ends_with("**\n\none"));
        assert_eq!(messages[1].content, "two");
    }

    #[test]
    fn people_are_ids_or_addresses() {
        let to = |people| places(&[], None, people).map(|mut places| places.remove(0).to);
        assert_eq!(
            to(&["9", " 10"]).unwrap(),
            To::users([UserId(9), UserId(10)])
        );
        assert_eq!(to(&["a@x", "b@x"]).unwrap(), To::emails(["a@x", "b@x"]));
        assert!(to(&["9", "b@x"]).is_err());
        assert!(to(&[]).is_err());
    }
}
