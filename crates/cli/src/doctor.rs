//! Looks at an account and the channels that it writes to, and says for each fault what mends it.

use serde::Serialize;
use serde_json::Map;
use zulipkit_api::channels::{Channel, GetChannels, GetSubscriptions};
use zulipkit_api::events::{DeleteQueue, Register};
use zulipkit_api::users::{BotType, GetOwnUser};
use zulipkit_api::{Error, QueueId, Request};
use zulipkit_diag::{Diagnostic, Kind};
use zulipkit_outbox::Limits;

use crate::server::{Server, explain};
use crate::ui::{BAD, DIM, GOOD, Ui, paint};

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Check {
    /// What was found, as a sentence without a full stop.
    pub(crate) finding: String,
    pub(crate) outcome: Outcome,
    /// What mends it, or what follows from it.
    pub(crate) advice: Vec<String>,
    #[serde(skip)]
    pub(crate) kind: Option<Kind>,
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Good,
    /// It works, though not as well as it could.
    Warning,
    Bad,
}

impl Check {
    pub(crate) fn good(finding: impl Into<String>) -> Self {
        Self {
            finding: finding.into(),
            outcome: Outcome::Good,
            advice: Vec::new(),
            kind: None,
        }
    }

    pub(crate) fn warning(finding: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            finding: finding.into(),
            outcome: Outcome::Warning,
            advice: vec![advice.into()],
            kind: None,
        }
    }

    pub(crate) fn bad(error: &Diagnostic) -> Self {
        let mut finding = error.message.clone();
        for cause in &error.causes {
            finding.push_str(": ");
            finding.push_str(cause);
        }
        if let Some(place) = &error.place {
            finding.push_str(&format!(" ({place})"));
        }
        Self {
            finding,
            outcome: Outcome::Bad,
            advice: error.hints.clone(),
            kind: Some(error.kind),
        }
    }

    /// Writes the check with a mark in front and its advice below.
    pub(crate) fn show(&self, ui: Ui) {
        let mark = match self.outcome {
            Outcome::Good => paint(GOOD, "✓"),
            Outcome::Warning => paint(BAD, "!"),
            Outcome::Bad => paint(BAD, "✗"),
        };
        ui.data(format!("{mark} {}", self.finding));
        for advice in &self.advice {
            ui.data(paint(DIM, format!("    {advice}")));
        }
    }
}

/// What an account can do, and what the server allows.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) checks: Vec<Check>,
    pub(crate) limits: Option<Limits>,
}

/// Asks the server about the account and the channels that it is to write to.
pub(crate) fn examine(server: &Server, channels: &[String]) -> Examined {
    let mut examined = Examined {
        checks: Vec::new(),
        limits: None,
    };
    let user = match server.send(&GetOwnUser::new()) {
        Ok(own) => own.user,
        Err(error) => {
            examined.checks.push(no_account(server, &error));
            return examined;
        }
    };
    let bot = user.bot_type == Some(BotType::Generic);
    examined.checks.push(match (user.is_bot, bot) {
        (true, true) => Check::good(format!("{} answers; the bot is {}", server.site(), user.full_name)),
        (true, false) => Check::warning(
            format!("{} answers; {} is no generic bot", server.site(), user.full_name),
            "a generic bot can do all that zulipkit needs; make one in Zulip's personal settings",
        ),
        (false, _) => Check::warning(
            format!("{} answers; the key is a person's, {}", server.site(), user.full_name),
            "a bot of its own can do less harm if its key gets lost; make one in Zulip's personal settings",
        ),
    });
    examined.limits = limits(server);
    examined.checks.extend(look_at_channels(server, channels));
    examined
}

/// The account cannot be asked about: that is a fault, or the nature of a bot that may only send.
fn no_account(server: &Server, error: &Error) -> Check {
    if error.is_auth() && may_send(server) {
        return Check::warning(
            format!(
                "{} answers; this is an incoming webhook bot, which may only send",
                server.site()
            ),
            "after an unclear answer it cannot look whether a message arrived, so it may send one twice; a generic bot never does",
        );
    }
    Check::bad(&explain(
        &format!("cannot use the account at {}", server.site()),
        error,
    ))
}

/// A bot that may only send is refused with the status and code of a wrong key, and the words are in the server's language. But
/// where the key is right, an empty message is refused for being empty.
fn may_send(server: &Server) -> bool {
    let nothing =
        Request::from_parts("POST /messages", &Map::new()).expect("the path names no field");
    server
        .call(&nothing)
        .is_err_and(|error| error.status() == Some(400))
}

/// Asks how long topics and messages may be: the answer comes with an event queue, which is given back at once.
fn limits(server: &Server) -> Option<Limits> {
    let mut register = Register::new();
    register.event_types = Some(vec!["realm".to_owned()]);
    register.fetch_event_types = Some(vec!["realm".to_owned()]);
    let registered = server.send(&register).ok()?;
    if let Some(queue) = registered.queue_id {
        // A queue that is not given back ends by itself after ten minutes.
        let _ = server.send(&DeleteQueue::new(QueueId(queue.0)));
    }
    Some(Limits {
        max_topic_length: u32::try_from(registered.max_topic_length?).ok()?,
        max_message_length: u32::try_from(registered.max_message_length?).ok()?,
        feature_level: registered.zulip_feature_level,
        checked_ms: jiff::Timestamp::now().as_millisecond(),
    })
}

fn look_at_channels(server: &Server, channels: &[String]) -> Vec<Check> {
    let subscribed = match server.send(&GetSubscriptions::new()) {
        Ok(answer) => answer.subscriptions,
        Err(error) => {
            return vec![Check::bad(&explain(
                "cannot list the bot's channels",
                &error,
            ))];
        }
    };
    let visible = server
        .send(&GetChannels::new())
        .map(|answer| answer.channels)
        .unwrap_or_default();
    let check = |name: &String| {
        let same = |channel: &Channel| channel.name.to_lowercase() == name.to_lowercase();
        if subscribed
            .iter()
            .any(|subscription| same(&subscription.channel))
        {
            return Check::good(format!("the bot is subscribed to #{name}"));
        }
        match visible.iter().find(|channel| same(channel)) {
            Some(_) => Check::warning(
                format!("the bot is not subscribed to #{name}"),
                "it can write there, and read there since the channel is public; subscribing it is still the better way",
            ),
            None => Check::bad(
                &Diagnostic::new(
                    Kind::Refused,
                    format!("there is no channel #{name} that the bot can see"),
                )
                .hint("create the channel, or subscribe the bot to it if it is private"),
            ),
        }
    };
    channels.iter().map(check).collect()
}

/// Fails if any check did, with the kind of the first such.
pub(crate) fn require(checks: &[Check]) -> Result<(), Diagnostic> {
    let bad: Vec<&Check> = checks
        .iter()
        .filter(|check| check.outcome == Outcome::Bad)
        .collect();
    match bad.first() {
        None => Ok(()),
        Some(first) => Err(Diagnostic::new(
            first.kind.unwrap_or(Kind::Failed),
            format!("{} of {} checks failed", bad.len(), checks.len()),
        )),
    }
}
