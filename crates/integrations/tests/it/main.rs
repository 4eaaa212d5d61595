//! The integrations against the real products.

/// Git: pushes into real repositories.
mod git;
