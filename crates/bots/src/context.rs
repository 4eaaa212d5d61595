use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Serialize;
use zulipkit_api::messages::{EditMessage, RecipientType, SendMessage, To};
use zulipkit_api::reactions::{AddReaction, RemoveReaction};
use zulipkit_api::uploads::UploadFile;
use zulipkit_api::users::{SetTyping, TypingOp};
use zulipkit_api::{Client, Error, File, MessageId};
use zulipkit_diag::{Diagnostic, Result};

use crate::commands::Commands;
use crate::http::Http;
use crate::widget::{Buttons, Poll};
use crate::{
    Alarm, Clock, Conversation, Dialog, Files, Incoming, Me, Outlet, Posted, Progress, Scope,
    Sending, Storage, Usage,
};

/// What a bot can do: answer, send, edit, react, remember.
///
/// Clones share everything, so a task that a handler starts may go on with one.
#[derive(Debug, Clone)]
pub struct Context {
    bot: Arc<Surroundings>,
    handling: Option<Arc<Handling>>,
}

/// What is the same for all messages of a bot.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The bot's account.
    pub me: Me,
    /// Its client.
    pub client: Client,
    /// Where its messages go.
    pub outlet: Arc<dyn Outlet>,
    /// What it remembers.
    pub storage: Storage,
    /// Its own files.
    pub files: Files,
    /// What time it is.
    pub clock: Clock,
    /// The way to services of others.
    pub http: Http,
}

/// What is being handled.
#[derive(Debug)]
struct Handling {
    incoming: Incoming,
    sent: AtomicU32,
}

impl Context {
    /// Returns a context in which no message is being handled.
    pub fn new(bot: Arc<Surroundings>) -> Self {
        Self {
            bot,
            handling: None,
        }
    }

    /// Returns a context for handling a message; what is sent in it counts from 0.
    pub fn handling(&self, incoming: Incoming) -> Self {
        Self {
            bot: self.bot.clone(),
            handling: Some(Arc::new(Handling {
                incoming,
                sent: AtomicU32::new(0),
            })),
        }
    }

    /// Returns the bot's account.
    pub fn me(&self) -> &Me {
        &self.bot.me
    }

    /// Returns the typed client, for every operation of the server.
    pub fn client(&self) -> &Client {
        &self.bot.client
    }

    /// Names what is being handled, as [`Outlet::key`] does.
    pub(crate) fn key(&self) -> Option<String> {
        self.bot.outlet.key()
    }

    /// Notes that the program that handled it has ended meanwhile.
    pub(crate) fn cut_off(&self) {
        self.bot.outlet.cut_off();
    }

    /// Returns what the bot remembers.
    pub fn storage(&self) -> &Storage {
        &self.bot.storage
    }

    /// Returns what time it is, as a test may want it to be.
    pub fn now(&self) -> jiff::Timestamp {
        self.bot.clock.now()
    }

    /// Returns the way to services of others, which a test can stand in for.
    pub fn http(&self) -> &Http {
        &self.bot.http
    }

    /// Returns the bot's own files.
    pub fn files(&self) -> &Files {
        &self.bot.files
    }

    /// Answers the message that is being handled: in the same topic, or to everyone in the direct conversation.
    ///
    /// # Errors
    /// No message is being handled, or as [`Context::send`].
    pub async fn reply(&self, text: impl Into<String>) -> Result<()> {
        self.dispatch(self.answer(text)?, None, false)
            .await
            .map(drop)
    }

    /// Sends a message anywhere.
    ///
    /// # Errors
    /// The server refuses it for good, or it can neither be sent nor kept.
    pub async fn send(&self, to: To, text: impl Into<String>) -> Result<()> {
        let message = SendMessage::new(to, text);
        self.dispatch(message, None, false).await.map(drop)
    }

    /// Builds the answer to the message that is being handled, for [`Context::post`].
    ///
    /// # Errors
    /// No message is being handled.
    pub fn answer(&self, text: impl Into<String>) -> Result<SendMessage> {
        let to = self.conversation()?.to(self.me().user_id);
        Ok(SendMessage::new(to, text))
    }

