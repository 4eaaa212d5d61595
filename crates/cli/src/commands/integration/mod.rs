//! The actions of every integration. Which there are, and what their help says, is in the registry.

mod config;
mod doctor;
mod install;
mod preview;
mod test;
mod watch;

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Args, FromArgMatches, Subcommand};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_integrations::driver::{AnyInstance, Configured, Hook};
use zulipkit_integrations::{Integration, all, find, jenkins};
use zulipkit_settings::Environment;

use crate::settings::settings_file;
use crate::ui::Ui;

/// `zulipkit NAME ACTION` for an integration.
#[derive(Debug)]
pub(crate) struct IntegrationCommand {
    integration: &'static Integration,
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Install(install::InstallArgs),
    Preview(preview::PreviewArgs),
    Test(test::TestArgs),
    Config(config::ConfigArgs),
    Doctor(doctor::DoctorArgs),
    /// What the product calls; which hooks there are depends on the integration.
    #[command(skip)]
    Hook(&'static Hook),
    /// Print the integration's page.
    #[command(skip)]
    Docs,
    /// Jenkins alone can be followed from outside.
    #[command(skip)]
    Watch(watch::WatchArgs),
}

/// The options of a hook.
#[derive(Debug, Args)]
struct HookArgs {
    /// Read this settings file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// End with the code of an error instead of 0
    #[arg(long)]
    strict: bool,
}

/// Which repository, or what else the integration tells of, and which settings.
#[derive(Debug, Args)]
struct Place {
    #[arg(default_value = ".")]
    instance: PathBuf,
    /// Read this settings file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Place {
    fn open(
        &self,
        integration: &Integration,
        environment: &Environment,
    ) -> Result<Box<dyn AnyInstance>> {
        open(integration, &self.instance, environment)
    }

    fn configure<'a>(
        &self,
        integration: &Integration,
        instance: &'a dyn AnyInstance,
        environment: &Environment,
    ) -> Result<Box<dyn Configured + 'a>> {
        let own = instance.settings_files();
        let asked = self.config.as_deref();
        instance.read(&settings_file(integration, environment, asked, &own)?)
    }
}

fn open(
    integration: &Integration,
    path: &Path,
    environment: &Environment,
) -> Result<Box<dyn AnyInstance>> {
    integration.driver.open(path, environment)
}

impl IntegrationCommand {
    pub(crate) fn run(self, ui: Ui) -> Result<()> {
        let integration = self.integration;
        match self.action {
            Action::Install(arguments) => arguments.run(integration, ui),
            Action::Preview(arguments) => arguments.run(integration, ui),
            Action::Test(arguments) => arguments.run(integration, ui),
            Action::Config(arguments) => arguments.run(integration, ui),
            Action::Doctor(arguments) => arguments.run(integration, ui),
            Action::Docs => {
                ui.raw(integration.docs);
                Ok(())
            }
            Action::Hook(hook) => Err(misplaced(integration, hook)),
            Action::Watch(arguments) => arguments.run(integration, ui),
        }
    }
}

/// The hook's calls are recognised before the tree of commands is built, in the one form that the tree allows too.
fn misplaced(integration: &Integration, hook: &Hook) -> Diagnostic {
    let (name, action) = (integration.name, hook.name);
    let form = format!(
        "zulipkit {name} {action} [--strict] [--config FILE] {}",
        hook.usage
    );
    Diagnostic::usage(format!(
        "cannot run as the hook `{action}` with these arguments"
    ))
    .hint(format!("write it as `{}`", form.trim_end()))
}

impl Subcommand for IntegrationCommand {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        all().iter().fold(command, |command, integration| {
            command.subcommand(subcommand(integration))
        })
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        find(name).is_some()
    }
}

impl FromArgMatches for IntegrationCommand {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let unknown = || clap::Error::new(clap::error::ErrorKind::InvalidSubcommand);
        let (name, matches) = matches.subcommand().ok_or_else(unknown)?;
        let integration = find(name).ok_or_else(unknown)?;
        let action = match matches.subcommand() {
            Some(("docs", _)) => Action::Docs,
            Some((watch::NAME, matches)) => {
                Action::Watch(watch::WatchArgs::from_arg_matches(matches)?)
            }
            action => match action.and_then(|(name, _)| integration.hook(name)) {
                Some(hook) => Action::Hook(hook),
                None => Action::from_arg_matches(matches)?,
            },
        };
        Ok(Self {
            integration,
            action,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Builds the actions of an integration, with its own words in their help.
fn subcommand(integration: &'static Integration) -> clap::Command {
    let help = &integration.help;
    let words = &help.words;
    let [examples, install, preview] = help.examples;
    let command = clap::Command::new(integration.name)
        .about(help.about)
        .after_help(examples)
        .subcommand_required(true)
        .arg_required_else_help(true);
    let mut command = Action::augment_subcommands(command)
        .mut_subcommand("install", |action| {
            let more = action.get_long_about().map(ToString::to_string);
            let about = format!("{}\n\n{}", words.install, more.unwrap_or_default());
            action
                .about(words.install)
                .long_about(about.trim_end().to_owned())
                .mut_arg("users", |argument| argument.help(words.users))
                .after_help(install)
        })
        .mut_subcommand("preview", |action| {
            let about = action.get_about().cloned().unwrap_or_default();
            action
                .long_about(format!("{about}\n\n{}", help.preview))
                .after_help(preview)
        });
    for action in ["install", "preview", "test", "config", "doctor"] {
        command = command.mut_subcommand(action, |action| {
            action.mut_arg("instance", |argument| {
                argument.help(help.instance).value_name(words.argument)
            })
        });
    }
    if integration.name == jenkins::NAME {
        command = command.subcommand(watch::command());
    }
    for hook in integration.hooks {
        command = command.subcommand(hook_command(hook));
    }
    let docs = format!("Print the page about the {} integration", integration.title);
    command.subcommand(clap::Command::new("docs").about(docs))
}

fn hook_command(hook: &'static Hook) -> clap::Command {
    let about = hook.about.split("\n\n").next().unwrap_or_default();
    let command = HookArgs::augment_args(clap::Command::new(hook.name))
        .about(about)
        .long_about(hook.about);
    if hook.usage.is_empty() {
        return command;
    }
    let (least, most) = (*hook.arguments.start(), *hook.arguments.end());
    let arguments = Arg::new("arguments")
        .value_name(hook.usage)
        .num_args(least..=most)
        .help("What the product gives");
    command.arg(arguments)
}
