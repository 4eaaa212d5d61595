//! Edits and reactions, for bots whose settings ask for them.

use std::sync::Arc;
use std::time::Duration;

use zulipkit_api::events::kinds::{ReactionChange, UpdatedMessage};
use zulipkit_api::{MessageId, Op};

use super::job::Task;
use super::running::Running;
use crate::{Conversation, Edit, ReactionEvent};

impl Running {
    /// Takes the edit of a message's text. That previews were added or that messages moved is none.
    pub(super) async fn take_edit(self: &Arc<Self>, update: UpdatedMessage) {
        if update.rendering_only || update.content.is_none() {
            return;
        }
        // The event has neither sender nor conversation.
        let Some(mut message) = self.fetch_one(update.message_id).await else {
            return;
        };
        if let Some(content) = update.content {
            message.content = content;
        }
        let Some((incoming, _)) = self.addressed(&message, &update.flags).await else {
            return;
        };
        let edit = Edit {
            message: incoming,
            before: update.orig_content.unwrap_or_default(),
        };
        self.put(Task::Edited(Box::new(edit)), Vec::new(), Duration::ZERO)
            .await;
    }

    /// Takes somebody else's reaction to a message of the bot's, or to one that is addressed to it.
    pub(super) async fn take_reaction(self: &Arc<Self>, change: ReactionChange) {
        let me = self.surroundings().await.me.user_id;
        let Some(user) = change.user_id.filter(|user| *user != me) else {
            return;
        };
        if !self.spec.listen.bots && self.people.is_bot(user, &self.spec.client).await {
            return;
        }
        let Some(conversation) = self.conversation_of(change.message_id).await else {
            return;
        };
        let reaction = ReactionEvent {
            message: change.message_id,
            conversation: Some(conversation),
            user,
            emoji: change.emoji_name,
            added: change.op == Op::Add,
        };
        self.put(Task::Reacted(reaction), Vec::new(), Duration::ZERO)
            .await;
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
