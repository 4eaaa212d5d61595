use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;
use zulipkit_diag::{Diagnostic, Result};

use crate::ui::Ui;

/// Print a script that completes commands and options in a shell
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  zulipkit completions bash > /etc/bash_completion.d/zulipkit")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl CompletionsArgs {
    pub(crate) fn run(&self, ui: Ui) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::command(), "zulipkit", &mut script);
        ui.raw(String::from_utf8_lossy(&script));
        Ok(())
    }
}

/// Print the manual page, or write one for each command into a folder
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  zulipkit man | man -l -\n  zulipkit man --out /usr/local/share/man/man1"
)]
pub(crate) struct ManArgs {
    /// The folder
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

impl ManArgs {
    pub(crate) fn run(&self, ui: Ui) -> Result<()> {
        let failed =
            |cause: std::io::Error| Diagnostic::failed("cannot write the manual").source(&cause);
        if let Some(folder) = &self.out {
            fs_err::create_dir_all(folder).map_err(failed)?;
            return clap_mangen::generate_to(crate::command(), folder).map_err(failed);
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(crate::command())
            .render(&mut page)
            .map_err(failed)?;
        ui.raw(String::from_utf8_lossy(&page));
        Ok(())
    }
}
