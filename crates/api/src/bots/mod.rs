//! The bots that one owns.

mod create;
mod list;
mod update;

pub use create::{CreateBot, CreatedBot, WebhookFormat};
pub use list::{Bots, GetBots, OwnedBot};
pub use update::{BotUpdate, DeactivateBot, UpdateBot};
