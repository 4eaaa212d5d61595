use std::fmt::{self, Display};
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    };
}

number_id! {
    /// The number of a message; later messages have higher ones.
    MessageId
}
number_id! {
    /// The number of a channel, which outlives a change of its name.
    ChannelId
}
number_id! {
    /// The number of a user or bot.
    UserId
}

number_id! {
    /// The number of a group of users.
    UserGroupId
}
number_id! {
    /// The number of a draft.
    DraftId
}
number_id! {
    /// The number of a snippet.
    SnippetId
}
number_id! {
    /// The number of a message that waits for its time.
    ScheduledMessageId
}
number_id! {
    /// The number of a reminder.
    ReminderId
}
number_id! {
    /// The number of an invitation.
    InviteId
}
number_id! {
    /// The number of a file that was uploaded.
    AttachmentId
}
number_id! {
    /// The number of a field that profiles have.
    ProfileFieldId
}
number_id! {
    /// The number of a pattern that becomes a link.
    LinkifierId
}
number_id! {
    /// The number of a place where code can be tried.
    PlaygroundId
}
number_id! {
    /// The number of an export.
    ExportId
}
number_id! {
    /// The number of a folder of channels.
    ChannelFolderId
}

/// The name of an event queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QueueId(pub String);

impl Display for QueueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads the number of the newest message where servers write -1 if there is none.
pub(crate) fn newest_message<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<MessageId>, D::Error> {
    let number = Option::<i64>::deserialize(deserializer)?;
    Ok(number
        .and_then(|number| u64::try_from(number).ok())
        .map(MessageId))
}
