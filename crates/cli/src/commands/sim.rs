use std::path::PathBuf;

use clap::Args;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_sim::{Builder, Sim};

use crate::ui::{BOLD, Ui, paint};

/// Run a simulated Zulip server on this machine
///
/// It behaves as a real server does towards programs, keeps everything in memory, and shows channels, topics and messages
/// on a page. It listens on the loopback address alone and ends with Ctrl-C.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  zulipkit sim --port 9991 --channel commits --zuliprc /tmp/zuliprc"
)]
pub(crate) struct SimArgs {
    /// Listen on this port; without it the system chooses one
    #[arg(long)]
    port: Option<u16>,
    /// Make a channel of this name; may be given several times
    #[arg(long = "channel", value_name = "NAME", default_value = "commits")]
    channels: Vec<String>,
    /// Make a person; may be given several times
    #[arg(long = "person", value_name = "NAME:ADDRESS")]
    people: Vec<String>,
    /// Write a zuliprc file of the simulated bot
    #[arg(long, value_name = "FILE")]
    zuliprc: Option<PathBuf>,
    /// Go on from this file if it is there, and save everything to it at the end
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Set up what the recorded scenarios assume instead, and write the accounts for `replay.py` to this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["channels", "people", "zuliprc", "state"])]
    accounts: Option<PathBuf>,
}

/// Where `replay.py` listens as a bot server unless it is told otherwise.
const LISTENER_PORT: u16 = 5002;

impl SimArgs {
    pub(crate) fn run(&self, ui: Ui) -> Result<()> {
        let sim = match &self.accounts {
            None => self.start()?,
            Some(path) => {
                let (sim, accounts) = self
                    .builder()?
                    .start_conformance(LISTENER_PORT)
                    .map_err(|cause| failed("start the simulated server", &cause))?;
                let text = format!("{accounts:#}\n");
                fs_err::write(path, text).map_err(|cause| failed("write the accounts", &cause))?;
                sim
            }
        };
        ui.data(format!(
            "The simulated server and its page: {}",
            paint(BOLD, sim.url())
        ));
        if let Some(path) = &self.zuliprc {
            sim.zuliprc(path)
                .map_err(|cause| failed("write the zuliprc", &cause))?;
            ui.data(format!("The bot's zuliprc: {}", path.display()));
        }
        ui.say("Ctrl-C ends it");
        super::until_ctrl_c()?;
        // What is answered after the state is saved would be lost.
        sim.stop();
        match &self.state {
            Some(path) => sim
                .save(path)
                .map_err(|cause| failed("save the state", &cause)),
            None => Ok(()),
        }
    }

    fn start(&self) -> Result<Sim> {
        let mut builder = self.builder()?;
        match &self.state {
            Some(path) if path.exists() => builder = builder.load(path),
            _ => {
                for channel in &self.channels {
                    builder = builder.channel(channel);
                }
            }
        }
        builder
            .start()
            .map_err(|cause| failed("start the simulated server", &cause))
    }

    fn builder(&self) -> Result<Builder> {
        let mut builder = Sim::builder();
        if let Some(port) = self.port {
            builder = builder.port(port);
        }
        for person in &self.people {
            let (name, address) = person.rsplit_once(':').ok_or_else(|| {
                Diagnostic::usage(format!("`{person}` is no person"))
                    .hint("write `--person \"Ada Lovelace:ada@example.com\"`")
            })?;
            builder = builder.person(name, address);
        }
        Ok(builder)
    }
}

fn failed(doing: &str, cause: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::failed(format!("cannot {doing}")).cause(cause)
}
