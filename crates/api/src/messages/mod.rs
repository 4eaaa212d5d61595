//! Messages: sending, reading, changing.

mod delete;
mod edit;
mod get;
mod get_one;
mod message;
mod narrow;
mod render;
mod send;
mod to;

pub use delete::DeleteMessage;
pub use edit::{EditMessage, PropagateMode};
pub use get::{Anchor, GetMessages, Messages};
pub use get_one::{GetMessage, OneMessage};
pub use message::{DisplayRecipient, Message, MessageType, Person, Reaction};
pub use narrow::Narrow;
pub use render::{RenderMessage, Rendered};
pub use send::{SendMessage, Sent};
pub use to::{ChannelRef, People, To};
