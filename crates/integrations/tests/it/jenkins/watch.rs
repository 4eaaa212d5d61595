use base64::Engine as _;
use serde_json::json;
use zulipkit_integrations::driver::Effective;
use zulipkit_integrations::find;
use zulipkit_integrations::jenkins::remote::Remote;
use zulipkit_integrations::jenkins::watch::{Failure, Looked, Watcher};
use zulipkit_integrations::jenkins::{DEFAULTS, Settings};
use zulipkit_integrations::web::Trouble;
use zulipkit_notify::Limits;
use zulipkit_outbox::{Account, Filter, Outbox};

use super::standin::Standin;

/// A controller, and a state folder in which the watcher keeps how far it has come.
struct Scene {
    jenkins: Standin,
    folder: tempfile::TempDir,
    settings: &'static str,
    /// More lines of the table `[controller]`.
    controller: &'static str,
    runtime: tokio::runtime::Runtime,
}

impl Scene {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            jenkins: Standin::start(),
            folder: tempfile::tempdir().unwrap(),
            settings: "",
            controller: "",
            runtime: runtime.unwrap(),
        }
    }

    fn outbox(&self) -> Outbox {
        Outbox::open(&self.folder.path().join("state")).unwrap()
    }

    /// A watcher, as after a restart.
    fn watcher(&self) -> Watcher {
        let path = self.folder.path().join("jenkins.toml");
        let text = format!(
            "{}
[controller]
url = {:?}
{}
",
            self.settings, self.jenkins.url, self.controller
        );
        let settings = zulipkit_settings::read_text::<Settings>(DEFAULTS, &path, &text).unwrap();
        let rules = find("jenkins")
            .unwrap()
            .rules(Effective::of(&settings), Limits::default())
            .unwrap();
        let remote = Remote::of(
            &settings.value.controller,
            self.folder.path(),
            "ZulipJenkins",
        )
        .unwrap();
        let account = Account {
            settings: path,
            site: "https://zulip.example.com".parse().unwrap(),
            email: "jenkins-bot@example.com".to_owned(),
        };
        Watcher::new(remote, self.outbox(), settings.value, rules, account).unwrap()
    }

    fn look(&self, watcher: &mut Watcher) -> Looked {
        self.try_look(watcher)
            .unwrap_or_else(|failure| panic!("{failure:?}"))
    }

    fn try_look(&self, watcher: &mut Watcher) -> Result<Looked, Failure> {
        self.runtime
            .block_on(watcher.look(jiff::Timestamp::UNIX_EPOCH))
    }

    /// The messages that were accepted, oldest first.
    fn told(&self) -> Vec<String> {
        let outbox = self.outbox();
        let rows = outbox.list(&Filter::default()).unwrap();
        let content = |row: &zulipkit_outbox::Listed| {
            let body = outbox.show(row.id).unwrap().body;
            body["content"].as_str().unwrap().to_owned()
        };
        rows.iter().map(content).collect()
    }
}

