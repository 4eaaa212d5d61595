//! Restarts under load, a full disk, and a great many connections.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zulipkit_sim::Fault;

use super::world::{Running, World, post, until};

const PROGRAM: &str = env!("CARGO_BIN_EXE_zulipkit");

/// Serves the bots of `bots.toml`.
fn serve(world: &World, command: Command) -> Running {
    let running = world.start(command);
    running.logs(" is ready");
    running
}

fn command(world: &World, before: &[&str]) -> Command {
    let [calls, operator] = world.ports.map(|port| format!("127.0.0.1:{port}"));
    let serve = [
        PROGRAM,
        "bot",
        "serve",
        "--config",
        "bots.toml",
        "--listen",
        &calls,
        "--operator",
        &operator,
    ];
    let all: Vec<_> = before.iter().copied().chain(serve).collect();
    world.command(all[0], &all[1..])
}

/// The same with a socket that is open before and after, as systemd has it.
fn with_socket(world: &World, socket: &TcpListener) -> Command {
    let take = "exec 3<&0 </dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$0\" \"$@\"";
    let mut command = command(world, &["/bin/sh", "-c", take]);
    command.stdin(OwnedFd::from(socket.try_clone().unwrap()));
    command
}

/// Restarts a server again and again while eight clients make calls, and checks that each was handled once. Returns how many calls
/// had to be repeated since the connection failed.
fn restart_under_load(world: &World, start: &dyn Fn() -> Running) -> u32 {
    const CLIENTS: u64 = 8;
    let bot = &world.bots[1];
    let restarted = AtomicBool::new(false);
    let failed = AtomicU32::new(0);
    let calls: Vec<Value> = (0..CLIENTS)
        .map(|client| world.call(bot, 0, &format!("load {client}"), ""))
        .collect();
    let port = world.ports[0];
    let load = |client: u64| {
        let mut call = calls[client as usize].clone();
        let mut say = |number: u64, text: String| -> String {
            call["message"]["id"] = json!(1_000_000 * (client + 1) + number);
            call["data"] = json!(text);
            loop {
                match post(port, &call) {
                    Some((200, answer)) => {
                        return answer["content"].as_str().unwrap_or_default().to_owned();
                    }
                    Some(other) => panic!("{other:?}"),
                    None => failed.fetch_add(1, Ordering::Relaxed),
                };
            }
        };
        let mut number = 0;
        while !restarted.load(Ordering::Relaxed) || number < 20 {
            number += 1;
            say(number, format!("@**Bot** add item {number}."));
        }
        let list = say(number + 1, "@**Bot** list".to_owned());
        let mut found = BTreeMap::new();
        for item in list.split("item ").skip(1) {
            *found
                .entry(item.split('.').next().unwrap().parse::<u64>().unwrap())
                .or_insert(0) += 1;
        }
        let expected: BTreeMap<u64, i32> = (1..=number).map(|number| (number, 1)).collect();
        assert_eq!(found, expected, "{list}");
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| scope.spawn(move || load(client)))
            .collect();
        let mut running = start();
        for _ in 0..3 {
            std::thread::sleep(Duration::from_millis(200));
            running.signal("-TERM");
            assert_eq!(running.ends(), 0, "{}", running.log());
            running = start();
        }
        restarted.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().unwrap();
        }
    });
    failed.into_inner()
}

#[test]
fn a_restart_loses_and_doubles_nothing() {
    let world = World::new();
    world.write("bots.toml", &world.table(&world.bots[1]));
    restart_under_load(&world, &|| serve(&world, command(&world, &[])));
}

#[test]
fn with_a_socket_of_systemd_nobody_is_refused() {
    let world = World::new();
    world.write("bots.toml", &world.table(&world.bots[1]));
    let socket = TcpListener::bind(("127.0.0.1", world.ports[0])).unwrap();
    let failed = restart_under_load(&world, &|| serve(&world, with_socket(&world, &socket)));
    // At most the connection that each client has at the moment is cut off before its request is read; Zulip calls again then.
    assert!(failed <= 3 * 8, "{failed}");
}

