//! The path of a hook, kept bare: a product waits for it.
//!
//! It builds no tree of commands, no HTTP client and no runtime: it reads the settings, asks Git once, commits the rows,
//! wakes or starts the deliverer and is gone. The one exception is an account whose key stands in the environment alone,
//! which nobody could read again later: such messages are delivered before the hook ends.

use std::ffi::{OsStr, OsString};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use zulipkit_diag::{Diagnostic, Result};
use zulipkit_integrations::git::{self, Repository};
use zulipkit_settings::Environment;

use crate::queue;
use crate::settings::git_settings;
use crate::ui::Ui;

/// How Git called.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Call {
    /// The settings file that was asked for.
    config: Option<PathBuf>,
    /// The folder of the hook, if the program was called by the hook's name.
    beside: Option<PathBuf>,
    /// End with an error's code instead of 0.
    strict: bool,
}

/// Tells whether this is a hook's call: by the name of the program, or as `zulipkit git post-receive`.
///
/// Whatever else stands there, such as `--help`, is left to the tree of commands.
pub(crate) fn recognise(arguments: &[OsString]) -> Option<Call> {
    let (program, rest) = arguments.split_first()?;
    let program = Path::new(program);
    let (rest, beside) = if program.file_name() == Some(OsStr::new("post-receive")) {
        (rest, program.parent().map(Path::to_owned))
    } else {
        let [git, action, rest @ ..] = rest else {
            return None;
        };
        (git == "git" && action == "post-receive").then_some((rest, None))?
    };
    let mut call = Call {
        beside,
        ..Call::default()
    };
    let mut rest = rest.iter();
    while let Some(argument) = rest.next() {
        match argument.to_str()? {
            "--strict" => call.strict = true,
            "--config" => call.config = Some(rest.next()?.into()),
            _ => return None,
        }
    }
    Some(call)
}

/// Does a hook's work. A hook never makes its product fail: without `--strict` the exit code is 0 whatever happens.
pub(crate) fn run(call: &Call) -> ExitCode {
    let ui = Ui::new(false);
    match post_receive(call, ui) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui.hook_line(error.one_line());
            if call.strict {
                ExitCode::from(error.kind.exit_code())
            } else {
                ExitCode::SUCCESS
            }
        }
    }
}

fn post_receive(call: &Call, ui: Ui) -> Result<()> {
    let environment = Environment::of_process();
    let mut input = Vec::new();
    std::io::stdin()
        .read_to_end(&mut input)
        .map_err(|cause| Diagnostic::failed("cannot read what Git says").source(&cause))?;
    let repository = Repository::of_hook(Path::new("."), &environment)
        .map_err(|cause| Diagnostic::failed("cannot find the repository").source(&cause))?;
    let beside = call
        .beside
        .clone()
        .unwrap_or_else(|| repository.common_dir().join("hooks"));
    let settings = git_settings(&environment, call.config.as_deref(), Some(&beside))?;
    let identity = settings
        .value
        .zulip
        .identify(settings.path.as_deref(), &environment)?;
    let mut outbox = queue::open(&environment)?;
    let limits = queue::limits(&outbox, &identity.site)?;
    let prepared = git::post_receive(
        &input,
        &repository,
        &settings,
        limits,
        jiff::Timestamp::now(),
    )?;
    for warning in &prepared.warnings {
        ui.hook_line(warning.one_line());
    }
    queue::accept(
        &mut outbox,
        &prepared.messages,
        &queue::Sender {
            integration: git::NAME,
            account: &settings.value.zulip,
            settings: settings.path.as_deref(),
            identity,
            delivery: &settings.value.delivery,
        },
        &environment,
    )?;
    if let Some(line) = queue::needs_somebody(&outbox)? {
        ui.hook_line(line);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(arguments: &[&str]) -> Option<Call> {
        recognise(&arguments.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn a_hook_is_known_by_its_name_or_by_the_command() {
        let linked = call(&["hooks/post-receive"]).unwrap();
        assert_eq!(linked.beside, Some("hooks".into()));
        let called = call(&[
            "/usr/bin/zulipkit",
            "git",
            "post-receive",
            "--strict",
            "--config",
            "g.toml",
        ])
        .unwrap();
        assert_eq!(
            (called.strict, called.config, called.beside),
            (true, Some("g.toml".into()), None)
        );
    }

    #[test]
    fn everything_else_is_for_the_tree_of_commands() {
        for arguments in [
            &["zulipkit"][..],
            &["zulipkit", "git"],
            &["zulipkit", "git", "install"],
            &["zulipkit", "git", "post-receive", "--help"],
            &["zulipkit", "git", "post-receive", "--config"],
            &["zulipkit", "outbox", "list"],
        ] {
            assert_eq!(call(arguments), None, "{arguments:?}");
        }
    }
}
