use std::fmt::Debug;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use zulipkit_diag::Result;

use crate::{Bot, Config};

/// A bot that is written in Rust and made from its own settings.
pub trait Native: Bot + Sized {
    /// The name by which settings and commands call it: `todo`.
    const NAME: &'static str;
    /// What it does, in one line.
    const ABOUT: &'static str;
    /// Its annotated default settings; what users read and copy. A bot without any has an empty text.
    const DEFAULTS: &'static str = "";
    /// Its page of documentation.
    const DOCS: &'static str = "";
    /// Dialogs that show what it answers: a name and its text. The book explains the format.
    const DIALOGS: &'static [(&'static str, &'static str)] = &[];
    /// Its settings. [`NoSettings`] says that there are none.
    type Settings: DeserializeOwned;

    /// Makes it. Nothing may be asked over the network yet; [`Bot::start`] is for that.
    ///
    /// # Errors
    /// The settings are wrong in a way that their types do not express.
    fn new(settings: Self::Settings) -> Result<Self>;
}

/// The settings of a bot that has none.
#[derive(Debug, Clone, Copy, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoSettings {}

/// A native bot, as lists of bots hold it.
#[derive(Clone, Copy)]
pub struct Kind {
    /// See [`Native::NAME`].
    pub name: &'static str,
    /// See [`Native::ABOUT`].
    pub about: &'static str,
    /// See [`Native::DEFAULTS`].
    pub defaults: &'static str,
    /// See [`Native::DOCS`].
    pub docs: &'static str,
    /// See [`Native::DIALOGS`].
    pub dialogs: &'static [(&'static str, &'static str)],
    make: fn(&Config) -> Result<Arc<dyn Bot>>,
}

impl Kind {
    /// Returns the kind of a type of bots.
    pub const fn of<B: Native>() -> Self {
        Self {
            name: B::NAME,
            about: B::ABOUT,
            defaults: B::DEFAULTS,
            docs: B::DOCS,
            dialogs: B::DIALOGS,
            make: make::<B>,
        }
    }

    /// Makes a bot from its settings.
    ///
    /// # Errors
    /// The settings are wrong; the error shows the place.
    pub fn make(&self, config: &Config) -> Result<Arc<dyn Bot>> {
        (self.make)(config)
    }
}

impl Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kind")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

fn make<B: Native>(config: &Config) -> Result<Arc<dyn Bot>> {
    let settings = config.read::<B::Settings>(B::DEFAULTS)?;
    Ok(Arc::new(B::new(settings.value)?))
}
