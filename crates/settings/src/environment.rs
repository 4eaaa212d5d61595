//! The environment as a value, and every variable that zulipkit reads, with its meaning.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// A settings file that wins over those in the usual places.
pub const ZULIPKIT_CONFIG: &str = "ZULIPKIT_CONFIG";
/// The path of a zuliprc file.
pub const ZULIP_CONFIG: &str = "ZULIP_CONFIG";
/// The server's address; counts only together with [`ZULIP_EMAIL`] and a key.
pub const ZULIP_SITE: &str = "ZULIP_SITE";
/// The bot's e-mail address.
pub const ZULIP_EMAIL: &str = "ZULIP_EMAIL";
/// The bot's API key.
pub const ZULIP_API_KEY: &str = "ZULIP_API_KEY";
/// A PEM file with a certificate to show to the server.
pub const ZULIP_CERT: &str = "ZULIP_CERT";
/// A PEM file with the key of that certificate.
pub const ZULIP_CERT_KEY: &str = "ZULIP_CERT_KEY";
/// A PEM file with certificates to trust.
pub const ZULIP_CERT_BUNDLE: &str = "ZULIP_CERT_BUNDLE";
/// `true`: do not verify the server's certificate.
pub const ZULIP_ALLOW_INSECURE: &str = "ZULIP_ALLOW_INSECURE";
/// The server's address for Hubot's adapter, as hubot-zulip reads it.
pub const HUBOT_ZULIP_SITE: &str = "HUBOT_ZULIP_SITE";
/// The bot's e-mail address for Hubot's adapter.
pub const HUBOT_ZULIP_BOT: &str = "HUBOT_ZULIP_BOT";
/// The bot's API key for Hubot's adapter.
pub const HUBOT_ZULIP_API_KEY: &str = "HUBOT_ZULIP_API_KEY";
/// Set to anything: Hubot hears only the channels that the bot is subscribed to, not all public ones.
pub const HUBOT_ZULIP_ONLY_SUBSCRIBED_STREAMS: &str = "HUBOT_ZULIP_ONLY_SUBSCRIBED_STREAMS";
/// The bots of a bot server, as JSON.
pub const ZULIP_BOTSERVER_CONFIG: &str = "ZULIP_BOTSERVER_CONFIG";
/// A folder with credentials that systemd unlocked for this service; the key is the file [`CREDENTIAL_NAME`] in it.
pub const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";
/// The state folder that systemd made for this service.
pub const STATE_DIRECTORY: &str = "STATE_DIRECTORY";
/// Where state is kept, by the XDG base directory specification.
pub const XDG_STATE_HOME: &str = "XDG_STATE_HOME";
/// Where settings are kept, by the XDG base directory specification.
pub const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";

/// The name of the systemd credential that holds the API key.
pub const CREDENTIAL_NAME: &str = "zulip_api_key";

/// What programs that zulipkit starts get of its environment. Keys and tokens that were given to zulipkit are not among it.
const FOR_PROGRAMS: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "NODE_PATH",
];

/// Returns the environment of programs that zulipkit starts: a short list of what this process has.
pub fn for_programs() -> Vec<(&'static str, OsString)> {
    let known = |name: &&'static str| std::env::var_os(name).map(|value| (*name, value));
    FOR_PROGRAMS.iter().filter_map(known).collect()
}

/// A snapshot of the environment and of the user's home directory.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
    home: Option<PathBuf>,
}

impl Environment {
    /// Takes the snapshot of this process. Where `HOME` is not set, as under Subversion, the home directory is the one
    /// of the user database.
    pub fn of_process() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
            home: std::env::home_dir().filter(|home| home.is_absolute()),
        }
    }

    /// Builds an environment for a test.
    pub fn of<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let variables: BTreeMap<OsString, OsString> = variables
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        let home = variables.get(OsStr::new("HOME")).map(PathBuf::from);
        Self { variables, home }
    }

    /// Lets variables of other names count before those that zulipkit reads: pairs of an own name and another.
    #[must_use]
    pub fn with_other_names(mut self, names: &[(&str, &str)]) -> Self {
        for (own, other) in names {
            if let Some(value) = self.get(other) {
                let value = value.to_owned();
                self.variables.insert((*own).into(), value);
            }
        }
        self
    }

    /// Returns a variable's text. An empty variable counts as not set; bytes that are no UTF-8 are replaced.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name)
            .map(|value| value.to_string_lossy().into_owned())
    }

    /// Returns a variable as it is. An empty variable counts as not set.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        let value = self.variables.get(OsStr::new(name))?;
        Some(value.as_os_str()).filter(|value| !value.is_empty())
    }

    /// Returns a variable as a path. An empty variable counts as not set.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// Returns the home directory.
    pub fn home(&self) -> Option<&PathBuf> {
        self.home.as_ref()
    }

    /// Returns all variables that are UTF-8.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables
            .iter()
            .filter_map(|(name, value)| Some((name.to_str()?, value.to_str()?)))
    }
}
