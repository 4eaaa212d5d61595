//! `zulipkit bot shell`: a conversation with a bot in the terminal, with no server.

mod input;
mod line;
mod markdown;
mod room;
mod show;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::signal::ctrl_c;
use zulipkit_bots::local::{Deeds, Session, Time, World};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::{Environment, dirs};

use self::input::Input;
use self::room::{Room, Said};
use self::show::Screen;
use super::subject::{Subject, SubjectArgs};
use crate::server::runtime;
use crate::ui::Ui;

/// Talk to a bot in the terminal, without a server
///
/// What is typed is said to the bot, in a direct message at first. Lines that begin with a slash do other things; `/help`
/// lists them. The bot hears what it would hear on a server, and remembers nothing afterwards.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ShellArgs {
    #[command(flatten)]
    pub(crate) subject: SubjectArgs,
    /// Replay the lines of this file and print what was said
    #[arg(long, value_name = "DIALOG")]
    pub(crate) file: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  zulipkit bot shell helloworld                   a bot that comes with zulipkit
  zulipkit bot shell todo --config bots.toml      one of a settings file, with its settings
  zulipkit bot shell todo --file dialog.txt       replay the lines of a file
  echo hello | zulipkit bot shell helloworld      replay what comes on standard input";

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// There was nothing more to say.
    Done,
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

impl ShellArgs {
    pub(crate) fn run(&self, ui: Ui) -> Result<()> {
        self.talk(ui).map(drop)
    }

    /// Talks until the input ends.
    pub(crate) fn talk(&self, ui: Ui) -> Result<End> {
        let environment = Environment::of_process();
        let subject = self.subject.subject(&environment)?;
        let history = dirs::state(&environment).ok();
        let input = Input::open(self.file.as_deref(), history)?;
        runtime()?.block_on(converse(subject, input, ui))
    }
}

async fn converse(subject: Subject, mut input: Input, ui: Ui) -> Result<End> {
    let usage = subject.bot.usage();
    let (world, mut deeds) = World::new(&usage.name, Time::Ahead(Default::default()));
    world.channel("general");
    for channel in &subject.listen.channels {
        world.channel(channel);
    }
    let session = Session::new(
        world.clone(),
        subject.bot,
        subject.listen,
        subject.files,
        Default::default(),
    )?;
    let screen = Screen::new(ui, world, &usage.name, input.printer());
    session.start().await?;
    screen.show_all(&mut deeds);
    let mut room = Room::new(session);
    if input.is_terminal() {
        screen.note(&format!(
            "This is {} in a small world without a server. `/help` tells what you can do, Ctrl-D ends it.",
            usage.name
        ));
    }
    loop {
        input.ask(&room.prompt());
        let text = match wait_for_line(&mut input, &room, &mut deeds, &screen).await {
            Some(Ok(text)) => text,
            Some(Err(input::Interrupted)) => return Ok(End::Interrupted),
            None => return Ok(End::Done),
        };
        let Some(line) = line::parse(&text) else {
            continue;
        };
        screen.enter(room.conversation());
        if !input.is_terminal() {
            screen.echo(&room, &text);
        }
        match line {
            Ok(line::Line::Quit) => return Ok(End::Done),
            Ok(line) => act(line, &mut room, &mut deeds, &screen).await,
            Err(error) => screen.error(&error),
        }
    }
}

/// Waits for a line; meanwhile time passes, and what the bot does by itself is shown.
async fn wait_for_line(
    input: &mut Input,
    room: &Room,
    deeds: &mut Deeds,
    screen: &Screen,
) -> Option<Result<String, input::Interrupted>> {
    loop {
        let alarm = room.session.world().alarms().into_iter().next();
        let now = room.session.world().now();
        let wait = alarm.map(|alarm| alarm.due.duration_since(now));
        let wait = wait.map(|wait| Duration::try_from(wait).unwrap_or_default());
        let alarm_rings = async {
            match wait {
                Some(wait) => tokio::time::sleep(wait).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // A replayed line must not overtake what the bot said before.
            biased;
            Some(deed) = deeds.next() => screen.show(&deed),
            () = alarm_rings => {
                for outcome in room.session.pass(room.session.world().now()).await {
                    screen.outcome(&outcome);
                }
            }
            line = input.next() => return line,
        }
    }
}

/// Does what a line says, and shows what the bot does until it has dealt with it.
async fn act(line: line::Line, room: &mut Room, deeds: &mut Deeds, screen: &Screen) {
    let said = {
        let doing = room.act(line);
        tokio::pin!(doing);
        loop {
            tokio::select! {
                biased;
                Some(deed) = deeds.next() => screen.show(&deed),
                said = &mut doing => break said,
                _ = ctrl_c() => break Err(Diagnostic::failed("the bot did not finish").cause("you pressed Ctrl-C")),
            }
        }
    };
    screen.show_all(deeds);
    match said {
        Ok(Said::Note(text)) => screen.note(&text),
        Ok(Said::Outcomes(outcomes)) => outcomes.iter().for_each(|outcome| screen.outcome(outcome)),
        Ok(Said::Unheard(why)) => screen.note(&why),
        Err(error) => screen.error(&error),
    }
}
