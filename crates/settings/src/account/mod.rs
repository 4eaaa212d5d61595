//! The `[zulip]` table of a settings file, and the one identity that it names.

mod key;
#[cfg(test)]
mod tests;
mod variables;

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;
use zulipkit_api::{Credentials, Site, Tls};
use zulipkit_diag::{Diagnostic, Result};

use crate::environment::{self as env, Environment};
use crate::zuliprc::{Zuliprc, client_certificate};

/// Who sends, and to which server: either `zuliprc` alone, or `site`, `email` and one way to the key.
///
/// Relative paths are taken from the settings file's folder.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// A zuliprc file, as Zulip lets you download it for a bot. Nothing else is needed then.
    pub zuliprc: Option<PathBuf>,
    /// The server's address.
    pub site: Option<String>,
    /// The bot's e-mail address.
    pub email: Option<String>,
    /// The bot's API key.
    #[schemars(with = "Option<String>")]
    pub key: Option<SecretString>,
    /// A file that holds nothing but the key.
    pub key_file: Option<PathBuf>,
    /// A program with its arguments that prints the key.
    pub key_command: Option<Vec<String>>,
    /// Does not verify the server's certificate.
    pub insecure: Option<bool>,
    /// A PEM file with certificates to trust besides those of the system.
    pub cert_bundle: Option<PathBuf>,
    /// A PEM file with a certificate to show to the server.
    pub client_cert: Option<PathBuf>,
    /// A PEM file with that certificate's key.
    pub client_cert_key: Option<PathBuf>,
}

/// An identity without its secret: enough to accept a message for later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The server's address.
    pub site: Site,
    /// The bot's e-mail address.
    pub email: String,
    /// The file from which the credentials can be read again later. Without one they live in the environment alone, and a
    /// message has to be delivered before the program ends.
    pub file: Option<PathBuf>,
}

/// Where an account's values come from.
enum Source {
    /// The settings file's own values.
    Table,
    /// A zuliprc: the one that the settings name, or the user's.
    Zuliprc(PathBuf),
    /// The variables, all three of them.
    Variables,
}

impl Account {
    /// Tells whether it names an identity, or leaves that to the environment.
    pub fn is_given(&self) -> bool {
        self.zuliprc.is_some() || self.given().next().is_some()
    }

