mod check;
mod names;
mod rendering;
mod routing;
mod wording;

pub use rendering::Rendered;
pub use routing::Decision;

use toml::Spanned;
use zulipkit_diag::Diagnostic;

use crate::Product;
use crate::settings::{Route, Source, Templates};

/// Everything that decides what becomes of an integration's events: its routes, its templates, and what it ships.
///
/// Making it is cheap, since hooks do it on every call: templates are read and compiled when an event needs them.
/// [`Rules::check`] looks at all of them.
#[derive(Debug, Clone)]
pub struct Rules {
    source: Source,
    routes: Vec<Spanned<Route>>,
    templates: Templates,
    product: Product,
    limits: Limits,
}

/// How long the server lets topics and messages be, in code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// `max_topic_length`.
    pub topic: usize,
    /// `max_message_length`.
    pub message: usize,
}

impl Default for Limits {
    /// What every Zulip server allows unless it was changed.
    fn default() -> Self {
        Self {
            topic: 60,
            message: 10_000,
        }
    }
}

impl Rules {
    /// Puts the pieces of a settings file together with what the integration ships.
    ///
    /// # Errors
    /// If a route has no destination or several, or a name is used that the product's vocabulary lacks.
    pub fn new(
        source: Source,
        routes: Vec<Spanned<Route>>,
        templates: Templates,
        product: Product,
        limits: Limits,
    ) -> Result<Self, Diagnostic> {
        let rules = Self {
            source,
            routes,
            templates,
            product,
            limits,
        };
        rules.check_names()?;
        Ok(rules)
    }
}
