//! The names of the Python tools: linked as one of them, the program takes its flags and ends with its exit codes.

mod account;
mod zulip_api;
mod zulip_bot_shell;
mod zulip_botserver;
mod zulip_run_bot;
mod zulip_send;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;
use clap::error::{ContextKind, ErrorKind};

/// Runs the old program that this one was called as, if it was called as one.
pub(crate) fn run(arguments: &[OsString]) -> Option<ExitCode> {
    let name = Path::new(arguments.first()?).file_name()?.to_str()?;
    let code = match name {
        "zulip-send" => zulip_send::run(arguments),
        "zulip-api" => zulip_api::run(arguments),
        "zulip-run-bot" => zulip_run_bot::run(arguments),
        "zulip-botserver" => zulip_botserver::run(arguments),
        "zulip-bot-shell" => zulip_bot_shell::run(arguments),
        _ => return None,
    };
    Some(ExitCode::from(code))
}

/// Parses the arguments; help ends with 0, wrong use with 2 and the whole help on standard error, as the old tools did.
fn parse<A: clap::Parser + CommandFactory>(
    name: &'static str,
    arguments: &[OsString],
) -> Result<A, u8> {
    let arguments = std::iter::once(OsString::from(name)).chain(arguments.iter().skip(1).cloned());
    A::try_parse_from(arguments).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            0
        }
        // What is unknown is worded as the old tools' parser did.
        ErrorKind::UnknownArgument => {
            let unknown = error
                .get(ContextKind::InvalidArg)
                .map(ToString::to_string)
                .unwrap_or_default();
            wrong_use::<A>(name, &format!("unrecognized arguments: {unknown}"))
        }
        kind => wrong_use::<A>(name, kind.as_str().unwrap_or("wrong arguments")),
    })
}

fn wrong_use<A: CommandFactory>(name: &str, problem: &str) -> u8 {
    let help = A::command().render_long_help();
    let ui = crate::ui::Ui::new(false);
    ui.talk(format!("{help}\n{name}: error: {problem}"));
    2
}

/// Returns the server's own words for a refusal, as the old tools showed them, or what went wrong on the way.
fn words(error: &zulipkit_api::Error) -> String {
    match error {
        zulipkit_api::Error::Api(refusal) => refusal.message.clone(),
        other => crate::server::explain("cannot reach Zulip", other).one_line(),
    }
}
