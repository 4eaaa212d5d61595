//! The other side: a bot that is written in Rust, as a program of its own.

use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use zulipkit_api::{Client, Credentials, Policy};
use zulipkit_diag::{Diagnostic, Result};

use super::lines::{LONGEST_LINE, Line, Lines, object};
use super::protocol::{Account, Event, PROTOCOL};
use super::wire::{Host, Wire};
use crate::{Alarm, Bot, Clock, Config, Context, Files, Me, Native, Storage, Surroundings};

/// Runs a bot as a program that speaks JSON lines: what `main` of its crate calls.
///
/// ```no_run
/// # use zulipkit_bots::{Bot, Context, Incoming, Native, NoSettings, Result, Usage, async_trait};
/// # #[derive(Debug)]
/// # struct Hello;
/// # impl Native for Hello {
/// #     const NAME: &'static str = "hello";
/// #     const ABOUT: &'static str = "says hello";
/// #     type Settings = NoSettings;
/// #     fn new(_: NoSettings) -> Result<Self> { Ok(Self) }
/// # }
/// # #[async_trait]
/// # impl Bot for Hello {
/// #     fn usage(&self) -> Usage { Usage::new("Hello", "") }
/// #     async fn handle(&self, _: &Incoming, _: &Context) -> Result<()> { Ok(()) }
/// # }
/// fn main() -> std::process::ExitCode {
///     zulipkit_bots::hosts::serve::<Hello>()
/// }
/// ```
pub fn serve<B: Native>() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(talk::<B>());
            // A read of standard input that still waits must not hold the program up.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(Diagnostic::failed("cannot start").source(&error)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write as _;
            // There is nobody else to tell.
            let _ = writeln!(std::io::stderr(), "{}", error.render(false));
            ExitCode::from(error.kind.exit_code())
        }
    }
}

async fn talk<B: Native>() -> Result<()> {
    let mut lines = Lines::new(tokio::io::stdin(), LONGEST_LINE);
    let hello = read(&mut lines).await?.ok_or_else(no_host)?;
    let host = Arc::new(Host::default());
    let surroundings = surroundings(&hello, &host)?;
    let bot: Arc<dyn Bot> = Arc::new(B::new(settings::<B>(&hello)?)?);
    let mut handlings = JoinSet::new();
    let mut started = Some(tokio::spawn(start(
        bot.clone(),
        surroundings.clone(),
        host.clone(),
    )));
    loop {
        tokio::select! {
            line = read(&mut lines) => match line? {
                Some(line) => take(line, &bot, &surroundings, &host, &mut handlings),
                None => break,
            },
            outcome = async { started.as_mut().expect("it is looked at once").await }, if started.is_some() => {
                started = None;
                outcome.map_err(|error| Diagnostic::failed("the bot panicked").source(&error))??;
            }
            Some(_) = handlings.join_next(), if !handlings.is_empty() => {}
        }
    }
    bot.stop().await;
    Ok(())
}

/// Lets the bot start, and tells what it is for.
async fn start(bot: Arc<dyn Bot>, surroundings: Surroundings, host: Arc<Host>) -> Result<()> {
    bot.start(&Context::new(Arc::new(surroundings))).await?;
    let usage = bot.usage();
    let ready = json!({
        "type": "ready",
        "usage": {"name": usage.name, "text": usage.text},
        "in_order": bot.in_order(),
    });
    host.write(&ready).await
}

async fn read(lines: &mut Lines<tokio::io::Stdin>) -> Result<Option<Map<String, Value>>> {
    let failed = || Diagnostic::failed("cannot read from the host");
    match lines
        .next()
        .await
        .map_err(|error| failed().source(&error))?
    {
        Line::End => Ok(None),
        Line::TooLong => Err(failed().cause("a line is too long")),
        Line::There(line) => object(line).map(Some),
    }
}

fn no_host() -> Diagnostic {
    Diagnostic::failed("nobody says hello")
        .hint("this program is a bot: name it as `command` in the settings of `zulipkit bot run`")
}

