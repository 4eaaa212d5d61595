use zulipkit_notify::Product;

use crate::git;

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
}

/// Returns all integrations.
pub fn all() -> &'static [Integration] {
    &[git::INTEGRATION]
}

/// Returns the integration of this name.
pub fn find(name: &str) -> Option<&'static Integration> {
    all().iter().find(|integration| integration.name == name)
}
