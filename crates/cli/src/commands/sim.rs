use std::path::PathBuf;

use clap::Args;
use zulipkit_diag::Result;
use zulipkit_sim::Sim;

use crate::ui::{BOLD, Ui, paint};

/// Run a simulated Zulip server on this machine
///
/// It behaves as a real server does towards programs, keeps everything in memory, and shows channels, topics and messages
/// on a page. It listens on the loopback address alone and ends with Ctrl-C.
///
///     zulipkit sim --port 9991 --channel commits --zuliprc /tmp/zuliprc
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
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
