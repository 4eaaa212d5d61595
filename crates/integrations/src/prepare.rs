//! From events to messages, and what `test` sends.

use std::collections::BTreeSet;

use toml::Spanned;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_notify::{ChannelRef, Event, Limits, Outgoing, Product, Route, Rules, Source, To};

use crate::driver::Effective;
use crate::{Integration, Message};

/// What a hook's call came to.
#[derive(Debug, Default)]
pub struct Collected {
    /// What happened.
    pub events: Vec<Event>,
    /// What could not be read. It keeps nothing else from being told.
    pub warnings: Vec<Diagnostic>,
    /// Branches that are not told because their newest commit says so.
    pub skipped: Vec<String>,
    /// Revisions that are not told because their message says so.
    pub skipped_revisions: Vec<String>,
}

/// The messages of a hook's call.
#[derive(Debug, Default)]
pub struct Prepared {
    /// What to send, in order.
    pub messages: Vec<Message>,
    /// What is not sent because a route or a commit says so, in words such as ``branch `main` ``.
    pub skipped: Vec<String>,
    /// What went wrong. Whatever can be told is told nevertheless.
    pub warnings: Vec<Diagnostic>,
}

/// Turns events into messages.
pub(crate) fn prepare(rules: &Rules, collected: Collected) -> Prepared {
    let mut prepared = Prepared {
        warnings: collected.warnings,
        ..Prepared::default()
    };
    let silent = collected.skipped.iter();
    prepared
        .skipped
        .extend(silent.map(|branch| format!("branch `{branch}`")));
    let silent = collected.skipped_revisions.iter();
    prepared
        .skipped
        .extend(silent.map(|revision| format!("revision `{revision}`")));
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
    prepared
}

/// Puts together the rules of the settings, for rendering and for [`Rules::check`].
pub(crate) fn rules(settings: Effective<'_>, product: Product, limits: Limits) -> Result<Rules> {
    let source = Source {
        path: settings.path.map(Into::into).unwrap_or_default(),
        text: settings.text.to_owned(),
    };
    let (routes, templates) = (settings.tables.routes, settings.tables.templates);
    Rules::new(source, routes.to_vec(), templates.clone(), product, limits)
}

/// Says whether a route looks at one of these facts, so that it has to be found out.
pub(crate) fn routes_name(routes: &[Spanned<Route>], facts: &[&str]) -> bool {
    routes.iter().map(Spanned::get_ref).any(|route| {
        let mut names = route.when.0.iter().map(|(name, _)| name.get_ref());
        let condition = route.condition.as_ref().map(Spanned::get_ref);
        names.any(|name| facts.contains(&name.split('.').next().unwrap_or_default()))
            || condition.is_some_and(|text| facts.iter().any(|fact| text.contains(fact)))
    })
}

/// Returns a clearly marked message for each channel that the routes name.
pub(crate) fn test_messages(
    integration: &Integration,
    instance: &str,
    routes: &[Spanned<Route>],
) -> Vec<Outgoing> {
    let channels = routes
        .iter()
        .filter_map(|route| route.get_ref().fixed_channel());
    let mut seen = BTreeSet::new();
    channels
        .filter(|channel| seen.insert(format!("{channel:?}")))
        .map(|channel| test_message(integration, instance, channel))
        .collect()
}

fn test_message(integration: &Integration, instance: &str, channel: &ChannelRef) -> Outgoing {
    let instance = zulipkit_markup::code(instance);
    let (title, help) = (integration.title, &integration.help);
    let (name, changes) = (help.words.name, help.changes);
    Outgoing {
        to: To::Channel {
            channel: channel.clone(),
            topic: "zulipkit test".to_owned(),
        },
        content: format!(
            "This is a test of zulipkit’s {title} integration for the {name} {instance}. {changes} to it can be \
             told in this channel."
        ),
        full_topic: None,
    }
}
