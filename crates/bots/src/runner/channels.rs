//! Whether a bot hears the channels of which it handles every message.

use std::sync::{Arc, PoisonError};

use zulipkit_api::channels::GetSubscriptions;
use zulipkit_api::events::kinds::UpdatedChannel;

use super::running::Running;
use crate::address::Listen;

impl Running {
    /// Returns which messages are handled, with the names that channels have by now.
    pub(super) fn listen(&self) -> Arc<Listen> {
        let listen = self.listen.lock().unwrap_or_else(PoisonError::into_inner);
        listen.clone()
    }

    /// Takes note of a channel's other name: it is the same channel, and heard as before, until the next start.
    pub(super) fn channel_renamed(&self, update: &UpdatedChannel) {
        let before = update.name.to_lowercase();
        let (true, Some(now)) = (update.property == "name", update.value.as_str()) else {
            return;
        };
        let mut listen = self.listen.lock().unwrap_or_else(PoisonError::into_inner);
        let channels = &mut Arc::make_mut(&mut listen).channels;
        let same = channels
            .iter_mut()
            .find(|channel| channel.to_lowercase() == before);
        if let Some(channel) = same {
            tracing::error!(
                "#{channel} is now called #{now}; mend: change `channels` in the table `listen`, or it is not heard after the next start"
            );
            *channel = now.to_owned();
        }
    }

    /// Says of which channels the bot sees nothing, and what to do about it. Nothing waits for that.
    pub(super) fn check_channels(self: &Arc<Self>) {
        if self.spec.listen.channels.is_empty() || self.spec.listen.hears_all() {
            return;
        }
        let running = self.clone();
        let check = async move {
            let subscribed = match running.spec.client.send(&GetSubscriptions::new()).await {
                Ok(answer) => answer.subscriptions,
                Err(error) => {
                    tracing::warn!("cannot look which channels it is subscribed to: {error}");
                    return;
                }
            };
            for wanted in &running.spec.listen.channels {
                let same = |name: &str| name.to_lowercase() == wanted.to_lowercase();
                if !subscribed.iter().any(|channel| same(&channel.channel.name)) {
                    tracing::error!(
                        "not subscribed to #{wanted}, so it sees none of its messages; mend: subscribe {} in the channel's \
                         settings, or as the bot with `zulipkit api POST /users/me/subscriptions subscriptions='[{{\"name\": \
                         \"{wanted}\"}}]'`",
                        running.spec.client.email()
                    );
                }
            }
        };
        tokio::spawn(tracing::Instrument::in_current_span(check));
    }
}