/// Takes a line of the host's.
fn take(
    mut line: Map<String, Value>,
    bot: &Arc<dyn Bot>,
    surroundings: &Surroundings,
    host: &Arc<Host>,
    handlings: &mut JoinSet<()>,
) {
    if line.get("type").is_some_and(|kind| kind == "answer") {
        host.answered(&mut line);
        return;
    }
    let Some(id) = line.get("id").and_then(Value::as_u64) else {
        return;
    };
    // What a newer host may send and this bot cannot read is nothing that it could deal with.
    let event = serde_json::from_value::<Event>(Value::Object(line));
    let wire = Arc::new(Wire {
        host: host.clone(),
        event: Some(id),
    });
    let surroundings = Surroundings {
        outlet: wire,
        ..surroundings.clone()
    };
    let (bot, host) = (bot.clone(), host.clone());
    handlings.spawn(async move {
        let outcome = match event {
            Ok(event) => tokio::spawn(handle(bot, event, surroundings)).await,
            Err(_) => Ok(Ok(())),
        };
        let line = match outcome {
            Ok(Ok(())) => json!({"type": "done", "id": id}),
            Ok(Err(error)) => json!({"type": "failed", "id": id, "error": error.one_line()}),
            Err(panic) => json!({"type": "failed", "id": id, "error": panic.to_string()}),
        };
        // If nobody reads any more, the end of the input comes next.
        let _ = host.write(&line).await;
    });
}

async fn handle(bot: Arc<dyn Bot>, event: Event, surroundings: Surroundings) -> Result<()> {
    let context = Context::new(Arc::new(surroundings));
    match event {
        Event::Message(message) => {
            let message = message.into();
            bot.handle(&message, &context.handling(message.clone()))
                .await
        }
        Event::Edit(edit) => {
            let edit: crate::Edit = edit.into();
            bot.edited(&edit, &context.handling(edit.message.clone()))
                .await
        }
        Event::Reaction(reaction) => bot.reacted(&reaction.into(), &context).await,
        Event::Further { event } => match serde_json::from_value(event) {
            Ok(event) => bot.event(&event, &context).await,
            Err(error) => Err(Diagnostic::failed("cannot read an event").source(&error)),
        },
        Event::Alarm { name, due, data } => bot.alarm(&Alarm { name, due, data }, &context).await,
    }
}

fn settings<B: Native>(hello: &Map<String, Value>) -> Result<B::Settings> {
    let failed = |error: &dyn std::error::Error| {
        Diagnostic::settings("cannot read the settings that the host passed on")
            .cause(error.to_string())
    };
    let config = hello.get("config").cloned().unwrap_or_else(|| json!({}));
    let table: toml::Table = serde_json::from_value(config).map_err(|error| failed(&error))?;
    let text = toml::to_string(&table).map_err(|error| failed(&error))?;
    let config = Config::in_file(std::path::Path::new("config"), &text, &[]);
    config.read(B::DEFAULTS).map(|settings| settings.value)
}

fn surroundings(hello: &Map<String, Value>, host: &Arc<Host>) -> Result<Surroundings> {
    let other = |what: &str| Diagnostic::failed(format!("the host says hello without {what}"));
    if hello.get("protocol").and_then(Value::as_u64) != Some(PROTOCOL) {
        return Err(other(&format!("the version {PROTOCOL} of the protocol")));
    }
    let bot = hello.get("bot").cloned().unwrap_or_default();
    let account: Account = serde_json::from_value(bot).map_err(|_| other("the bot's account"))?;
    let me = Me::from(account);
    let site = hello
        .get("site")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let credentials = Credentials {
        site: site.parse().map_err(|_| other("the server's address"))?,
        email: me.email.clone(),
        // The host has it, and makes the calls.
        key: String::new().into(),
        tls: Default::default(),
    };
    let wire = Arc::new(Wire {
        host: host.clone(),
        event: None,
    });
    Ok(Surroundings {
        me,
        client: Client::with_transport(credentials, wire.clone()).with_policy(Policy::once()),
        outlet: wire.clone(),
        storage: Storage::new(wire),
        files: Files::in_folder("."),
        clock: Clock::default(),
        http: crate::http::Http::default(),
    })
}
