//! A stand-in for Jenkins: its JSON API, with `tree` queries and their ranges, as the real one answers.

use std::collections::BTreeMap;
use std::future::IntoFuture as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};
use tokio::net::TcpSocket;
use tokio::sync::oneshot;

/// A controller that listens on the loopback.
pub(crate) struct Standin {
    pub(crate) url: String,
    state: Shared,
    address: SocketAddr,
    /// Keeps the port for it while it is down.
    _reserved: TcpSocket,
    running: Option<Running>,
}

/// A thread that serves until it is told to stop.
struct Running {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

type Shared = Arc<Mutex<Controller>>;

/// What is on the controller, and how it behaves.
#[derive(Default)]
pub(crate) struct Controller {
    /// The builds of each job, newest last, by the job's full name.
    jobs: BTreeMap<String, Vec<Value>>,
    /// The tests of a build, by the path of the build.
    tests: BTreeMap<String, Value>,
    /// What every request gets instead of an answer.
    pub(crate) fault: Option<(u16, &'static str, &'static str)>,
    /// The path whose pages answer 500, such as `/job/shop/2/`.
    pub(crate) broken: Option<String>,
    /// What the header `Authorization` must be.
    pub(crate) login: Option<String>,
    /// The paths and queries of all requests.
    pub(crate) requests: Vec<String>,
    /// The clock of the controller, in milliseconds.
    pub(crate) now: i64,
}

/// Noon on the day on which all builds of the tests run.
pub(crate) const NOON: i64 = 1_772_366_400_000;

impl Standin {
    pub(crate) fn start() -> Self {
        let reserved = TcpSocket::new_v4().unwrap();
        reserved.set_reuseaddr(true).unwrap();
        reserved.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = reserved.local_addr().unwrap();
        let state = Shared::default();
        state.lock().unwrap().now = NOON;
        Self {
            url: format!("http://{address}/"),
            running: Some(serve(address, state.clone())),
            state,
            address,
            _reserved: reserved,
        }
    }

    /// Is down from now on.
    pub(crate) fn stop(&mut self) {
        if let Some(Running { stop, thread }) = self.running.take() {
            stop.send(()).unwrap();
            thread.join().unwrap();
        }
    }

    /// Is there again, at the same address.
    pub(crate) fn restart(&mut self) {
        self.running = Some(serve(self.address, self.state.clone()));
    }

    pub(crate) fn controller(&self) -> MutexGuard<'_, Controller> {
        self.state.lock().unwrap()
    }

    /// Forgets the requests so far and returns them.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.controller().requests)
    }
}

fn serve(address: SocketAddr, state: Shared) -> Running {
    let listener = TcpListener::bind(address).unwrap();
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            listener.set_nonblocking(true).unwrap();
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let app = Router::new().fallback(answer).with_state(state);
            tokio::select! {
                result = axum::serve(listener, app).into_future() => result.unwrap(),
                _ = stopped => {}
            }
        });
    });
    Running { stop, thread }
}

impl Controller {
    pub(crate) fn job(&mut self, name: &str) {
        self.jobs.entry(name.to_owned()).or_default();
    }

    /// Adds a build that took a minute, and ends now; the clock goes on by two.
    pub(crate) fn build(&mut self, job: &str, number: u64, result: &str) -> &mut Value {
        let start = self.now;
        self.now += 120_000;
        let build = json!({
            "_class": "org.jenkinsci.plugins.workflow.job.WorkflowRun",
            "number": number, "displayName": format!("#{number}"), "building": false, "result": result,
            "timestamp": start, "duration": 60_000, "description": null,
            "url": format!("https://ci.example.com/{}{number}/", path(job)),
            "actions": [{"_class": "hudson.model.CauseAction", "causes": [{"shortDescription": "Started by timer"}]}, {}, null],
            "changeSets": [], "culprits": [], "artifacts": [],
        });
        let builds = self.jobs.entry(job.to_owned()).or_default();
        builds.push(build);
        builds.sort_by_key(|build| build["number"].as_u64());
        let at = builds
            .iter()
            .position(|build| build["number"] == number)
            .unwrap();
        &mut builds[at]
    }

