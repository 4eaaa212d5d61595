use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};

use clap::Args;
use jiff::Timestamp;
use sd_notify::NotifyState;
use tokio::sync::watch;
use zulipkit_api::UserAgent;
use zulipkit_diag::{Diagnostic, Kind, Result};
use zulipkit_integrations::Integration;
use zulipkit_integrations::driver::Effective;
use zulipkit_integrations::jenkins::remote::Remote;
use zulipkit_integrations::jenkins::watch::{Failure, Looked, Watcher};
use zulipkit_integrations::jenkins::{DEFAULTS, Globs, Settings};
use zulipkit_integrations::web::Trouble;
use zulipkit_outbox::{Patience, wake};
use zulipkit_settings::{Environment, Identity, Loaded, dirs};

use crate::commands::stop_signal;
use crate::queue;
use crate::server::{platform, runtime};
use crate::service;
use crate::settings::{absolute, settings_file};
use crate::ui::Ui;

/// The action's name.
pub(super) const NAME: &str = "watch";

/// How long `--once` tries to deliver.
const ONCE: Duration = Duration::from_secs(60);

/// Follow the jobs of a Jenkins in which nothing is installed
///
/// It asks the JSON API what has ended since it looked before, and tells that. The first time, everything that is there counts
/// as seen. It also delivers, so it needs no other service.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WatchArgs {
    /// The address of Jenkins, instead of the one in the settings
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The Jenkins user who reads the jobs
    #[arg(long, value_name = "NAME", requires = "token_file")]
    user: Option<String>,
    /// A file that holds nothing but this user's API token
    #[arg(long, value_name = "FILE", requires = "user")]
    token_file: Option<PathBuf>,
    /// Follow these jobs: full paths, globs; `!` in front takes jobs out
    #[arg(long = "job", value_name = "GLOB")]
    jobs: Vec<String>,
    /// Look once and end, as a timer wants it
    #[arg(long)]
    once: bool,
    /// Read this settings file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  zulipkit jenkins watch --url https://ci.example.com/
  zulipkit jenkins watch --config /etc/zulipkit/jenkins.toml
  zulipkit jenkins watch --job 'Shop/**' --job '!**/PR-*' --once";

/// Builds the action for the tree of commands.
pub(super) fn command() -> clap::Command {
    WatchArgs::augment_args(clap::Command::new(NAME))
}

impl WatchArgs {
    pub(super) fn run(self, integration: &Integration, ui: Ui) -> Result<()> {
        let environment = Environment::of_process();
        let asked = self.config.as_deref();
        let path = settings_file(integration, &environment, asked, &[])?;
        let mut settings = zulipkit_settings::read::<Settings>(DEFAULTS, Some(&path))?;
        let once = self.once;
        self.override_in(&mut settings.value)?;
        let identity = settings.value.zulip.identify(Some(&path), &environment)?;
        let mut watcher = watcher(integration, settings.clone(), &identity, &environment)?;
        let deliver = Deliver {
            folder: dirs::state(&environment)?,
            credentials: match identity.file {
                Some(_) => None,
                None => Some(
                    settings
                        .value
                        .zulip
                        .credentials(Some(&path), &environment)?,
                ),
            },
        };
        match once {
            true => look_once(&mut watcher, deliver, ui),
            false => follow(&mut watcher, deliver, ui),
        }
    }

    fn override_in(self, settings: &mut Settings) -> Result<()> {
        let controller = &mut settings.controller;
        controller.url = self.url.or(controller.url.take());
        controller.user = self.user.or(controller.user.take());
        let token_file = self.token_file.as_deref().map(absolute);
        controller.token_file = token_file.or(controller.token_file.take());
        if !self.jobs.is_empty() {
            controller.jobs = Globs::new(&self.jobs)
                .map_err(|cause| Diagnostic::usage("cannot use `--job`").source(&cause))?;
        }
        Ok(())
    }
}

/// What it takes to deliver: the outbox, and the credentials if no file has them.
struct Deliver {
    folder: PathBuf,
    credentials: Option<zulipkit_api::Credentials>,
}

fn watcher(
    integration: &Integration,
    settings: Loaded<Settings>,
    identity: &Identity,
    environment: &Environment,
) -> Result<Watcher> {
    let folder = settings.path.as_deref().and_then(Path::parent);
    let agent = UserAgent::new(integration.agent, env!("CARGO_PKG_VERSION"), &platform());
    let remote = Remote::of(
        &settings.value.controller,
        folder.unwrap_or(Path::new("")),
        agent.as_str(),
    )?;
    let outbox = queue::open(environment)?;
    let limits = queue::limits(&outbox, &identity.site)?;
    let rules = integration.rules(Effective::of(&settings), limits)?;
    if let Some(problem) = rules.check().into_iter().next() {
        return Err(problem);
    }
    let account = queue::account_of(identity);
    Watcher::new(remote, outbox, settings.value, rules, account)
}

