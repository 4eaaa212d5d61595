use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use clap::Args;
use listenfd::ListenFd;
use sd_notify::NotifyState;
use zulipkit_bots::runner::{RunBot, Workshop};
use zulipkit_bots::server::{Listeners, ServedBot, Server, ServerSettings};
use zulipkit_bots::{Config, Settings};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::botserverrc::{self, BotSection};
use zulipkit_settings::ini::Ini;
use zulipkit_settings::{Account, Environment, dirs, zuliprc};

use super::base::{Base, log_reload, told};
use crate::commands::stop_signal;
use crate::log::LogArgs;
use crate::service;
use crate::settings::absolute;
use crate::ui::Ui;

/// Serve bots to Zulip's outgoing webhooks
///
/// The bot's reply goes in the HTTP answer if it is ready in time, and by the API otherwise. It ends with Ctrl-C or SIGTERM when what
/// was accepted is finished; SIGHUP has it read its settings again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    /// Read this settings file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["botserverrc", "use_env_vars"])]
    config: Option<PathBuf>,
    /// Read the bots from this botserverrc, as Zulip lets you download it; or from a zuliprc with a token
    #[arg(long, value_name = "FILE", conflicts_with = "use_env_vars")]
    botserverrc: Option<PathBuf>,
    /// Read the bots from `ZULIP_BOTSERVER_CONFIG`
    #[arg(long)]
    use_env_vars: bool,
    /// Serve this bot alone; with a zuliprc, the bot to serve
    #[arg(long, value_name = "NAME")]
    bot_name: Option<String>,
    /// Listen for Zulip here, whatever the settings say
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Serve the operator's page and the metrics here, whatever the settings say
    #[arg(long, value_name = "ADDRESS")]
    operator: Option<SocketAddr>,
    #[command(flatten)]
    log: LogArgs,
}

const EXAMPLES: &str = "\
Examples:
  zulipkit bot serve --config /etc/zulipkit/bots.toml
  zulipkit bot serve --botserverrc ~/botserverrc --listen 127.0.0.1:5002";

/// Which bots are served, and how they can be read again.
pub(crate) struct Service {
    pub(crate) bots: Source,
    /// The bot to serve alone.
    pub(crate) only: Option<String>,
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) operator: Option<SocketAddr>,
    /// Messages of direct conversations with several people are handled without a mention too, as zulip-botserver did.
    pub(crate) all_of_groups: bool,
    /// The settings of the bots by section, for those of a botserverrc.
    pub(crate) bot_config: Option<PathBuf>,
}

/// Where the bots are named.
pub(crate) enum Source {
    /// A settings file.
    File(PathBuf),
    /// A botserverrc, or a zuliprc with a token.
    Botserverrc(PathBuf),
    /// The variable.
    Environment,
}

impl ServeArgs {
    pub(crate) fn run(self, ui: Ui) -> Result<()> {
        self.log.start(ui.is_quiet());
        let environment = Environment::of_process();
        let bots = match (self.botserverrc, self.use_env_vars) {
            (Some(path), _) => Source::Botserverrc(absolute(&path)),
            (None, true) => Source::Environment,
            (None, false) => Source::File(settings_file(self.config.as_deref(), &environment)?),
        };
        let service = Service {
            bots,
            only: self.bot_name,
            listen: self.listen,
            operator: self.operator,
            all_of_groups: false,
            bot_config: None,
        };
        serve(&service, &environment, ui)
    }
}

/// Serves bots until the program is asked to end.
pub(crate) fn serve(service: &Service, environment: &Environment, ui: Ui) -> Result<()> {
    let base = Base::open(environment)?;
    let workshop = base.workshop();
    let read = || service.read(&workshop);
    let (settings, bots) = read().map_err(|errors| told(ui, errors))?;
    let (listen, mut operator) = (settings.listen, settings.operator);
    let scheme = match settings.certificate {
        Some(_) => "https",
        None => "http",
    };
    let serves = match bots.len() {
        1 => "serves a bot".to_owned(),
        count => format!("serves {count} bots"),
    };
    let (journal, keeper) = (base.journal.clone(), base.keeper.clone());
    let server = Server::new(settings, journal, Some(keeper), bots)?;
    let mut listeners = inherited()?;
    if operator.port() == 0 && listeners.operator.is_none() {
        let opened = on_some_port(operator)?;
        operator = opened.1;
        listeners.operator = Some(opened.0);
    }
    service::block_on(async {
        let inherited = listeners.calls.is_some();
        let watchdog = service::watchdog(|| serves.clone());
        let run = server.run(listeners, async {
            let open = if inherited {
                "the sockets of systemd".to_owned()
            } else {
                format!("{scheme}://{listen}/")
            };
            tracing::info!("{serves} on {open}; the operator's page is on http://{operator}/");
            service::tell(&[NotifyState::Ready]);
            stop_signal().await;
            service::tell(&[NotifyState::Stopping]);
        });
        tokio::select! {
            outcome = run => outcome,
            () = watchdog => Ok(()),
            ended = reload(&server, read) => ended,
        }
    })
}

/// Reads the settings again when asked to.
async fn reload(
    server: &Server,
    read: impl Fn() -> Result<(ServerSettings, Vec<ServedBot>), Vec<Diagnostic>>,
) -> Result<()> {
    let mut asked = service::reloads()?;
    loop {
        asked().await;
        service::tell_reloading();
        let replaced = match read() {
            Ok((_, bots)) => server.replace(bots).await.map_err(|error| vec![error]),
            Err(errors) => Err(errors),
        };
        log_reload(replaced);
        service::tell(&[NotifyState::Ready]);
    }
}