#[test]
fn on_a_full_disk_nothing_is_promised_that_is_not_kept() {
    let namespace = ["unshare", "--user", "--map-root-user", "--mount"];
    let may = Command::new(namespace[0])
        .args(&namespace[1..])
        .arg("true")
        .status();
    if !may.is_ok_and(|status| status.success()) {
        // This system does not let its users mount anything.
        return;
    }
    let world = World::new();
    let server = "[server]\nanswer_within = \"0 s\"\n";
    world.write(
        "bots.toml",
        &format!("{server}{}", world.table(&world.bots[0])),
    );
    let state = world.folder.path().join("state");
    fs_err::create_dir(&state).unwrap();
    let mount =
        "mount -t tmpfs -o size=1m,mode=700 tmpfs \"$XDG_STATE_HOME\" && exec \"$0\" \"$@\"";
    let before: Vec<_> = namespace
        .into_iter()
        .chain(["/bin/sh", "-c", mount])
        .collect();
    let mut running = serve(&world, command(&world, &before));
    let ballast = format!(
        "/proc/{}/root{}/ballast",
        running.child.id(),
        state.display()
    );
    let nothing = Some((200, json!({"response_not_required": true})));
    let call = |id| world.call(&world.bots[0], id, "disk", "hi");

    fill(&ballast);
    // The answer comes when the reply is there, although it takes longer than answers may.
    world.sim.fail("POST /messages", Fault::Delay(0.5)).times(1);
    assert_eq!(world.post(&call(1)), nothing, "{}", running.log());
    assert_eq!(world.answers(), 1);
    running.logs("database or disk is full");

    // If the process dies before, nobody was told that all is well, and the next takes the call.
    world.sim.fail("POST /messages", Fault::Hang);
    let told = world.sim.requests().len();
    std::thread::scope(|scope| {
        let answer = scope.spawn(|| world.post(&call(2)));
        until("the reply is on its way", || {
            world.sim.requests().len() > told
        });
        running.signal("-KILL");
        assert_eq!(answer.join().unwrap(), None);
    });
    world.sim.clear_faults();
    until("it is gone", || running.child.try_wait().unwrap().is_some());
    let running = serve(&world, command(&world, &before));
    assert_eq!(world.post(&call(2)), nothing);
    until("it is answered", || world.answers() == 2);

    // With room again, all is as ever.
    let ballast = format!(
        "/proc/{}/root{}/ballast",
        running.child.id(),
        state.display()
    );
    fill(&ballast);
    assert_eq!(world.post(&call(3)), nothing);
    fs_err::remove_file(ballast).unwrap();
    assert_eq!(world.post(&call(4)), nothing);
    until("both are answered", || world.answers() == 4);
}

/// Writes a file until nothing more fits on the disk.
fn fill(path: &str) {
    use std::io::Write as _;
    let mut file = fs_err::File::create(path).unwrap();
    for size in [4_096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

#[test]
fn thousands_of_idle_connections_keep_nobody_waiting() {
    const MANY: usize = 2_000;
    allow_many_connections();
    let world = World::new();
    let server = "[server]\narrive_within = \"3 s\"\n";
    world.write(
        "bots.toml",
        &format!("{server}{}", world.table(&world.bots[1])),
    );
    // Shells are stingy; the server helps itself.
    let running = serve(
        &world,
        command(
            &world,
            &["/bin/sh", "-c", "ulimit -Sn 256; exec \"$0\" \"$@\""],
        ),
    );
    let idle: Vec<TcpStream> = (0..MANY)
        .map(|_| TcpStream::connect(("127.0.0.1", world.ports[0])).unwrap())
        .collect();
    let answer = world.post(&world.call(&world.bots[1], 1, "crowd", "list"));
    assert_eq!(
        answer.map(|answer| answer.0),
        Some(200),
        "{}",
        running.log()
    );
    // And they are not kept for ever.
    let deadline = Instant::now() + Duration::from_secs(60);
    for mut stream in idle {
        stream
            .set_read_timeout(Some(deadline - Instant::now()))
            .unwrap();
        assert_eq!(stream.read(&mut [0; 64]).unwrap_or(0), 0);
    }
    let answer = world.post(&world.call(&world.bots[1], 2, "crowd", "list"));
    assert_eq!(answer.map(|answer| answer.0), Some(200));
}

fn allow_many_connections() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}
