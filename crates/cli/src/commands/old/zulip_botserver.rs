use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;

use clap::Parser;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::account::expand;
use crate::commands::bot::serve::{Service, Source, serve};
use crate::log::LogArgs;
use crate::settings::absolute;
use crate::ui::Ui;

/// A port of this machine that the system chooses.
const SOME_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Serve bots to Zulip's outgoing webhooks, with the flags of the Python program of this name
#[derive(Debug, Parser)]
#[command(name = "zulip-botserver")]
struct Args {
    /// A botserverrc with the bots, or a zuliprc with a token
    #[arg(
        long,
        short,
        value_name = "PATH",
        required_unless_present = "use_env_vars",
        conflicts_with = "use_env_vars"
    )]
    config_file: Option<PathBuf>,
    /// Read the bots from `ZULIP_BOTSERVER_CONFIG`
    #[arg(long, short = 'e')]
    use_env_vars: bool,
    /// The settings of the bots, a section for each
    #[arg(long, value_name = "PATH")]
    bot_config_file: Option<PathBuf>,
    /// Serve this bot alone
    #[arg(long, short, value_name = "NAME")]
    bot_name: Option<String>,
    /// The address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    hostname: String,
    /// The port to listen on
    #[arg(long, value_name = "N", default_value_t = 5002)]
    port: u16,
    /// Serve the operator's page and the metrics here; without it the system chooses a port, and the log tells it
    #[arg(long, value_name = "ADDRESS")]
    operator: Option<SocketAddr>,
    #[command(flatten)]
    log: LogArgs,
}

pub(super) fn run(arguments: &[OsString]) -> u8 {
    let args: Args = match super::parse("zulip-botserver", arguments) {
        Ok(args) => args,
        Err(code) => return code,
    };
    let ui = Ui::new(false);
    args.log.start(false);
    match args.serve(ui) {
        Ok(()) => 0,
        // The old program ended with 1, whatever was wrong.
        Err(error) => {
            ui.error(&error);
            1
        }
    }
}

impl Args {
    fn serve(&self, ui: Ui) -> Result<()> {
        let environment = Environment::of_process();
        let service = Service {
            bots: match &self.config_file {
                Some(path) => Source::Botserverrc(absolute(&expand(path.clone(), &environment))),
                None => Source::Environment,
            },
            only: self.bot_name.clone(),
            listen: Some(self.address()?),
            // The old program had no such page, so whoever runs two of them thinks of one port each.
            operator: self.operator.or(Some(SOME_PORT)),
            all_of_groups: true,
            bot_config: self
                .bot_config_file
                .clone()
                .map(|path| expand(path, &environment)),
        };
        serve(&service, &environment, ui)
    }

    fn address(&self) -> Result<SocketAddr> {
        let cannot = || Diagnostic::usage(format!("cannot listen on `{}`", self.hostname));
        let found: Vec<_> = (self.hostname.as_str(), self.port)
            .to_socket_addrs()
            .map_err(|error| cannot().source(&error))?
            .collect();
        // A name meant its IPv4 address, which is what the proxy before it is told.
        let preferred = found.iter().find(|address| address.is_ipv4());
        preferred
            .or(found.first())
            .copied()
            .ok_or_else(|| cannot().cause("it has no address"))
    }
}
