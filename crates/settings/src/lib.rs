//! Settings and credentials: TOML files with defaults beneath, zuliprc files as they are, and the environment.
//!
//! Together with the binary this is the only crate that knows about the environment and the home directory, and it knows
//! them as a value, [`Environment`], so that nothing here depends on the process that runs it.

pub mod account;
pub mod botserverrc;
pub mod dirs;
pub mod duration;
pub mod environment;
mod explain;
pub mod file;
pub mod hgrc;
pub mod ini;
mod load;
pub mod zuliprc;

pub use account::{Account, Identity};
pub use environment::Environment;
pub use explain::Entry;
pub use load::{Loaded, read, read_table, read_text};
