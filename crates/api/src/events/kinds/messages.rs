//! Events about messages, and about what waits to become one.

use crate::drafts::{Draft, Snippet};
use crate::messages::{Message, MessageType, PropagateMode, RecipientType};
use crate::reactions::EmojiType;
use crate::scheduled::{Reminder, ScheduledMessage};
use crate::users::TypingOp;
use crate::{ChannelId, DraftId, MessageId, Op, ReminderId, ScheduledMessageId, SnippetId, UserId};

object! {
    /// A message came.
    pub struct NewMessage {
        required {
            /// The message.
            message: Message,
        }
        default {
            /// The reader's flags, such as `mentioned`.
            flags: Vec<String>,
        }
        optional {
            /// The `local_id` with which this queue's owner sent it.
            local_message_id: String,
        }
    }
}

object! {
    /// A message was edited or moved, or its preview of links is ready.
    ///
    /// The text changed if `content` is there; it moved if `new_stream_id` or `topic` is.
    pub struct UpdatedMessage {
        required {
            /// The message that was edited.
            message_id: MessageId,
        }
        default {
            /// All messages that changed.
            message_ids: Vec<MessageId>,
            /// Whether only its HTML changed, which no one did: that is no edit.
            rendering_only: bool,
            /// The reader's flags of the message.
            flags: Vec<String>,
        }
        optional {
            /// Who did it.
            user_id: UserId,
            /// When, in seconds since 1970.
            edit_timestamp: i64,
            /// The channel before; none for a direct message.
            stream_id: ChannelId,
            /// The channel from now on, if it changed.
            new_stream_id: ChannelId,
            /// The topic before, if messages moved.
            orig_topic as "orig_subject": String,
            /// The topic from now on, if it changed.
            #[serde(alias = "topic")]
            topic as "subject": String,
            /// Which messages of the topic moved.
            propagate_mode: PropagateMode,
            /// The Markdown before.
            orig_content: String,
            /// The Markdown from now on.
            content: String,
            /// The HTML from now on.
            rendered_content: String,
        }
    }
}

object! {
    /// Messages were deleted.
    pub struct DeletedMessages {
        required {
            /// Whether they were in a channel or direct.
            kind as "message_type": MessageType,
        }
        default {
            /// The messages, for programs that can do with several; see [`ids`](Self::ids).
            message_ids: Vec<MessageId>,
        }
        optional {
            /// The message, for programs that cannot.
            message_id: MessageId,
            /// The channel.
            stream_id: ChannelId,
            /// The topic.
            topic: String,
        }
    }
}

impl DeletedMessages {
    /// Returns the messages, in whichever way the server told of them.
    pub fn ids(&self) -> impl Iterator<Item = MessageId> {
        self.message_ids.iter().copied().chain(self.message_id)
    }
}

object! {
    /// A reaction came or went.
    pub struct ReactionChange {
        required {
            /// Which of the two.
            op: Op,
            /// The message.
            message_id: MessageId,
            /// The emoji's name.
            emoji_name: String,
            /// What identifies it.
            emoji_code: String,
            /// The emoji's kind.
            reaction_type: EmojiType,
        }
        optional {
            /// Who reacted; since feature level 2.
            user_id: UserId,
        }
    }
}

object! {
    /// Something was added to a widget.
    pub struct NewSubmessage {
        required {
            /// The message with the widget.
            message_id: MessageId,
            /// Who added it.
            sender_id: UserId,
            /// Its number.
            submessage_id: u64,
            /// What was added: JSON as text, in the widget's own form.
            content: String,
        }
        default {
            /// `widget`.
            msg_type: String,
        }
    }
}

object! {
    /// Flags of the reader's came or went.
    pub struct FlagChange {
        required {
            /// The flag.
            flag: String,
            /// The messages.
            messages: Vec<MessageId>,
        }
        default {
            /// Whether it is all messages, listed or not.
            all: bool,
        }
        optional {
            /// Whether it came or went; since feature level 32. See [`op`](Self::op).
            op: Op,
            /// The same under its old name.
            operation: Op,
        }
    }
}

impl FlagChange {
    /// Returns whether the flag came or went, under whichever name the server said so.
    pub fn op(&self) -> Option<&Op> {
        self.op.as_ref().or(self.operation.as_ref())
    }
}

object! {
    /// Someone begins or ceases to write a message.
    pub struct Typing {
        required {
            /// Which of the two.
            op: TypingOp,
            /// Who.
            sender: TypingUser,
        }
        default {
            /// Who will get it, the writer as well, if it is direct.
            recipients: Vec<TypingUser>,
        }
        optional {
            /// Whether it is for a channel or direct; since feature level 58.
            kind as "message_type": RecipientType,
            /// The channel.
            stream_id: ChannelId,
            /// The topic.
            topic: String,
        }
    }
}

object! {
    /// Someone who writes, or will be written to.
    pub struct TypingUser {
        required {
            /// The user.
            user_id: UserId,
        }
        default {
            /// The e-mail address, as far as the reader may see it.
            email: String,
        }
    }
}

object! {
    /// Someone begins or ceases to edit a message; since feature level 351.
    pub struct EditTyping {
        required {
            /// Which of the two.
            op: TypingOp,
            /// Who.
            sender_id: UserId,
            /// The message.
            message_id: MessageId,
        }
    }
}

object! {
    /// Drafts were stored.
    pub struct NewDrafts {
        required {
            /// The drafts.
            drafts: Vec<Draft>,
        }
    }
}

object! {
    /// A draft changed.
    pub struct UpdatedDraft {
        required {
            /// What it is now.
            draft: Draft,
        }
    }
}

object! {
    /// A draft was thrown away.
    pub struct RemovedDraft {
        required {
            /// The draft.
            draft_id: DraftId,
        }
    }
}

object! {
    /// A snippet was stored or, since feature level 368, changed.
    pub struct SnippetChange {
        required {
            /// What it is now.
            saved_snippet: Snippet,
        }
    }
}

object! {
    /// A snippet was thrown away.
    pub struct RemovedSnippet {
        required {
            /// The snippet.
            saved_snippet_id: SnippetId,
        }
    }
}

object! {
    /// Messages wait for their time.
    pub struct NewScheduledMessages {
        required {
            /// The messages.
            scheduled_messages: Vec<ScheduledMessage>,
        }
    }
}

object! {
    /// A message that waits for its time changed.
    pub struct UpdatedScheduledMessage {
        required {
            /// What it is now.
            scheduled_message: ScheduledMessage,
        }
    }
}

object! {
    /// A message was sent at its time, or taken back.
    pub struct RemovedScheduledMessage {
        required {
            /// The message.
            scheduled_message_id: ScheduledMessageId,
        }
    }
}

object! {
    /// Reminders wait for their time; since feature level 399.
    pub struct NewReminders {
        required {
            /// The reminders.
            reminders: Vec<Reminder>,
        }
    }
}

object! {
    /// A reminder came at its time, or was taken back; since feature level 399.
    pub struct RemovedReminder {
        required {
            /// The reminder.
            reminder_id: ReminderId,
        }
    }
}
