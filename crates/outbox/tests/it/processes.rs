//! What real processes leave behind: on the disk before they end, and running after they ended.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use zulipkit_outbox::wake;
use zulipkit_sim::{Fault, Sim};

use crate::child::{Bot, Order, Task};

const LIMIT: Duration = Duration::from_secs(60);

fn world(sim: &Sim) -> TempDir {
    let world = tempfile::tempdir().unwrap();
    let bot = Bot {
        site: sim.url(),
        email: sim.bot().email,
        key: sim.bot().key.expose_secret().to_owned(),
    };
    fs_err::write(
        world.path().join("bot.json"),
        serde_json::to_vec(&bot).unwrap(),
    )
    .unwrap();
    world
}

fn accept(world: &Path, name: &str, wake: bool) -> Order {
    let task = Task::Accept {
        name: name.to_owned(),
        rows: 1,
        topics: vec!["t".to_owned()],
        wake,
    };
    Order::new(world, task)
}

/// Polls until there is something.
fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what} did not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_log_is_synced_before_the_caller_hears_of_it() {
    let sim = Sim::builder().channel("commits").start().unwrap();
    let world = world(&sim);
    let trace = world.path().join("trace");
    // The first process makes the file, the second finds it as nearly every hook does.
    for name in ["first", "second"] {
        let order = accept(world.path(), name, false);
        let status = Command::new("strace")
            .args([
                "-f",
                "-y",
                "-e",
                "trace=write,pwrite64,fsync,fdatasync,exit_group",
                "-o",
            ])
            .arg(&trace)
            .arg(std::env::current_exe().unwrap())
            .args(order.arguments())
            .stdout(Stdio::null())
            .status()
            .expect("strace is installed (scripts/test does so)");
        assert!(status.success());
        let trace = fs_err::read_to_string(&trace).unwrap();
        let last = |found: &dyn Fn(&str) -> bool| {
            trace
                .lines()
                .collect::<Vec<_>>()
                .iter()
                .rposition(|line| found(line))
        };
        let written =
            last(&|line| line.contains("pwrite64(") && line.contains("outbox.sqlite3-wal>"));
        let synced = last(&|line| {
            (line.contains("fdatasync(") || line.contains("fsync("))
                && line.contains("outbox.sqlite3-wal>)")
        });
        let told = last(&|line| line.contains("write(1") && line.contains("accepted"));
        assert!(
            written.is_some() && written < synced && synced < told,
            "{trace}"
        );
    }
}

#[test]
fn every_wake_up_is_heard() {
    let sim = Sim::builder().channel("commits").start().unwrap();
    let world = world(&sim);
    let total = 120;
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let world = world.path();
            scope.spawn(move || {
                for n in 0..total / 4 {
                    let status = accept(world, &format!("{thread}.{n}"), true)
                        .command()
                        .stdout(Stdio::null())
                        .status();
                    assert!(status.unwrap().success());
                }
            });
        }
    });
    let mut got: Vec<_> = sim
        .wait_for(total, LIMIT)
        .into_iter()
        .map(|message| message.content)
        .collect();
    got.sort();
    let mut expected: Vec<_> = (0..4)
        .flat_map(|thread| (0..total / 4).map(move |n| format!("{thread}.{n} 0")))
        .collect();
    expected.sort();
    assert_eq!(got, expected);
    gone(world.path());
}

#[test]
fn nobody_waits_for_the_deliverer_and_it_holds_nothing() {
    let sim = Sim::builder().channel("commits").start().unwrap();
    sim.fail("POST /messages", Fault::Hang);
    let world = world(&sim);
    let order = accept(world.path(), "pushed", true);
    // As under Git: pipes that somebody reads to their end, a descriptor of unknown purpose, variables of a repository.
    let mut hook = Command::new("sh")
        .args(["-c", "exec 7>held; exec \"$@\"", "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(order.arguments())
        .env("GIT_DIR", ".")
        .current_dir(world.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    hook.stdout
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    hook.stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(
        hook.wait().unwrap().success() && said.contains("accepted pushed"),
        "{said}"
    );

    // The server hangs, so the deliverer is still there.
    wait_for("the request", || (!sim.requests().is_empty()).then_some(()));
    let deliverer = deliverers(world.path()).pop().expect("it is there");
    let process = PathBuf::from("/proc").join(&deliverer);
    assert_eq!(
        fs_err::read_link(process.join("cwd")).unwrap(),
        Path::new("/")
    );
    let stat = fs_err::read_to_string(process.join("stat")).unwrap();
    let session = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .nth(3)
        .unwrap();
    assert_eq!(session, deliverer, "it leads a session of its own");
    let environment = fs_err::read_to_string(process.join("environ")).unwrap();
    assert!(
        !environment.contains("GIT_DIR") && environment.contains("PATH="),
        "{environment}"
    );
    let open: Vec<_> = fs_err::read_dir(process.join("fd"))
        .unwrap()
        .filter_map(|entry| fs_err::read_link(entry.unwrap().path()).ok())
        .collect();
    assert!(!open.contains(&world.path().join("held")), "{open:?}");
    assert_eq!(
        open.iter()
            .filter(|path| **path == Path::new("/dev/null"))
            .count(),
        3,
        "{open:?}"
    );

    // A second hook finds it listening, and starts none.
    assert!(wake::ring(&world.path().join("outbox")));
    sim.clear_faults();
    sim.stop();
    sim.restart().unwrap();
    assert_eq!(sim.wait_for(1, LIMIT)[0].content, "pushed 0");
    gone(world.path());
}

/// Returns the processes that deliver this world's rows.
fn deliverers(world: &Path) -> Vec<String> {
    let world = world.to_str().unwrap();
    let processes = fs_err::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let delivers = |pid: &String| {
        let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.contains(world) && line.contains("Deliver")
    };
    processes
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(delivers)
        .collect()
}

/// Waits until no deliverer is left, so that the folder can go.
fn gone(world: &Path) {
    wait_for("the deliverer's end", || {
        deliverers(world).is_empty().then_some(())
    });
}
