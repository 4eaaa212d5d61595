//! What a server says of itself.

mod get_settings;

pub use get_settings::{GetServerSettings, ServerSettings};