impl Service {
    fn read(
        &self,
        workshop: &Workshop<'_>,
    ) -> Result<(ServerSettings, Vec<ServedBot>), Vec<Diagnostic>> {
        let one = |error| vec![error];
        let (mut settings, bots) = match &self.bots {
            Source::File(path) => self.of_file(path, workshop)?,
            Source::Botserverrc(path) => {
                let sections = botserverrc::read(path).map_err(one)?;
                let account = |section: &BotSection| Account {
                    zuliprc: Some(zuliprc::in_section(path, &section.name)),
                    ..Account::default()
                };
                (
                    ServerSettings::default(),
                    self.of_sections(sections, account, workshop)?,
                )
            }
            Source::Environment => {
                let sections = botserverrc::of_environment(workshop.environment).map_err(one)?;
                let account = |section: &BotSection| Account {
                    site: Some(section.credentials.site.to_string()),
                    email: Some(section.credentials.email.clone()),
                    key: Some(section.credentials.key.clone()),
                    ..Account::default()
                };
                (
                    ServerSettings::default(),
                    self.of_sections(sections, account, workshop)?,
                )
            }
        };
        settings.listen = self.listen.unwrap_or(settings.listen);
        settings.operator = self.operator.unwrap_or(settings.operator);
        Ok((settings, bots))
    }

    fn of_file(
        &self,
        path: &Path,
        workshop: &Workshop<'_>,
    ) -> Result<(ServerSettings, Vec<ServedBot>), Vec<Diagnostic>> {
        let mut file = Settings::read(path).map_err(|error| vec![error])?;
        let bots = workshop.bots(&file, self.only.as_deref())?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        let server = &mut file.value.server;
        for pem in [&mut server.certificate, &mut server.certificate_key] {
            *pem = pem.take().map(|path| folder.join(path));
        }
        let mut served = Vec::new();
        let mut errors = Vec::new();
        for bot in bots {
            let settings = file.value.bot[&bot.name].get_ref();
            match settings.token(&bot.name, folder) {
                Ok(token) => served.push(ServedBot { bot, token }),
                Err(error) => errors.push(error),
            }
        }
        match errors.is_empty() {
            true => Ok((file.value.server, served)),
            false => Err(errors),
        }
    }

    /// Makes the bots of a botserverrc. With a name, only that one is served; if no section has it, the first one is taken, as a
    /// zuliprc has but one, called `api`.
    fn of_sections(
        &self,
        mut sections: Vec<BotSection>,
        account: impl Fn(&BotSection) -> Account,
        workshop: &Workshop<'_>,
    ) -> Result<Vec<ServedBot>, Vec<Diagnostic>> {
        if let Some(only) = &self.only {
            let at = sections.iter().position(|section| section.name == *only);
            let section = sections.swap_remove(at.unwrap_or(0));
            if at.is_none() && section.name != "api" {
                let taken = &section.name;
                tracing::warn!("there is no section `{only}`: it gets the account of `{taken}`");
            }
            sections = vec![section];
        }
        let bot_config = match &self.bot_config {
            Some(path) => {
                let text = zulipkit_settings::file::read_trusted(path);
                Some((path, text.map_err(|error| vec![error])?))
            }
            None => None,
        };
        let mut served = Vec::new();
        let mut errors = Vec::new();
        for section in sections {
            let kind = self.only.as_deref().unwrap_or(&section.name);
            let make = || -> Result<RunBot> {
                let kind = super::native(kind).map_err(|error| name_of_section(error, kind))?;
                let config = match &bot_config {
                    Some((path, text)) if Ini::parse(path, text)?.options(kind.name).is_some() => {
                        Config::in_ini(path, text, kind.name)?
                    }
                    _ => Config::none(),
                };
                workshop.native(kind, &account(&section), &config)
            };
            match make() {
                Ok(mut bot) => {
                    if self.all_of_groups {
                        bot.listen.groups = zulipkit_bots::address::Groups::Always;
                    }
                    served.push(ServedBot {
                        bot,
                        token: section.token,
                    });
                }
                Err(error) => errors.push(error),
            }
        }
        match errors.is_empty() {
            true => Ok(served),
            false => Err(errors),
        }
    }
}

fn name_of_section(error: Diagnostic, kind: &str) -> Diagnostic {
    match kind {
        "api" => error.hint("a zuliprc does not say which bot to run: `--bot-name NAME` does"),
        _ => error,
    }
}

fn settings_file(asked: Option<&Path>, environment: &Environment) -> Result<PathBuf> {
    dirs::settings_file(environment, "bots", asked, &[])
        .map(|path| absolute(&path))
        .ok_or_else(|| {
            Diagnostic::settings("cannot find the settings of the bots")
                .hint("name a settings file with `--config FILE`, or `--botserverrc FILE`")
        })
}

/// Takes over the sockets that systemd opened: the first for Zulip, the second for the operator.
fn inherited() -> Result<Listeners> {
    let mut sockets = ListenFd::from_env();
    let has_two = sockets.len() > 1;
    let mut take = |at| {
        sockets.take_tcp_listener(at).map_err(|error| {
            Diagnostic::settings("cannot use the sockets of systemd").source(&error)
        })
    };
    Ok(Listeners {
        calls: take(0)?,
        operator: if has_two { take(1)? } else { None },
    })
}

/// Opens a socket whose port the system chooses, and returns its address, so that it can be told.
fn on_some_port(address: SocketAddr) -> Result<(TcpListener, SocketAddr)> {
    let open = || -> std::io::Result<_> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    open().map_err(|error| Diagnostic::failed(format!("cannot listen on {address}")).source(&error))
}
