use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use zulipkit_integrations::driver::Call;
use zulipkit_integrations::perforce::{DEFAULTS, Settings, collect};

/// A stand-in for `p4`: it writes down how it was called, and prints what it is to answer.
struct P4 {
    folder: TempDir,
    settings: String,
}

impl P4 {
    /// Answers with these lines, and ends with a code.
    fn answers(answer: &[u8], code: i32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("answer"), answer).unwrap();
        let script = "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$(dirname \"$0\")/asked\"\ncat \"$(dirname \"$0\")/answer\"\nexit CODE\n";
        let program = at("p4 stand-in");
        std::fs::write(&program, script.replace("CODE", &code.to_string())).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let settings = format!(
            "[perforce]\np4 = {:?}\nfiles = 2\nport = \"perforce:1666\"\n",
            program.to_str().unwrap()
        );
        Self { folder, settings }
    }

    fn asked(&self) -> Vec<String> {
        let asked = std::fs::read_to_string(self.folder.path().join("asked")).unwrap();
        asked.lines().map(str::to_owned).collect()
    }

    /// Returns the events, as kind and facts, and the warnings.
    fn tells(&self, hook: &str, arguments: &[&str]) -> (Vec<(String, Value)>, Vec<String>) {
        let path = Path::new("perforce.toml");
        let settings =
            zulipkit_settings::read_text::<Settings>(DEFAULTS, path, &self.settings).unwrap();
        let call = Call {
            hook: hook.to_owned(),
            arguments: arguments.iter().map(Into::into).collect(),
            ..Call::default()
        };
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let collected = collect(&call, &settings.value, now);
        let events = collected.events.into_iter();
        let warnings = collected.warnings.iter().map(|warning| warning.one_line());
        (
            events
                .map(|event| (event.kind, Value::Object(event.facts)))
                .collect(),
            warnings.collect(),
        )
    }
}

fn described() -> Value {
    json!({
        "change": "1843", "oldChange": "1840", "user": "ada", "client": "ada-ws", "time": "1772366400",
        "status": "submitted", "desc": "Fix rounding \u{2603}\n\nHalf cents were lost.\n",
        "depotFile0": "//streams/main/src/invoice.c", "action0": "edit", "rev0": "3",
        "depotFile1": "//streams/main/src/my file.c", "action1": "move/add", "rev1": "1",
        "depotFile2": "//streams/main/doc/old.md", "action2": "move/delete", "rev2": "9",
    })
}

#[test]
fn a_submit_is_read_with_one_call() {
    let p4 = P4::answers(format!("{}\n", described()).as_bytes(), 0);
    let (events, warnings) = p4.tells("change-commit", &["1843", "//streams/main/..."]);
    assert_eq!(warnings, [""; 0]);
    let [(kind, facts)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(kind, "commit");
    for (name, value) in [
        ("repo", json!("streams")),
        (
            "author",
            json!({"name": "ada", "email": "", "user_id": null}),
        ),
        ("short", json!("@1843")),
        ("old_id", json!("1840")),
        ("date", json!("2026-03-01T12:00:00Z")),
        ("subject", json!("Fix rounding \u{2603}")),
        (
            "message",
            json!("Fix rounding \u{2603}\n\nHalf cents were lost."),
        ),
        ("stream", json!("//streams/main")),
        ("branch", json!("main")),
        ("root", json!("//streams/main/...")),
        ("more", json!(1)),
        ("incomplete", json!(false)),
    ] {
        assert_eq!(facts[name], value, "{name}");
    }
    let files = &facts["files"];
    assert_eq!(
        (&files["added"], &files["modified"], &files["deleted"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(
        files["list"][1]["path"],
        json!("//streams/main/src/my file.c")
    );
    assert_eq!(
        p4.asked(),
        [
            "-ztag",
            "-Mj",
            "-p",
            "perforce:1666",
            "describe",
            "-s",
            "1843"
        ]
    );
}

#[test]
fn shelved_files_are_asked_for_as_such() {
    let p4 = P4::answers(format!("{}\n", described()).as_bytes(), 0);
    let (events, _) = p4.tells("shelve-commit", &["1843"]);
    assert_eq!(events[0].0, "shelve");
    // Without a word of the server the root is what all files have.
    assert_eq!(events[0].1["root"], json!("//streams/main/..."));
    assert!(p4.asked().contains(&"-S".to_owned()));
    assert_eq!(p4.tells("shelve-delete", &["1843"]).0[0].0, "unshelve");
}

#[test]
fn a_form_needs_no_question() {
    let p4 = P4::answers(b"", 1);
    let (events, warnings) = p4.tells("form-commit", &["branch", "release 1", "ada"]);
    assert_eq!((events.len(), warnings.len()), (1, 0));
    let (kind, facts) = &events[0];
    assert_eq!(kind, "form");
    assert_eq!(
        (&facts["form"], &facts["name"]),
        (&json!("branch"), &json!("release 1"))
    );
    assert!(!p4.folder.path().join("asked").exists());
}

#[test]
fn what_cannot_be_read_is_told_by_its_number() {
    let unknown = br#"{"data":"99 - no such changelist.\n","generic":17,"severity":3}"#;
    for (answer, code, reason) in [
        (&unknown[..], 0, "99 - no such changelist."),
        (b"", 1, "failed"),
        (
            b"Perforce password (P4PASSWD) invalid or unset.\n",
            0,
            "cannot read",
        ),
    ] {
        let p4 = P4::answers(answer, code);
        let (events, warnings) = p4.tells("change-commit", &["99"]);
        assert_eq!(events[0].1["incomplete"], json!(true), "{reason}");
        assert_eq!(events[0].1["short"], json!("@99"));
        assert!(warnings[0].contains(reason), "{warnings:?}");
    }
    let missing = P4 {
        settings: "[perforce]\np4 = \"/nowhere/p4\"\n".to_owned(),
        folder: tempfile::tempdir().unwrap(),
    };
    let (events, warnings) = missing.tells("change-commit", &["99"]);
    assert_eq!(events.len(), 1);
    assert!(
        warnings[0].contains("cannot run the `p4` program"),
        "{warnings:?}"
    );
}

#[test]
fn odd_bytes_and_long_texts() {
    let long = "x".repeat(1024 * 1024);
    let mut answer = json!({"change": "5", "user": "ada", "desc": format!("{long}\u{e9}")})
        .to_string()
        .into_bytes();
    answer.extend(b"\n");
    let (events, warnings) = P4::answers(&answer, 0).tells("change-commit", &["5"]);
    assert_eq!(warnings, [""; 0]);
    assert_eq!(events[0].1["message"].as_str().unwrap().len(), 10_000);
    // In a server without Unicode descriptions are bytes of any encoding.
    let latin = b"{\"change\":\"5\",\"user\":\"ada\",\"desc\":\"caf\xe9 au lait\"}\n";
    let (events, _) = P4::answers(latin, 0).tells("change-commit", &["5"]);
    assert_eq!(events[0].1["message"], json!("caf\u{fffd} au lait"));
}

#[test]
fn what_is_no_number_is_never_given_to_p4() {
    let p4 = P4::answers(b"", 0);
    for argument in ["", "-x", "12; rm", "@12"] {
        let (events, warnings) = p4.tells("change-commit", &[argument]);
        assert_eq!(events.len(), 0, "{argument}");
        assert!(
            warnings[0].contains("is no changelist's number"),
            "{warnings:?}"
        );
    }
    assert!(!p4.folder.path().join("asked").exists());
}
