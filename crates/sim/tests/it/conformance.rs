//! The scenarios that were recorded from a real server, replayed against the simulator.

use std::{
    collections::BTreeSet,
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    thread,
};

use serde_json::Value;
use tokio::net::TcpSocket;
use zulipkit_sim::Sim;

/// So many scenarios are replayed at once, each with a server of its own.
const WORKERS: usize = 4;

/// Scenarios that wait for minutes. For these the server's time runs faster.
const SLOW: &[&str] = &["events_slow", "outgoing_failures"];
const PACE: f64 = 10.0;

#[test]
fn every_step_passes_but_for_those_with_a_reason() {
    let not_yet = not_yet();
    let output = replay_all();
    let with = |prefix: &str| -> Vec<&str> {
        let lines = output.iter().flat_map(|text| text.lines());
        lines.filter_map(|line| line.strip_prefix(prefix)).collect()
    };
    let (passed, failures) = (with("ok   "), with("FAIL "));

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
    // The tool itself may have failed.
    let judged = passed.len() + failures.len();
    let all: usize = scenarios().iter().map(|path| steps(path).len()).sum();
    let ends = output.iter().filter_map(|text| text.lines().last());
    assert_eq!(judged, all, "{}", ends.collect::<Vec<_>>().join("\n"));
    let passed: BTreeSet<&str> = passed.into_iter().collect();
    let ready: Vec<&String> = not_yet
        .iter()
        .filter(|step| passed.contains(step.as_str()))
        .collect();
    assert!(
        ready.is_empty(),
        "these pass: remove them from not-yet.txt, which only ever shrinks:\n{ready:#?}"
    );
}

#[test]
fn what_is_not_yet_is_a_step_of_the_corpus() {
    let known: BTreeSet<String> = scenarios().iter().flat_map(|path| steps(path)).collect();
    let unknown: Vec<String> = not_yet()
        .into_iter()
        .filter(|step| !known.contains(step))
        .collect();
    assert!(unknown.is_empty(), "no such steps: {unknown:#?}");
}

/// What the tool says of each scenario.
fn replay_all() -> Vec<String> {
    let mut paths = scenarios();
    // The last are taken first: those that wait the longest.
    paths.sort_by_key(|path| name_of(path).starts_with("outgoing_") || is_slow(path));
    let (paths, output) = (Mutex::new(paths), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some(path) = paths.lock().unwrap().pop() else {
                        return;
                    };
                    let said = replay(&path);
                    output.lock().unwrap().push(said);
                }
            });
        }
    });
    output.into_inner().unwrap()
}

fn replay(scenario: &Path) -> String {
    // Bound, but not listening: so nobody else takes the port while the tool listens there now and then.
    let reserved = TcpSocket::new_v4().unwrap();
    reserved.set_reuseaddr(true).unwrap();
    reserved.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let port = reserved.local_addr().unwrap().port();

    let pace = if is_slow(scenario) { PACE } else { 1.0 };
    let (sim, accounts) = Sim::builder().pace(pace).start_conformance(port).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("accounts.json");
    fs::write(&file, accounts.to_string()).unwrap();
    let output = Command::new("python3")
        .arg(corpus().join("replay.py"))
        .args(["--verbose", "--site", &sim.url()])
        .args(["--pace", &pace.to_string(), "--accounts"])
        .arg(&file)
        .arg(scenario)
        .output()
        .expect("python3 replays the scenarios");
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr)
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

fn name_of(scenario: &Path) -> &str {
    scenario.file_stem().unwrap().to_str().unwrap()
}

fn is_slow(scenario: &Path) -> bool {
    SLOW.contains(&name_of(scenario))
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

/// The steps that check something.
fn steps(path: &Path) -> Vec<String> {
    let scenario: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let name = scenario["scenario"].as_str().unwrap();
    // The others only prepare something, and are not judged.
    let is_judged = |step: &&Value| {
        let has = |key| step.get(key).is_some();
        has("webhook") || has("finish") || (has("method") && !has("start"))
    };
    scenario["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(is_judged)
        .map(|step| format!("{name} / {}", step["name"].as_str().unwrap()))
        .collect()
}
