//! The tables that the settings files of all integrations have.

use toml::Spanned;
use zulipkit_notify::{Route, Templates};
use zulipkit_settings::Account;

use crate::Delivery;

/// The tables that the settings files of all integrations have.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'a> {
    /// Who sends, and to which server.
    pub zulip: &'a Account,
    /// Where messages go.
    pub routes: &'a [Spanned<Route>],
    /// How messages are worded.
    pub templates: &'a Templates,
    /// How hard to try.
    pub delivery: &'a Delivery,
}

/// Settings with the tables that all have.
pub trait Tabled {
    /// Returns these tables.
    fn tables(&self) -> Tables<'_>;
}

/// Makes the struct of a settings file: the integration's own tables among those that all have.
macro_rules! settings_file {
    ($(#[$about:meta])* pub struct $name:ident { $($own:tt)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Who sends, and to which server.
            pub zulip: zulipkit_settings::Account,
            /// Where messages go; the first route that matches an event wins.
            #[serde(rename = "route")]
            #[schemars(with = "Vec<zulipkit_notify::Route>")]
            pub routes: Vec<toml::Spanned<zulipkit_notify::Route>>,
            /// How messages are worded.
            pub templates: zulipkit_notify::Templates,
            $($own)*
            /// How hard to try when Zulip cannot be reached.
            pub delivery: crate::Delivery,
        }

        impl crate::tables::Tabled for $name {
            fn tables(&self) -> crate::tables::Tables<'_> {
                crate::tables::Tables {
                    zulip: &self.zulip,
                    routes: &self.routes,
                    templates: &self.templates,
                    delivery: &self.delivery,
                }
            }
        }
    };
}
pub(crate) use settings_file;
