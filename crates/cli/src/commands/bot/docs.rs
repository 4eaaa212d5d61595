use clap::Args;
use zulipkit_diag::Result;

use super::native;
use crate::ui::Ui;

/// Print the page about a bot: what it does, what one says to it, its settings
#[derive(Debug, Args)]
pub(super) struct DocsArgs {
    /// The bot's name, as `zulipkit bot list` shows it
    bot: String,
}

impl DocsArgs {
    pub(super) fn run(&self, ui: Ui) -> Result<()> {
        let kind = native(&self.bot)?;
        if kind.docs.is_empty() {
            ui.data(format!("{} {}.", kind.name, kind.about));
        } else {
            ui.raw(kind.docs);
        }
        Ok(())
    }
}
