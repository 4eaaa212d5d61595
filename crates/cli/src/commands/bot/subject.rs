use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use zulipkit_bots::address::Listen;
use zulipkit_bots::{Bot, Config, Files, Settings};
use zulipkit_catalog::{all, find};
use zulipkit_diag::{Diagnostic, Result, did_you_mean};
use zulipkit_settings::file::read_trusted;
use zulipkit_settings::{Environment, Loaded, dirs};

/// Which bot is to be tried without a server.
#[derive(Debug, Args)]
pub(crate) struct SubjectArgs {
    /// A bot that comes with zulipkit, or one of the settings file
    pub(crate) bot: String,
    /// Read this settings file
    #[arg(long, value_name = "FILE", conflicts_with = "bot_config")]
    pub(crate) config: Option<PathBuf>,
    /// A TOML file with the bot's own settings
    #[arg(long, value_name = "FILE")]
    pub(crate) bot_config: Option<PathBuf>,
}

/// A bot that is to be tried: how to make it, and what its settings say about messages.
pub(crate) struct Subject {
    pub(crate) bot: Arc<dyn Bot>,
    pub(crate) listen: Listen,
    pub(crate) files: Files,
}

impl SubjectArgs {
    /// Makes the bot. A settings file's bot wins over one that comes with zulipkit, if the file knows it.
    pub(crate) fn subject(&self, environment: &Environment) -> Result<Subject> {
        let name = self.bot.as_str();
        if self.bot_config.is_none()
            && let Some(path) =
                dirs::settings_file(environment, "bots", self.config.as_deref(), &[])
        {
            let asked_for = self.config.is_some();
            let file = match Settings::read(&path) {
                Ok(file) => file,
                // A file that nobody asked for does not stand in the way of a bot that it does not know.
                Err(_) if !asked_for && find(name).is_some() => return self.native(name),
                Err(error) => return Err(error),
            };
            if asked_for || file.value.bot.contains_key(name) {
                return of_file(&file, name);
            }
        }
        self.native(name)
    }

    fn native(&self, name: &str) -> Result<Subject> {
        let config = match &self.bot_config {
            Some(path) => Config::in_file(path, &read_trusted(path)?, &[]),
            None => Config::none(),
        };
        Ok(Subject {
            bot: super::native(name)?.make(&config)?,
            listen: Listen::default(),
            files: Files::default(),
        })
    }
}

/// Makes a bot of a settings file.
pub(crate) fn of_file(file: &Loaded<Settings>, name: &str) -> Result<Subject> {
    let path = file.path.as_deref().unwrap_or_else(|| Path::new(""));
    let Some(settings) = file.value.bot.get(name) else {
        let known = file.value.bot.keys().map(String::as_str);
        let unknown = Diagnostic::usage(format!(
            "there is no bot called `{name}` in `{}`",
            path.display()
        ));
        return Err(match did_you_mean(name, known).as_str() {
            "" => unknown.hint("its bots are tables such as `[bot.todo]`"),
            nearest => unknown.hint(nearest),
        });
    };
    let settings = settings.get_ref();
    Ok(Subject {
        bot: settings.make_native(name, all(), file)?,
        listen: settings.listen.clone(),
        files: path.parent().map(Files::in_folder).unwrap_or_default(),
    })
}
