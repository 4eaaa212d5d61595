use std::path::PathBuf;

use clap::Args;
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_sim::Sim;

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
    /// Write a zuliprc file of the simulated bot
    #[arg(long, value_name = "FILE")]
    zuliprc: Option<PathBuf>,
}

impl SimArgs {
    pub(crate) fn run(&self, ui: Ui) -> Result<()> {
        let failed = |doing: &str, cause: &dyn std::fmt::Display| {
            Diagnostic::failed(format!("cannot {doing}")).cause(cause)
        };
        let mut builder = Sim::builder();
        for channel in &self.channels {
            builder = builder.channel(channel);
        }
        if let Some(port) = self.port {
            builder = builder.port(port);
        }
        let sim = builder
            .start()
            .map_err(|cause| failed("start the simulated server", &cause))?;
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
        super::until_ctrl_c()
    }
}
