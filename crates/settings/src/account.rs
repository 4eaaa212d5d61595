//! The `[zulip]` table of a settings file, and the one identity that it names.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;
use zulipkit_api::{Credentials, Site, Tls};
use zulipkit_diag::{Diagnostic, Result};

use crate::environment::{self as env, Environment};
use crate::file::read_trusted;
use crate::zuliprc::{Zuliprc, boolean, client_certificate};

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
                site: variable_site(environment)?,
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
                site: variable_site(environment)?,
                email: environment.text(env::ZULIP_EMAIL).unwrap_or_default(),
                key: variable_key(environment).ok_or_else(no_key)?,
                tls: variable_tls(environment)?,
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
        let inline = [
            ("site", self.site.is_some()),
            ("email", self.email.is_some()),
            ("key", self.key.is_some()),
            ("key_file", self.key_file.is_some()),
            ("key_command", self.key_command.is_some()),
        ];
        let given: Vec<&str> = inline
            .iter()
            .filter(|(_, given)| *given)
            .map(|(name, _)| *name)
            .collect();
        match (&self.zuliprc, given.first()) {
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
            return read_key(&folder.join(file));
        }
        if let Some(command) = &self.key_command {
            return run_key_command(command);
        }
        if let Some(key) = variable_key(environment) {
            return Ok(key);
        }
        match environment.path(env::CREDENTIALS_DIRECTORY) {
            Some(folder) => read_key(&folder.join(env::CREDENTIAL_NAME)),
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

/// Reads credentials from a file that was named earlier: a settings file with a `[zulip]` table, or a zuliprc.
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
    if !files.iter().any(|file| file == path) {
        files.insert(0, path.to_owned());
    }
    Ok(files)
}

