//! Outgoing webhooks: which messages call which bot's server, and what becomes of its answer.
//!
//! A call is decided when a message is stored, and made by a task beside the requests, so that nobody waits for a bot. What
//! is said in the end comes from `OutgoingWebhookResponse`: the bot's reply or its failure in the conversation, and the
//! failure's reason as a direct message to the bot's owner.

mod http;
mod payload;
mod python;
mod reply;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use tokio::sync::Notify;

use crate::{
    clock::Clock,
    ids::{MessageId, UserId},
    messages::{Destination, Message, text, widgets},
    organization::Organization,
    render,
    serve::Shared,
    users::{Kind, Service},
};
use http::{Answer, Failure};
use payload::Payload;
use reply::Reply;

/// The client of all that is said because of a call.
const CLIENT: &str = "OutgoingWebhookResponse";

/// How often a server is called that cannot be reached or does not answer in time.
const ATTEMPTS: usize = 4;

/// A call that is to be made.
#[derive(Debug)]
struct Call {
    bot: UserId,
    message: MessageId,
    trigger: Trigger,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trigger {
    Mention,
    DirectMessage,
}

impl Trigger {
    fn name(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::DirectMessage => "direct_message",
        }
    }
}

/// The calls that nobody has begun yet.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    waiting: Vec<Call>,
    bell: Arc<Notify>,
}

/// What is said when a call is over.
#[derive(Debug, PartialEq)]
enum Outcome {
    Nothing,
    Reply(Reply),
    Failed {
        /// What stands in the conversation behind `Failure!`.
        words: String,
        /// What the owner is told besides which message it was.
        to_owner: Option<String>,
    },
}

impl Organization {
    /// Decides which bots a new message calls: those of a conversation, or those that are mentioned. Bots call no bots.
    pub(crate) fn call_bots(&mut self, id: MessageId, mentioned: &BTreeSet<UserId>) {
        let Some(message) = self.messages.get(&id) else {
            return;
        };
        let is_person = |user: &UserId| self.users.get(user).is_some_and(|user| !user.is_bot());
        if !is_person(&message.sender) {
            return;
        }
        let (receivers, trigger) = match &message.destination {
            Destination::Direct(people) => (people, Trigger::DirectMessage),
            Destination::Channel { .. } => (mentioned, Trigger::Mention),
        };
        let bots = receivers.iter().filter_map(|id| self.users.get(id));
        let called = bots.filter(|bot| bot.is_active && bot.kind == Kind::OutgoingWebhookBot);
        let calls = called.map(|bot| Call {
            bot: bot.id,
            message: id,
            trigger,
        });
        self.calls.waiting.extend(calls);
        self.calls.bell.notify_waiters();
    }

    fn service(&self, bot: UserId) -> Option<&Service> {
        self.users.get(&bot)?.service.as_ref()
    }

    /// Says what came of a call.
    fn conclude(&mut self, call: &Call, outcome: Outcome) {
        match outcome {
            Outcome::Nothing => {}
            Outcome::Reply(reply) => self.post_reply(call, reply),
            Outcome::Failed { words, to_owner } => {
                let content = format!("Failure! {words}");
                self.post_reply(
                    call,
                    Reply {
                        content,
                        widget: None,
                    },
                );
                if let Some(words) = to_owner {
                    self.tell_owner(call, &words);
                }
            }
        }
    }

    /// Answers where the message is; nowhere when it was deleted meanwhile.
    fn post_reply(&mut self, call: &Call, reply: Reply) {
        let Some(message) = self.messages.get(&call.message) else {
            return;
        };
        let place = message.destination.clone();
        self.say(call.bot, place, reply);
    }

    fn say(&mut self, bot: UserId, place: Destination, reply: Reply) {
        // What was said was checked before, and a failure's words are the server's own.
        let limit = self.settings.max_message_length;
        let Ok(content) = text::content(&reply.content, limit) else {
            return;
        };
        let from_command = || widgets::from_command(&content);
        let widget = reply.widget.or_else(from_command);
        let mut draft = self.draft(bot, CLIENT, place, content);
        draft.widget = widget;
        self.post(draft);
    }

    fn tell_owner(&mut self, call: &Call, words: &str) {
        let Some(bot) = self.users.get(&call.bot) else {
            return;
        };
        let (Some(owner), Some(message)) = (bot.owner, self.messages.get(&call.message)) else {
            return;
        };
        let url = self.message_url(message);
        let name = &bot.full_name;
        let content = format!(
            "[A message]({url}) to your bot @_**{name}** triggered an outgoing webhook.\n{words}"
        );
        let place = Destination::Direct(BTreeSet::from([call.bot, owner]));
        let widget = None;
        self.say(call.bot, place, Reply { content, widget });
    }

    /// Where the message is found in a browser.
    fn message_url(&self, message: &Message) -> String {
        let (url, id) = (&self.url, message.id);
        match &message.destination {
            Destination::Channel { id: channel, topic } => {
                let name = self.channels.get(channel).map_or("", |found| &found.name);
                let channel = render::channel_slug(channel.0, name);
                let topic = render::encode_hash(topic);
                format!("{url}/#narrow/channel/{channel}/topic/{topic}/near/{id}")
            }
            Destination::Direct(people) => {
                let people: Vec<String> = people.iter().map(ToString::to_string).collect();
                format!("{url}/#narrow/dm/{}-pm/near/{id}", people.join(","))
            }
        }
    }
}

/// Makes the calls, each as a task of its own.
pub(crate) async fn serve(shared: Arc<Shared>) {
    let bell = Arc::clone(&shared.organization().calls.bell);
    loop {
        // Listening begins before looking, so that no call is overlooked.
        let rung = bell.notified();
        tokio::pin!(rung);
        rung.as_mut().enable();
        let calls = std::mem::take(&mut shared.organization().calls.waiting);
        for call in calls {
            tokio::spawn(carry_out(Arc::clone(&shared), call));
        }
        rung.await;
    }
}

async fn carry_out(shared: Arc<Shared>, call: Call) {
    let (payload, clock, timeout) = {
        let organization = shared.organization();
        let clock = Arc::clone(&organization.clock);
        let timeout = organization.settings.webhook_timeout;
        (payload::payload(&organization, &call), clock, timeout)
    };
    let outcome = match payload {
        // The bot or the message is gone.
        None => Outcome::Nothing,
        Some(Payload::Refused(words)) => Outcome::Failed {
            words: words.to_owned(),
            to_owner: None,
        },
        Some(Payload::Request(request)) => {
            let answer = ask(&request, &clock, timeout).await;
            let interface = shared.organization().service(call.bot).map(|s| s.interface);
            reply::outcome(answer, interface.unwrap_or(1), timeout)
        }
    };
    shared.organization().conclude(&call, outcome);
}

/// Calls the server again, at once, as long as it cannot be reached or does not answer.
async fn ask(request: &http::Request, clock: &Clock, limit: Duration) -> Result<Answer, Failure> {
    let mut answer = Err(Failure::Connection);
    for _ in 0..ATTEMPTS {
        answer = tokio::select! {
            answer = http::post(request) => answer,
            () = clock.sleep(limit) => Err(Failure::Timeout),
        };
        if answer.is_ok() {
            break;
        }
    }
    answer
}
