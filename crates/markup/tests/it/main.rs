//! What the crate promises, from outside.

mod build;
mod properties;
mod split;
mod template;
mod vectors;
