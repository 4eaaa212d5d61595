//! Whether a bot hears the channels of which it handles every message.

use std::sync::Arc;

use zulipkit_api::channels::GetSubscriptions;

use super::running::Running;

impl Running {
    /// Says of which channels the bot sees nothing, and what to do about it. Nothing waits for that.
    pub(super) fn check_channels(self: &Arc<Self>) {
        if self.spec.listen.channels.is_empty() {
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
