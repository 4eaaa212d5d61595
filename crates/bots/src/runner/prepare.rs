//! From a settings file to bots that can run: everything that can be wrong in it is found here, before anything starts.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::ExposeSecret as _;
use zulipkit_api::{Client, Credentials, Platform, Site, UserAgent};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::{Account, Environment, Loaded, account};

use super::RunBot;
use crate::storage::Storages;
use crate::{Bot, BotSettings, Config, Files, Kind, Settings};

/// What it takes to make bots of settings.
pub struct Workshop<'a> {
    /// The native bots that there are.
    pub kinds: &'a [Kind],
    /// The environment, where accounts may be.
    pub environment: &'a Environment,
    /// The program's version, for the User-Agent.
    pub version: &'a str,
    /// The machine, for the User-Agent.
    pub platform: &'a Platform,
    /// Opens what they remember.
    pub storages: &'a Storages,
}

impl std::fmt::Debug for Workshop<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workshop").finish_non_exhaustive()
    }
}

/// Where an account comes from.
#[derive(Debug, Clone, Copy)]
struct Source<'a> {
    account: &'a Account,
    /// The settings file, and the bot if the account is its own.
    file: Option<(&'a Path, Option<&'a str>)>,
}

impl Workshop<'_> {
    /// Makes the bots of a settings file, or only that of this name.
    ///
    /// # Errors
    /// Everything that is wrong, of all bots.
    pub fn bots(
        &self,
        file: &Loaded<Settings>,
        only: Option<&str>,
    ) -> Result<Vec<RunBot>, Vec<Diagnostic>> {
        let mut bots = Vec::new();
        let mut errors = Vec::new();
        let settings = &file.value;
        let wanted = |name: &&String| only.is_none_or(|only| only == name.as_str());
        for name in settings.bot.keys().filter(wanted) {
            match self.of_file(file, name) {
                Ok(bot) => bots.push(bot),
                Err(error) => errors.push(error),
            }
        }
        if bots.is_empty() && errors.is_empty() {
            errors.push(no_bot(file, only));
        }
        errors.extend(twice(file, &bots));
        if errors.is_empty() {
            Ok(bots)
        } else {
            Err(errors)
        }
    }

    /// Makes a native bot that stands in no settings file.
    ///
    /// # Errors
    /// Its account or its own settings are wrong.
    pub fn native(&self, kind: &Kind, account: &Account, config: &Config) -> Result<RunBot> {
        let bot = kind.make(config)?;
        let source = Source {
            account,
            file: None,
        };
        self.assemble(kind.name, bot, kind.name, source, &BotSettings::default())
    }

    /// Makes a bot that is there already ready to run; of its settings all count but those of the bot itself.
    ///
    /// # Errors
    /// Its account is wrong.
    pub fn given(
        &self,
        name: &str,
        bot: Arc<dyn Bot>,
        account: &Account,
        settings: &BotSettings,
    ) -> Result<RunBot> {
        let source = Source {
            account,
            file: None,
        };
        self.assemble(name, bot, name, source, settings)
    }

    fn of_file(&self, file: &Loaded<Settings>, name: &str) -> Result<RunBot> {
        let spanned = &file.value.bot[name];
        let settings = spanned.get_ref();
        let failed = |error: Diagnostic| {
            let error = error.while_doing(format!("cannot start the bot `{name}`"));
            match file.place(header(file, name), "") {
                Some(place) if error.place.is_none() => error.at(place),
                _ => error,
            }
        };
        let bot = settings.make(name, self.kinds, file);
        let bot = bot.map_err(|error| match error.place {
            Some(_) => error,
            None => failed(error),
        })?;
        let kind = settings.kind.as_ref().map_or(name, |kind| kind.get_ref());
        let own = settings.zulip.is_given();
        let path = file.path.as_deref();
        let source = Source {
            account: if own {
                &settings.zulip
            } else {
                &file.value.zulip
            },
            file: path.map(|path| (path, own.then_some(name))),
        };
        self.assemble(name, bot, kind, source, settings)
            .map_err(failed)
    }

    fn assemble(
        &self,
        name: &str,
        bot: Arc<dyn Bot>,
        kind: &str,
        source: Source<'_>,
        settings: &BotSettings,
    ) -> Result<RunBot> {
        let path = source.file.map(|(path, _)| path);
        let identity = source.account.identify(path, self.environment)?;
        let credentials = source.account.credentials(path, self.environment)?;
        let agent = agent(kind);
        let version = version(settings, kind, &credentials);
        let user_agent = UserAgent::new(&agent, self.version, self.platform);
        let client = Client::new(credentials, &user_agent).map_err(|error| {
            Diagnostic::settings(format!("cannot set up the connection to {}", identity.site))
                .source(&error)
        })?;
        let key_file = source.key_file(identity.file);
        Ok(RunBot {
            name: name.to_owned(),
            bot,
            account: key_file.clone().map(|settings| zulipkit_outbox::Account {
                settings,
                site: identity.site,
                email: identity.email,
            }),
            agent,
            listen: settings.listen.clone(),
            handling: settings.handling.clone(),
            catch_up: settings.catch_up.clone(),
            storage: self.storages.open(settings.storage, &client)?,
            files: path
                .and_then(Path::parent)
                .map_or_else(Files::default, Files::in_folder),
            client,
            key_file,
            version,
        })
    }
}