fn look_once(watcher: &mut Watcher, deliver: Deliver, ui: Ui) -> Result<()> {
    let looked = runtime()?.block_on(watcher.look(Timestamp::now()));
    let looked = looked.map_err(|failure| explain(watcher, failure))?;
    looked
        .warnings
        .iter()
        .for_each(|warning| ui.warning(warning));
    ui.say(said(watcher, &looked));
    if looked.messages > 0 {
        queue::deliver(&deliver.folder, Patience::For(ONCE), deliver.credentials)?;
    }
    Ok(())
}

/// Looks and delivers until the program is asked to end.
fn follow(watcher: &mut Watcher, deliver: Deliver, ui: Ui) -> Result<()> {
    let mut deliverer = queue::deliverer(&deliver.folder, deliver.credentials)?;
    let (stopping, stopped) = watch::channel(false);
    let stop = |mut stopped: watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    runtime()?.block_on(async {
        let signals = async {
            stop_signal().await;
            service::tell(&[NotifyState::Stopping]);
            let _ = stopping.send(true);
            Ok(())
        };
        let looking = async {
            look_for_ever(watcher, &deliver.folder, pin!(stop(stopped.clone())), ui).await;
            Ok(())
        };
        let delivering = async {
            deliverer
                .run(Patience::Forever, stop(stopped.clone()))
                .await
                .map(drop)
        };
        tokio::try_join!(signals, looking, delivering).map(drop)
    })?;
    ui.say("asked to end; what was seen is kept");
    Ok(())
}

/// Says something when the state changes, and else nothing: a line a minute would hide the one that matters.
async fn look_for_ever(
    watcher: &mut Watcher,
    outbox: &Path,
    mut stop: Pin<&mut impl Future<Output = ()>>,
    ui: Ui,
) {
    service::tell(&[NotifyState::Ready]);
    let mut trouble: Option<(String, Instant)> = None;
    let mut started = false;
    loop {
        let looked = tokio::select! {
            () = stop.as_mut() => return,
            looked = watcher.look(Timestamp::now()) => looked,
        };
        let pause = match looked {
            Ok(looked) => {
                if let Some((_, since)) = trouble.take() {
                    let after = since.elapsed().as_secs().div_ceil(60);
                    ui.talk(format!(
                        "{} answers again, after {after} min",
                        watcher.root()
                    ));
                }
                if !started {
                    ui.talk(said(watcher, &looked));
                    started = true;
                }
                looked
                    .warnings
                    .iter()
                    .for_each(|warning| ui.talk(warning.one_line()));
                if looked.messages > 0 {
                    wake::ring(outbox);
                }
                watcher.pause(&looked)
            }
            Err(failure) => {
                let state = state(&failure);
                if trouble.as_ref().is_none_or(|(known, _)| *known != state) {
                    ui.talk(explain(watcher, failure).one_line());
                }
                let since = trouble.map_or_else(Instant::now, |(_, since)| since);
                trouble = Some((state, since));
                watcher.interval()
            }
        };
        tokio::select! {
            () = stop.as_mut() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

fn said(watcher: &Watcher, looked: &Looked) -> String {
    let jobs = counted(looked.jobs, "job");
    let news = match looked.first {
        true => "what has ended up to now counts as seen".to_owned(),
        false => counted(looked.messages, "new message"),
    };
    format!("following {jobs} of {}; {news}", watcher.root())
}

fn counted(number: usize, name: &str) -> String {
    match number {
        1 => format!("1 {name}"),
        _ => format!("{number} {name}s"),
    }
}

/// Returns what is the same as long as nothing changes for whoever reads the log: how a connection fails may vary.
fn state(failure: &Failure) -> String {
    match failure {
        Failure::Controller(Trouble::Unreachable(_)) => "unreachable".to_owned(),
        Failure::Controller(trouble) => trouble.to_string(),
        Failure::Outbox(error) => error.one_line(),
    }
}

fn explain(watcher: &Watcher, failure: Failure) -> Diagnostic {
    let trouble = match failure {
        Failure::Outbox(error) => return error,
        Failure::Controller(trouble) => trouble,
    };
    let error = Diagnostic::new(
        Kind::TryLater,
        format!("cannot read the jobs of {}", watcher.root()),
    );
    let error = error.cause(&trouble);
    match watcher.advice(&trouble) {
        Some(advice) => error.hint(advice),
        None => error,
    }
}
