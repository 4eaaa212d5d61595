//! `zulipkit bot new`: a bot to begin with, with its tests.

mod name;
mod rust;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use zulipkit_diag::{Diagnostic, Result};

use self::name::Name;
use crate::ui::{BOLD, Ui, paint};

/// Make a bot of your own: a folder with the bot, its settings, a dialog that tests it, and a page about it
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct NewArgs {
    /// Its name: small letters, digits and hyphens
    name: String,
    /// Make this folder; by default one of the bot's name
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,
    /// Write it in this language
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    language: Language,
    /// Use the zulipkit that lies in this folder; by default the one that this program was built from
    #[arg(long, value_name = "DIR")]
    zulipkit: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  zulipkit bot new weather                  a crate in the folder `weather`
  zulipkit bot new weather --path bots/w    in another folder";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    Rust,
}

/// A file to be made: its path below the folder, and its text.
struct Made {
    path: &'static str,
    text: String,
}

impl NewArgs {
    pub(super) fn run(&self, ui: Ui) -> Result<()> {
        let name = Name::parse(&self.name)?;
        let folder = self
            .path
            .clone()
            .unwrap_or_else(|| self.name.clone().into());
        let (files, next) = match self.language {
            Language::Rust => (rust::files(&name, self.zulipkit.as_deref())?, rust::NEXT),
        };
        make(&folder, &files)?;
        ui.data(format!(
            "Made the bot {} in `{}`:",
            paint(BOLD, &self.name),
            folder.display()
        ));
        for file in &files {
            ui.data(format!("  {}", file.path));
        }
        ui.say(format!("Next: `cd {}`, then {next}", folder.display()));
        Ok(())
    }
}

/// Makes a folder with these files; one that is there must be empty.
fn make(folder: &Path, files: &[Made]) -> Result<()> {
    let failed = || Diagnostic::failed(format!("cannot make a bot in `{}`", folder.display()));
    if let Ok(mut entries) = fs_err::read_dir(folder)
        && entries.next().is_some()
    {
        return Err(failed()
            .cause("the folder is not empty")
            .hint("`--path DIR` makes it elsewhere"));
    }
    for file in files {
        let path = folder.join(file.path);
        if let Some(parent) = path.parent() {
            fs_err::create_dir_all(parent).map_err(|error| failed().source(&error))?;
        }
        fs_err::write(&path, &file.text).map_err(|error| failed().source(&error))?;
    }
    Ok(())
}
