use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zulipkit_diag::Result;
use zulipkit_notify::{Limits, Product, Rules};

use crate::bzr;
use crate::cvs;
use crate::driver::{Call, Configured, Driver, Effective, Help, Hook};
use crate::fossil;
use crate::git;
use crate::hg;
use crate::jenkins;
use crate::perforce;
use crate::svn;
use crate::trac;
use crate::{Prepared, prepare};

/// An integration as the command line and the documentation see it.
#[derive(Debug, Clone, Copy)]
pub struct Integration {
    /// Its name on the command line, such as `git`.
    pub name: &'static str,
    /// The product's name as its vendor writes it.
    pub title: &'static str,
    /// What the server is told as the client's name, such as `ZulipGit`.
    pub agent: &'static str,
    /// Its event kinds, and the templates that it ships.
    pub product: Product,
    /// The annotated default settings.
    pub defaults: &'static str,
    /// The page that tells how to install it, as Markdown.
    pub docs: &'static str,
    /// The hooks that the product or its plugin calls; the settings lie beside the first.
    pub hooks: &'static [Hook],
    /// What the help says.
    pub help: Help,
    /// Opens its repositories, or what else it tells of.
    pub driver: &'static dyn Driver,
}

impl Integration {
    /// Returns the hook of this name.
    pub fn hook(&self, name: &str) -> Option<&'static Hook> {
        self.hooks.iter().find(|hook| hook.name == name)
    }

    /// Returns the file beside a hook in which its settings lie.
    pub fn settings_beside(&self, hooks: &Path) -> PathBuf {
        hooks.join(format!("zulip_{}.toml", self.name))
    }

    /// Puts together the rules of the settings, for rendering and for [`Rules::check`].
    ///
    /// # Errors
    /// If a route has no destination or several, or names what there is not.
    pub fn rules(&self, settings: Effective<'_>, limits: Limits) -> Result<Rules> {
        prepare::rules(settings, self.product, limits)
    }

    /// Turns what the product said into messages. `preview` shows what this returns.
    ///
    /// # Errors
    /// If the settings' routes cannot be used at all.
    pub fn prepare(
        &self,
        configured: &dyn Configured,
        call: &Call,
        limits: Limits,
        now: Timestamp,
    ) -> Result<Prepared> {
        let rules = self.rules(configured.settings(), limits)?;
        Ok(prepare::prepare(&rules, configured.collect(call, now)))
    }
}

/// Returns all integrations.
pub fn all() -> &'static [Integration] {
    &[
        git::INTEGRATION,
        svn::INTEGRATION,
        hg::INTEGRATION,
        bzr::INTEGRATION,
        fossil::INTEGRATION,
        perforce::INTEGRATION,
        cvs::INTEGRATION,
        jenkins::INTEGRATION,
        trac::INTEGRATION,
    ]
}

/// Returns the integration of this name.
pub fn find(name: &str) -> Option<&'static Integration> {
    all().iter().find(|integration| integration.name == name)
}

/// Returns the integration whose hook a link of this name to the binary is.
pub fn find_link(name: &str) -> Option<(&'static Integration, &'static Hook)> {
    let hooks = all().iter().flat_map(|integration| {
        integration
            .hooks
            .iter()
            .map(move |hook| (integration, hook))
    });
    let mut links = hooks.filter(|(_, hook)| hook.link);
    links.find(|(_, hook)| hook.name == name)
}
