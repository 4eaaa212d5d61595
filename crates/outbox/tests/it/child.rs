//! The test program as a process of its own: it starts itself again, told by its last argument what to do.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use zulipkit_api::{Credentials, Platform, Tls};
use zulipkit_outbox::{
    Account, Blob, Deliverer, Fill, Http, Outbox, Patience, Point, Rules, SystemClock, detach, wake,
};

use crate::support::message;

/// What a child is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    /// Where the outbox is and `bot.json`.
    pub(crate) world: PathBuf,
    pub(crate) task: Task,
    /// Ends the process when the point with this name is reached for the nth time.
    pub(crate) abort: Option<(String, u32)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Task {
    /// Accepts so many rows of this name to each of these topics, in one call, and says so.
    Accept {
        name: String,
        rows: u32,
        topics: Vec<String>,
        wake: bool,
    },
    Deliver {
        patience_ms: u64,
    },
}

/// The settings file of these tests.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Bot {
    pub(crate) site: String,
    pub(crate) email: String,
    pub(crate) key: String,
}

impl Order {
    pub(crate) fn new(world: &Path, task: Task) -> Self {
        Self {
            world: world.to_owned(),
            task,
            abort: None,
        }
    }

    /// Returns the command that starts the child.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(self.arguments())
            .current_dir(&self.world)
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    pub(crate) fn arguments(&self) -> Vec<String> {
        let order = serde_json::to_string(self).unwrap();
        [
            "child::main",
            "--exact",
            "--nocapture",
            "--test-threads=1",
            "--",
            &order,
        ]
        .map(str::to_owned)
        .to_vec()
    }

    pub(crate) fn spawn(&self) -> Child {
        self.command().stdout(Stdio::piped()).spawn().unwrap()
    }
}

/// No test: what a child does. It does nothing unless it was started with an order.
#[test]
fn main() {
    let order = std::env::args()
        .next_back()
        .and_then(|order| serde_json::from_str::<Order>(&order).ok());
    let Some(order) = order else {
        return;
    };
    let dir = order.world.join("outbox");
    let hits = Cell::new(0);
    let abort = order.abort.clone();
    let probe = move |point: Point| {
        if let Some((name, nth)) = &abort
            && format!("{point:?}") == *name
        {
            hits.set(hits.get() + 1);
            if hits.get() == *nth {
                std::process::abort();
            }
        }
    };
    match &order.task {
        Task::Accept {
            name,
            rows,
            topics,
            wake,
        } => {
            accept(&order, &dir, name, *rows, topics, &probe);
            if *wake && !wake::ring(&dir) {
                let deliver = Order::new(
                    &order.world,
                    Task::Deliver {
                        patience_ms: 10_000,
                    },
                );
                let arguments: Vec<_> = deliver.arguments().into_iter().map(Into::into).collect();
                detach::spawn(
                    &std::env::current_exe().unwrap(),
                    &arguments,
                    std::env::vars_os(),
                )
                .unwrap();
            }
        }
        Task::Deliver { patience_ms } => {
            detach::become_daemon();
            let open = Box::new(open);
            let courier = Http::new("0", Platform::parse_os_release(""));
            let outbox = Outbox::open(&dir).unwrap();
            let mut deliverer = Deliverer::new(outbox, courier, SystemClock::default(), open)
                .rules(QUICK)
                .probe(probe);
            deliverer
                .run_blocking(Patience::For(Duration::from_millis(*patience_ms)))
                .unwrap();
        }
    }
}

/// The topic whose messages have a file each.
pub(crate) const WITH_FILE: &str = "files";

/// Rules for a server that answers within milliseconds.
pub(crate) const QUICK: Rules = Rules {
    first_wait: Duration::from_millis(4),
    longest_wait: Duration::from_millis(50),
    park_after: u32::MAX,
    again: Duration::from_millis(50),
    settle: Duration::from_millis(300),
    late: Duration::MAX,
};

#[expect(clippy::print_stdout, reason = "a child tells its parent")]
fn accept(
    order: &Order,
    dir: &Path,
    name: &str,
    rows: u32,
    topics: &[String],
    probe: &dyn Fn(Point),
) {
    let settings = order.world.join("bot.json");
    let bot: Bot = serde_json::from_slice(&fs_err::read(&settings).unwrap()).unwrap();
    let account = Account {
        settings,
        site: bot.site.parse().unwrap(),
        email: bot.email,
    };
    let rows: Vec<_> = (0..rows)
        .flat_map(|n| topics.iter().map(move |topic| (n, topic)))
        .map(|(n, topic)| {
            let mut row = message(&account, topic, &format!("{name} {n}"));
            if topic == WITH_FILE {
                row.body.insert(
                    "content".to_owned(),
                    format!("{name} {n} [log](URL)").into(),
                );
                row.blobs.push(Blob {
                    name: "log.txt".to_owned(),
                    bytes: b"log".to_vec(),
                    fill: Fill {
                        field: "content".to_owned(),
                        placeholder: Some("URL".to_owned()),
                    },
                });
            }
            row
        })
        .collect();
    let mut outbox = Outbox::open(dir).unwrap();
    outbox.accept_probed(&rows, &[], probe).unwrap();
    println!("accepted {name}");
}

pub(crate) fn open(settings: &Path) -> zulipkit_diag::Result<Credentials> {
    let bot: Bot = serde_json::from_slice(&fs_err::read(settings).unwrap()).unwrap();
    Ok(Credentials {
        site: bot.site.parse().unwrap(),
        email: bot.email,
        key: SecretString::from(bot.key),
        tls: Tls::default(),
    })
}
