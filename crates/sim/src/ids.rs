//! Ids as types, so that a channel's can never be taken for a user's.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub(crate) struct $name(pub(crate) u64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A person or a bot.
    UserId
);
id!(
    /// A channel; the API calls it `stream_id`.
    ChannelId
);
id!(
    /// A message. Ids rise in the order in which messages were stored.
    MessageId
);
