use serde::Deserialize;
use zulipkit_bots::api::channels::GetSubscriptions;
use zulipkit_bots::api::messages::To;
use zulipkit_bots::markup::{code, link, quote_block, silent_mention, topic};
use zulipkit_bots::{
    Bot, Context, Conversation, Diagnostic, Incoming, Native, Result, Usage, async_trait,
};

/// Collects follow-ups in one channel.
#[derive(Debug)]
pub(crate) struct Followup {
    settings: Settings,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    channel: String,
    topic: String,
}

/// How long a topic may be on every server.
const TOPIC_LENGTH: usize = 60;

impl Native for Followup {
    const NAME: &'static str = "followup";
    const ABOUT: &'static str = "collects follow-ups in one channel";
    const DEFAULTS: &'static str = include_str!("settings.toml");
    const DOCS: &'static str = include_str!("../../../../docs/src/bots/catalog/followup.md");
    const DIALOGS: &'static [(&'static str, &'static str)] =
        dialogs!["followup/followup", "followup/no_channel"];
    type Settings = Settings;

    fn new(settings: Settings) -> Result<Self> {
        if settings.channel.trim().is_empty() {
            return Err(
                Diagnostic::settings("cannot start the bot `followup`").cause("`channel` is empty")
            );
        }
        Ok(Self { settings })
    }
}

#[async_trait]
impl Bot for Followup {
    fn usage(&self) -> Usage {
        let channel = code(&self.settings.channel);
        Usage::new(
            "Follow-up",
            format!(
                "I pass on what you say to me to the channel {channel}, so that somebody follows it up."
            ),
        )
    }

    async fn start(&self, context: &Context) -> Result<()> {
        // A bot may write to a public channel without being in it, so this is no reason not to start.
        let mine = context.client().send(&GetSubscriptions::new()).await;
        let wanted = self.settings.channel.to_lowercase();
        let absent = mine.is_ok_and(|mine| {
            let mut channels = mine.subscriptions.iter();
            !channels.any(|mine| mine.channel.name.to_lowercase() == wanted)
        });
        if absent {
            tracing::warn!(
                "followup is not subscribed to #{}; if the channel is private, subscribe the bot",
                self.settings.channel
            );
        }
        Ok(())
    }

    async fn handle(&self, message: &Incoming, context: &Context) -> Result<()> {
        match message.text() {
            "" => {
                let ask = format!(
                    "Please say what is to be followed up, such as {}.",
                    code(&context.said_to_me("the printer is out of paper"))
                );
                return context.reply(ask).await;
            }
            text if text.eq_ignore_ascii_case("help") => {
                return context.reply(self.usage().text).await;
            }
            _ => {}
        }
        let topic = self.topic(message);
        let to = To::channel(self.settings.channel.as_str(), topic);
        match context.send(to, follow_up(message, context)).await {
            Ok(()) => context.react(message.id(), "check").await,
            Err(error) => {
                tracing::warn!("a follow-up was not passed on: {error}");
                context.reply(self.refused(&error, context)).await
            }
        }
    }
}

impl Followup {
    fn topic(&self, message: &Incoming) -> String {
        let sender = &message.message.sender_full_name;
        let filled = self.settings.topic.replace("{sender}", sender);
        topic(&filled, TOPIC_LENGTH, "follow-ups")
    }

    /// Says that something could not be passed on, why, and what to do.
    fn refused(&self, error: &Diagnostic, context: &Context) -> String {
        let why = error.causes.last().unwrap_or(&error.message);
        format!(
            "I could not pass this on to the channel {}. The server says: {}\n\nIf the channel is not there, somebody must make \
             it; if it is private, somebody must subscribe {} to it.",
            code(&self.settings.channel),
            code(why),
            code(&context.me().full_name)
        )
    }
}

/// Builds what stands in the channel: who said it, where, and what.
fn follow_up(message: &Incoming, context: &Context) -> String {
    let who = silent_mention(message.sender().0);
    let asks = match &message.conversation {
        Conversation::Topic { channel, .. } => {
            let site = context.client().site().as_str().trim_end_matches('/');
            let id = message.id();
            link(
                "asks",
                &format!("{site}/#narrow/channel/{channel}/near/{id}"),
            )
        }
        // Others cannot follow a link to a direct message.
        Conversation::Direct { .. } => "asks".to_owned(),
    };
    format!(
        "{who} {asks} for a follow-up:\n{}",
        quote_block(message.text())
    )
}
