use std::sync::Arc;

use zulipkit_diag::Result;

use super::recording::{Exchange, Recordings};
use crate::address::Listen;
use crate::http::Http;
use crate::local::{Deed, Deeds, Session, Time, World};
use crate::{Bot, Config, Conversation, Files, Kind, Native};

/// Talks to a bot in a test that is written as code.
///
/// ```
/// # use zulipkit_bots::{Bot, Context, Incoming, Result, Usage, async_trait, testkit::Talk};
/// # #[derive(Debug)]
/// # struct Echo;
/// # #[async_trait]
/// # impl Bot for Echo {
/// #     fn usage(&self) -> Usage {
/// #         Usage::new("Echo", "I repeat.")
/// #     }
/// #     async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
/// #         context.reply(message.text()).await.map(drop)
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// let mut talk = Talk::with(Echo).await?;
/// talk.say("hello").await?.answers(&["hello"]);
/// talk.say_in("general", "greetings", "@**Echo** and here?").await?.answers(&["and here?"]);
/// talk.say_in("general", "greetings", "anyone?").await?.answers(&[]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Talk {
    session: Session,
    deeds: Deeds,
}

/// What a bot did after something was said to it.
#[derive(Debug)]
pub struct Heard {
    /// What it did, in order.
    pub deeds: Vec<Deed>,
}

impl Talk {
    /// Starts a conversation with a bot.
    ///
    /// # Errors
    /// The bot cannot start.
    pub async fn with(bot: impl Bot) -> Result<Self> {
        Self::begin(Arc::new(bot), Vec::new()).await
    }

    /// Starts a conversation with a native bot that has these settings, as TOML; empty for its defaults.
    ///
    /// # Errors
    /// The settings are wrong, or the bot cannot start.
    pub async fn with_settings<B: Native>(settings: &str) -> Result<Self> {
        let config = Config::in_file(std::path::Path::new("settings.toml"), settings, &[]);
        Self::begin(Kind::of::<B>().make(&config)?, Vec::new()).await
    }

    /// Starts a conversation with a bot whose calls to services of others are answered from recordings.
    ///
    /// # Errors
    /// The bot cannot start.
    pub async fn with_recordings(bot: impl Bot, recordings: Vec<Exchange>) -> Result<Self> {
        Self::begin(Arc::new(bot), recordings).await
    }

    async fn begin(bot: Arc<dyn Bot>, recordings: Vec<Exchange>) -> Result<Self> {
        let start = jiff::Timestamp::now();
        let (world, deeds) = World::new(&bot.usage().name, Time::Still(start));
        let http = Http::over(Arc::new(Recordings::always(recordings)));
        let session = Session::new(world, bot, Listen::default(), Files::default(), http)?;
        session.start().await?;
        Ok(Self { session, deeds })
    }

    /// Returns the session, for what goes further.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Says something to the bot alone.
    ///
    /// # Errors
    /// Those of the bot.
    pub async fn say(&mut self, text: &str) -> Result<Heard> {
        let who = self.session.world().person("Ada").id;
        let place = Conversation::direct([who], self.session.bot_id());
        self.say_at(&place, text).await
    }

    /// Says something in a channel, which is made if need be.
    ///
    /// # Errors
    /// Those of the bot.
    pub async fn say_in(&mut self, channel: &str, topic: &str, text: &str) -> Result<Heard> {
        let place = Conversation::Topic {
            channel: self.session.world().channel(channel).id,
            topic: topic.to_owned(),
        };
        self.say_at(&place, text).await
    }

    async fn say_at(&mut self, place: &Conversation, text: &str) -> Result<Heard> {
        let who = self.session.world().person("Ada").id;
        self.session.say(who, place, text).await.outcome?;
        Ok(Heard {
            deeds: self.deeds.take(),
        })
    }

    /// Lets time pass.
    ///
    /// # Errors
    /// Those of the bot, of the first alarm that failed.
    pub async fn wait(&mut self, time: std::time::Duration) -> Result<Heard> {
        let until = self.session.world().now().saturating_add(time);
        let until = until.unwrap_or(jiff::Timestamp::MAX);
        self.session
            .pass(until)
            .await
            .into_iter()
            .collect::<Result<()>>()?;
        Ok(Heard {
            deeds: self.deeds.take(),
        })
    }
}

impl Heard {
    /// Returns the texts of the messages that the bot sent.
    pub fn texts(&self) -> Vec<&str> {
        let sent = self.deeds.iter().filter_map(|deed| match deed {
            Deed::Sent(message) => Some(message.content.as_str()),
            _ => None,
        });
        sent.collect()
    }

    /// Checks that the bot sent just these texts.
    ///
    /// # Panics
    /// It did not.
    #[track_caller]
    pub fn answers(&self, texts: &[&str]) {
        assert_eq!(self.texts(), texts);
    }
}
