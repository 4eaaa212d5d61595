//! The commands: one file or folder each, with its arguments, whose comments are its help.

mod account;
mod api;
pub(crate) mod bot;
mod demo;
mod doctor;
mod integration;
mod manual;
pub(crate) mod old;
mod outbox;
mod send;
mod sim;

use clap::Subcommand;
use zulipkit_diag::Result;

use crate::server::runtime;
use crate::ui::Ui;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Send(Box<send::SendArgs>),
    Api(api::ApiArgs),
    Doctor(doctor::DoctorArgs),
    #[command(flatten)]
    Integration(integration::IntegrationCommand),
    Bot(bot::BotArgs),
    Outbox(outbox::OutboxArgs),
    Sim(sim::SimArgs),
    Demo(demo::DemoArgs),
    Completions(manual::CompletionsArgs),
    Man(manual::ManArgs),
}

impl Command {
    pub(crate) fn run(self, ui: Ui) -> Result<()> {
        match self {
            Self::Send(arguments) => arguments.run(ui),
            Self::Api(arguments) => arguments.run(ui),
            Self::Doctor(arguments) => arguments.run(ui),
            Self::Integration(arguments) => arguments.run(ui),
            Self::Bot(arguments) => arguments.run(ui),
            Self::Outbox(arguments) => arguments.run(ui),
            Self::Sim(arguments) => arguments.run(ui),
            Self::Demo(arguments) => arguments.run(ui),
            Self::Completions(arguments) => arguments.run(ui),
            Self::Man(arguments) => arguments.run(ui),
        }
    }
}

/// Waits until somebody presses Ctrl-C or the service manager ends the program.
fn until_ctrl_c() -> Result<()> {
    runtime()?.block_on(stop_signal());
    Ok(())
}

/// Completes when the program is asked to end.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
