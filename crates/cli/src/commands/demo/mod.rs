mod story;
mod world;

use clap::Args;
use zulipkit_diag::{Diagnostic, Result};

use crate::ui::{BOLD, DIM, Ui, paint};
use world::World;

/// Show zulipkit at work: a simulated server, a real Git repository, real pushes
///
/// Everything happens in a folder of its own that is removed at the end, and on the loopback address. The messages are
/// shown here as they arrive, and on a page whose address is printed.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// End when the story is told, instead of keeping the page until Ctrl-C
    #[arg(long)]
    once: bool,
    /// Show the page on this port; without it the system chooses one
    #[arg(long)]
    port: Option<u16>,
}

impl DemoArgs {
    pub(crate) fn run(&self, ui: Ui) -> Result<()> {
        let mut world = World::new(self.port, ui)?;
        ui.data(format!(
            "The simulated server's page: {}",
            paint(BOLD, world.page())
        ));
        story::tell(&mut world)?;
        ui.data("");
        ui.data(format!(
            "All of it is on the page: {}",
            paint(BOLD, world.page())
        ));
        if !self.once {
            ui.data(paint(DIM, "Ctrl-C ends it."));
            super::until_ctrl_c()?;
        }
        Ok(())
    }
}

/// A step of the story that failed is the demo's own fault or the machine's.
fn failed(doing: &str, cause: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::failed(format!("cannot show the demo: {doing}")).cause(cause)
}
