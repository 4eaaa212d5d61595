//! Real processes, killed at any moment and at each named point, against a server that fails: nothing is lost, nothing is
//! doubled, order is kept.

use std::collections::HashMap;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Child;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use zulipkit_outbox::{Filter, Outbox, Point};
use zulipkit_sim::{Fault, RetryAfter, Sim};

use crate::child::{Bot, Order, Task, WITH_FILE};

const STORIES: u32 = 96;
const ACCEPTORS: u32 = 10;
const DELIVERERS: u32 = 12;
const TOPICS: [&str; 3] = ["a", "b", WITH_FILE];
const SIGABRT: i32 = 6;

/// How often a process ended at each point, and how many processes there were.
#[derive(Default)]
struct Count {
    hits: Mutex<HashMap<String, u32>>,
    processes: AtomicU32,
}

#[test]
fn nothing_is_lost_doubled_or_out_of_order() {
    let count = Count::default();
    let next = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= STORIES {
                        break;
                    }
                    Story::new(seed, &count).play();
                }
            });
        }
    });
    for point in Point::ALL {
        for nth in 1..=3 {
            Story::new(STORIES, &count).play_to(point, nth);
        }
    }
    let processes = count.processes.load(Ordering::Relaxed);
    assert!(processes >= 2_000, "{processes} processes");
    let hits = count.hits.lock().unwrap();
    for point in Point::ALL {
        let name = format!("{point:?}");
        assert!(
            hits.get(&name).is_some_and(|hits| *hits >= 3),
            "{name} in {hits:?}"
        );
    }
}

/// One outbox and one server from the first row to the last.
struct Story<'a> {
    seed: u32,
    random: StdRng,
    world: TempDir,
    sim: Sim,
    count: &'a Count,
    /// What acceptors said that they accepted, and what they may have accepted besides.
    accepted: Vec<String>,
    perhaps: Vec<String>,
}

impl<'a> Story<'a> {
    fn new(seed: u32, count: &'a Count) -> Self {
        let world = tempfile::tempdir().unwrap();
        let sim = Sim::builder().channel("commits").start().unwrap();
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
        Self {
            seed,
            random: StdRng::seed_from_u64(seed.into()),
            world,
            sim,
            count,
            accepted: Vec::new(),
            perhaps: Vec::new(),
        }
    }

    fn play(mut self) {
        let mut deliverers = Vec::new();
        for n in 0..ACCEPTORS.max(DELIVERERS) {
            self.order_a_fault();
            if n < ACCEPTORS {
                self.accept_perhaps(n);
            }
            deliverers.push(self.deliver());
            // Sometimes two are alive at once, and one of them has to give way.
            if self.random.random_bool(0.7) {
                self.end(deliverers.remove(0));
            }
        }
        for deliverer in deliverers {
            self.end(deliverer);
        }
        self.finish();
        self.check();
    }

    /// Lets a process die at the nth passing of a point, and another one go on from there.
    fn play_to(mut self, point: Point, nth: u32) {
        // Whoever looks must have reason to.
        self.sim
            .fail("POST /messages", Fault::DropAfterStoring)
            .times(nth);
        let accepting = matches!(point, Point::Accepting | Point::Accepted);
        let once = accepting || matches!(point, Point::Locked | Point::Unlocked);
        let before = self
            .count
            .hits
            .lock()
            .unwrap()
            .get(&format!("{point:?}"))
            .copied();
        let abort = Some((format!("{point:?}"), if once { 1 } else { nth }));
        for n in 0..2 {
            let mut order = self.acceptance(n);
            order.abort = abort.clone().filter(|_| accepting && n == 1);
            self.accept(&order, n, None);
        }
        let mut order = Order::new(self.world.path(), Task::Deliver { patience_ms: 5_000 });
        order.abort = abort.filter(|_| !accepting);
        let process = self.spawn(&order);
        self.bury(process);
        let hits = self
            .count
            .hits
            .lock()
            .unwrap()
            .get(&format!("{point:?}"))
            .copied();
        assert!(hits > before, "{point:?} was not passed {nth} times");
        self.finish();
        self.check();
    }

    fn order_a_fault(&mut self) {
        let (on, fault) = match self.random.random_range(0..10) {
            0 => ("POST /messages", Fault::HtmlAfterStoring(502)),
            1 => ("POST /messages", Fault::DropAfterStoring),
            2 => ("POST /messages", Fault::Refuse),
            3 => ("POST /messages", Fault::Html(502)),
            4 => ("GET /messages", Fault::Html(503)),
            6 => ("POST /user_uploads", Fault::HtmlAfterStoring(502)),
            5 => {
                let form = RetryAfter::Fraction;
                (
                    "POST /messages",
                    Fault::RateLimited {
                        seconds: 0.02,
                        form,
                    },
                )
            }
            _ => return,
        };
        self.sim.fail(on, fault).times(1);
    }

