//! The path of a hook, kept bare: a product waits for it.
//!
//! It builds no tree of commands, no HTTP client and no runtime: it reads the settings, asks the product once, commits the rows,
//! wakes or starts the deliverer and is gone. There are two exceptions: an account whose key stands in the environment alone,
//! which nobody could read again later, so that such messages are delivered before the hook ends; and the step of a Jenkins
//! build whose settings name the controller, which is asked within a budget of time.

use std::ffi::{OsStr, OsString};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::Timestamp;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_integrations::driver::{self, AnyInstance, Hook};
use zulipkit_integrations::{Integration, find, find_link};
use zulipkit_settings::Environment;

use crate::missed;
use crate::queue;
use crate::settings::settings_file;
use crate::ui::Ui;

/// How a product called.
#[derive(Debug)]
pub(crate) struct Call {
    integration: &'static Integration,
    hook: &'static Hook,
    /// What the product gave.
    arguments: Vec<OsString>,
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
    let link = program
        .file_name()
        .and_then(OsStr::to_str)
        .and_then(find_link);
    let (integration, hook, mut rest) = match link {
        Some((integration, hook)) => (integration, hook, rest.iter()),
        None => {
            let [name, action, rest @ ..] = rest else {
                return None;
            };
            let integration = find(name.to_str()?)?;
            (
                integration,
                integration.hook(action.to_str()?)?,
                rest.iter(),
            )
        }
    };
    let mut call = Call {
        integration,
        hook,
        arguments: Vec::new(),
        config: None,
        beside: link.and_then(|_| program.parent().map(Path::to_owned)),
        strict: false,
    };
    // What the product gives comes last, and may begin with a dash.
    while let Some(argument) = rest.next() {
        match argument.to_str() {
            Some("--strict") if call.arguments.is_empty() => call.strict = true,
            Some("--config") if call.arguments.is_empty() => {
                call.config = Some(rest.next()?.into());
            }
            Some(text) if text.starts_with('-') && call.arguments.is_empty() => return None,
            _ => call.arguments.push(argument.clone()),
        }
    }
    hook.arguments
        .contains(&call.arguments.len())
        .then_some(call)
}

/// Does a hook's work. A hook never makes its product fail: without `--strict` the exit code is 0 whatever happens.
pub(crate) fn run(call: Call) -> ExitCode {
    let ui = Ui::new(false);
    let strict = call.strict;
    match accept(call, ui) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui.hook_line(error.one_line());
            if strict {
                ExitCode::from(error.kind.exit_code())
            } else {
                ExitCode::SUCCESS
            }
        }
    }
}

fn accept(call: Call, ui: Ui) -> Result<()> {
    let environment = Environment::of_process();
    let mut said = driver::Call {
        hook: call.hook.name.to_owned(),
        input: read_input(call.integration, call.hook)?,
        arguments: call.arguments.clone(),
        ..driver::Call::default()
    };
    let instance = call.integration.driver.of_hook(&said, &environment)?;
    instance.complete(&mut said, &environment);
    let folder = instance.folder();
    let mut missed = missed::take(&folder);
    missed.calls.push(missed::Missed {
        at: Timestamp::now(),
        call: said,
    });
    if let Err(error) = tell(&call, &missed.calls, &*instance, &environment, ui) {
        // The error may pass, or be mended: what was said is then told with the next call.
        return Err(match missed::keep(&folder, &missed.calls) {
            Ok(()) => {
                missed.done();
                error.hint("what happened is kept, and told with the next call when that is mended")
            }
            Err(_) => error,
        });
    }
    missed.done();
    Ok(())
}

/// Accepts what is to be told of these calls, or nothing at all.
fn tell(
    call: &Call,
    said: &[missed::Missed],
    instance: &dyn AnyInstance,
    environment: &Environment,
    ui: Ui,
) -> Result<()> {
    let path = find_settings(call, instance, environment)?;
    let configured = instance.read(&path)?;
    let settings = configured.settings();
    let account = settings.tables.zulip;
    let identity = account.identify(settings.path, environment)?;
    let mut outbox = queue::open(environment)?;
    let limits = queue::limits(&outbox, &identity.site)?;
    let mut messages = Vec::new();
    for one in said {
        let prepared = call
            .integration
            .prepare(&*configured, &one.call, limits, one.at)?;
        prepared
            .warnings
            .iter()
            .for_each(|warning| ui.hook_line(warning.one_line()));
        messages.extend(prepared.messages);
    }
    let sender = queue::Sender {
        integration: call.integration.name,
        account,
        settings: settings.path,
        identity,
        delivery: settings.tables.delivery,
    };
    queue::accept(&mut outbox, &messages, &sender)?;
    // From here on nothing may count as not told: the messages would be accepted twice.
    if !messages.is_empty()
        && let Err(error) = queue::start_delivery(&outbox, &sender, environment)
    {
        ui.hook_line(error.one_line());
    }
    if let Ok(Some(line)) = queue::needs_somebody(&outbox) {
        ui.hook_line(line);
    }
    Ok(())
}

/// Finds the settings: beside the hook that was called, or where `install` puts them.
fn find_settings(
    call: &Call,
    instance: &dyn AnyInstance,
    environment: &Environment,
) -> Result<PathBuf> {
    let beside = call.beside.clone().unwrap_or_else(|| instance.hooks());
    let mut own = vec![call.integration.settings_beside(&beside)];
    if !own[0].exists() {
        own.extend(instance.settings_files());
    }
    settings_file(call.integration, environment, call.config.as_deref(), &own)
}

fn read_input(integration: &Integration, hook: &Hook) -> Result<Vec<u8>> {
    let mut input = Vec::new();
    if hook.input {
        std::io::stdin().read_to_end(&mut input).map_err(|cause| {
            Diagnostic::failed(format!("cannot read what {} says", integration.title))
                .source(&cause)
        })?;
    }
    Ok(input)
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
            assert!(call(arguments).is_none(), "{arguments:?}");
        }
    }
}