    /// Returns the keys by which the table itself gives an identity.
    fn given(&self) -> impl Iterator<Item = &'static str> {
        [
            ("site", self.site.is_some()),
            ("email", self.email.is_some()),
            ("key", self.key.is_some()),
            ("key_file", self.key_file.is_some()),
            ("key_command", self.key_command.is_some()),
        ]
        .into_iter()
        .filter(|(_, given)| *given)
        .map(|(name, _)| name)
    }

    /// Returns who sends, reading no key.
    ///
    /// `settings` is the file that holds this table, if there is one.
    ///
    /// # Errors
    ///
    /// No identity is given, it is given twice, or its file is wrong.
    pub fn identify(&self, settings: Option<&Path>, environment: &Environment) -> Result<Identity> {
        let folder = folder_of(settings);
        match self.source(folder, environment)? {
            Source::Zuliprc(path) => {
                let zuliprc = Zuliprc::read(&path)?;
                let named = self.zuliprc.is_some();
                let file = if named {
                    settings.map(Path::to_owned)
                } else {
                    None
                };
                Ok(Identity {
                    site: zuliprc.site,
                    email: zuliprc.email,
                    file: Some(absolute(&file.unwrap_or(path))),
                })
            }
            Source::Table => Ok(Identity {
                site: self.site()?,
                email: self.email.clone().unwrap_or_default(),
                file: settings.filter(|_| self.names_a_key()).map(absolute),
            }),
            Source::Variables => Ok(Identity {
                site: variables::site(environment)?,
                email: environment.text(env::ZULIP_EMAIL).unwrap_or_default(),
                file: None,
            }),
        }
    }

    /// Returns the identity with its key, read anew at each call, so that a changed key works at once.
    ///
    /// # Errors
    ///
    /// As [`Account::identify`], and when the key cannot be read.
    pub fn credentials(
        &self,
        settings: Option<&Path>,
        environment: &Environment,
    ) -> Result<Credentials> {
        let folder = folder_of(settings);
        match self.source(folder, environment)? {
            Source::Zuliprc(path) => {
                let zuliprc = Zuliprc::read(&path)?;
                Ok(Credentials {
                    site: zuliprc.site,
                    email: zuliprc.email,
                    key: zuliprc.key,
                    tls: zuliprc.tls,
                })
            }
            Source::Table => Ok(Credentials {
                site: self.site()?,
                email: self.email.clone().unwrap_or_default(),
                key: self.key(folder, environment)?,
                tls: self.tls(folder)?,
            }),
            Source::Variables => Ok(Credentials {
                site: variables::site(environment)?,
                email: environment.text(env::ZULIP_EMAIL).unwrap_or_default(),
                key: variables::key(environment).ok_or_else(no_key)?,
                tls: variables::tls(environment)?,
            }),
        }
    }

    /// Returns the files that hold the key.
    ///
    /// # Errors
    ///
    /// As [`Account::identify`].
    pub fn secret_files(
        &self,
        settings: Option<&Path>,
        environment: &Environment,
    ) -> Result<Vec<PathBuf>> {
        let folder = folder_of(settings);
        Ok(match self.source(folder, environment)? {
            Source::Zuliprc(path) => vec![path],
            Source::Table if self.key.is_some() => {
                settings.map(Path::to_owned).into_iter().collect()
            }
            Source::Table => self.key_file.iter().map(|path| folder.join(path)).collect(),
            Source::Variables => Vec::new(),
        })
    }

    /// Chooses one source; values of two are never mixed.
    fn source(&self, folder: &Path, environment: &Environment) -> Result<Source> {
        match (&self.zuliprc, self.given().next()) {
            (Some(path), None) => Ok(Source::Zuliprc(folder.join(path))),
            (Some(_), Some(name)) => Err(twice("`zuliprc`", &format!("`{name}`"))),
            (None, Some(_)) => self.whole_table(),
            (None, None) => from_environment(environment),
        }
    }

    fn whole_table(&self) -> Result<Source> {
        if self.site.is_none() || self.email.is_none() {
            let missing = if self.site.is_none() { "site" } else { "email" };
            return Err(no_identity().cause(format!("`[zulip]` has no `{missing}`")));
        }
        let keys = [
            self.key.is_some(),
            self.key_file.is_some(),
            self.key_command.is_some(),
        ];
        if keys.into_iter().filter(|given| *given).count() > 1 {
            return Err(twice("the key", "another way to it")
                .hint("keep one of `key`, `key_file` and `key_command`"));
        }
        Ok(Source::Table)
    }

    fn names_a_key(&self) -> bool {
        self.key.is_some() || self.key_file.is_some() || self.key_command.is_some()
    }

    fn site(&self) -> Result<Site> {
        let text = self.site.as_deref().unwrap_or_default();
        text.parse()
            .map_err(|cause| Diagnostic::settings("cannot use `site` in `[zulip]`").source(&cause))
    }

    fn key(&self, folder: &Path, environment: &Environment) -> Result<SecretString> {
        if let Some(key) = &self.key {
            return Ok(key.clone());
        }
        if let Some(file) = &self.key_file {
            return key::read(&folder.join(file));
        }
        if let Some(command) = &self.key_command {
            return key::of_command(command);
        }
        if let Some(key) = variables::key(environment) {
            return Ok(key);
        }
        match environment.path(env::CREDENTIALS_DIRECTORY) {
            Some(folder) => key::read(&folder.join(env::CREDENTIAL_NAME)),
            None => Err(no_key()),
        }
    }

    fn tls(&self, folder: &Path) -> Result<Tls> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| folder.join(path));
        Ok(Tls {
            insecure: self.insecure.unwrap_or(false),
            cert_bundle: path(&self.cert_bundle),
            client_cert: client_certificate(path(&self.client_cert), path(&self.client_cert_key))
                .map_err(|cause| {
                Diagnostic::settings("cannot use `client_cert_key` in `[zulip]`").source(&cause)
            })?,
        })
    }
}

