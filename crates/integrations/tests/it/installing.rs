//! What `install` is tried with, whatever the integration.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use zulipkit_diag::Diagnostic;
use zulipkit_integrations::install::{AccountSource, Action, Finding, Options, Report};

/// Writes a file with a mode.
pub(crate) fn write(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Makes a zuliprc and a program in a folder, and returns the options with which an integration is installed.
pub(crate) fn options(folder: &Path, name: &str) -> Options {
    let (program, zuliprc) = (folder.join("zulipkit"), folder.join("zuliprc"));
    let text =
        format!("[api]\nemail={name}-bot@example.com\nkey=abcd\nsite=https://zulip.example.com\n");
    write(&zuliprc, &text, 0o600);
    // As the real one does, it reads all that it is given: CVS breaks off if nobody does.
    write(&program, "#!/bin/sh\ncat >/dev/null\n", 0o755);
    Options {
        program,
        account: AccountSource::Zuliprc(zuliprc),
        channel: Some("commits".to_owned()),
        hooks: Vec::new(),
        users: Vec::new(),
        timer: None,
        dry_run: false,
    }
}

/// What was done, step by step.
pub(crate) fn actions(report: &Report) -> Vec<Action> {
    report.steps.iter().map(|step| step.action).collect()
}

/// What is wrong.
pub(crate) fn wrong(findings: Vec<Finding>) -> impl Iterator<Item = Diagnostic> {
    findings.into_iter().filter_map(|finding| match finding {
        Finding::Fine(_) => None,
        Finding::Wrong(error) => Some(error),
    })
}
