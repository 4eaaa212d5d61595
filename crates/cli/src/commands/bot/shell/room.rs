//! Who speaks, where, and what comes of it.

use jiff::SignedDuration;
use zulipkit_api::UserId;
use zulipkit_api::messages::Message;
use zulipkit_bots::Conversation;
use zulipkit_bots::local::{Session, Turn, choices};
use zulipkit_bots::widget::Votes;
use zulipkit_diag::{Diagnostic, Result};

use super::line::{self, Line};

/// The person at the keyboard, until they want to be somebody else.
const YOU: &str = "You";

/// The state of the conversation.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) session: Session,
    who: String,
    place: Place,
    /// Whether the person mentions the bot where that is needed.
    raw: bool,
}

#[derive(Debug, Clone)]
enum Place {
    Direct,
    Group(Vec<String>),
    Channel { name: String, topic: String },
}

/// What came of a line.
#[derive(Debug)]
pub(super) enum Said {
    /// Something to tell the person.
    Note(String),
    /// The bot dealt with it, well or not.
    Outcomes(Vec<Result<()>>),
    /// The bot was not told, for this reason.
    Unheard(String),
}

impl Room {
    pub(super) fn new(session: Session) -> Self {
        session.world().person(YOU);
        Self {
            session,
            who: YOU.to_owned(),
            place: Place::Direct,
            raw: false,
        }
    }

    /// Returns who speaks.
    pub(super) fn who(&self) -> &str {
        &self.who
    }

    /// Says where one speaks; nothing in a direct conversation with the bot alone.
    pub(super) fn place(&self) -> String {
        match &self.place {
            Place::Direct => String::new(),
            Place::Group(people) => format!("with {}", people.join(", ")),
            Place::Channel { name, topic } => format!("#{name} > {topic}"),
        }
    }

    pub(super) fn prompt(&self) -> String {
        match self.place().as_str() {
            "" => format!("{}> ", self.who),
            place => format!("{} [{place}]> ", self.who),
        }
    }

    /// Does what a line says.
    pub(super) async fn act(&mut self, line: Line) -> Result<Said> {
        match line {
            Line::Say(text) => {
                let text = self.with_mention(text);
                Ok(self.heard(self.say(&text).await))
            }
            Line::Press(number) => self.press(number).await,
            Line::Edit(text) => {
                let me = self.me();
                let last = self.last_of(me, "you have said nothing yet")?;
                let text = self.with_mention(text);
                let turn = self.session.edit(last.id, &text).await?;
                Ok(self.heard(turn))
            }
            Line::React(emoji) => self.react(&emoji, true).await,
            Line::Unreact(emoji) => self.react(&emoji, false).await,
            Line::Vote(number) => self.vote(number),
            Line::Advance(time) => {
                let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
                let until = self.session.world().now().saturating_add(time);
                let until = until.unwrap_or(jiff::Timestamp::MAX);
                Ok(Said::Outcomes(self.session.pass(until).await))
            }
            Line::As(who) if self.session.world().person(&who).id == self.session.bot_id() => {
                Err(Diagnostic::usage(format!("cannot be {who}")).cause("that is the bot"))
            }
            other => Ok(Said::Note(self.go(other))),
        }
    }

    /// Changes who speaks or where, and tells of it.
    fn go(&mut self, line: Line) -> String {
        match line {
            Line::Topic(topic) => {
                let name = match &self.place {
                    Place::Channel { name, .. } => name.clone(),
                    _ => "general".to_owned(),
                };
                self.place = Place::Channel { name, topic };
            }
            Line::Channel(name) => {
                let (name, topic) = match name.split_once('>') {
                    Some((name, topic)) => (name.trim().to_owned(), topic.trim().to_owned()),
                    None => (name, "general chat".to_owned()),
                };
                self.session.world().channel(&name);
                self.place = Place::Channel { name, topic };
            }
            Line::Direct => self.place = Place::Direct,
            Line::Group(people) => self.place = Place::Group(people),
            Line::As(who) => {
                self.who = self.session.world().person(&who).name;
            }
            Line::Raw => {
                self.raw = !self.raw;
                return match self.raw {
                    true => format!("Write {} yourself.", self.session.mention()),
                    false => "The bot is mentioned for you.".to_owned(),
                };
            }
            Line::Help => return line::help(),
            _ => {}
        }
        self.tell_who()
    }