    /// Adds a build that runs.
    pub(crate) fn running(&mut self, job: &str, number: u64) {
        let build = self.build(job, number, "SUCCESS");
        build["building"] = json!(true);
        build["result"] = Value::Null;
        build["duration"] = json!(0);
    }

    /// Ends a build that runs.
    pub(crate) fn end(&mut self, job: &str, number: u64, result: &str) {
        let builds = self.jobs.get_mut(job).unwrap();
        let build = builds
            .iter_mut()
            .find(|build| build["number"] == number)
            .unwrap();
        build["building"] = json!(false);
        build["result"] = json!(result);
        build["duration"] = json!(self.now - build["timestamp"].as_i64().unwrap());
    }

    pub(crate) fn delete(&mut self, job: &str, number: u64) {
        self.jobs
            .get_mut(job)
            .unwrap()
            .retain(|build| build["number"] != number);
    }

    pub(crate) fn delete_job(&mut self, job: &str) {
        self.jobs.remove(job);
    }

    pub(crate) fn rename(&mut self, from: &str, to: &str) {
        let builds = self.jobs.remove(from).unwrap();
        self.jobs.insert(to.to_owned(), builds);
    }

    pub(crate) fn tests(&mut self, job: &str, number: u64, report: Value) {
        self.tests
            .insert(format!("{}{number}/testReport/", path(job)), report);
    }

    /// Returns the whole of what stands at a path, before `tree` makes it small.
    fn find(&self, at: &str) -> Option<Value> {
        if let Some(report) = self.tests.get(at) {
            return Some(report.clone());
        }
        let names: Vec<&str> = at.split('/').filter(|part| !part.is_empty()).collect();
        let (names, number) = match names.len() % 2 {
            1 => (&names[..names.len() - 1], Some(*names.last()?)),
            _ => (&names[..], None),
        };
        let name: Vec<String> = names
            .chunks(2)
            .map(|pair| (pair[0] == "job").then(|| decoded(pair[1])))
            .collect::<Option<_>>()?;
        let name = name.join("/");
        match (self.jobs.get(&name), number) {
            (Some(builds), Some(number)) => {
                let number: u64 = number.parse().ok()?;
                builds
                    .iter()
                    .find(|build| build["number"] == number)
                    .cloned()
            }
            (Some(builds), None) => Some(job_value(&name, builds)),
            (None, None) => self.folder(&name),
            (None, Some(_)) => None,
        }
    }

    fn folder(&self, name: &str) -> Option<Value> {
        let prefix = if name.is_empty() {
            String::new()
        } else {
            format!("{name}/")
        };
        let below = self
            .jobs
            .range(prefix.clone()..)
            .take_while(|(job, _)| job.starts_with(&prefix));
        let mut children: Vec<Value> = Vec::new();
        let mut last = "";
        for (job, builds) in below {
            let child = job[prefix.len()..].split('/').next().unwrap();
            if child == last {
                continue;
            }
            last = child;
            let full = format!("{prefix}{child}");
            children.push(match full == *job {
                true => job_value(&full, builds),
                false => self.folder(&full).unwrap(),
            });
        }
        if children.is_empty() && !name.is_empty() {
            return None;
        }
        let class = match name.ends_with("api") {
            true => "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject",
            false => "com.cloudbees.hudson.plugins.folder.Folder",
        };
        Some(json!({"_class": class, "name": name.rsplit('/').next(), "jobs": children}))
    }
}

fn job_value(name: &str, builds: &[Value]) -> Value {
    let finished = builds.iter().rev().find(|build| build["building"] == false);
    let newest_first: Vec<&Value> = builds.iter().rev().collect();
    json!({
        "_class": "org.jenkinsci.plugins.workflow.job.WorkflowJob",
        "name": name.rsplit('/').next(), "fullName": name,
        "url": format!("https://ci.example.com/{}", path(name)),
        "lastCompletedBuild": finished, "builds": newest_first.iter().take(100).collect::<Vec<_>>(),
        "allBuilds": newest_first,
    })
}

/// Returns the path of a job, as Jenkins itself writes it.
fn path(job: &str) -> String {
    job.split('/')
        .map(|part| format!("job/{}/", part.replace('%', "%25").replace(' ', "%20")))
        .collect()
}

