use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::mpsc::UnboundedSender;
use zulipkit_api::messages::Message;
use zulipkit_api::{ChannelId, MessageId, UserId};

use super::{Channel, Deed, Deeds, Somebody, flags, widget};
use crate::storage::Memory;
use crate::{Alarm, Clock, Conversation, Me};

/// The longest text of a message, in code points: servers cut what is longer.
const MAX_MESSAGE_LENGTH: usize = 10_000;

/// What servers put at the end of a text that they cut.
const TRUNCATED: &str = "\n[message truncated]";

/// A small world in memory. Clones are the same world.
#[derive(Debug, Clone)]
pub struct World {
    pub(super) state: Arc<Mutex<State>>,
    /// What is stored at the server.
    pub(super) stored: Arc<Memory>,
}

/// How time goes in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// As outside, ahead by so much.
    Ahead(SignedDuration),
    /// It stands still.
    Still(Timestamp),
}

#[derive(Debug)]
pub(super) struct State {
    /// The people, the bot first.
    pub(super) people: Vec<Somebody>,
    pub(super) channels: Vec<Channel>,
    pub(super) messages: Vec<Message>,
    pub(super) alarms: BTreeMap<String, Alarm>,
    pub(super) uploads: usize,
    pub(super) time: Time,
    deeds: UnboundedSender<Deed>,
}

impl World {
    /// Builds a world with nobody in it but a bot of this name. The second part tells what the bot does.
    pub fn new(bot: &str, time: Time) -> (Self, Deeds) {
        let (sender, deeds) = Deeds::channel();
        let state = State {
            people: vec![Somebody::new(7, bot, true)],
            channels: Vec::new(),
            messages: Vec::new(),
            alarms: BTreeMap::new(),
            uploads: 0,
            time,
            deeds: sender,
        };
        let world = Self {
            state: Arc::new(Mutex::new(state)),
            stored: Arc::new(Memory::default()),
        };
        (world, deeds)
    }

    /// Returns the person of this name, who comes into the world if need be. Capitals do not matter.
    pub fn person(&self, name: &str) -> Somebody {
        self.state().somebody(name, false)
    }

    /// Returns the bot of this name, which is another than the one that is tried.
    pub fn other_bot(&self, name: &str) -> Somebody {
        self.state().somebody(name, true)
    }

    /// Returns the channel of this name, which is made if need be. Capitals do not matter.
    pub fn channel(&self, name: &str) -> Channel {
        let mut state = self.state();
        if let Some(known) = state.channel_named(name) {
            return known.clone();
        }
        let channel = Channel {
            id: ChannelId(state.channels.len() as u64 + 1),
            name: name.to_owned(),
        };
        state.channels.push(channel.clone());
        channel
    }

    /// Returns the bot that is tried.
    pub fn bot(&self) -> Somebody {
        self.state().people[0].clone()
    }

    /// Returns everybody, the bot first.
    pub fn people(&self) -> Vec<Somebody> {
        self.state().people.clone()
    }

    /// Returns all channels.
    pub fn channels(&self) -> Vec<Channel> {
        self.state().channels.clone()
    }

    /// Returns a message.
    pub fn message(&self, id: MessageId) -> Option<Message> {
        let state = self.state();
        state
            .messages
            .iter()
            .find(|message| message.id == id)
            .cloned()
    }

    /// Returns the last message that somebody sent, if there is one.
    pub fn last_of(&self, sender: UserId) -> Option<Message> {
        let state = self.state();
        let mut backwards = state.messages.iter().rev();
        backwards
            .find(|message| message.sender_id == sender)
            .cloned()
    }

    /// Returns the alarms that are set, the next one first.
    pub fn alarms(&self) -> Vec<Alarm> {
        let mut alarms: Vec<_> = self.state().alarms.values().cloned().collect();
        alarms.sort_by_key(|alarm| alarm.due);
        alarms
    }

    /// Shows a place for people: `#channel > topic`, or the names of those in it but the bot.
    pub fn describe(&self, place: &Conversation) -> String {
        let state = self.state();
        match place {
            Conversation::Topic { channel, topic } => {
                let known = state.channels.iter().find(|known| known.id == *channel);
                let name = known.map_or("?", |channel| channel.name.as_str());
                format!("#{name} > {topic}")
            }
            Conversation::Direct { people } => {
                let everyone = state.people.iter();
                let names = everyone.filter(|somebody| people.contains(&somebody.id));
                let names: Vec<_> = names.map(|somebody| somebody.name.as_str()).collect();
                names.join(", ")
            }
        }
    }

    /// Returns what time it is.
    pub fn now(&self) -> Timestamp {
        self.state().now()
    }

