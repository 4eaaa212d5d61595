//! One bot behind the server: who it is, and how one of its messages is handled.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;
use zulipkit_api::MessageId;
use zulipkit_api::messages::{GetMessage, GetMessages, Message, Narrow};
use zulipkit_diag::{Diagnostic, Result};

use super::Shared;
use super::call::{Call, Format, Trigger};
use super::desk::Desk;
use super::lanes::Lanes;
use super::reply::Reply;
use super::slot::Slot;
use super::stats::Stats;
use crate::address::mentions;
use crate::http::Http;
use crate::journal::{AccountLock, BotJournal, Key, Known, Sent};
use crate::runner::{APOLOGY, AlarmClock, Interrupted, Outbound, RunBot, Sendings, guarded};
use crate::{Alarm, Clock, Context, Incoming, Journal, Me, Surroundings};

/// How long a bot that could not start waits before it tries again.
const START_AGAIN: Duration = Duration::from_secs(60);

/// How many of the newest messages of a person are looked at for the one that a call is about.
const LOOKED_AT: u32 = 10;

/// A bot that a server is to serve.
#[derive(Debug)]
pub struct ServedBot {
    /// The bot.
    pub bot: RunBot,
    /// What proves that a call comes from the Zulip server.
    pub token: SecretString,
}

impl ServedBot {
    /// Returns the address of the bot's account in small letters, since Zulip takes it in any.
    pub(super) fn address(&self) -> String {
        self.bot.client.email().to_lowercase()
    }
}

/// A bot as the server holds it.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) spec: RunBot,
    /// The address of its account, in small letters.
    pub(super) address: String,
    /// Its number at the desk.
    pub(super) number: u32,
    pub(super) token: SecretString,
    pub(super) stats: Stats,
    /// How many of its messages may be handled at once.
    pub(super) places: Arc<Semaphore>,
    standing: watch::Sender<Standing>,
    lanes: Lanes,
    stop: CancellationToken,
    /// The right to run the account, until the last of its messages is handled.
    account: OnceLock<AccountLock>,
}

/// How a bot stands.
#[derive(Debug, Clone)]
pub(super) enum Standing {
    /// The server did not say yet who it is.
    Unknown,
    /// It handles messages.
    Ready(Arc<Ready>),
    /// It cannot work.
    Failed(String),
}

/// What a bot has that works.
#[derive(Debug)]
pub(super) struct Ready {
    surroundings: Surroundings,
    outbound: Arc<Outbound>,
    journal: BotJournal,
    alarms: Arc<AlarmClock>,
    /// The messages that an earlier process accepted: they are done, or are gone on with.
    accepted: BTreeSet<MessageId>,
}

impl Ready {
    /// Returns the way out for one handling; nothing is sent twice under a key.
    fn sendings(&self, key: Option<Key>, before: Vec<Sent>) -> Arc<Sendings> {
        let ways = (
            self.outbound.clone(),
            self.journal.clone(),
            self.alarms.clone(),
        );
        Arc::new(Sendings::new(ways, key, before))
    }
}

