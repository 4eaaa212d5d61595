//! The watcher against a stand-in for Jenkins, and builds that tell by themselves.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::standin::Standin;
use crate::world::{Run, World};

/// A world with a settings file that writes to `builds`, and a controller to follow.
struct Ci {
    world: World,
    jenkins: Standin,
}

impl Ci {
    fn new() -> Self {
        let ci = Self {
            world: World::bare(),
            jenkins: Standin::start(),
        };
        ci.world.zulip.add_channel("builds");
        ci.settings(&format!(
            "[controller]\nurl = \"{}\"\ninterval = \"50 ms\"\nwait = \"60 s\"\n",
            ci.jenkins.url
        ));
        ci
    }

    /// Writes the settings file, with these tables besides the account.
    fn settings(&self, tables: &str) {
        let text = format!("[zulip]\nzuliprc = \"zuliprc\"\n{tables}");
        fs_err::write(self.world.path("zulip_jenkins.toml"), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.world
            .command(env!("CARGO_BIN_EXE_zulipkit"), arguments)
    }

    fn watch_once(&self) -> Run {
        self.world.zulipkit(&[
            "jenkins",
            "watch",
            "--once",
            "--config",
            "zulip_jenkins.toml",
        ])
    }

    /// Starts the watcher as a service.
    fn watch(&self) -> Service {
        let mut command = self.command(&["jenkins", "watch", "--config", "zulip_jenkins.toml"]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        Service {
            child,
            lines: Some(lines),
        }
    }

    /// The mark of everything that a build starts. Builds of other tests run at the same time.
    fn cookie(&self) -> String {
        format!("cookie of {}", self.world.path("").display())
    }

    /// Runs a step of a build, as Jenkins does.
    fn step(&self, arguments: &[&str], input: &str, variables: &[(&str, &str)]) -> Run {
        let mut command = self.command(arguments);
        command
            .env("JENKINS_HOME", self.world.path(""))
            .env("JOB_NAME", "Shop/api")
            .env("JOB_URL", "https://ci.example.com/job/Shop/job/api/")
            .env("BUILD_NUMBER", "42")
            .env("BUILD_ID", "42")
            .env("JENKINS_NODE_COOKIE", self.cookie())
            .env("BUILD_URL", "https://ci.example.com/job/Shop/job/api/42/")
            .envs(variables.iter().copied());
        self.world.finish(command, input.as_bytes())
    }
}

struct Service {
    child: Child,
    lines: Option<std::io::Lines<BufReader<std::process::ChildStderr>>>,
}

impl Service {
    /// Returns the next line that it says.
    fn says(&mut self) -> String {
        self.lines.as_mut().unwrap().next().unwrap().unwrap()
    }

    /// Asks it to end, as a service manager does; returns what it still says.
    fn end(mut self) -> Vec<String> {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        self.lines.take().unwrap().map(Result::unwrap).collect()
    }
}

impl Drop for Service {
    /// A test that fails leaves nothing behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_has_ended_since_the_last_look_is_told_once() {
    let ci = Ci::new();
    ci.jenkins
        .controller()
        .build("Shop/api/release%2F1.0", 41, "SUCCESS");
    let run = ci.watch_once().good();
    assert!(run.err.contains("following 1 job of"), "{}", run.err);
    ci.jenkins
        .controller()
        .build("Shop/api/release%2F1.0", 42, "FAILURE");
    ci.watch_once().good();
    let message = &ci.world.messages(1)[0];
    assert_eq!(message.channel.as_deref(), Some("builds"));
    assert_eq!(message.topic, "Shop/api/release/1.0");
    assert_eq!(message.client, "ZulipJenkins");
    assert!(
        message.content.contains("**failed**"),
        "{}",
        message.content
    );
    ci.watch_once().good();
    ci.world.messages(1);
}

#[test]
fn the_service_outlasts_a_controller_that_is_away_and_ends_when_asked() {
    let mut ci = Ci::new();
    ci.jenkins.controller().build("shop", 1, "SUCCESS");
    let mut service = ci.watch();
    let first = service.says();
    assert!(
        first.contains("what has ended up to now counts as seen"),
        "{first}"
    );
    ci.jenkins.controller().build("shop", 2, "FAILURE");
    ci.world.messages(1);
    ci.jenkins.stop();
    let away = service.says();
    assert!(away.contains("cannot read the jobs of"), "{away}");
    assert!(away.contains("it cannot be reached"), "{away}");
    ci.jenkins.controller().build("shop", 3, "SUCCESS");
    ci.jenkins.controller().fault =
        Some((503, "text/html", "<html>Jenkins is getting ready</html>"));
    ci.jenkins.restart();
    // Whatever else it says in between, each state is said once.
    let starting = service.says();
    assert!(starting.contains("it answers HTTP 503"), "{starting}");
    ci.jenkins.controller().fault = None;
    let back = service.says();
    assert!(back.contains("answers again, after "), "{back}");
    let told = ci.world.messages(2);
    assert!(
        told[1].content.contains("**fixed** after 1 failure"),
        "{}",
        told[1].content
    );
    assert_eq!(service.end(), ["asked to end; what was seen is kept"]);
}

#[test]
fn a_wrong_address_or_certificate_is_an_error_of_the_settings() {
    let ci = Ci::new();
    let run = ci.world.zulipkit(&[
        "jenkins",
        "watch",
        "--once",
        "--config",
        "zulip_jenkins.toml",
        "--url",
        "ftp://ci.example.com",
    ]);
    assert!(
        run.ends_with(3)
            .err
            .contains("write it as `https://ci.example.com/`")
    );
    let text = fs_err::read_to_string(ci.world.path("zulip_jenkins.toml")).unwrap();
    fs_err::write(
        ci.world.path("zulip_jenkins.toml"),
        format!("{text}cert_bundle = \"none.pem\"\n"),
    )
    .unwrap();
    let run = ci.watch_once().ends_with(3);
    assert!(
        run.err.contains("cannot use the certificates `…/none.pem`"),
        "{}",
        run.err
    );
}

#[test]
fn a_step_is_told_though_everything_that_the_build_started_is_killed() {
    let ci = Ci::new();
    ci.settings("");
    ci.world.zulip.stop();
    let run = ci.step(&["jenkins", "build", "FAILURE"], "", &[]).good();
    assert_eq!(run.err, "");
    // Jenkins ends every process whose environment names the build. The deliverer runs, and does not.
    let deliverer = ci.world.path("home/.local/state/zulipkit");
    let found = processes_that_name(&ci.cookie());
    assert!(found.is_empty(), "{found:?}");
    assert!(
        deliverer.join("outbox.sqlite3").exists(),
        "the row is on the disk"
    );
    ci.world.zulip.restart().unwrap();
    let message = &ci.world.messages(1)[0];
    assert_eq!(message.topic, "Shop/api");
    assert!(
        message.content.contains("**failed**"),
        "{}",
        message.content
    );
}

#[test]
fn a_step_asks_jenkins_for_what_its_variables_do_not_say() {
    let mut ci = Ci::new();
    {
        let mut jenkins = ci.jenkins.controller();
        jenkins.build("Shop/api", 40, "SUCCESS");
        jenkins.build("Shop/api", 41, "FAILURE");
        let build = jenkins.build("Shop/api", 42, "FAILURE");
        build["building"] = true.into();
        build["result"] = serde_json::Value::Null;
        build["changeSets"] = serde_json::json!([{"items": [
            {"commitId": "4be1a62d0c8f", "msg": "Round half cents up", "author": {"fullName": "Kim"}}]}]);
    }
    let run = ci.step(&["jenkins", "build", "FAILURE"], "", &[]).good();
    assert_eq!(run.err, "");
    let content = &ci.world.messages(1)[0].content;
    assert!(
        content.contains("**still failing**, 2 in a row"),
        "{content}"
    );
    assert!(content.contains("Started by timer"), "{content}");
    assert!(
        content.contains("* `4be1a62d0c` Round half cents up – Kim"),
        "{content}"
    );
    // Without an answer the step tells what it knows.
    ci.jenkins.stop();
    let run = ci.step(&["jenkins", "build", "FAILURE"], "", &[]).good();
    assert!(
        run.err
            .contains("cannot ask Jenkins for more about this build"),
        "{}",
        run.err
    );
    let content = &ci.world.messages(2)[1].content;
    assert!(content.contains("**failed**"), "{content}");
}

/// Looks as Jenkins does: into the environment of every process.
fn processes_that_name(cookie: &str) -> Vec<std::path::PathBuf> {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let environments = processes.map(|entry| entry.path().join("environ"));
    environments
        .filter(|path| {
            let environment = std::fs::read(path).unwrap_or_default();
            String::from_utf8_lossy(&environment).contains(cookie)
        })
        .collect()
}

#[test]
fn a_pipeline_says_what_it_likes_where_a_route_allows_it() {
    let ci = Ci::new();
    ci.settings("");
    let settings = ci.world.path("zulip_jenkins.toml");
    let text = fs_err::read_to_string(&settings).unwrap();
    let routes = "[[route]]\nwhen = { channel = \"com*\" }\nchannel = \"{{ channel }}\"\n[[route]]\nchannel = \"builds\"\n";
    fs_err::write(&settings, format!("{text}{routes}")).unwrap();
    let say = |channel: &str, text: &str| {
        let event = serde_json::json!({"protocol": 1, "kind": "message", "facts": {"text": text, "channel": channel}});
        let run = ci
            .step(
                &["jenkins", "event"],
                &event.to_string(),
                &[("API_TOKEN", "tok-1234567")],
            )
            .good();
        assert_eq!(run.err, "");
    };
    say(
        "commits",
        "**1.0** is out, [here](https://shop.example.com) tok-1234567",
    );
    let message = &ci.world.messages(1)[0];
    assert_eq!(message.channel.as_deref(), Some("commits"));
    assert_eq!(
        message.content,
        "**1.0** is out, [here](https://shop.example.com) ****"
    );
    say("secret", "more");
    assert_eq!(ci.world.messages(2)[1].channel.as_deref(), Some("builds"));
}

#[test]
fn broken_settings_never_fail_a_build_and_lose_nothing() {
    let ci = Ci::new();
    ci.settings("");
    let settings = ci.world.path("zulip_jenkins.toml");
    let text = fs_err::read_to_string(&settings).unwrap();
    fs_err::write(&settings, "[zulip]\nzuliprc = 7\n").unwrap();
    let run = ci
        .step(
            &["jenkins", "build", "FAILURE"],
            "",
            &[("DEPLOY_PASSWORD", "Shop-secret")],
        )
        .good();
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    let kept = fs_err::read_to_string(ci.world.path("zulipkit-missed")).unwrap();
    assert!(!kept.contains("Shop-secret"), "{kept}");
    assert_eq!(
        ci.step(&["jenkins", "build", "--strict", "FAILURE"], "", &[])
            .code,
        Some(3)
    );
    fs_err::write(&settings, text).unwrap();
    // Another build tells of itself and of those before.
    ci.step(
        &["jenkins", "build", "ABORTED"],
        "",
        &[("BUILD_NUMBER", "43")],
    )
    .good();
    let told = ci.world.messages(3);
    assert!(told[0].content.contains("#42"), "{}", told[0].content);
    assert!(
        told[2].content.contains("#43") && told[2].content.contains("**aborted**"),
        "{}",
        told[2].content
    );
}

/// Ten thousand jobs, of which the watcher keeps little.
#[test]
fn ten_thousand_jobs_fit_into_fifty_megabytes() {
    let ci = Ci::new();
    let job = |n: u32| {
        format!(
            "team-{}/repository-{}/branch-with-a-long-name-{n}",
            n % 10,
            n % 100
        )
    };
    {
        let mut jenkins = ci.jenkins.controller();
        for n in 0..10_000 {
            jenkins.build(&job(n), 1, "SUCCESS");
        }
    }
    let mut service = ci.watch();
    assert!(service.says().contains("following 10000 jobs"));
    ci.jenkins.controller().build(&job(4711), 2, "FAILURE");
    ci.world.messages(1);
    let status = fs_err::read_to_string(format!("/proc/{}/status", service.child.id())).unwrap();
    let kilobytes = |name: &str| -> u64 {
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap();
        line.trim_end_matches(" kB").trim().parse().unwrap()
    };
    // The pages of the program's file are no memory of its own, and a program for tests has far more of them.
    let peak = kilobytes("VmHWM:") - kilobytes("RssFile:");
    assert!(peak < 40_000, "{peak} kB: {status}");
    service.end();
}
