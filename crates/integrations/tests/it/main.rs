//! The integrations against the real products.

/// Git: pushes into real repositories.
mod git;
/// Nothing that an integration needs is forgotten.
mod registry;
/// Subversion: commits to real repositories.
mod svn;
