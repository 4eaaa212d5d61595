mod config;
mod doctor;
mod install;
mod preview;
mod test;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_integrations::find;
use zulipkit_integrations::git::{self, Repository, Settings};
use zulipkit_settings::{Environment, Loaded};

use crate::settings::git_settings;
use crate::ui::Ui;

/// Tell Zulip of pushes to a Git repository
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GitArgs {
    #[command(subcommand)]
    action: Action,
}

const EXAMPLES: &str = "\
Examples:
  zulipkit git install /srv/git/website.git --zuliprc ~/zuliprc --channel commits
  zulipkit git preview /srv/git/website.git
  zulipkit git config /srv/git/website.git";

#[derive(Debug, Subcommand)]
enum Action {
    Install(install::InstallArgs),
    Preview(preview::PreviewArgs),
    Test(test::TestArgs),
    Config(config::ConfigArgs),
    Doctor(doctor::DoctorArgs),
    PostReceive(PostReceiveArgs),
    /// Print the page about the Git integration
    Docs,
}

/// Accept what Git says after a push: the hook
///
/// Git calls it in the repository, with a line `OLD NEW REF` on standard input for each ref that moved. It ends with 0
/// whatever happens, since a notice should never look like a failed push.
#[derive(Debug, Args)]
struct PostReceiveArgs {
    /// Read this settings file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// End with the code of an error instead of 0
    #[arg(long)]
    strict: bool,
}

/// Which repository, and which settings.
#[derive(Debug, Args)]
struct Place {
    /// The repository: a bare one, or a folder with a `.git`
    #[arg(value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    /// Read this settings file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Place {
    fn open(&self, environment: &Environment) -> Result<(Repository, Loaded<Settings>)> {
        let repository = open_repository(&self.repository, environment)?;
        let beside = git::install::settings_folder(&repository);
        let settings = git_settings(environment, self.config.as_deref(), beside.as_deref())?;
        Ok((repository, settings))
    }
}

fn open_repository(path: &Path, environment: &Environment) -> Result<Repository> {
    Repository::open(path, environment).map_err(|cause| {
        Diagnostic::failed(format!("cannot open the repository `{}`", path.display()))
            .source(&cause)
    })
}

impl GitArgs {
    pub(crate) fn run(self, ui: Ui) -> Result<()> {
        match self.action {
            Action::Install(arguments) => arguments.run(ui),
            Action::Preview(arguments) => arguments.run(ui),
            Action::Test(arguments) => arguments.run(ui),
            Action::Config(arguments) => arguments.run(ui),
            Action::Doctor(arguments) => arguments.run(ui),
            Action::PostReceive(arguments) => Err(arguments.misplaced()),
            Action::Docs => {
                ui.raw(find(git::NAME).expect("git is in the registry").docs);
                Ok(())
            }
        }
    }
}

impl PostReceiveArgs {
    /// The hook's calls are recognised before the tree of commands is built, in the one form that the tree allows too.
    fn misplaced(&self) -> Diagnostic {
        Diagnostic::usage(format!("cannot run as a hook with {self:?}"))
            .hint("write it as `zulipkit git post-receive [--strict] [--config FILE]`")
    }
}
