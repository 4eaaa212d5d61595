//! Emoji reactions to messages.

mod add;
mod emoji_type;
mod remove;

pub use add::AddReaction;
pub use emoji_type::EmojiType;
pub use remove::RemoveReaction;
