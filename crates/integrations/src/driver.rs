//! What the command line asks of an integration, so that its actions are the same for each.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zulipkit_diag::Result;
use zulipkit_settings::{Entry, Environment, Loaded};

use crate::install::{Finding, Options, Report};
use crate::prepare::test_messages;
use crate::tables::{Tabled, Tables};
use crate::{Collected, Integration};

/// A hook that a product calls.
#[derive(Debug, Clone)]
pub struct Hook {
    /// Its name, which is the action on the command line too: `post-receive`.
    pub name: &'static str,
    /// How many arguments the product gives.
    pub arguments: RangeInclusive<usize>,
    /// The arguments as the help shows them; empty if there are none.
    pub usage: &'static str,
    /// Whether the product writes to its standard input.
    pub input: bool,
    /// Whether a link of that name to the binary is this hook.
    pub link: bool,
    /// Whether `install` puts it in place unasked.
    pub usual: bool,
    /// What it does, for the help: a sentence, a blank line, more.
    pub about: &'static str,
}

/// What a product said to its hook.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The hook's name.
    pub hook: String,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its standard input.
    pub input: Vec<u8>,
    /// What the product says in environment variables, as far as [`Instance::complete`] takes it out of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, OsString>,
}

impl Call {
    /// Takes these variables out of the environment, as far as they are there.
    pub(crate) fn take_variables(&mut self, names: &[&str], environment: &Environment) {
        let said = names.iter().filter_map(|name| {
            let value = environment.get(name)?;
            Some(((*name).to_owned(), value.to_owned()))
        });
        self.variables.extend(said);
    }

    /// Returns a variable's text; bytes that are no UTF-8 are replaced.
    pub fn variable(&self, name: &str) -> Option<String> {
        let value = self.variables.get(name)?;
        Some(value.to_string_lossy().into_owned())
    }
}

/// What the help says about an integration.
#[derive(Debug, Clone, Copy)]
pub struct Help {
    /// What it does, in one line.
    pub about: &'static str,
    /// What comes into it: `Pushes`.
    pub changes: &'static str,
    /// What people do to see it work: `Push`.
    pub verb: &'static str,
    /// What an instance is called.
    pub words: Words,
    /// What the argument that names an instance is.
    pub instance: &'static str,
    /// What `preview` takes for its example.
    pub preview: &'static str,
    /// The examples of the integration, of `install` and of `preview`.
    pub examples: [&'static str; 3],
}

/// What an instance of a product is called.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// Its name in sentences: `repository`.
    pub name: &'static str,
    /// Its name as an argument: `REPO`.
    pub argument: &'static str,
    /// What `install` does, in one line.
    pub install: &'static str,
    /// What the option `--users` of `install` is.
    pub users: &'static str,
    /// The channel that `install` offers.
    pub channel: &'static str,
}

impl Words {
    /// The words of version control.
    pub const REPOSITORY: Self = Self {
        name: "repository",
        argument: "REPO",
        install: "Put the hook and a settings file into a repository, check them, and send a test message",
        users: "The Unix users who push, with commas between; without it the repository's owner",
        channel: "commits",
    };
}

/// The settings file of an integration.
pub trait Settings: DeserializeOwned + Tabled {
    /// The annotated default settings.
    const DEFAULTS: &'static str;

    /// Reads a settings file over the defaults, or the defaults alone.
    ///
    /// # Errors
    /// If it cannot be read, or is wrong.
    fn read(path: Option<&Path>) -> Result<Loaded<Self>> {
        zulipkit_settings::read(Self::DEFAULTS, path)
    }
}

/// What an integration tells of, and what has settings of its own: a repository, an environment of Trac.
///
/// The product calls a hook of it. Where the product has plugins instead, the hook is `event`, and [`plugin`](crate::plugin)
/// reads what the plugin says.
pub trait Instance: Sized {
    /// The integration's settings file.
    type Settings: Settings;

    /// Opens the one at a path.
    ///
    /// # Errors
    /// If there is none.
    fn open(path: &Path, environment: &Environment) -> Result<Self>;

    /// Opens the one that a hook was called for.
    ///
    /// # Errors
    /// If there is none.
    fn of_hook(call: &Call, environment: &Environment) -> Result<Self>;

    /// Returns what people call it.
    fn name(&self) -> String;

    /// Returns its own folder, where everybody in whose name the product calls may write.
    fn folder(&self) -> PathBuf;

    /// Returns the folder where the product looks for hooks, or for its own settings; ours lie there too.
    fn hooks(&self) -> PathBuf;

    /// Returns where its own settings may lie, the file to be looked at first in front.
    fn settings_files(&self) -> Vec<PathBuf>;

    /// Adds to a call what the product says in the environment, so that the call can be told at any time, by any process.
    fn complete(&self, _call: &mut Call, _environment: &Environment) {}

    /// Turns what the product said into events.
    fn collect(&self, call: &Call, settings: &Self::Settings, now: Timestamp) -> Collected;

    /// Makes up a call for `preview`. `input` stood on standard input, and replaces the newest change.
    ///
    /// # Errors
    /// If nothing has happened there yet.
    fn example(&self, input: Option<Vec<u8>>) -> Result<Call>;

    /// Puts the hook or the plugin, and a settings file, in place.
    ///
    /// # Errors
    /// If the identity cannot be used, or a file cannot be made.
    fn install(&self, options: &Options, environment: &Environment) -> Result<Report>;