fn decoded(part: &str) -> String {
    part.replace("%20", " ").replace("%25", "%")
}

async fn answer(State(state): State<Shared>, request: Request) -> Response {
    let mut controller = state.lock().unwrap();
    let uri: &Uri = request.uri();
    let query: BTreeMap<String, String> = axum::extract::Query::try_from_uri(uri).unwrap().0;
    let tree = query.get("tree").cloned().unwrap_or_default();
    controller.requests.push(format!("{} {tree}", uri.path()));
    if let Some((status, kind, body)) = controller.fault {
        return (
            StatusCode::from_u16(status).unwrap(),
            [(CONTENT_TYPE, kind)],
            body,
        )
            .into_response();
    }
    if controller
        .broken
        .as_deref()
        .is_some_and(|path| uri.path().starts_with(path))
    {
        return (StatusCode::INTERNAL_SERVER_ERROR, "Oops").into_response();
    }
    let given = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    if controller
        .login
        .as_deref()
        .is_some_and(|login| given != Some(login))
    {
        let page = "<html><body>Authentication required</body></html>";
        return (
            StatusCode::FORBIDDEN,
            [(CONTENT_TYPE, "text/html;charset=utf-8")],
            page,
        )
            .into_response();
    }
    let found = uri
        .path()
        .trim_start_matches('/')
        .strip_suffix("api/json")
        .and_then(|at| controller.find(at));
    let Some(found) = found else {
        let page = "<html><body>Not Found</body></html>";
        return (
            StatusCode::NOT_FOUND,
            [(CONTENT_TYPE, "text/html;charset=utf-8")],
            page,
        )
            .into_response();
    };
    let mut rest = tree.as_str();
    let small = select(&found, &Tree::parse(&mut rest));
    assert_eq!(rest, "", "a query that Jenkins would refuse: {tree}");
    let date = jiff::Timestamp::from_millisecond(controller.now).unwrap();
    let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let headers = [
        (CONTENT_TYPE, "application/json;charset=utf-8"),
        (axum::http::header::DATE, &date),
    ];
    (headers, small.to_string()).into_response()
}

/// A `tree` query: names, with what is wanted of each and a range of a list.
struct Tree(Vec<Wanted>);

type Wanted = (String, Tree, Option<(usize, usize)>);

impl Tree {
    fn parse(rest: &mut &str) -> Self {
        let mut names = Vec::new();
        loop {
            let end = rest.find([',', '[', ']', '{']).unwrap_or(rest.len());
            let name = rest[..end].trim().to_owned();
            *rest = &rest[end..];
            let mut inner = Self(Vec::new());
            if let Some(after) = rest.strip_prefix('[') {
                *rest = after;
                inner = Self::parse(rest);
                *rest = rest.strip_prefix(']').expect("a bracket is closed");
            }
            let mut range = None;
            if let Some((numbers, after)) =
                rest.strip_prefix('{').and_then(|rest| rest.split_once('}'))
            {
                let (from, to) = numbers.split_once(',').unwrap();
                range = Some((from.parse().unwrap(), to.parse().unwrap()));
                *rest = after;
            }
            if !name.is_empty() {
                names.push((name, inner, range));
            }
            match rest.strip_prefix(',') {
                Some(after) => *rest = after,
                None => return Self(names),
            }
        }
    }
}

/// Takes from a value what the query names; `_class` comes unasked, and what is not there is left out.
fn select(value: &Value, tree: &Tree) -> Value {
    match value {
        Value::Array(values) => values.iter().map(|value| select(value, tree)).collect(),
        Value::Object(fields) => {
            let mut out = Map::new();
            if let Some(class) = fields.get("_class") {
                out.insert("_class".to_owned(), class.clone());
            }
            for (name, inner, range) in &tree.0 {
                let Some(field) = fields.get(name) else {
                    continue;
                };
                let field = match (field, range) {
                    (Value::Array(values), Some((from, to))) => {
                        let wanted = values.iter().skip(*from).take(to - from);
                        wanted.map(|value| select(value, inner)).collect()
                    }
                    _ => select(field, inner),
                };
                out.insert(name.clone(), field);
            }
            Value::Object(out)
        }
        plain => plain.clone(),
    }
}
