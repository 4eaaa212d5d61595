//! Measures how much a simulated server holds: `cargo run --release -p zulipkit-sim --example load`.

#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    thread,
    time::Instant,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret as _;
use zulipkit_sim::Sim;

const CONNECTIONS: usize = 16;
const MESSAGES: usize = 100_000;
const QUEUES: usize = 1_000;
const TOPICS: usize = 500;

fn main() -> io::Result<()> {
    let sim = Sim::start()?;
    let me = |number: usize| get(&format!("/users/me?n={number}"));
    report("GET /users/me", &sim, 50_000, me)?;
    let send = |number: usize| {
        let topic = number % TOPICS;
        let form = format!(
            "type=channel&to=general&topic=topic+{topic}&content=message+**{number}**+to+be+rendered"
        );
        post("/messages", &form)
    };
    report("POST /messages", &sim, MESSAGES, send)?;
    let newest = |_| get("/messages?anchor=newest&num_before=20");
    report("GET /messages, the newest 20", &sim, 5_000, newest)?;
    let topic = |number: usize| {
        let topic = number % TOPICS;
        get(&format!(
            "/messages?anchor=newest&num_before=20&narrow=[[%22topic%22,%22topic%20{topic}%22]]"
        ))
    };
    report("GET /messages, of a topic", &sim, 1_000, topic)?;
    let register = |_| post("/register", "event_types=[\"message\"]");
    report("POST /register", &sim, QUEUES, register)?;
    report("POST /messages with 1,000 queues", &sim, 1_000, send)?;

    let folder = std::env::temp_dir().join(format!("zulipkit-load-{}", std::process::id()));
    let start = Instant::now();
    sim.save(&folder)?;
    println!("saved in {:.1} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    drop(Sim::builder().load(&folder).start()?);
    println!("loaded in {:.1} s", start.elapsed().as_secs_f64());
    println!("{}", memory());
    fs::remove_file(folder)
}

/// Sends so many requests over all connections at once, and says how many were answered in a second.
fn report(
    what: &str,
    sim: &Sim,
    count: usize,
    request: impl Fn(usize) -> String + Sync,
) -> io::Result<()> {
    let bot = sim.bot();
    let login = STANDARD.encode(format!("{}:{}", bot.email, bot.key.expose_secret()));
    let start = Instant::now();
    thread::scope(|scope| {
        let worker = |first: usize| {
            let (login, request) = (&login, &request);
            scope.spawn(move || -> io::Result<()> {
                let mut connection = BufReader::new(TcpStream::connect(("127.0.0.1", sim.port()))?);
                connection.get_ref().set_nodelay(true)?;
                for number in (first..count).step_by(CONNECTIONS) {
                    let request = request(number).replace("LOGIN", login);
                    connection.get_mut().write_all(request.as_bytes())?;
                    read_answer(&mut connection)?;
                }
                Ok(())
            })
        };
        let workers: Vec<_> = (0..CONNECTIONS).map(worker).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| io::ErrorKind::Other)?)
    })?;
    let rate = count as f64 / start.elapsed().as_secs_f64();
    println!("{what}: {rate:.0} requests a second");
    Ok(())
}

fn get(path: &str) -> String {
    format!("GET /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic LOGIN\r\n\r\n")
}

fn post(path: &str, form: &str) -> String {
    format!(
        "POST /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic LOGIN\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
}

fn read_answer(connection: &mut BufReader<TcpStream>) -> io::Result<()> {
    let mut length = 0;
    let mut line = String::new();
    connection.read_line(&mut line)?;
    if !line.contains(" 200 ") {
        return Err(io::Error::other(line));
    }
    while line != "\r\n" {
        line.clear();
        connection.read_line(&mut line)?;
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body)
}

/// The most memory that was ever in use, where the system tells.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    peak.unwrap_or("memory unknown").to_owned()
}
