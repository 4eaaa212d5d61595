//! Looks at what may be wrong, and says for each fault what mends it.

mod account;
mod files;
mod outbox;

pub(crate) use account::examine;
pub(crate) use files::look_at_files;
pub(crate) use outbox::look_at_outbox;

use serde::Serialize;
use serde_json::json;
use zulipkit_diag::{Diagnostic, Kind};

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

/// Shows the checks, as a list or as JSON, and fails if any did.
pub(crate) fn report(checks: &[Check], as_json: bool, ui: Ui) -> Result<(), Diagnostic> {
    if as_json {
        ui.json(&json!(checks));
    } else {
        checks.iter().for_each(|check| check.show(ui));
    }
    require(checks)
}
