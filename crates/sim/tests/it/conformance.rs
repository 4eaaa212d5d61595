//! The scenarios that were recorded from a real server, replayed against the simulator.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use zulipkit_sim::Sim;

/// The steps that must pass at the very least.
const AT_LEAST: usize = 300;

#[test]
fn core_steps_pass_but_for_those_that_are_not_yet() {
    let not_yet = not_yet();
    let scenarios = scenarios_with_hope(&not_yet);
    let folder = tempfile::tempdir().unwrap();
    let (sim, accounts) = Sim::conformance().unwrap();
    let file = folder.path().join("accounts.json");
    fs::write(&file, accounts.to_string()).unwrap();

    let output = Command::new("python3")
        .arg(corpus().join("replay.py"))
        .args(["--core", "--verbose", "--site", &sim.url(), "--accounts"])
        .arg(&file)
        .args(scenarios)
        .output()
        .expect("python3 replays the scenarios");
    let output = String::from_utf8(output.stdout).unwrap();

    let passed: BTreeSet<&str> = output
        .lines()
        .filter_map(|line| line.strip_prefix("ok   "))
        .collect();
    let failures: Vec<&str> = output
        .lines()
        .filter_map(|line| line.strip_prefix("FAIL "))
        .collect();
    let unlisted: Vec<&str> = failures
        .iter()
        .copied()
        .filter(|failure| !is_listed(failure, &not_yet))
        .collect();
    assert!(
        unlisted.is_empty(),
        "steps that failed:\n{}",
        unlisted.join("\n")
    );
    let ready: Vec<&String> = not_yet
        .iter()
        .filter(|step| passed.contains(step.as_str()))
        .collect();
    assert!(
        ready.is_empty(),
        "these pass: remove them from not-yet.txt, which only ever shrinks:\n{ready:#?}"
    );
    assert!(
        passed.len() >= AT_LEAST,
        "only {} steps passed:\n{output}",
        passed.len()
    );
}

#[test]
fn what_is_not_yet_is_a_core_step_of_the_corpus() {
    let known: BTreeSet<String> = scenarios()
        .iter()
        .flat_map(|path| core_steps(path))
        .collect();
    let unknown: Vec<String> = not_yet()
        .into_iter()
        .filter(|step| !known.contains(step))
        .collect();
    assert!(unknown.is_empty(), "no such core steps: {unknown:#?}");
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

/// `scenario / step`, one a line.
fn not_yet() -> BTreeSet<String> {
    let text = fs::read_to_string(corpus().join("not-yet.txt")).unwrap();
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

/// A failure is a step's name, then what differed; a name may hold a colon itself.
fn is_listed(failure: &str, not_yet: &BTreeSet<String>) -> bool {
    not_yet.iter().any(|step| {
        failure
            .strip_prefix(step.as_str())
            .is_some_and(|rest| rest.starts_with(": "))
    })
}

fn scenarios() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(corpus().join("scenarios"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

/// The scenarios that have a core step which is not listed: the others would only be waited for.
fn scenarios_with_hope(not_yet: &BTreeSet<String>) -> Vec<PathBuf> {
    let mut paths = scenarios();
    paths.retain(|path| core_steps(path).iter().any(|step| !not_yet.contains(step)));
    paths
}

fn core_steps(path: &Path) -> Vec<String> {
    let scenario: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let name = scenario["scenario"].as_str().unwrap();
    // The others only prepare something, and are not judged.
    let is_judged = |step: &&Value| {
        let has = |key| step.get(key).is_some();
        step["core"] == true
            && (has("webhook") || has("finish") || (has("method") && !has("start")))
    };
    scenario["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(is_judged)
        .map(|step| format!("{name} / {}", step["name"].as_str().unwrap()))
        .collect()
}
