use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;
use zulipkit_api::messages::Message;
use zulipkit_api::{Client, Credentials, MessageId, Site, UserId};
use zulipkit_diag::{Diagnostic, Result};

use super::{Deed, World, widget};
use crate::address::Listen;
use crate::http::Http;
use crate::runner::{HandlingSettings, guarded};
use crate::widget::Votes;
use crate::{
    Alarm, Bot, Context, Conversation, Edit, Files, Incoming, Outlet, Posted, ReactionEvent,
    Sending, Storage, Surroundings,
};

/// A bot in a world, that hears there what its rules let it hear.
#[derive(Debug, Clone)]
pub struct Session {
    world: World,
    bot: Arc<dyn Bot>,
    listen: Listen,
    context: Context,
    time_limit: Duration,
}

/// What came of something that a person did.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The message that it was or was about.
    pub message: MessageId,
    /// Whether the bot was told, since it is the bot's business.
    pub heard: bool,
    /// How the bot fared.
    pub outcome: Result<()>,
}

impl Session {
    /// Puts a bot into a world. Call [`start`](Self::start) before anything else.
    pub fn new(
        world: World,
        bot: Arc<dyn Bot>,
        listen: Listen,
        files: Files,
        http: Http,
    ) -> Result<Self> {
        let me = world.me();
        let credentials = Credentials {
            site: site()?,
            email: me.email.clone(),
            key: "a-key-for-no-server".to_owned().into(),
            tls: Default::default(),
        };
        let client = Client::with_transport(credentials, Arc::new(world.clone()));
        let outlet = Arc::new(LocalOutlet {
            client: client.clone(),
            world: world.clone(),
            once: Mutex::default(),
        });
        let surroundings = Surroundings {
            me,
            client,
            outlet,
            storage: Storage::new(world.stored()),
            files,
            clock: world.clock(),
            http,
        };
        Ok(Self {
            world,
            bot,
            listen,
            context: Context::new(Arc::new(surroundings)),
            time_limit: HandlingSettings::default().time_limit,
        })
    }

    /// Gives the bot another time for each thing that it does than it has by default where it runs.
    #[must_use]
    pub fn with_time_limit(self, time_limit: Duration) -> Self {
        Self { time_limit, ..self }
    }

    /// Returns the world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Returns how people mention the bot.
    pub fn mention(&self) -> String {
        format!("@**{}**", self.context.me().full_name)
    }

    /// Returns the bot's number.
    pub fn bot_id(&self) -> UserId {
        self.context.me().user_id
    }

    /// Returns the bot's storage.
    pub fn storage(&self) -> &Storage {
        self.context.storage()
    }

    /// Lets the bot start.
    ///
    /// # Errors
    /// It cannot work, and says why.
    pub async fn start(&self) -> Result<()> {
        self.guarded(self.bot.start(&self.context)).await
    }

    /// Lets the bot end what it started.
    pub async fn stop(&self) {
        self.bot.stop().await;
    }

    /// Lets somebody say something.
    pub async fn say(&self, who: UserId, place: &Conversation, text: &str) -> Turn {
        let message = self.world.state().post(who, place, text);
        let id = message.id;
        let Some(incoming) = self.addressed(&message) else {
            return unheard(id);
        };
        let context = self.context.handling(incoming.clone());
        let handling = self.bot.handle(&incoming, &context);
        heard(id, self.guarded(handling).await)
    }

    /// Lets the sender of a message give it another text.
    ///
    /// # Errors
    /// There is no such message.
    pub async fn edit(&self, id: MessageId, text: &str) -> Result<Turn> {
        let (before, message) = {
            let mut state = self.world.state();
            let (me, now) = (state.me(), state.now());
            let message = state.message(id).map_err(no_message)?;
            let before = std::mem::replace(&mut message.content, text.to_owned());
            message.last_edit_timestamp = Some(now.as_second());
            message.flags = super::flags::of(text, &me);
            (before, message.clone())
        };
        let incoming = self.addressed(&message);
        let Some(incoming) = incoming.filter(|_| self.listen.edits) else {
            return Ok(unheard(id));
        };
        let context = self.context.handling(incoming.clone());
        let edit = Edit {
            message: incoming,
            before,
        };
        let handling = self.bot.edited(&edit, &context);
        Ok(heard(id, self.guarded(handling).await))
    }

    /// Lets somebody react to a message, or take the reaction back.
    ///
    /// # Errors
    /// There is no such message, or the reaction is there already, or is not there.
    pub async fn react(
        &self,
        who: UserId,
        id: MessageId,
        emoji: &str,
        added: bool,
    ) -> Result<Turn> {
        let message = {
            let mut state = self.world.state();
            let reacted = state.react(who, id, emoji, added);
            reacted.map_err(|(_, words)| Diagnostic::failed("cannot react").cause(words))?;
            state.message(id).map_err(no_message)?.clone()
        };
        let conversation = if message.sender_id == self.bot_id() {
            Some(Conversation::of(&message, self.bot_id()))
        } else {
            self.addressed(&message)
                .map(|incoming| incoming.conversation)
        };
        if conversation.is_none() || !self.listen.reactions || !self.minds(who) {
            return Ok(unheard(id));
        }
        let event = ReactionEvent {
            message: id,
            conversation,
            user: who,
            emoji: emoji.to_owned(),
            added,
        };
        let handling = self.bot.reacted(&event, &self.context);
        Ok(heard(id, self.guarded(handling).await))
    }