impl Served {
    pub(super) fn new(bot: ServedBot, desk: &Desk, per_bot: usize) -> Self {
        let address = bot.address();
        Self {
            number: desk.bot(&address),
            address,
            spec: bot.bot,
            token: bot.token,
            stats: Stats::default(),
            places: Arc::new(Semaphore::new(per_bot)),
            standing: watch::Sender::new(Standing::Unknown),
            lanes: Lanes::default(),
            stop: CancellationToken::new(),
            account: OnceLock::new(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.spec.name
    }

    /// Returns the bot's account, once it is known.
    pub(super) fn me(&self) -> Option<Me> {
        self.if_ready().map(|ready| ready.surroundings.me.clone())
    }

    pub(super) fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }

    /// Tells whether an earlier process accepted a message.
    pub(super) fn has_accepted(&self, message: MessageId) -> bool {
        self.if_ready()
            .is_some_and(|ready| ready.accepted.contains(&message))
    }

    fn if_ready(&self) -> Option<Arc<Ready>> {
        match &*self.standing.borrow() {
            Standing::Ready(ready) => Some(ready.clone()),
            Standing::Unknown | Standing::Failed(_) => None,
        }
    }

    /// Lets the bot start, and then goes on with what an earlier process left, and with alarms, until it is stopped.
    ///
    /// A server that is down, or a bot that cannot start, keeps no other bot from working.
    pub(super) async fn live(self: Arc<Self>, shared: Arc<Shared>) {
        let name = self.name();
        let work = async {
            let ready = self.until_started(&shared).await;
            tracing::info!(bot = name, "{name} is ready");
            self.standing.send_replace(Standing::Ready(ready.clone()));
            self.take_account(&shared.journal).await;
            self.go_on(&ready, &shared).await?;
            self.ring(&ready, &shared.tasks).await
        };
        let outcome = tokio::select! {
            outcome = work => outcome,
            () = self.stop.cancelled() => Ok(()),
        };
        if let Err(error) = outcome {
            tracing::error!(
                bot = name,
                "{name} does not go on with what was left, and has no alarms any more: {}",
                error.one_line()
            );
        }
    }

    /// Tries to start the bot until it does: a key may be made valid again, a disk be emptied.
    async fn until_started(&self, shared: &Shared) -> Arc<Ready> {
        let name = self.name();
        let mut known = String::new();
        loop {
            let reason = match self.start(shared).await {
                Ok(ready) => return ready,
                Err(error) => error.one_line(),
            };
            if reason != known {
                tracing::error!(bot = name, "{name} cannot work: {reason}");
            }
            self.standing.send_replace(Standing::Failed(reason.clone()));
            known = reason;
            sleep(START_AGAIN).await;
        }
    }

    /// Ends the alarms; messages that are being handled are not touched.
    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits for the right to run the account: a process that is about to end has it until all that it accepted is handled.
    async fn take_account(&self, journal: &Journal) {
        loop {
            match journal.lock(self.spec.client.site(), self.spec.client.email()) {
                Ok(lock) => return drop(self.account.set(lock)),
                Err(error) => tracing::debug!("{}", error.one_line()),
            }
            sleep(Duration::from_secs(1)).await;
        }
    }

    async fn start(&self, shared: &Shared) -> Result<Arc<Ready>> {
        let spec = &self.spec;
        let span = tracing::error_span!("bot", name = self.name());
        let me = Me::ask(&spec.client).instrument(span).await;
        let me = me
            .map_err(|error| Diagnostic::failed("cannot learn the bot's account").source(&error))?;
        let journal = shared
            .journal
            .of(spec.client.site(), spec.client.email())
            .await?;
        let known: Known = journal.known().await?;
        let outbound = spec.outbound(shared.keeper.as_ref(), &known);
        let alarms = Arc::new(AlarmClock::default());
        let ways = (outbound.clone(), journal.clone(), alarms.clone());
        let unfinished = known.unfinished.iter().map(|unfinished| unfinished.id);
        let ready = Ready {
            surroundings: Surroundings {
                me,
                client: spec.client.clone(),
                // Each handling gets one of its own.
                outlet: Arc::new(Sendings::new(ways, None, Vec::new())),
                storage: spec.storage.clone(),
                files: spec.files.clone(),
                clock: Clock::default(),
                http: Http::default(),
            },
            accepted: known.done.iter().copied().chain(unfinished).collect(),
            outbound,
            journal,
            alarms,
        };
        let context = Context::new(Arc::new(ready.surroundings.clone()));
        guarded(spec.bot.start(&context), spec.handling.time_limit).await?;
        Ok(Arc::new(ready))
    }

    /// Handles a message, and gives the reply for the HTTP answer as soon as it is known, at the latest by the deadline.
    ///
    /// Returns whether it went well.
    pub(super) async fn handle(
        &self,
        call: Call,
        deadline: Instant,
        answer: impl Fn(Reply),
    ) -> bool {
        let begun = Instant::now();
        // Nothing is promised before it is known that the bot can work: until then the server may as well call again.
        let Some(ready) = self.ready().await else {
            answer(Reply::Refused);
            return false;
        };
        let mut call = call;
        if call.format == Format::Slack
            && let Ok(Some(message)) = timeout_at(deadline, self.look_up(&call.message)).await
        {
            call.message = message;
        }
        let Some(incoming) = self.addressed(&call, &ready.surroundings.me) else {
            answer(Reply::Nothing);
            return true;
        };
        let key = Some(Key::Message(incoming.id())).filter(|_| incoming.id() != MessageId(0));
        let slot = Arc::new(Slot::new(
            incoming.clone(),
            incoming.conversation.to(ready.surroundings.me.user_id),
            ready.sendings(key, Vec::new()),
            ready.journal.clone(),
            call.format == Format::Zulip,
        ));
        let mut surroundings = ready.surroundings.clone();
        surroundings.outlet = slot.clone();
        if let Some(name) = call.bot_name {
            surroundings.me.full_name = name;
        }
        let context = Context::new(Arc::new(surroundings));
        let work = self.work(&incoming, &context);
        tokio::pin!(work);
        let result = tokio::select! {
            // Past the deadline nobody may listen any more, so a reply is not for the answer, however soon it is there.
            biased;
            () = sleep_until(deadline) => {
                let flushed = slot.close_late(|| answer(Reply::Nothing)).await;
                let result = work.await.and(flushed);
                // Now it is true in any case.
                answer(Reply::Nothing);
                result
            }
            result = &mut work => {
                answer(slot.close().await);
                result
            }
        };
        slot.done();
        self.note(&format!("message {}", incoming.id()), begun, &result);
        result.is_ok()
    }

    /// Finds a message of which Slack's format tells neither the number nor the topic. A bot that may not read there does
    /// without: its first reply goes in the HTTP answer all the same.
    async fn look_up(&self, told: &Message) -> Option<Message> {
        let narrow = [
            Narrow::channel(told.stream_id?),
            Narrow::new("sender", told.sender_id.0),
        ];
        let mut newest = GetMessages::newest(LOOKED_AT, narrow);
        newest.apply_markdown = Some(false);
        let found = self.spec.client.send(&newest).await.ok()?.messages;
        found
            .into_iter()
            .rev()
            .find(|message| message.content == told.content && message.timestamp == told.timestamp)
    }

    /// Lets the bot handle a message when its turn has come.
    async fn work(&self, incoming: &Incoming, context: &Context) -> Result<()> {
        let bot = &self.spec.bot;
        let _turn = match bot.in_order() {
            true => Some(self.lanes.turn(incoming.conversation.to_string()).await),
            false => None,
        };
        let handling = context.handling(incoming.clone());
        let result = guarded(
            bot.handle(incoming, &handling),
            self.spec.handling.time_limit,
        )
        .await;
        if result.is_err() && self.spec.handling.apologize {
            let to = incoming.conversation.to(context.me().user_id);
            if let Err(error) = handling.send(to, APOLOGY).await {
                tracing::error!("cannot apologize: {}", error.one_line());
            }
        }
        result
    }

    /// Counts what was handled, and logs what went wrong.
    fn note(&self, what: &str, begun: Instant, result: &Result<()>) {
        self.stats.handled(begun.elapsed(), result);
        if let Err(error) = result {
            let name = self.name();
            tracing::error!(bot = name, "{name} failed on {what}: {}", error.one_line());
        }
    }

    /// Waits until it is known whether the bot can work.
    pub(super) async fn settled(&self) {
        let _ = self.ready().await;
    }

    /// Waits until the bot is ready; nothing if it never will be.
    async fn ready(&self) -> Option<Arc<Ready>> {
        let mut standing = self.standing.subscribe();
        let known = standing
            .wait_for(|standing| !matches!(standing, Standing::Unknown))
            .await;
        match known.as_deref() {
            Ok(Standing::Ready(ready)) => Some(ready.clone()),
            _ => None,
        }
    }

    /// Returns the message as the bot is to see it, if it is its business.
    fn addressed(&self, call: &Call, me: &Me) -> Option<Incoming> {
        let me = Me {
            full_name: call
                .bot_name
                .clone()
                .unwrap_or_else(|| me.full_name.clone()),
            ..me.clone()
        };
        let mentioned = call.trigger == Trigger::Mention
            || mentions(&call.message.content).any(|mention| mention.means(&me));
        let flags: &[String] = if mentioned {
            &["mentioned".to_owned()]
        } else {
            &[]
        };
        // The server never calls because of what a bot said.
        self.spec.listen.addressed(&call.message, flags, false, &me)
    }

    /// Handles what earlier processes accepted and did not finish.
    async fn go_on(self: &Arc<Self>, ready: &Arc<Ready>, shared: &Shared) -> Result<()> {
        // They may have finished something since this one started.
        let left = ready.journal.known().await?.unfinished;
        for unfinished in left {
            let id = unfinished.id;
            // What this process was called about meanwhile is its own.
            let Some(duty) = shared.desk.open(Desk::key(self.number, id.0)).0 else {
                continue;
            };
            shared.desk.settle(&duty, Reply::Nothing);
            let mut get = GetMessage::new(id);
            get.apply_markdown = Some(false);
            let found = match self.spec.client.send(&get).await {
                _ if self.spec.handling.interrupted == Interrupted::Skip => None,
                Ok(found) => found.message.and_then(|message| {
                    let me = &ready.surroundings.me;
                    self.spec
                        .listen
                        .addressed(&message, &message.flags, false, me)
                }),
                Err(error) => {
                    tracing::error!(zulip.message = id.0, "cannot fetch message {id}: {error}");
                    None
                }
            };
            let Some(incoming) = found else {
                tracing::warn!(
                    zulip.message = id.0,
                    "message {id}, whose handling was cut off, is left"
                );
                ready.journal.done(&Key::Message(id), &[]);
                continue;
            };
            let incoming = Incoming {
                again: true,
                caught_up: true,
                ..incoming
            };
            let (bot, ready) = (self.clone(), ready.clone());
            shared.tasks.spawn(async move {
                bot.handle_again(&ready, incoming, unfinished.sendings)
                    .await;
            });
        }
        Ok(())
    }

    async fn handle_again(&self, ready: &Ready, incoming: Incoming, before: Vec<Sent>) {
        let begun = Instant::now();
        let key = Key::Message(incoming.id());
        let sendings = ready.sendings(Some(key.clone()), before);
        let result = self
            .work(&incoming, &context(ready, sendings.clone()))
            .await;
        ready.journal.done(&key, &sendings.ids());
        self.note(&format!("message {}", incoming.id()), begun, &result);
    }

    /// Has alarms handled as they go off, until the journal cannot be read.
    async fn ring(self: &Arc<Self>, ready: &Arc<Ready>, tasks: &TaskTracker) -> Result<()> {
        loop {
            for (alarm, before) in ready.alarms.next(&ready.journal).await? {
                let (bot, ready) = (self.clone(), ready.clone());
                tasks.spawn(async move { bot.handle_alarm(&ready, alarm, before).await });
            }
        }
    }

    async fn handle_alarm(&self, ready: &Ready, alarm: Alarm, before: Vec<Sent>) {
        let begun = Instant::now();
        let key = Key::Alarm(alarm.name.clone(), alarm.due.as_millisecond());
        let sendings = ready.sendings(Some(key.clone()), before);
        let context = context(ready, sendings.clone());
        let limit = self.spec.handling.time_limit;
        let result = guarded(self.spec.bot.alarm(&alarm, &context), limit).await;
        ready.journal.done(&key, &sendings.ids());
        ready.alarms.done(&alarm);
        self.note(&format!("the alarm `{}`", alarm.name), begun, &result);
    }
}

/// Returns what the bot acts through, where no HTTP answer waits.
fn context(ready: &Ready, outlet: Arc<Sendings>) -> Context {
    let mut surroundings = ready.surroundings.clone();
    surroundings.outlet = outlet;
    Context::new(Arc::new(surroundings))
}
