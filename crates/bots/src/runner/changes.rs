//! Edits and reactions, for bots whose settings ask for them.

use zulipkit_api::events::kinds::{ReactionChange, UpdatedMessage};
use zulipkit_api::{MessageId, Op};

use super::job::Task;
use super::running::Running;
use crate::{Conversation, Edit, ReactionEvent};

impl Running {
    /// Returns the edit of a message's text, if it is the bot's business. That previews were added or that messages moved is
    /// none.
    pub(super) async fn edit(&self, update: UpdatedMessage) -> Option<Task> {
        let content = update.content.filter(|_| !update.rendering_only)?;
        // The event has neither sender nor conversation.
        let mut message = self.fetch_one(update.message_id).await?;
        message.content = content;
        let (incoming, _) = self.addressed(&message, &update.flags).await?;
        let edit = Edit {
            message: incoming,
            before: update.orig_content.unwrap_or_default(),
        };
        Some(Task::Edited(Box::new(edit)))
    }

    /// Returns somebody else's reaction to a message of the bot's, or to one that is addressed to it.
    pub(super) async fn reaction(&self, change: ReactionChange) -> Option<Task> {
        let me = self.surroundings().await.me.user_id;
        let user = change.user_id.filter(|user| *user != me)?;
        if !self.spec.listen.bots && self.people.is_bot(user, &self.spec.client).await {
            return None;
        }
        let conversation = self.conversation_of(change.message_id).await?;
        let reaction = ReactionEvent {
            message: change.message_id,
            conversation: Some(conversation),
            user,
            emoji: change.emoji_name,
            added: change.op == Op::Add,
        };
        Some(Task::Reacted(reaction))
    }

    /// Returns where a message stands, if it is the bot's or was addressed to it.
    async fn conversation_of(&self, id: MessageId) -> Option<Conversation> {
        let message = self.fetch_one(id).await?;
        let me = self.surroundings().await.me.user_id;
        if message.sender_id == me {
            return Some(Conversation::of(&message, me));
        }
        let (incoming, _) = self.addressed(&message, &message.flags).await?;
        Some(incoming.conversation)
    }
}
