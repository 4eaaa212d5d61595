//! Changes of fields.

use super::facts::{Action, Change, ValueKind};
use super::options::Options;
use super::said;
use super::values::{field, words};

/// Returns the changes that the settings let through, in the order of the fields' names.
pub(super) fn told(changes: &[said::Change], options: &Options) -> Vec<Change> {
    let told = changes
        .iter()
        .filter(|change| options.tells(&change.field) && differs(change));
    let mut told: Vec<Change> = told.map(change).collect();
    // Trac keeps no order; what people look for first comes first.
    told.sort_by_key(|change| (rank(&change.field), change.field.clone()));
    told
}

/// Returns a milestone's change, whose fields have no types in Trac.
pub(super) fn milestone_change(said: &said::Change) -> Change {
    let kind = match said.field.as_str() {
        "description" => ValueKind::Wiki,
        "due" | "completed" => ValueKind::Time,
        _ => ValueKind::Text,
    };
    Change {
        kind,
        ..change(said)
    }
}

/// Says what the changes of a ticket come to.
pub(super) fn action(changes: &[Change]) -> Action {
    let status = changes.iter().find(|change| change.field == "status");
    match status {
        Some(change) if change.new == "closed" => Action::Closed,
        Some(change) if change.old == "closed" => Action::Reopened,
        _ if changes.is_empty() => Action::Commented,
        _ => Action::Changed,
    }
}

/// Trac may say that nothing became an empty text.
fn differs(change: &said::Change) -> bool {
    change.old.as_deref().unwrap_or_default() != change.new.as_deref().unwrap_or_default()
}

fn rank(field: &str) -> usize {
    const FIRST: [&str; 6] = [
        "summary",
        "status",
        "resolution",
        "owner",
        "milestone",
        "priority",
    ];
    let known = FIRST.iter().position(|known| *known == field);
    known.unwrap_or(match field {
        "description" => FIRST.len() + 1,
        _ => FIRST.len(),
    })
}

fn change(said: &said::Change) -> Change {
    let kind = value_kind(said);
    let (old, new) = (field(said.old.as_deref()), field(said.new.as_deref()));
    let (old_words, new_words) = match kind {
        ValueKind::List => (words(&old), words(&new)),
        _ => (Vec::new(), Vec::new()),
    };
    let without = |these: &[String], those: &[String]| {
        let kept = these.iter().filter(|word| !those.contains(word));
        kept.cloned().collect()
    };
    Change {
        label: said.label.clone().unwrap_or_else(|| said.field.clone()),
        field: said.field.clone(),
        kind,
        added: without(&new_words, &old_words),
        removed: without(&old_words, &new_words),
        old: yes_or_no(said, old),
        new: yes_or_no(said, new),
    }
}

fn value_kind(said: &said::Change) -> ValueKind {
    match (
        said.kind.as_str(),
        said.format.as_deref(),
        said.field.as_str(),
    ) {
        ("textarea", ..) => ValueKind::Wiki,
        ("time", ..) => ValueKind::Time,
        (_, Some("list"), _) | (_, _, "cc" | "keywords") => ValueKind::List,
        _ => ValueKind::Text,
    }
}

fn yes_or_no(said: &said::Change, value: String) -> String {
    match (said.kind.as_str(), value.as_str()) {
        ("checkbox", "1") => "yes".to_owned(),
        ("checkbox", "0") => "no".to_owned(),
        _ => value,
    }
}
