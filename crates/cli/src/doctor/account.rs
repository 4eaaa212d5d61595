//! An account, and the channels that it writes to.

use std::net::ToSocketAddrs as _;

use serde_json::Map;
use zulipkit_api::channels::{Channel, GetChannels, GetSubscriptions};
use zulipkit_api::events::{DeleteQueue, Register};
use zulipkit_api::server::GetServerSettings;
use zulipkit_api::users::{BotType, GetOwnUser};
use zulipkit_api::{Error, QueueId, Request};
use zulipkit_diag::{Diagnostic, Kind};
use zulipkit_outbox::Limits;

use super::{Check, Outcome};
use crate::server::{Server, explain};

/// What an account can do, and what the server allows.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) checks: Vec<Check>,
    pub(crate) limits: Option<Limits>,
}

/// Asks the server about the account and the channels that it is to write to.
pub(crate) fn examine(server: &Server, channels: &[String]) -> Examined {
    let mut examined = Examined {
        checks: look_at_server(server),
        limits: None,
    };
    if examined
        .checks
        .iter()
        .any(|check| check.outcome == Outcome::Bad)
    {
        return examined;
    }
    let user = match server.send(&GetOwnUser::new()) {
        Ok(own) => own.user,
        Err(error) => {
            examined.checks.push(no_account(server, &error));
            return examined;
        }
    };
    let bot = user.bot_type == Some(BotType::Generic);
    examined.checks.push(match (user.is_bot, bot) {
        (true, true) => Check::good(format!("the key is that of the bot {}", user.full_name)),
        (true, false) => Check::warning(
            format!("the key is that of {}, which is no generic bot", user.full_name),
            "a generic bot can do all that zulipkit needs; make one in Zulip's personal settings",
        ),
        (false, _) => Check::warning(
            format!("the key is a person's, {}", user.full_name),
            "a bot of its own can do less harm if its key gets lost; make one in Zulip's personal settings",
        ),
    });
    examined.checks.extend(look_at_clock(server));
    examined.limits = limits(server);
    examined.checks.extend(look_at_channels(server, channels));
    examined
}

/// How far the clocks may be apart before tokens, certificates and the order of things suffer.
const CLOCK_SECONDS: i64 = 5 * 60;

/// Finds the server's name, connects, and asks who it is. That needs no key.
fn look_at_server(server: &Server) -> Vec<Check> {
    if let Err(error) = resolve(server.site().as_str()) {
        return vec![Check::bad(&error)];
    }
    let settings = match server.send(&GetServerSettings::new()) {
        Ok(settings) => settings,
        Err(error) => {
            return vec![Check::bad(&explain(
                &format!("cannot talk to {}", server.site()),
                &error,
            ))];
        }
    };
    vec![Check::good(format!(
        "{} answers; it is Zulip {}",
        server.site(),
        settings.zulip_version
    ))]
}

/// Compares the clocks, once the server has answered to the account.
fn look_at_clock(server: &Server) -> Option<Check> {
    let seconds = server
        .clock_difference()
        .filter(|seconds| seconds.abs() > CLOCK_SECONDS)?;
    Some(Check::warning(
        format!(
            "this machine's clock and the server's are {} s apart",
            seconds.abs()
        ),
        "set the clock, for example with `timedatectl set-ntp true`",
    ))
}

/// Finds the address of the server's name, so that a wrong name is told apart from a server that is down.
fn resolve(site: &str) -> Result<(), Diagnostic> {
    // Behind a proxy the name need not be known here.
    let behind_proxy = [
        "HTTPS_PROXY",
        "https_proxy",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ];
    if behind_proxy
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
    {
        return Ok(());
    }
    let rest = site.split_once("://").map_or(site, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    let with_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let address = if with_port {
        host.to_owned()
    } else {
        format!("{host}:443")
    };
    match address.to_socket_addrs() {
        Ok(_) => Ok(()),
        Err(cause) => Err(Diagnostic::new(
            Kind::TryLater,
            format!("cannot find the server `{host}`"),
        )
        .source(&cause)
        .hint("look at `site` in the settings, and whether names are resolved on this machine")),
    }
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
            return Check::good(format!(
                "the bot is subscribed to #{name}: what it sends there is never lost and never doubled"
            ));
        }
        match visible.iter().find(|channel| same(channel)) {
            Some(_) => Check::warning(
                format!("the bot is not subscribed to #{name}"),
                "it can write there, and read there while the channel is public, so nothing is doubled; subscribe it to be sure",
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