fn of_file(path: &Path) -> Result<(Account, Option<&Path>)> {
    #[derive(Deserialize)]
    struct Only {
        #[serde(default)]
        zulip: Account,
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

fn variable_site(environment: &Environment) -> Result<Site> {
    let text = environment.text(env::ZULIP_SITE).unwrap_or_default();
    text.parse().map_err(|cause| {
        Diagnostic::settings("cannot use the environment variable `ZULIP_SITE`").source(&cause)
    })
}

fn variable_key(environment: &Environment) -> Option<SecretString> {
    environment.text(env::ZULIP_API_KEY).map(SecretString::from)
}

fn variable_tls(environment: &Environment) -> Result<Tls> {
    let wrong =
        |name: &str| Diagnostic::settings(format!("cannot use the environment variable `{name}`"));
    let insecure = match environment.text(env::ZULIP_ALLOW_INSECURE) {
        Some(text) => {
            boolean(&text).map_err(|cause| wrong(env::ZULIP_ALLOW_INSECURE).source(&cause))?
        }
        None => false,
    };
    let (certificate, key) = (
        environment.path(env::ZULIP_CERT),
        environment.path(env::ZULIP_CERT_KEY),
    );
    Ok(Tls {
        insecure,
        cert_bundle: environment.path(env::ZULIP_CERT_BUNDLE),
        client_cert: client_certificate(certificate, key)
            .map_err(|cause| wrong(env::ZULIP_CERT_KEY).source(&cause))?,
    })
}

fn read_key(path: &Path) -> Result<SecretString> {
    let text = read_trusted(path).map_err(|error| error.while_doing("cannot read the API key"))?;
    let key = text.trim();
    if key.is_empty() || key.contains(char::is_whitespace) {
        return Err(
            Diagnostic::settings("cannot read the API key").cause(format!(
                "`{}` should hold the key and nothing else",
                path.display()
            )),
        );
    }
    Ok(key.into())
}

/// Runs the program that prints the key; no shell is involved.
fn run_key_command(command: &[String]) -> Result<SecretString> {
    let error = || Diagnostic::settings("cannot get the API key from `key_command`");
    let [program, arguments @ ..] = command else {
        return Err(error()
            .cause("it is empty")
            .hint("write it as a list: `[\"pass\", \"show\", \"zulip\"]`"));
    };
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|cause| error().cause(format!("`{program}`: {cause}")))?;
    let key = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || key.trim().is_empty() {
        return Err(error().cause(format!("`{program}` printed no key ({})", output.status)));
    }
    Ok(key.trim().into())
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

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;
    use tempfile::TempDir;

    const ZULIPRC: &str = "[api]\nemail=rc@example.com\nkey=rckey\nsite=https://rc.example.com\n";
    const TABLE: &str = "[zulip]\nsite = \"https://t.example.com\"\nemail = \"t@example.com\"\n";

    /// A folder with private files, the user's home and the settings' folder at once.
    fn folder(files: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs_err::write(&path, text).unwrap();
            fs_err::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
                .unwrap();
        }
        folder
    }

    fn account(folder: &TempDir) -> (Account, PathBuf) {
        #[derive(Deserialize)]
        struct Only {
            #[serde(default)]
            zulip: Account,
        }
        let path = folder.path().join("git.toml");
        (
            crate::read::<Only>("", Some(&path)).unwrap().value.zulip,
            path,
        )
    }

    fn key_of(credentials: &Credentials) -> &str {
        credentials.key.expose_secret()
    }

    #[test]
    fn a_zuliprc_is_a_whole_identity() {
        let folder = folder(&[("rc", ZULIPRC), ("git.toml", "[zulip]\nzuliprc = \"rc\"\n")]);
        let (account, path) = account(&folder);
        let environment = Environment::of([
            ("ZULIP_API_KEY", "other"),
            ("ZULIP_EMAIL", "other@example.com"),
        ]);
        let identity = account.identify(Some(&path), &environment).unwrap();
        assert_eq!(
            (identity.email.as_str(), identity.file),
            ("rc@example.com", Some(path.clone()))
        );
        assert_eq!(
            key_of(&account.credentials(Some(&path), &environment).unwrap()),
            "rckey"
        );
        assert_eq!(key_of(&open(&path, &environment).unwrap()), "rckey");
        assert_eq!(
            files(&path, &environment).unwrap(),
            [path.clone(), folder.path().join("rc")]
        );
        assert_eq!(
            key_of(&open(&folder.path().join("rc"), &environment).unwrap()),
            "rckey"
        );
    }

    #[test]
    fn a_key_may_stand_in_a_file_or_come_from_a_program() {
        let folder = folder(&[
            ("k", "filekey\n"),
            ("git.toml", &format!("{TABLE}key_file = \"k\"\n")),
        ]);
        let (by_file, path) = account(&folder);
        let nothing = Environment::default();
        assert_eq!(
            key_of(&by_file.credentials(Some(&path), &nothing).unwrap()),
            "filekey"
        );
        assert_eq!(
            by_file.identify(Some(&path), &nothing).unwrap().file,
            Some(path.clone())
        );

        fs_err::write(
            &path,
            format!("{TABLE}key_command = [\"printf\", \"%s\", \"a key\"]\n"),
        )
        .unwrap();
        let (by_program, _) = account(&folder);
        assert_eq!(
            key_of(&by_program.credentials(Some(&path), &nothing).unwrap()),
            "a key"
        );

        fs_err::write(&path, format!("{TABLE}key_command = [\"false\"]\n")).unwrap();
        let (failing, _) = account(&folder);
        let error = failing.credentials(Some(&path), &nothing).unwrap_err();
        assert!(
            error
                .one_line()
                .contains("`false` printed no key (exit status: 1)"),
            "{error}"
        );
    }

    #[test]
    fn a_key_that_only_the_environment_has_leaves_no_file_to_read_again() {
        let folder = folder(&[("git.toml", TABLE), (env::CREDENTIAL_NAME, "systemd-key")]);
        let (account, path) = account(&folder);
        let variables = Environment::of([("ZULIP_API_KEY", "envkey")]);
        assert_eq!(
            account.identify(Some(&path), &variables).unwrap().file,
            None
        );
        assert_eq!(
            key_of(&account.credentials(Some(&path), &variables).unwrap()),
            "envkey"
        );
        let systemd = Environment::of([("CREDENTIALS_DIRECTORY", folder.path().to_str().unwrap())]);
        assert_eq!(
            key_of(&account.credentials(Some(&path), &systemd).unwrap()),
            "systemd-key"
        );
        assert!(
            account
                .credentials(Some(&path), &Environment::default())
                .is_err()
        );
    }

    #[test]
    fn without_a_table_the_environment_decides_as_a_whole() {
        let folder = folder(&[(".zuliprc", ZULIPRC)]);
        let home = folder.path().to_str().unwrap();
        let account = Account::default();
        let mixed = Environment::of([("HOME", home), ("ZULIP_EMAIL", "e@example.com")]);
        assert_eq!(
            account.identify(None, &mixed).unwrap().email,
            "rc@example.com"
        );
        let whole = Environment::of([
            ("HOME", home),
            ("ZULIP_EMAIL", "e@example.com"),
            ("ZULIP_API_KEY", "k"),
            ("ZULIP_SITE", "localhost:1"),
        ]);
        let identity = account.identify(None, &whole).unwrap();
        assert_eq!(
            (identity.email.as_str(), identity.file),
            ("e@example.com", None)
        );
        let error = account.identify(None, &Environment::default()).unwrap_err();
        assert!(error.one_line().contains("zuliprc"), "{error}");
    }

    #[test]
    fn an_identity_is_never_mixed() {
        let folder = folder(&[
            ("rc", ZULIPRC),
            ("git.toml", "[zulip]\nzuliprc = \"rc\"\nemail = \"x@y\"\n"),
        ]);
        let (account, path) = account(&folder);
        let error = account
            .identify(Some(&path), &Environment::default())
            .unwrap_err();
        assert!(
            error.one_line().contains("`zuliprc` and `email`"),
            "{error}"
        );
    }
}