/// Reads credentials from a file that was named earlier: a settings file with a `[zulip]` table, or a zuliprc. `FILE#NAME` is the
/// table `[bot.NAME.zulip]` of a settings file.
///
/// # Errors
///
/// The file is gone, others may write it, or it names no identity.
pub fn open(path: &Path, environment: &Environment) -> Result<Credentials> {
    let (account, settings) = of_file(path)?;
    account.credentials(settings, environment)
}

/// Returns the files that the credentials of such a file are read from, itself among them. A change of any of them may
/// mean another key.
///
/// # Errors
///
/// As [`open`], but a key is not read.
pub fn files(path: &Path, environment: &Environment) -> Result<Vec<PathBuf>> {
    let (account, settings) = of_file(path)?;
    let mut files = account.secret_files(settings, environment)?;
    let itself = settings.unwrap_or(path);
    if !files.iter().any(|file| file == itself) {
        files.insert(0, itself.to_owned());
    }
    Ok(files)
}

fn of_file(path: &Path) -> Result<(Account, Option<&Path>)> {
    #[derive(Deserialize)]
    struct Only {
        #[serde(default)]
        zulip: Account,
    }
    if let Some((settings, bot)) = split_bot(path) {
        let text = crate::file::read_trusted(settings)?;
        let read = crate::read_table::<Only>("", settings, &text, &["bot", bot]);
        return Ok((read?.value.zulip, Some(settings)));
    }
    if path.extension().is_none_or(|ending| ending != "toml") {
        let account = Account {
            zuliprc: Some(path.to_owned()),
            ..Account::default()
        };
        return Ok((account, None));
    }
    Ok((crate::read::<Only>("", Some(path))?.value.zulip, Some(path)))
}

/// Returns how the account of one bot of a settings file is named, so that [`open`] finds it again.
pub fn of_bot(settings: &Path, bot: &str) -> PathBuf {
    let mut name = absolute(settings).into_os_string();
    name.push(format!("#{bot}"));
    name.into()
}

/// Takes the name of [`of_bot`] apart.
fn split_bot(path: &Path) -> Option<(&Path, &str)> {
    let (settings, bot) = path.to_str()?.rsplit_once(".toml#")?;
    let settings = &path.to_str()?[..settings.len() + ".toml".len()];
    Some((Path::new(settings), bot))
}

/// Without a `[zulip]` table: the variables if they are complete, else `$ZULIP_CONFIG`, else `~/.zuliprc`.
fn from_environment(environment: &Environment) -> Result<Source> {
    let named = |name: &str| environment.text(name).is_some();
    if named(env::ZULIP_EMAIL) && named(env::ZULIP_API_KEY) && named(env::ZULIP_SITE) {
        return Ok(Source::Variables);
    }
    if let Some(path) = environment.path(env::ZULIP_CONFIG) {
        return Ok(Source::Zuliprc(path));
    }
    let usual = environment.home().map(|home| home.join(".zuliprc"));
    match usual {
        Some(path) if path.exists() => Ok(Source::Zuliprc(path)),
        _ => Err(no_identity()),
    }
}

fn folder_of(settings: Option<&Path>) -> &Path {
    settings.and_then(Path::parent).unwrap_or(Path::new(""))
}

/// The file is read again later, by a process with another working directory.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn no_identity() -> Diagnostic {
    Diagnostic::settings("cannot tell who sends the messages")
        .hint("name a zuliprc file (`zuliprc = \"…\"` below `[zulip]`), or `site`, `email` and `key_file`")
}

fn no_key() -> Diagnostic {
    Diagnostic::settings("cannot find the API key")
        .hint("give `key_file`, `key_command` or `key` below `[zulip]`, or set `ZULIP_API_KEY`")
}

fn twice(one: &str, other: &str) -> Diagnostic {
    Diagnostic::settings(format!("`[zulip]` gives {one} and {other}"))
        .cause("an identity comes from one source, so that one bot's key never goes out with another's address")
}
