//! Messages: sending, reading, changing.

mod delete;
mod edit;
mod flags;
mod get;
mod get_one;
mod history;
mod mark_read;
mod matches;
mod message;
mod narrow;
mod render;
mod report;
mod send;
mod submessage;
mod to;

pub use delete::DeleteMessage;
pub use edit::{EditMessage, PropagateMode};
pub use flags::{EditFlags, EditFlagsOfNarrow, FlagProgress, FlaggedMessages};
pub use get::{Anchor, GetMessages, Messages};
pub use get_one::{GetMessage, OneMessage};
pub use history::{GetMessageHistory, GetReadReceipts, MessageHistory, Readers, Version};
pub use mark_read::{MarkAllAsRead, MarkChannelAsRead, MarkTopicAsRead, Progress};
pub use matches::{Match, MatchMessages, Matches};
pub use message::{DisplayRecipient, Message, MessageType, Person, Reaction, Submessage};
pub use narrow::Narrow;
pub use render::{RenderMessage, Rendered};
pub use report::ReportMessage;
pub use send::{SendMessage, Sent};
pub use submessage::SendSubmessage;
pub use to::{ChannelRef, People, RecipientType, To};