#[test]
fn a_restart_tells_what_ended_meanwhile_and_nothing_twice() {
    let scene = Scene::new();
    scene
        .jenkins
        .controller()
        .build("Shop/api/main", 1, "FAILURE");
    let mut watcher = scene.watcher();
    let looked = scene.look(&mut watcher);
    assert_eq!((looked.jobs, looked.messages, looked.first), (1, 0, true));
    drop(watcher);
    scene
        .jenkins
        .controller()
        .build("Shop/api/main", 2, "FAILURE");
    scene
        .jenkins
        .controller()
        .build("Shop/api/main", 3, "SUCCESS");
    // A branch that came while nobody looked.
    scene
        .jenkins
        .controller()
        .build("Shop/api/feature%2Fgift", 1, "SUCCESS");
    let looked = scene.look(&mut scene.watcher());
    assert_eq!((looked.messages, looked.first), (3, false));
    let looked = scene.look(&mut scene.watcher());
    assert_eq!(looked.messages, 0);
    let told = scene.told();
    let words = [
        "**succeeded**",
        "**still failing**, 2 in a row",
        "**fixed** after 2 failures",
    ];
    assert_eq!(told.len(), 3);
    for (message, words) in told.iter().zip(words) {
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn all_that_is_known_of_a_build_is_told() {
    let mut scene = Scene::new();
    scene.settings = "[people]\nlee = 7\n";
    scene.jenkins.controller().build("shop", 1, "SUCCESS");
    let mut watcher = scene.watcher();
    scene.look(&mut watcher);
    {
        let mut jenkins = scene.jenkins.controller();
        let build = jenkins.build("shop", 2, "UNSTABLE");
        build["actions"] = json!([
            {"causes": [{"shortDescription": "Started by an SCM change"}]}, {},
            {"_class": "hudson.tasks.junit.TestResultAction", "failCount": 2, "skipCount": 1, "totalCount": 120}, null]);
        build["changeSets"] = json!([{"kind": "git", "items": [
            {"commitId": "4be1a62d0c8f", "msg": "Round half cents up", "authorEmail": "kim@example.com",
             "author": {"fullName": "Kim", "id": "kim"}},
            {"commitId": "91d07a5e33b1", "msg": "Cart", "author": {"fullName": "Lee", "id": "lee"}}]}]);
        build["artifacts"] = json!([{"fileName": "a b.jar", "relativePath": "target/a b.jar"}]);
        jenkins.tests("shop", 2, json!({"suites": [{"cases": [
            {"className": "shop.Cart", "name": "empty", "status": "PASSED"},
            {"className": "shop.Cart", "name": "full", "status": "REGRESSION", "errorDetails": "expected 1\nbut was 2"},
            {"className": "", "name": "lone", "status": "FAILED"}]}]}));
    }
    let looked = scene.look(&mut watcher);
    assert!(looked.warnings.is_empty());
    insta::assert_snapshot!(scene.told()[0], @"
    :warning: [shop](https://ci.example.com/job/shop/) [#2](https://ci.example.com/job/shop/2/) **unstable**, 2 of 120 tests failed · 1 min · Started by an SCM change

    * `4be1a62d0c` Round half cents up – Kim
    * `91d07a5e33` Cart – @_**|7**

    ```spoiler 2 failed tests
    * `shop.Cart.full`: expected 1
    * `lone`
    ```

    Files: [target/a b.jar](https://ci.example.com/job/shop/2/artifact/target/a%20b.jar)
    ");
}

#[test]
fn ten_thousand_jobs_take_ten_requests_when_nothing_happens() {
    let scene = Scene::new();
    {
        let mut jenkins = scene.jenkins.controller();
        // Some at the top, many in one folder, the rest in folders of folders.
        (0..2500).for_each(|n| jenkins.job(&format!("job-{n:04}")));
        (0..3500).for_each(|n| jenkins.job(&format!("big/job-{n:04}")));
        (0..4000)
            .for_each(|n| jenkins.job(&format!("team-{}/repo-{}/api/branch-{n}", n % 20, n % 400)));
    }
    let mut watcher = scene.watcher();
    assert_eq!(scene.look(&mut watcher).jobs, 10_000);
    scene.jenkins.requests();
    let looked = scene.look(&mut watcher);
    assert_eq!((looked.jobs, looked.messages), (10_000, 0));
    let requests = scene.jenkins.requests();
    assert_eq!(requests.len(), looked.requests);
    assert!(requests.len() <= 10, "{} requests", requests.len());
    assert_eq!(watcher.pause(&looked), watcher.interval());
}

#[test]
fn jobs_are_chosen_by_their_path() {
    let mut scene = Scene::new();
    scene.controller = "jobs = [\"shop/**\", \"!**/PR-*\"]";
    let mut watcher = scene.watcher();
    scene.look(&mut watcher);
    for job in ["Shop/api/main", "Shop/api/PR-1", "tools"] {
        scene.jenkins.controller().build(job, 1, "FAILURE");
    }
    let looked = scene.look(&mut watcher);
    assert_eq!((looked.jobs, looked.messages), (1, 1));
}

#[test]
fn a_job_that_cannot_be_read_keeps_no_other_back_and_is_said_once() {
    let scene = Scene::new();
    for job in ["broken", "fine"] {
        scene.jenkins.controller().build(job, 1, "SUCCESS");
    }
    let mut watcher = scene.watcher();
    scene.look(&mut watcher);
    for job in ["broken", "fine"] {
        scene.jenkins.controller().build(job, 2, "FAILURE");
    }
    scene.jenkins.controller().broken = Some("/job/broken/2/".to_owned());
    let looked = scene.look(&mut watcher);
    assert_eq!(looked.messages, 1);
    let warnings: Vec<_> = looked
        .warnings
        .iter()
        .map(|warning| warning.one_line())
        .collect();
    assert_eq!(
        warnings,
        ["cannot read the job `broken`: it answers HTTP 500"]
    );
    assert!(scene.look(&mut watcher).warnings.is_empty());
    scene.jenkins.controller().broken = None;
    assert_eq!(scene.look(&mut watcher).messages, 1, "what waited is told");
}

#[test]
fn a_renamed_job_is_no_news_and_a_deleted_one_no_trouble() {
    let scene = Scene::new();
    for job in ["old", "gone"] {
        scene.jenkins.controller().build(job, 1, "FAILURE");
    }
    let mut watcher = scene.watcher();
    scene.look(&mut watcher);
    scene.jenkins.controller().rename("old", "new");
    scene.jenkins.controller().delete_job("gone");
    let looked = scene.look(&mut watcher);
    assert_eq!((looked.jobs, looked.messages), (1, 0));
    scene.jenkins.controller().build("new", 2, "SUCCESS");
    assert_eq!(scene.look(&mut watcher).messages, 1);
    assert!(
        scene.told()[0].contains("**fixed** after 1 failure"),
        "{:?}",
        scene.told()
    );
}

#[test]
fn each_way_of_giving_no_answer_has_its_words() {
    let scene = Scene::new();
    scene.jenkins.controller().job("shop");
    let mut watcher = scene.watcher();
    scene.look(&mut watcher);
    let html = "<html>nothing here</html>";
    for (status, kind, body, words) in [
        (403, "text/html", html, "it refuses access (HTTP 403)"),
        (401, "text/html", html, "it refuses access (HTTP 401)"),
        (500, "text/html", html, "it answers HTTP 500"),
        (302, "text/html", html, "it answers HTTP 302"),
        (
            200,
            "text/html;charset=utf-8",
            html,
            "it answers something else than JSON (text/html)",
        ),
        (
            200,
            "application/json",
            "{\"jobs\": 7}",
            "it answers something else than JSON (invalid type: integer `7`",
        ),
        (404, "text/html", html, "there is no such page (HTTP 404)"),
    ] {
        scene.jenkins.controller().fault = Some((status, kind, body));
        let Err(Failure::Controller(trouble)) = scene.try_look(&mut watcher) else {
            panic!("{words}");
        };
        assert!(trouble.to_string().starts_with(words), "{trouble}");
    }
    scene.jenkins.controller().fault = None;
    scene.jenkins.controller().build("shop", 1, "FAILURE");
    assert_eq!(
        scene.look(&mut watcher).messages,
        1,
        "and it goes on as if nothing had been"
    );
}

#[test]
fn anonymous_access_may_be_off() {
    let mut scene = Scene::new();
    scene.jenkins.controller().job("shop");
    let login = base64::prelude::BASE64_STANDARD.encode("zulip:11aa22");
    scene.jenkins.controller().login = Some(format!("Basic {login}"));
    let Err(Failure::Controller(trouble)) = scene.try_look(&mut scene.watcher()) else {
        panic!("no login");
    };
    assert_eq!(trouble, Trouble::Refused(403));
    let advice = scene.watcher().advice(&trouble).unwrap();
    assert!(advice.contains("`token_file`"), "{advice}");
    std::fs::write(scene.folder.path().join("token"), "11aa22\n").unwrap();
    scene.controller = "user = \"zulip\"\ntoken_file = \"token\"";
    let mut watcher = scene.watcher();
    assert_eq!(scene.look(&mut watcher).jobs, 1);
    assert!(!format!("{watcher:?}").contains("11aa22"));
}