impl Source<'_> {
    /// Returns the file that leads to the key, as the outbox names it.
    fn key_file(&self, found: Option<PathBuf>) -> Option<PathBuf> {
        match (&self.account.zuliprc, self.file) {
            (Some(zuliprc), Some((path, _))) => {
                let folder = path.parent().unwrap_or(Path::new(""));
                std::path::absolute(folder.join(zuliprc)).ok()
            }
            (None, Some((path, Some(bot)))) if found.is_some() => Some(account::of_bot(path, bot)),
            _ => found,
        }
    }
}

/// Finds two bots with one account: both would answer each message.
fn twice(file: &Loaded<Settings>, bots: &[RunBot]) -> Option<Diagnostic> {
    let account = |bot: &RunBot| -> (Site, String) {
        (bot.client.site().clone(), bot.client.email().to_lowercase())
    };
    let (first, second) = bots.iter().enumerate().find_map(|(at, bot)| {
        let before = bots[..at].iter();
        let same = before
            .clone()
            .find(|other| account(other) == account(bot))?;
        Some((same, bot))
    })?;
    let place = |bot: &RunBot| file.place(header(file, &bot.name), "the same account");
    let described = |bot: &RunBot| match place(bot) {
        Some(place) => format!("`{}` ({place})", bot.name),
        None => format!("`{}`", bot.name),
    };
    let error = Diagnostic::settings("two bots have one account")
        .cause(format!(
            "{} and {} are both {}",
            described(first),
            described(second),
            second.client.email()
        ))
        .hint("make another bot in Zulip, and give each a `[bot.NAME.zulip]` of its own");
    Some(match place(second) {
        Some(place) => error.at(place),
        None => error,
    })
}

fn no_bot(file: &Loaded<Settings>, only: Option<&str>) -> Diagnostic {
    let path = file.path.as_deref().unwrap_or(Path::new("the settings"));
    let problem = match only {
        Some(name) => format!("there is no bot `{name}` in `{}`", path.display()),
        None => format!("there is no bot in `{}`", path.display()),
    };
    let names: Vec<&str> = file.value.bot.keys().map(String::as_str).collect();
    let error = Diagnostic::settings(problem);
    match (only, names.as_slice()) {
        (Some(_), [_, ..]) => error.hint(format!("there are `{}`", names.join("`, `"))),
        _ => error.hint("write a table `[bot.NAME]` for each"),
    }
}

/// Returns where the table of a bot begins.
fn header(file: &Loaded<Settings>, name: &str) -> std::ops::Range<usize> {
    let span = file.value.bot[name].span();
    let line = file.text[span.start..].lines().next().unwrap_or_default();
    span.start..span.start + line.len()
}

/// Returns the name in the User-Agent: `ZulipTodoBot`.
fn agent(kind: &str) -> String {
    let mut name = String::from("Zulip");
    for word in kind.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name.push_str("Bot");
    name
}

/// Returns a number that changes with what the bot is made of.
fn version(settings: &BotSettings, kind: &str, credentials: &Credentials) -> u64 {
    let BotSettings {
        kind: _,
        command,
        zulip: _,
        token: _,
        token_file: _,
        listen,
        handling,
        catch_up,
        storage,
        config,
    } = settings;
    let parts = format!(
        "{kind} {command:?} {listen:?} {handling:?} {catch_up:?} {storage:?} {config:?} {} {} {:?}",
        credentials.site, credentials.email, credentials.tls
    );
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    credentials.key.expose_secret().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_names_the_kind_of_bot() {
        assert_eq!(agent("todo"), "ZulipTodoBot");
        assert_eq!(agent("link_shortener"), "ZulipLinkShortenerBot");
    }
}
