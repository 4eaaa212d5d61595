//! A bot's own storage on the server: texts by key, at most 10,000,000 characters in all.

mod delete;
mod get;
mod put;

pub use delete::DeleteBotStorage;
pub use get::{BotStorage, GetBotStorage};
pub use put::PutBotStorage;