    /// Looks at what `install` put in place. Nothing is changed, and no network is used.
    fn check(&self, environment: &Environment) -> Vec<Finding>;
}

/// Opens instances whose kind is known only when the program runs.
pub trait Driver: Debug + Sync {
    /// See [`Instance::open`].
    ///
    /// # Errors
    /// If there is none.
    fn open(&self, path: &Path, environment: &Environment) -> Result<Box<dyn AnyInstance>>;

    /// See [`Instance::of_hook`].
    ///
    /// # Errors
    /// If there is none.
    fn of_hook(&self, call: &Call, environment: &Environment) -> Result<Box<dyn AnyInstance>>;
}

/// A [`Instance`] whose settings' type is known only when the program runs.
pub trait AnyInstance {
    /// See [`Instance::folder`].
    fn folder(&self) -> PathBuf;
    /// See [`Instance::hooks`].
    fn hooks(&self) -> PathBuf;
    /// See [`Instance::settings_files`].
    fn settings_files(&self) -> Vec<PathBuf>;
    /// See [`Instance::complete`].
    fn complete(&self, call: &mut Call, environment: &Environment);
    /// Reads a settings file.
    ///
    /// # Errors
    /// If it cannot be read, or is wrong.
    fn read(&self, settings: &Path) -> Result<Box<dyn Configured + '_>>;
    /// See [`Instance::example`].
    ///
    /// # Errors
    /// If nothing has happened there yet.
    fn example(&self, input: Option<Vec<u8>>) -> Result<Call>;
    /// See [`Instance::install`].
    ///
    /// # Errors
    /// If the identity cannot be used, or a file cannot be made.
    fn install(&self, options: &Options, environment: &Environment) -> Result<Report>;
    /// See [`Instance::check`].
    fn check(&self, environment: &Environment) -> Vec<Finding>;
}

/// An instance with its settings.
pub trait Configured {
    /// Returns the settings.
    fn settings(&self) -> Effective<'_>;
    /// See [`Instance::collect`].
    fn collect(&self, call: &Call, now: Timestamp) -> Collected;
    /// Returns a clearly marked message for each channel that the settings name.
    fn test_messages(&self, integration: &Integration) -> Vec<zulipkit_notify::Outgoing>;
}

/// Settings as they were read.
#[derive(Debug, Clone, Copy)]
pub struct Effective<'a> {
    /// The file, if there is one.
    pub path: Option<&'a Path>,
    /// The file's text.
    pub text: &'a str,
    /// Every value with its origin, in the order of the defaults.
    pub entries: &'a [Entry],
    /// The tables that all have.
    pub tables: Tables<'a>,
}

impl<'a> Effective<'a> {
    /// Takes what all settings have from those of an integration.
    pub fn of<S: Settings>(loaded: &'a Loaded<S>) -> Self {
        Self {
            path: loaded.path.as_deref(),
            text: &loaded.text,
            entries: &loaded.entries,
            tables: loaded.value.tables(),
        }
    }
}

/// The driver for one kind of [`Instance`].
pub(crate) struct For<I>(pub(crate) PhantomData<fn() -> I>);

impl<I> Debug for For<I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(std::any::type_name::<I>())
    }
}

impl<I: Instance + 'static> Driver for For<I> {
    fn open(&self, path: &Path, environment: &Environment) -> Result<Box<dyn AnyInstance>> {
        Ok(Box::new(I::open(path, environment)?))
    }

    fn of_hook(&self, call: &Call, environment: &Environment) -> Result<Box<dyn AnyInstance>> {
        Ok(Box::new(I::of_hook(call, environment)?))
    }
}

impl<I: Instance> AnyInstance for I {
    fn folder(&self) -> PathBuf {
        Instance::folder(self)
    }

    fn hooks(&self) -> PathBuf {
        Instance::hooks(self)
    }

    fn settings_files(&self) -> Vec<PathBuf> {
        Instance::settings_files(self)
    }

    fn complete(&self, call: &mut Call, environment: &Environment) {
        Instance::complete(self, call, environment);
    }

    fn read(&self, settings: &Path) -> Result<Box<dyn Configured + '_>> {
        let settings = I::Settings::read(Some(settings))?;
        Ok(Box::new(Pair {
            instance: self,
            settings,
        }))
    }

    fn example(&self, input: Option<Vec<u8>>) -> Result<Call> {
        Instance::example(self, input)
    }

    fn install(&self, options: &Options, environment: &Environment) -> Result<Report> {
        Instance::install(self, options, environment)
    }

    fn check(&self, environment: &Environment) -> Vec<Finding> {
        Instance::check(self, environment)
    }
}

struct Pair<'a, I: Instance> {
    instance: &'a I,
    settings: Loaded<I::Settings>,
}

impl<I: Instance> Configured for Pair<'_, I> {
    fn settings(&self) -> Effective<'_> {
        Effective::of(&self.settings)
    }

    fn collect(&self, call: &Call, now: Timestamp) -> Collected {
        self.instance.collect(call, &self.settings.value, now)
    }

    fn test_messages(&self, integration: &Integration) -> Vec<zulipkit_notify::Outgoing> {
        let routes = self.settings.value.tables().routes;
        test_messages(integration, &self.instance.name(), routes)
    }
}