    /// Sends a message with all that the server lets one say, and returns what became of it, so that it can be edited.
    ///
    /// [`Context::reply`] is quicker where a webhook's answer can carry the text, since only the server then knows its number.
    ///
    /// # Errors
    /// As [`Context::send`].
    pub async fn post(&self, message: SendMessage) -> Result<Posted> {
        self.dispatch(message, None, true).await
    }

    /// Sends a message under a name, and not again if it was sent under that name before, be it by another handling or before a
    /// restart. Say it one after the other: of two that are under way at once neither knows of the other.
    ///
    /// # Errors
    /// As [`Context::send`].
    pub async fn post_once(&self, name: impl Into<String>, message: SendMessage) -> Result<Posted> {
        self.dispatch(message, Some(name.into()), true).await
    }

    async fn dispatch(
        &self,
        message: SendMessage,
        once: Option<String>,
        needs_id: bool,
    ) -> Result<Posted> {
        let handling = self.handling.as_deref();
        let sending = Sending {
            message,
            cause: handling.map(|handling| &handling.incoming),
            nth: handling.map_or(0, |handling| handling.sent.fetch_add(1, Ordering::Relaxed)),
            once,
            needs_id,
        };
        self.bot.outlet.send(sending).await
    }

    /// Answers with a poll.
    ///
    /// # Errors
    /// As [`Context::reply`].
    pub async fn reply_with_poll(&self, poll: &Poll) -> Result<Posted> {
        self.post(self.answer(poll.to_text())?).await
    }

    /// Answers with buttons. Not every program shows them, so the text must say by itself what one can answer.
    ///
    /// # Errors
    /// As [`Context::reply`].
    pub async fn reply_with_buttons(
        &self,
        text: impl Into<String>,
        buttons: &Buttons,
    ) -> Result<Posted> {
        let mut message = self.answer(text)?;
        message.widget_content = Some(buttons.to_widget());
        self.post(message).await
    }

    /// Returns what somebody must write in this conversation to say that to the bot: in a direct message to it alone the
    /// text, elsewhere a mention before it.
    pub fn said_to_me(&self, text: &str) -> String {
        match self.conversation() {
            Ok(Conversation::Direct { people }) if people.len() <= 1 => text.to_owned(),
            _ => format!("{} {text}", self.me().mention()),
        }
    }

    /// Answers with a text that is edited as the work goes on.
    ///
    /// # Errors
    /// As [`Context::reply`].
    pub async fn progress(&self, text: impl Into<String>) -> Result<Progress> {
        Progress::start(self, text.into()).await
    }

    /// Returns the dialog with those who are in this conversation, open or not. Its state is of a type of the bot's.
    ///
    /// # Errors
    /// No message is being handled.
    pub fn dialog<T>(&self, scope: Scope) -> Result<Dialog<T>> {
        Ok(Dialog::new(scope, self.incoming()?, self))
    }

    /// Reads a command, and answers by itself if it is none or asks for help: then there is nothing left to do.
    ///
    /// # Errors
    /// As [`Context::reply`].
    pub async fn command<C: Commands>(
        &self,
        message: &Incoming,
        usage: &Usage,
    ) -> Result<Option<C>> {
        let answer = match C::parse(message.text()) {
            Ok(command) => return Ok(Some(command)),
            Err(mistake) => mistake.answer(usage),
        };
        self.reply(answer).await?;
        Ok(None)
    }

    /// Gives a message of the bot's another text.
    ///
    /// # Errors
    /// It is not the bot's, or too old to be edited.
    pub async fn edit(&self, message: MessageId, text: impl Into<String>) -> Result<()> {
        let mut edit = EditMessage::new(message);
        edit.content = Some(text.into());
        let edited = self.client().send(&edit).await;
        edited.map(drop).map_err(failed("cannot edit a message"))
    }