    /// Lets somebody vote for an option of a poll, or no longer; the bot sees it when it next looks.
    ///
    /// # Errors
    /// The message is no poll, or has no such option.
    pub fn vote(&self, who: UserId, id: MessageId, option: &str, yes: bool) -> Result<()> {
        let mut state = self.world.state();
        let message = state.message(id).map_err(no_message)?;
        let votes = Votes::of(&message.submessages);
        let options = votes.map(|votes| votes.options).unwrap_or_default();
        let index = options.iter().position(|(known, _)| known == option);
        let Some(index) = index else {
            let options: Vec<_> = options.iter().map(|(known, _)| known).collect();
            return Err(Diagnostic::failed(format!("cannot vote for `{option}`"))
                .cause(format!("the message has the options {options:?}")));
        };
        let vote = if yes { 1 } else { -1 };
        let content = json!({"type": "vote", "key": format!("canned,{index}"), "vote": vote});
        widget::add(message, who, content.to_string());
        Ok(())
    }

    /// Lets time pass until a moment. Alarms go off at theirs; returns how each was handled.
    pub async fn pass(&self, until: Timestamp) -> Vec<Result<()>> {
        let mut outcomes = Vec::new();
        while let Some(alarm) = self.due(until) {
            self.world.forward_to(alarm.due);
            let handling = self.bot.alarm(&alarm, &self.context);
            outcomes.push(self.guarded(handling).await);
        }
        self.world.forward_to(until);
        outcomes
    }

    async fn guarded(&self, work: impl Future<Output = Result<()>>) -> Result<()> {
        guarded(work, self.time_limit).await
    }

    /// Takes the next alarm that is due at a moment.
    fn due(&self, until: Timestamp) -> Option<Alarm> {
        let next = self.world.alarms().into_iter().next();
        let alarm = next.filter(|alarm| alarm.due <= until)?;
        self.world.state().alarms.remove(&alarm.name)
    }

    /// Returns a message as the bot is to see it, if it is to.
    fn addressed(&self, message: &Message) -> Option<Incoming> {
        let from_bot = self.is_bot(message.sender_id);
        self.listen
            .addressed(message, &message.flags, from_bot, self.context.me())
    }

    /// Tells whether what somebody does is the bot's business.
    fn minds(&self, who: UserId) -> bool {
        who != self.bot_id() && (self.listen.bots || !self.is_bot(who))
    }

    fn is_bot(&self, who: UserId) -> bool {
        self.world.state().by_id(who).is_some_and(|user| user.bot)
    }
}

/// Sends into the world, and keeps alarms there.
#[derive(Debug)]
struct LocalOutlet {
    client: Client,
    world: World,
    /// What was sent under a name.
    once: Mutex<HashMap<String, Posted>>,
}

impl LocalOutlet {
    fn once(&self) -> MutexGuard<'_, HashMap<String, Posted>> {
        self.once.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Outlet for LocalOutlet {
    async fn send(&self, sending: Sending<'_>) -> Result<Posted> {
        if let Some(name) = &sending.once
            && let Some(posted) = self.once().get(name)
        {
            return Ok(posted.clone());
        }
        let sent = self.client.send(&sending.message).await;
        let failed = |error| Diagnostic::failed("cannot send a message").source(&error);
        let posted = Posted::There(sent.map_err(failed)?.id);
        if let Some(name) = sending.once {
            self.once().insert(name, posted.clone());
        }
        Ok(posted)
    }

    async fn set_alarm(&self, alarm: Alarm) -> Result<()> {
        let mut state = self.world.state();
        state.tell(Deed::AlarmSet(alarm.clone()));
        state.alarms.insert(alarm.name.clone(), alarm);
        Ok(())
    }

    async fn cancel_alarm(&self, name: &str) -> Result<bool> {
        let mut state = self.world.state();
        let was_there = state.alarms.remove(name).is_some();
        if was_there {
            state.tell(Deed::AlarmCancelled(name.to_owned()));
        }
        Ok(was_there)
    }
}

fn site() -> Result<Site> {
    let site = "https://zulip.invalid".parse();
    site.map_err(|error| Diagnostic::failed("cannot name the world's site").source(&error))
}

fn unheard(message: MessageId) -> Turn {
    Turn {
        message,
        heard: false,
        outcome: Ok(()),
    }
}

fn heard(message: MessageId, outcome: Result<()>) -> Turn {
    Turn {
        message,
        heard: true,
        outcome,
    }
}

fn no_message((_, words): (&'static str, String)) -> Diagnostic {
    Diagnostic::failed("cannot find the message").cause(words)
}
