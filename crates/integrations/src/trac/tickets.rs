//! Tickets: one, and many that are changed alike.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::changes::told;
use super::collect::Changed;
use super::facts::{Change, Common, ShortTicket, Ticket, TicketsChanged};
use super::options::Settings;
use super::said;
use super::values::{beginning, field, link, or_placeholder, words};

/// A message lists so many tickets.
const MOST_LISTED: usize = 20;

/// Longer addresses are refused by some servers, and look bad.
const LONGEST_URL: usize = 1000;

/// Returns the facts of a ticket.
pub(super) fn ticket(said: &said::Ticket, settings: &Settings) -> Ticket {
    let value = |name: &str| {
        let value = said.values.get(name).and_then(Option::as_deref);
        field(value)
    };
    let summary = or_placeholder(&value("summary"), "(no summary)");
    let first = said.first_summary.as_deref();
    let topic = first.filter(|first| settings.trac.stable_topics && !first.trim().is_empty());
    Ticket {
        id: said.id,
        url: link(&said.url),
        topic: topic.map_or_else(|| summary.clone(), str::to_owned),
        summary,
        kind: value("type"),
        status: value("status"),
        resolution: value("resolution"),
        component: value("component"),
        priority: value("priority"),
        severity: value("severity"),
        milestone: value("milestone"),
        version: value("version"),
        owner: value("owner"),
        reporter: value("reporter"),
        keywords: words(&value("keywords")),
        cc: words(&value("cc")),
        custom: said
            .custom
            .iter()
            .map(|name| (name.clone(), value(name)))
            .collect(),
    }
}

/// Returns the address of a comment of a ticket.
pub(super) fn comment_url(ticket: &Ticket, number: Option<&str>) -> Option<String> {
    let (url, number) = (ticket.url.as_deref()?, number?);
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| format!("{url}#comment:{number}"))
}

/// Says whether two changes may be told as one: one request made them, or they are by the same person and say the same.
pub(super) fn same(one: &Changed, other: &Changed) -> bool {
    if one.common.batch.is_some() || other.common.batch.is_some() {
        return one.common.batch == other.common.batch;
    }
    one.common.author == other.common.author
        && one.news.comment == other.news.comment
        && new_values(one) == new_values(other)
        // Two comments in a row on one ticket are two comments.
        && one.ticket.id != other.ticket.id
}

fn new_values(changed: &Changed) -> BTreeSet<(&str, Option<&str>)> {
    let changes = changed.news.changes.iter();
    changes
        .map(|change| (change.field.as_str(), change.new.as_deref()))
        .collect()
}

/// Returns the facts of many tickets that were changed alike; none if the settings let nothing of it through.
pub(super) fn many(
    alike: &[Changed],
    common: Common,
    settings: &Settings,
) -> Option<TicketsChanged> {
    let options = &settings.trac;
    let changes = common_changes(alike, settings);
    let comment = match options.tells("comment") {
        true => beginning(alike[0].news.comment.as_deref()),
        false => String::new(),
    };
    let anything = |changed: &Changed| !told(&changed.news.changes, options).is_empty();
    if comment.is_empty() && !alike.iter().any(anything) {
        return None;
    }
    let tickets: Vec<Ticket> = alike
        .iter()
        .map(|changed| ticket(&changed.ticket, settings))
        .collect();
    let every = |of: fn(&Ticket) -> &String| {
        let values: BTreeSet<&String> = tickets.iter().map(of).collect();
        values.into_iter().cloned().collect()
    };
    Some(TicketsChanged {
        count: tickets.len(),
        tickets: tickets.iter().take(MOST_LISTED).map(short).collect(),
        more: tickets.len().saturating_sub(MOST_LISTED),
        query_url: query_url(common.base_url.as_deref(), &tickets),
        changes,
        comment,
        kind: every(|ticket| &ticket.kind),
        status: every(|ticket| &ticket.status),
        component: every(|ticket| &ticket.component),
        priority: every(|ticket| &ticket.priority),
        milestone: every(|ticket| &ticket.milestone),
        owner: every(|ticket| &ticket.owner),
        common,
    })
}

fn short(ticket: &Ticket) -> ShortTicket {
    ShortTicket {
        id: ticket.id,
        url: ticket.url.clone(),
        summary: ticket.summary.clone(),
    }
}

/// Returns the changes that all have in common.
fn common_changes(alike: &[Changed], settings: &Settings) -> Vec<Change> {
    let mut others = alike
        .iter()
        .map(|changed| told(&changed.news.changes, &settings.trac));
    let mut common = others.next().unwrap_or_default();
    for other in others {
        let find = |change: &Change| {
            let same = |other: &&Change| other.field == change.field && other.new == change.new;
            other.iter().find(same)
        };
        common.retain(|change| find(change).is_some());
        for change in &mut common {
            if find(change).is_some_and(|other| other.old != change.old) {
                change.old.clear();
            }
        }
    }
    common
}

/// Returns the page that lists these tickets.
fn query_url(base: Option<&str>, tickets: &[Ticket]) -> Option<String> {
    let numbers: BTreeSet<u64> = tickets.iter().map(|ticket| ticket.id).collect();
    let mut url = format!("{}/query?id=", base?.trim_end_matches('/'));
    let mut numbers = numbers.into_iter().peekable();
    let mut comma = "";
    while let Some(first) = numbers.next() {
        let mut last = first;
        while let Some(next) = numbers.next_if_eq(&(last + 1)) {
            last = next;
        }
        // Writing to a string cannot fail.
        let _ = match first == last {
            true => write!(url, "{comma}{first}"),
            false => write!(url, "{comma}{first}-{last}"),
        };
        comma = ",";
    }
    (url.len() <= LONGEST_URL).then_some(url)
}
