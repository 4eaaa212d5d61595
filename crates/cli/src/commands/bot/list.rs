use clap::Args;
use serde_json::json;
use zulipkit_catalog::all;
use zulipkit_diag::Result;

use crate::ui::{BOLD, Ui, paint};

/// List the bots that come with zulipkit
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl ListArgs {
    pub(super) fn run(&self, ui: Ui) -> Result<()> {
        if self.json {
            let bots: Vec<_> = all()
                .iter()
                .map(|kind| json!({"name": kind.name, "about": kind.about}))
                .collect();
            ui.json(&bots);
            return Ok(());
        }
        let width = all().iter().map(|kind| kind.name.len()).max().unwrap_or(0);
        for kind in all() {
            let name = format!("{:width$}", kind.name);
            ui.data(format!("{}  {}", paint(BOLD, name), kind.about));
        }
        Ok(())
    }
}