    fn name(&self, n: u32) -> String {
        format!("{}.{n}", self.seed)
    }

    /// The order to accept two rows to each topic in one call.
    fn acceptance(&self, n: u32) -> Order {
        let topics = TOPICS.map(str::to_owned).to_vec();
        let task = Task::Accept {
            name: self.name(n),
            rows: 2,
            topics,
            wake: false,
        };
        Order::new(self.world.path(), task)
    }

    /// Lets a process accept; some of them die at it.
    fn accept_perhaps(&mut self, n: u32) {
        let mut order = self.acceptance(n);
        if self.random.random_bool(0.3) {
            let point = if self.random.random() {
                Point::Accepting
            } else {
                Point::Accepted
            };
            order.abort = Some((format!("{point:?}"), 1));
        }
        let kill = self
            .random
            .random_bool(0.2)
            .then(|| self.random.random_range(0..15));
        self.accept(&order, n, kill);
    }

    /// Lets a process accept, kills it after so many milliseconds, and notes what it said.
    fn accept(&mut self, order: &Order, n: u32, kill: Option<u64>) {
        let mut child = self.spawn(order);
        if let Some(ms) = kill {
            std::thread::sleep(Duration::from_millis(ms));
            child.0.kill().unwrap();
        }
        let mut said = String::new();
        child
            .0
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        self.bury(child);
        if said.contains(&format!("accepted {}", self.name(n))) {
            self.accepted.push(self.name(n));
        } else {
            self.perhaps.push(self.name(n));
        }
    }

    /// Starts a deliverer that will die at a point, or will be killed.
    fn deliver(&mut self) -> Process {
        let mut order = Order::new(self.world.path(), Task::Deliver { patience_ms: 20 });
        if self.random.random_bool(0.6) {
            let points = &Point::ALL[2..];
            let point = points[self.random.random_range(0..points.len())];
            let nth = if matches!(point, Point::Locked | Point::Unlocked) {
                1
            } else {
                self.random.random_range(1..5)
            };
            order.abort = Some((format!("{point:?}"), nth));
        }
        self.spawn(&order)
    }

    /// Waits a moment, then kills it.
    fn end(&mut self, mut process: Process) {
        let longest = if process.1.is_some() { 300 } else { 80 };
        let deadline = Instant::now() + Duration::from_millis(self.random.random_range(5..longest));
        while Instant::now() < deadline && process.0.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        process.0.kill().unwrap();
        self.bury(process);
    }

    /// Lets deliverers work in peace until nothing waits.
    fn finish(&mut self) {
        self.sim.clear_faults();
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let outbox = Outbox::look(&self.world.path().join("outbox")).unwrap();
            let left =
                outbox.map_or_else(Vec::new, |outbox| outbox.list(&Filter::default()).unwrap());
            if left.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "story {}: {left:#?}", self.seed);
            let process = self.spawn(&Order::new(
                self.world.path(),
                Task::Deliver { patience_ms: 5_000 },
            ));
            self.bury(process);
        }
    }

    fn check(&self) {
        let got = self.sim.got();
        for topic in TOPICS {
            let here: Vec<_> = got
                .iter()
                .filter(|message| message.topic == topic)
                .collect();
            let texts: Vec<_> = here
                .iter()
                .map(|message| without_link(&message.content, topic))
                .collect();
            let expected: Vec<String> = (0..ACCEPTORS)
                .map(|n| self.name(n))
                .filter(|name| {
                    self.accepted.contains(name)
                        || (self.perhaps.contains(name)
                            && texts.contains(&format!("{name} 0").as_str()))
                })
                .flat_map(|name| [format!("{name} 0"), format!("{name} 1")])
                .collect();
            assert_eq!(texts, expected, "story {}, topic {topic}", self.seed);
        }
    }

    fn spawn(&self, order: &Order) -> Process {
        self.count.processes.fetch_add(1, Ordering::Relaxed);
        Process(
            order.spawn(),
            order.abort.as_ref().map(|(name, _)| name.clone()),
        )
    }

    /// Takes note of how a process ended.
    fn bury(&self, mut process: Process) {
        let status = process.0.wait().unwrap();
        if status.signal() == Some(SIGABRT) {
            let point = process.1.expect("nothing else aborts");
            *self.count.hits.lock().unwrap().entry(point).or_default() += 1;
        } else {
            assert!(
                status.success() || status.signal() == Some(9),
                "story {}: {status}",
                self.seed
            );
        }
    }
}

/// Cuts the link to a message's file off, which must be there.
fn without_link<'a>(content: &'a str, topic: &str) -> &'a str {
    match content.split_once(" [log](/user_uploads/") {
        Some((text, _)) => text,
        None => {
            assert_ne!(topic, WITH_FILE, "{content}");
            content
        }
    }
}

/// A child and the point at which it may abort.
struct Process(Child, Option<String>);
