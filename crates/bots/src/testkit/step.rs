use serde::Deserialize;
use toml::Spanned;
use toml::value::Table;

use super::Pattern;
use super::pattern::one_or_more;
use super::recording::Source;

/// One step of a dialog: something happens, and the bot does just what is listed.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Step {
    // What happens: one of these.
    /// Somebody says this.
    pub(super) say: Option<String>,
    /// Who said something last gives it this text.
    pub(super) edit: Option<String>,
    /// Somebody reacts with this emoji.
    pub(super) react: Option<String>,
    /// Somebody takes this reaction back.
    pub(super) unreact: Option<String>,
    /// Somebody presses this button of the bot's last message.
    pub(super) press: Option<String>,
    /// Somebody votes for this option of the bot's last message, a poll.
    pub(super) vote: Option<String>,
    /// Somebody takes that vote back.
    pub(super) unvote: Option<String>,
    /// So much time passes.
    pub(super) wait: Option<String>,
    /// The bot's process is started again.
    pub(super) restart: bool,

    // How.
    /// Who does it.
    #[serde(rename = "as")]
    pub(super) who: Option<String>,
    /// In which channel and topic: `#general > lunch`.
    #[serde(rename = "in")]
    pub(super) place: Option<String>,
    /// In a direct conversation with the bot and these people.
    pub(super) with: Option<Vec<String>>,
    /// What a reaction is on.
    pub(super) on: On,
    /// What services of others answer meanwhile, in this order.
    pub(super) http: Vec<Source>,

    // What the bot does.
    /// It answers so.
    #[serde(deserialize_with = "one_or_more")]
    pub(super) answer: Vec<Pattern>,
    /// It sends these elsewhere.
    #[serde(deserialize_with = "one_or_more")]
    pub(super) sent: Vec<Sent>,
    /// It gives messages of its own these texts.
    #[serde(deserialize_with = "one_or_more")]
    pub(super) edits: Vec<Pattern>,
    /// It deletes messages with these texts.
    #[serde(deserialize_with = "one_or_more")]
    pub(super) deletes: Vec<Pattern>,
    /// It reacts with these emoji.
    #[serde(deserialize_with = "one_or_more")]
    pub(super) reacts: Vec<Pattern>,
    /// It takes these reactions back.
    #[serde(deserialize_with = "one_or_more")]
    pub(super) unreacts: Vec<Pattern>,
    /// It uploads files of these names.
    #[serde(deserialize_with = "one_or_more")]
    pub(super) uploads: Vec<Pattern>,
    /// Its last message has these buttons.
    pub(super) buttons: Option<Vec<Pattern>>,
    /// It fails with this error.
    pub(super) fails: Option<Pattern>,
    /// Whether it is told at all.
    pub(super) heard: Option<bool>,
    /// It then remembers these values.
    pub(super) stored: Table,
    /// It then remembers nothing under these keys.
    #[serde(deserialize_with = "one_or_more")]
    pub(super) gone: Vec<String>,
}

/// What a reaction is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum On {
    /// The bot's last message.
    #[default]
    Bot,
    /// The last message of who reacts.
    Own,
}

/// A message that the bot sends elsewhere.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    /// Where: `#channel > topic`, or names of people.
    pub(super) to: Pattern,
    /// What.
    pub(super) text: Pattern,
}

/// What happens in a step.
#[derive(Debug)]
pub(super) enum Event<'a> {
    Say(&'a str),
    Edit(&'a str),
    React(&'a str, bool),
    Press(&'a str),
    Vote(&'a str, bool),
    Wait(std::time::Duration),
    Restart,
}

impl Step {
    /// Returns the one thing that happens.
    ///
    /// # Errors
    /// None or several are given, or a time is none.
    pub(super) fn event(&self) -> Result<Event<'_>, String> {
        let texts = [
            self.say.as_deref().map(Event::Say),
            self.edit.as_deref().map(Event::Edit),
            self.react.as_deref().map(|emoji| Event::React(emoji, true)),
            self.unreact
                .as_deref()
                .map(|emoji| Event::React(emoji, false)),
            self.press.as_deref().map(Event::Press),
            self.vote.as_deref().map(|option| Event::Vote(option, true)),
            self.unvote
                .as_deref()
                .map(|option| Event::Vote(option, false)),
            self.restart.then_some(Event::Restart),
        ];
        let mut events: Vec<Event<'_>> = texts.into_iter().flatten().collect();
        if let Some(wait) = &self.wait {
            let time = zulipkit_settings::duration::parse(wait);
            let time = time.ok_or_else(|| format!("`{wait}` is no time such as `20 minutes`"))?;
            events.push(Event::Wait(time));
        }
        match events.len() {
            1 => Ok(events.remove(0)),
            _ => Err(
                "a step has one of `say`, `edit`, `react`, `unreact`, `press`, `vote`, `unvote`, `wait` and `restart`"
                    .to_owned(),
            ),
        }
    }
}

/// A step with its place in the file.
pub(super) type Placed = Spanned<Step>;
