//! From what the library, the plugin or a build step says to events.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_notify::Event;
use zulipkit_settings::Environment;

use super::mask::Mask;
use super::options::{DEFAULTS, Settings};
use super::report::{Report, Words};
use super::{Home, NAME, ask, tell, variables};
use crate::Collected;
use crate::driver::Call;
use crate::plugin::{self, Said};

/// The hook that is a step of a build.
pub(super) const STEP: &str = "build";

/// Makes a call whole with what only this process knows, so that it can be told at any time: the variables of the build,
/// and which of their values are secrets.
pub(super) fn complete(call: &mut Call, environment: &Environment) {
    let known = variables::facts(environment);
    if call.hook == STEP {
        let mut facts = known.unwrap_or_default();
        if let Some(result) = call.arguments.first() {
            facts.insert("result".to_owned(), json!(result.to_string_lossy()));
        }
        call.input = json!({"kind": "build", "facts": facts})
            .to_string()
            .into_bytes();
    } else if let Some(known) = known {
        call.input = completed(&call.input, &known);
    }
    call.input = masked(&call.input, &Mask::of(environment, &default_mask()));
}

/// Completes each event; what cannot be read is left for [`plugin::read`] to complain about.
fn completed(input: &[u8], known: &Map<String, Value>) -> Vec<u8> {
    rewritten(input, |event| {
        let facts = event
            .as_object_mut()
            .map(|event| event.entry("facts").or_insert_with(|| json!({})));
        if let Some(facts) = facts.and_then(Value::as_object_mut) {
            variables::complete(facts, known);
        }
    })
}

fn masked(input: &[u8], mask: &Mask) -> Vec<u8> {
    rewritten(input, |event| {
        if let Some(facts) = event.get_mut("facts").and_then(Value::as_object_mut) {
            mask.facts(facts);
        }
    })
}

fn rewritten(input: &[u8], change: impl Fn(&mut Value)) -> Vec<u8> {
    let events = serde_json::Deserializer::from_slice(input).into_iter::<Value>();
    let Ok(mut events) = events.collect::<Result<Vec<Value>, _>>() else {
        return input.to_vec();
    };
    events.iter_mut().for_each(change);
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    lines.join("\n").into_bytes()
}

/// The names that are masked even if the settings cannot be read.
fn default_mask() -> super::Globs {
    #[derive(serde::Deserialize)]
    struct Only {
        jenkins: Table,
    }
    #[derive(serde::Deserialize)]
    struct Table {
        mask: super::Globs,
    }
    toml::from_str::<Only>(DEFAULTS)
        .expect("the defaults are settings")
        .jenkins
        .mask
}

/// Turns what was said into events.
pub(super) fn collect(call: &Call, settings: &Settings, home: &Home, now: Timestamp) -> Collected {
    let (said, warnings) = plugin::read(&call.input);
    let mut collected = Collected {
        warnings,
        ..Collected::default()
    };
    let mask = Mask::of(&home.environment, &settings.jenkins.mask);
    for one in said {
        let told = match call.hook.as_str() {
            STEP => step(&one, settings, home, &mask, now, &mut collected.warnings),
            _ => event(&one, settings, &mask, now),
        };
        match told {
            Ok(event) => collected.events.push(event),
            Err(warning) => collected.warnings.push(warning),
        }
    }
    collected
}

/// Tells of the build in which the step `build` runs.
fn step(
    said: &Said,
    settings: &Settings,
    home: &Home,
    mask: &Mask,
    now: Timestamp,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Event> {
    let mut report: Report = said.facts()?;
    needs_job(&report)?;
    let asked = ask::complete(&mut report, &settings.controller, home, now);
    warnings.extend(asked.err());
    Ok(build_event(&report, settings, mask, now))
}

fn event(said: &Said, settings: &Settings, mask: &Mask, now: Timestamp) -> Result<Event> {
    let happened = said.happened(now);
    match said.kind.as_str() {
        "build" => {
            let report: Report = said.facts()?;
            needs_job(&report)?;
            Ok(build_event(&report, settings, mask, happened))
        }
        "message" => {
            let words: Words = said.facts()?;
            if words.text.trim().is_empty() {
                return Err(Diagnostic::failed("cannot send a message without a text"));
            }
            Ok(of("message", &tell::message(&words), mask, happened))
        }
        _ => Err(said.unknown_kind()),
    }
}

/// Returns the event of a build that ended.
pub(super) fn build_event(
    report: &Report,
    settings: &Settings,
    mask: &Mask,
    happened: Timestamp,
) -> Event {
    of("build", &tell::build(report, settings), mask, happened)
}

fn of(kind: &str, facts: &impl Serialize, mask: &Mask, happened: Timestamp) -> Event {
    let mut event = Event::new(NAME, kind, facts, happened).expect("the facts are plain structs");
    mask.facts(&mut event.facts);
    event
}

fn needs_job(report: &Report) -> Result<()> {
    if !report.job.is_empty() {
        return Ok(());
    }
    Err(Diagnostic::failed("cannot tell of a build")
        .cause("nobody says which job it was")
        .hint("run this inside of a build, where `JOB_NAME` and `BUILD_NUMBER` are set"))
}
