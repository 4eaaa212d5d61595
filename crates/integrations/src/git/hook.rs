//! What `zulipkit git post-receive` and its relatives do, short of sending and printing.

use std::collections::BTreeSet;

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_notify::{ChannelRef, To};
use zulipkit_notify::{Limits, Outgoing, Rules, Source};
use zulipkit_settings::Loaded;

use super::collect::collect;
use super::options::Settings;
use super::product::PRODUCT;
use super::repository::{Error, Repository};
use crate::Message;

/// The messages of a push.
#[derive(Debug, Default)]
pub struct Prepared {
    /// What to send, in order.
    pub messages: Vec<Message>,
    /// What is not sent because a route or a commit says so, in words such as ``branch `main` ``.
    pub skipped: Vec<String>,
    /// What went wrong. Whatever can be told is told nevertheless.
    pub warnings: Vec<Diagnostic>,
}

/// Turns the hook's standard input into messages. `preview` shows what this returns.
///
/// # Errors
/// If the settings' routes cannot be used at all.
pub fn post_receive(
    input: &[u8],
    repository: &Repository,
    settings: &Loaded<Settings>,
    limits: Limits,
    now: Timestamp,
) -> Result<Prepared> {
    let rules = rules(settings, limits)?;
    let collected = collect(input, repository, &settings.value, now);
    let mut prepared = Prepared {
        warnings: collected.warnings,
        ..Prepared::default()
    };
    let silent = collected.skipped.iter();
    prepared
        .skipped
        .extend(silent.map(|branch| format!("branch `{branch}`")));
    for event in collected.events {
        let rendered = rules.render(&event);
        if rendered.outgoing.is_empty() {
            prepared.skipped.push(format!("event `{}`", event.kind));
        }
        prepared.warnings.extend(rendered.warnings);
        let messages = rendered.outgoing.into_iter().map(|outgoing| Message {
            event: event.clone(),
            outgoing,
        });
        prepared.messages.extend(messages);
    }
    Ok(prepared)
}

/// Puts together the rules of the settings, for rendering and for [`Rules::check`].
///
/// # Errors
/// If a route has no destination or several, or names what there is not.
pub fn rules(settings: &Loaded<Settings>, limits: Limits) -> Result<Rules> {
    let source = Source {
        path: settings.path.clone().unwrap_or_default(),
        text: settings.text.clone(),
    };
    let (routes, templates) = (&settings.value.routes, &settings.value.templates);
    Rules::new(source, routes.clone(), templates.clone(), PRODUCT, limits)
}

/// Returns what Git would have told the hook if the newest commits of the current branch were pushed now: an example
/// for `preview`.
///
/// # Errors
/// If the repository has no commits, or cannot be read.
pub fn recent_push(repository: &Repository) -> Result<Vec<u8>> {
    repository.recent_push(EXAMPLE_COMMITS).map_err(|error| {
        let diagnostic = Diagnostic::failed("cannot make up a push to preview").source(&error);
        match error {
            Error::Failed { .. } => diagnostic
                .hint("push something first, or give the lines `old new ref` on standard input"),
            _ => diagnostic,
        }
    })
}

/// How many commits the example for `preview` has.
const EXAMPLE_COMMITS: usize = 3;

/// Returns a clearly marked message for each channel that the settings name.
pub fn test_messages(repository: &Repository, settings: &Settings) -> Vec<Outgoing> {
    let name = repository.name();
    let channels = settings
        .routes
        .iter()
        .filter_map(|route| route.get_ref().channel.as_ref());
    let mut seen = BTreeSet::new();
    channels
        .filter(|channel| seen.insert(format!("{channel:?}")))
        .map(|channel| test_message(&name, channel))
        .collect()
}

fn test_message(repository: &str, channel: &ChannelRef) -> Outgoing {
    let repository = zulipkit_markup::code(repository);
    Outgoing {
        to: To::Channel {
            channel: channel.clone(),
            topic: "zulipkit test".to_owned(),
        },
        content: format!(
            "This is a test of zulipkit’s Git integration for the repository {repository}. Pushes to it can be told in \
             this channel."
        ),
        full_topic: None,
    }
}
