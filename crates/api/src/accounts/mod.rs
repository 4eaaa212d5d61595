//! API keys in exchange for a password, for programs that let a person log in.

mod fetch_api_key;
mod regenerate_key;

pub use fetch_api_key::{AccountKey, FetchApiKey, FetchApiKeyOfDevelopment};
pub use regenerate_key::{GetBotKey, NewKey, RegenerateBotKey, RegenerateOwnKey};