    /// Returns what is stored at the server, which is also where the bot remembers things.
    pub fn stored(&self) -> Arc<Memory> {
        self.stored.clone()
    }

    /// Returns the bot's account.
    pub(super) fn me(&self) -> Me {
        self.state().me()
    }

    /// Returns the clock of this world.
    pub(super) fn clock(&self) -> Clock {
        let world = self.clone();
        Clock::new(move || world.now())
    }

    /// Puts the time forward to a moment, if that is not past.
    pub(super) fn forward_to(&self, moment: Timestamp) {
        let mut state = self.state();
        state.time = match state.time {
            Time::Still(now) => Time::Still(now.max(moment)),
            Time::Ahead(by) => {
                let further = moment.duration_since(state.now());
                Time::Ahead(by + further.max(SignedDuration::ZERO))
            }
        };
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // No change leaves the world half done, so what a panicking bot left behind can be used.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    pub(super) fn now(&self) -> Timestamp {
        match self.time {
            Time::Still(now) => now,
            Time::Ahead(by) => Timestamp::now()
                .saturating_add(by)
                .unwrap_or(Timestamp::MAX),
        }
    }

    pub(super) fn me(&self) -> Me {
        let bot = &self.people[0];
        Me {
            user_id: bot.id,
            full_name: bot.name.clone(),
            email: bot.email.clone(),
        }
    }

    pub(super) fn by_id(&self, id: UserId) -> Option<&Somebody> {
        self.people.iter().find(|somebody| somebody.id == id)
    }

    pub(super) fn channel_named(&self, name: &str) -> Option<&Channel> {
        let name = name.to_lowercase();
        self.channels
            .iter()
            .find(|channel| channel.name.to_lowercase() == name)
    }

    fn somebody(&mut self, name: &str, bot: bool) -> Somebody {
        let wanted = name.to_lowercase();
        let known = self
            .people
            .iter()
            .find(|somebody| somebody.name.to_lowercase() == wanted);
        if let Some(known) = known {
            return known.clone();
        }
        let new = Somebody::new(self.people.len() as u64 + 7, name, bot);
        self.people.push(new.clone());
        new
    }

    /// Tells who watches what the bot did.
    pub(super) fn tell(&self, deed: Deed) {
        // Nobody has to watch.
        let _ = self.deeds.send(deed);
    }

    /// Puts a message into the world.
    pub(super) fn post(&mut self, sender: UserId, place: &Conversation, text: &str) -> Message {
        let me = self.me();
        let by = self
            .by_id(sender)
            .cloned()
            .unwrap_or_else(|| Somebody::new(sender.0, "Somebody", false));
        let mut message = json!({
            "id": self.messages.len() as u64 + 1, "sender_id": by.id, "sender_full_name": by.name,
            "sender_email": by.email, "timestamp": self.now().as_second(), "content": cut(text),
            "content_type": "text/x-markdown", "client": "zulipkit", "is_me_message": text.starts_with("/me "),
            "reactions": [], "submessages": [],
        });
        match place {
            Conversation::Topic { channel, topic } => {
                let name = self.channels.iter().find(|known| known.id == *channel);
                message["type"] = json!("stream");
                message["stream_id"] = json!(channel);
                message["display_recipient"] = json!(name.map(|channel| &channel.name));
                message["subject"] = json!(topic);
            }
            Conversation::Direct { people } => {
                let mut everyone: Vec<UserId> = people.clone();
                everyone.extend([me.user_id, sender]);
                everyone.sort_unstable();
                everyone.dedup();
                let everyone = everyone.iter().filter_map(|id| self.by_id(*id));
                message["type"] = json!("private");
                message["display_recipient"] = everyone.map(Somebody::recipient).collect();
                message["subject"] = json!("");
            }
        }
        message["flags"] = json!(if sender == me.user_id {
            vec!["read".to_owned()]
        } else {
            flags::of(text, &me)
        });
        let mut message: Message =
            serde_json::from_value(message).expect("it has all that a message must have");
        if let Some(poll) = widget::poll(text) {
            widget::add(&mut message, sender, poll.to_string());
        }
        self.messages.push(message.clone());
        message
    }
}

/// Cuts a text as servers do, which also take the blanks at its end away.
pub(super) fn cut(text: &str) -> String {
    let text = text.trim_end();
    if text.chars().count() <= MAX_MESSAGE_LENGTH {
        return text.to_owned();
    }
    let room = MAX_MESSAGE_LENGTH - TRUNCATED.chars().count();
    text.chars().take(room).chain(TRUNCATED.chars()).collect()
}
