//! Catching up: the messages that came while there was no queue.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use zulipkit_api::events::{Ended, Gap};
use zulipkit_api::messages::{Anchor, GetMessage, GetMessages, Message, Messages, Narrow};
use zulipkit_api::{Endpoint, Error, MessageId};

use super::job::Job;
use super::running::Running;
use crate::Incoming;

/// How many messages are fetched at once.
const PAGE: u32 = 500;

/// The most pages that are looked through for each kind of message.
const PAGES: usize = 40;

/// So many numbers before the last message that was met are looked at again: events do not always come in the order of the
/// numbers. What was handled is known.
const OVERLAP: u64 = 100;

/// How long to wait before a failed request is made again.
const AGAIN: Duration = Duration::from_secs(5);

/// What was found, and what of it is left.
#[derive(Debug, Default)]
struct Missed {
    /// The newest, by number.
    messages: BTreeMap<MessageId, Incoming>,
    too_old: usize,
    too_many: usize,
    /// Whether there is more than was looked through.
    more: bool,
}

impl Running {
    /// Handles what was missed, the oldest first.
    ///
    /// # Errors
    /// The server refuses the credentials; then it is still to be caught up with.
    pub(super) async fn catch_up(self: &Arc<Self>, gap: &Gap) -> Result<(), Ended> {
        let last = gap.before.last_message_id.unwrap_or(MessageId(0));
        let from = MessageId(last.0.saturating_sub(OVERLAP)).max(self.seen.floor());
        let Some(to) = gap.after.max_message_id.filter(|newest| *newest > from) else {
            return Ok(());
        };
        let mut missed = Missed::default();
        for narrow in self.narrows() {
            match self.find(&mut missed, narrow, from, to).await {
                Err(error) if error.is_auth() => return Err(Ended::Credentials(error)),
                Err(error) => tracing::error!("cannot fetch all of what was missed: {error}"),
                Ok(()) => {}
            }
        }
        let Missed {
            messages,
            too_old,
            too_many,
            more,
        } = missed;
        let mut handled = 0;
        for (id, incoming) in messages {
            // An event that comes late, or one that was met before.
            if self.seen.meet(id) {
                handled += 1;
                self.put(Job::message(incoming)).await;
            }
        }
        let at_least = if more { "at least " } else { "" };
        if too_old + too_many > 0 || more {
            tracing::warn!(
                "caught up: {handled} messages to handle; left {at_least}{} ({too_old} too old, {too_many} too many)",
                too_old + too_many
            );
        } else if handled > 0 {
            tracing::info!("caught up: {handled} messages to handle");
        }
        self.seen.raise_floor(from);
        Ok(())
    }

    /// Returns the searches, of which one may be for everything, that together find every message that can be the bot's business.
    fn narrows(&self) -> Vec<Option<Narrow>> {
        let listen = self.listen();
        if listen.hears_all() {
            let public = listen.public_channels;
            let public = public.then(|| Some(Narrow::new("streams", "public")));
            return std::iter::once(None).chain(public).collect();
        }
        let channels = listen.channels.iter();
        let channels = channels.map(|name| Narrow::channel(name.as_str()));
        // Servers have known `is:private` ever since.
        [Narrow::new("is", "private"), Narrow::new("is", "mentioned")]
            .into_iter()
            .chain(channels)
            .map(Some)
            .collect()
    }

    /// Looks through one search, from the newest to the oldest.
    async fn find(
        &self,
        missed: &mut Missed,
        narrow: Option<Narrow>,
        from: MessageId,
        to: MessageId,
    ) -> Result<(), Error> {
        let limits = &self.spec.catch_up;
        let now = jiff::Timestamp::now().as_second();
        let oldest = now - i64::try_from(limits.max_age.as_secs()).unwrap_or(i64::MAX);
        let mut anchor = to;
        for page in 0..PAGES {
            let Messages {
                messages,
                found_oldest,
                ..
            } = self
                .ask(&page_before(anchor, page == 0, narrow.clone()))
                .await?;
            let Some(first) = messages.first().map(|message| message.id) else {
                return Ok(());
            };
            for message in messages.into_iter().filter(|message| message.id > from) {
                self.consider(missed, &message, oldest).await;
            }
            if found_oldest || first <= from {
                return Ok(());
            }
            anchor = first;
        }
        missed.more = true;
        Ok(())
    }

    async fn consider(&self, missed: &mut Missed, message: &Message, oldest: i64) {
        if self.seen.has(message.id) || missed.messages.contains_key(&message.id) {
            return;
        }
        let Some((incoming, _)) = self.addressed(message, &message.flags).await else {
            return;
        };
        if message.timestamp < oldest {
            missed.too_old += 1;
            return;
        }
        let incoming = Incoming {
            caught_up: true,
            ..incoming
        };
        missed.messages.insert(message.id, incoming);
        if missed.messages.len() > self.spec.catch_up.max_messages {
            missed.messages.pop_first();
            missed.too_many += 1;
        }
    }

    /// Fetches messages by their numbers; those that are gone are not among them.
    pub(super) async fn fetch(&self, ids: &[MessageId]) -> Vec<Message> {
        let mut together = GetMessages::new();
        together.message_ids = Some(ids.to_vec());
        together.apply_markdown = Some(false);
        together.allow_empty_topic_name = Some(true);
        if let Ok(answer) = self.ask(&together).await {
            return answer.messages;
        }
        // Older servers give only one at once.
        let mut messages = Vec::new();
        for id in ids {
            messages.extend(self.fetch_one(*id).await);
        }
        messages
    }

    /// Fetches a message, if it is there and may be seen.
    pub(super) async fn fetch_one(&self, id: MessageId) -> Option<Message> {
        let mut one = GetMessage::new(id);
        one.apply_markdown = Some(false);
        one.allow_empty_topic_name = Some(true);
        self.ask(&one).await.ok()?.message
    }

    /// Asks until there is an answer, or a refusal.
    async fn ask<E: Endpoint>(&self, endpoint: &E) -> Result<E::Response, Error> {
        loop {
            match self.spec.client.send(endpoint).await {
                // What a proxy says while the server is away is no refusal, whatever its status.
                Err(error) if !error.is_refusal() => {
                    tracing::debug!("cannot fetch messages yet: {error}");
                    sleep(AGAIN).await;
                }
                answer => return answer,
            }
        }
    }
}

/// Asks for the messages of a search before one, and for that one too if so wanted.
fn page_before(anchor: MessageId, with_anchor: bool, narrow: Option<Narrow>) -> GetMessages {
    let mut page = GetMessages::newest(PAGE, narrow);
    page.anchor = Some(Anchor::Message(anchor));
    page.include_anchor = Some(with_anchor);
    page.apply_markdown = Some(false);
    page.allow_empty_topic_name = Some(true);
    page
}