    /// Reacts to a message with an emoji, also one of the organization's own, by its name without colons.
    ///
    /// # Errors
    /// There is no such emoji or message.
    pub async fn react(&self, message: MessageId, emoji: &str) -> Result<()> {
        match self.client().send(&AddReaction::new(message, emoji)).await {
            Ok(_) => Ok(()),
            Err(Error::Api(error)) if error.code == "REACTION_ALREADY_EXISTS" => Ok(()),
            Err(error) => Err(failed("cannot react to a message")(error)),
        }
    }

    /// Takes a reaction back, if it is there.
    ///
    /// # Errors
    /// There is no such emoji or message.
    pub async fn unreact(&self, message: MessageId, emoji: &str) -> Result<()> {
        let mut remove = RemoveReaction::new(message);
        remove.emoji_name = Some(emoji.to_owned());
        match self.client().send(&remove).await {
            Ok(_) => Ok(()),
            Err(Error::Api(error)) if error.code == "REACTION_DOES_NOT_EXIST" => Ok(()),
            Err(error) => Err(failed("cannot take a reaction back")(error)),
        }
    }

    /// Uploads a file and returns its address, to be linked as `[name](address)`.
    ///
    /// # Errors
    /// The file is too large, or there is no room for it.
    pub async fn upload(&self, name: impl Into<String>, bytes: Vec<u8>) -> Result<String> {
        let name = name.into();
        let uploaded = self
            .client()
            .send(&UploadFile::new(File { name, bytes }))
            .await;
        uploaded
            .map(|uploaded| uploaded.url)
            .map_err(failed("cannot upload a file"))
    }

    /// Shows people that the bot is writing, or no longer is. The server forgets it after some seconds.
    ///
    /// # Errors
    /// No message is being handled, or the server cannot be reached.
    pub async fn typing(&self, writing: bool) -> Result<()> {
        let op = if writing {
            TypingOp::Start
        } else {
            TypingOp::Stop
        };
        let mut typing = SetTyping::new(op);
        match self.conversation()? {
            Conversation::Topic { channel, topic } => {
                typing.kind = Some(RecipientType::Channel);
                typing.stream_id = Some(*channel);
                typing.topic = Some(topic.clone());
            }
            Conversation::Direct { people } => typing.to = Some(people.clone()),
        }
        let shown = self.client().send(&typing).await;
        shown
            .map(drop)
            .map_err(failed("cannot show that the bot writes"))
    }

    /// Sets an alarm, in place of one of the same name: at that time, or soon after a start later than that,
    /// [`Bot::alarm`](crate::Bot::alarm) is called with `data`.
    ///
    /// # Errors
    /// It cannot be kept.
    pub async fn set_alarm<T: Serialize + Sync + ?Sized>(
        &self,
        name: impl Into<String>,
        due: jiff::Timestamp,
        data: &T,
    ) -> Result<()> {
        let data = serde_json::to_value(data)
            .map_err(|error| Diagnostic::failed("cannot set an alarm").source(&error))?;
        let name = name.into();
        self.bot.outlet.set_alarm(Alarm { name, due, data }).await
    }

    /// Takes an alarm back; tells whether there was one.
    ///
    /// # Errors
    /// The alarms cannot be read or written.
    pub async fn cancel_alarm(&self, name: &str) -> Result<bool> {
        self.bot.outlet.cancel_alarm(name).await
    }

    /// Returns where the message that is being handled stands.
    ///
    /// # Errors
    /// No message is being handled, as in [`Bot::start`](crate::Bot::start) or [`Bot::alarm`](crate::Bot::alarm).
    pub fn conversation(&self) -> Result<&Conversation> {
        Ok(&self.incoming()?.conversation)
    }

    fn incoming(&self) -> Result<&Incoming> {
        let handling = self.handling.as_deref().ok_or_else(|| {
            Diagnostic::failed("cannot reply")
                .cause("no message is being handled")
                .hint("`send` takes the destination")
        })?;
        Ok(&handling.incoming)
    }
}

fn failed(message: &'static str) -> impl Fn(Error) -> Diagnostic {
    move |error| Diagnostic::failed(message).source(&error)
}
