//! Emoji reactions to messages.

mod add;
mod remove;

pub use add::AddReaction;
pub use remove::RemoveReaction;
