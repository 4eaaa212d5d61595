//! `POST /messages/flags`, `POST /messages/flags/narrow`

use super::{Anchor, Narrow};
use crate::{ChannelId, MessageId, Op};

endpoint! {
    /// Sets or clears a flag of one's own on messages.
    pub struct EditFlags: POST "/messages/flags" -> FlaggedMessages {
        required {
            /// The messages.
            messages: Vec<MessageId>,
            /// Whether it is set or cleared.
            op: Op,
            /// The flag: `read`, `starred` or `collapsed`.
            flag: String,
        }
    }
}

endpoint! {
    /// Sets or clears a flag of one's own on the messages of a search; since feature level 155.
    ///
    /// At most 5,000 at once; the answer tells where to go on.
    pub struct EditFlagsOfNarrow: POST "/messages/flags/narrow" -> FlagProgress {
        required {
            /// The message from which is counted.
            anchor: Anchor,
            /// How many before the anchor.
            num_before: u32,
            /// How many after the anchor.
            num_after: u32,
            /// Which messages.
            narrow: Vec<Narrow>,
            /// Whether it is set or cleared.
            op: Op,
            /// The flag: `read`, `starred` or `collapsed`.
            flag: String,
        }
        optional {
            /// Whether the anchor itself counts; yes if not given.
            include_anchor: bool,
        }
    }
}

object! {
    /// Answers [`EditFlags`].
    pub struct FlaggedMessages {
        required {
            /// The messages.
            messages: Vec<MessageId>,
        }
        default {
            /// The channels that were left out since one is not subscribed; since feature level 355.
            ignored_because_not_subscribed_channels: Vec<ChannelId>,
        }
    }
}

object! {
    /// Answers [`EditFlagsOfNarrow`].
    pub struct FlagProgress {
        required {
            /// How many messages were looked at.
            processed_count: u64,
            /// How many of them changed.
            updated_count: u64,
            /// Whether the oldest of the search was among them.
            found_oldest: bool,
            /// Whether the newest of the search was among them.
            found_newest: bool,
        }
        optional {
            /// The first that was looked at.
            first_processed_id: MessageId,
            /// The last that was looked at: the next anchor.
            last_processed_id: MessageId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn edit_flags_on_the_wire() {
        assert_wire(
            &EditFlags::new([MessageId(7)], Op::Add, "starred"),
            "POST /messages/flags",
            &[("flag", "starred"), ("messages", "[7]"), ("op", "add")],
        );
    }

    #[test]
    fn edit_flags_of_narrow_on_the_wire() {
        let mut endpoint = EditFlagsOfNarrow::new(
            Anchor::Newest,
            5u32,
            5u32,
            [Narrow::topic("t")],
            Op::Add,
            "read",
        );
        endpoint.include_anchor = Some(true);
        assert_wire(
            &endpoint,
            "POST /messages/flags/narrow",
            &[
                ("anchor", "newest"),
                ("flag", "read"),
                ("include_anchor", "true"),
                ("narrow", r#"[{"operator":"topic","operand":"t"}]"#),
                ("num_after", "5"),
                ("num_before", "5"),
                ("op", "add"),
            ],
        );
    }
}