    fn tell_who(&self) -> String {
        let world = self.session.world();
        let people = world.people();
        let names: Vec<_> = people.iter().map(|person| person.name.as_str()).collect();
        let channels = world.channels();
        let channels: Vec<_> = channels
            .iter()
            .map(|channel| format!("#{}", channel.name))
            .collect();
        let place = match &self.place {
            Place::Direct => format!("to {} alone", names[0]),
            Place::Group(people) => format!("to {} and {}", names[0], people.join(", ")),
            Place::Channel { name, topic } => format!("in #{name} > {topic}"),
        };
        let you = match self.who.as_str() {
            YOU => "You speak".to_owned(),
            who => format!("You are {who} and speak"),
        };
        let (people, channels) = (names[1..].join(", "), channels.join(", "));
        format!("{you} {place}. People: {people}. Channels: {channels}.")
    }

    async fn say(&self, text: &str) -> Turn {
        self.session
            .say(self.me(), &self.conversation(), text)
            .await
    }

    async fn press(&self, number: usize) -> Result<Said> {
        let last = self.session.world().last_with_buttons();
        let choices = last.as_ref().map(choices).unwrap_or_default();
        let choice = choices.get(number - 1).ok_or_else(|| {
            Diagnostic::usage(format!("cannot press button {number}"))
                .cause(format!("there are {} buttons", choices.len()))
        })?;
        Ok(self.heard(self.say(&choice.reply).await))
    }

    async fn react(&self, emoji: &str, added: bool) -> Result<Said> {
        let last = self.last_of(self.session.bot_id(), "the bot has said nothing yet")?;
        let turn = self.session.react(self.me(), last.id, emoji, added).await?;
        if turn.heard {
            return Ok(self.heard(turn));
        }
        Ok(Said::Unheard(
            "The bot is not told of reactions; `listen.reactions` in its settings asks for them."
                .to_owned(),
        ))
    }

    fn vote(&self, number: usize) -> Result<Said> {
        let last = self.session.world().last_poll();
        let last =
            last.ok_or_else(|| Diagnostic::usage("cannot vote").cause("there is no poll"))?;
        let votes = Votes::of(&last.submessages);
        let options = votes.map(|votes| votes.options).unwrap_or_default();
        let (option, _) = options.get(number - 1).ok_or_else(|| {
            Diagnostic::usage(format!("cannot vote for {number}"))
                .cause(format!("the last poll has {} options", options.len()))
        })?;
        self.session.vote(self.me(), last.id, option, true)?;
        Ok(Said::Note(format!("You vote for {option}.")))
    }

    fn heard(&self, turn: Turn) -> Said {
        if turn.heard {
            return Said::Outcomes(vec![turn.outcome]);
        }
        let message = self.session.world().message(turn.message);
        let edited = message.is_some_and(|message| message.last_edit_timestamp.is_some());
        Said::Unheard(match edited {
            true => "The bot is not told of edits; `listen.edits` in its settings asks for them."
                .to_owned(),
            false => format!(
                "The bot does not hear this: here it has to be mentioned at the start, as {}.",
                self.session.mention()
            ),
        })
    }

    /// Mentions the bot where that is needed, unless the person wants to do so.
    fn with_mention(&self, text: String) -> String {
        let mention = self.session.mention();
        let direct = matches!(self.place, Place::Direct);
        if direct || self.raw || text.contains(&mention) {
            return text;
        }
        format!("{mention} {text}")
    }

    fn me(&self) -> UserId {
        self.session.world().person(&self.who).id
    }

    /// Returns where one speaks.
    pub(super) fn conversation(&self) -> Conversation {
        let world = self.session.world();
        let person = |name: &String| world.person(name).id;
        match &self.place {
            Place::Direct => Conversation::direct([self.me()], self.session.bot_id()),
            Place::Group(people) => {
                let people = people.iter().map(person).chain([self.me()]);
                Conversation::direct(people, self.session.bot_id())
            }
            Place::Channel { name, topic } => Conversation::Topic {
                channel: world.channel(name).id,
                topic: topic.clone(),
            },
        }
    }

    fn last_of(&self, sender: UserId, missing: &str) -> Result<Message> {
        let last = self.session.world().last_of(sender);
        last.ok_or_else(|| Diagnostic::usage("cannot do that").cause(missing))
    }
}
