//! One bot, from its start to its end.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, RwLock, Semaphore};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use zulipkit_api::events::kinds::{NewMessage, UserChange};
use zulipkit_api::events::{
    Ended, Event, EventKind, EventStream, Item, Registered, Registration, State,
};
use zulipkit_api::messages::Message;
use zulipkit_api::users::GetOwnUser;
use zulipkit_api::{Error, MessageId};
use zulipkit_diag::{Diagnostic, Kind, Result};

use super::alarms::AlarmClock;
use super::guard::{Advice, LoopGuard};
use super::lanes::Lanes;
use super::outbound::Outbound;
use super::people::People;
use super::sendings::Sendings;
use super::{Interrupted, RunBot, Shared};
use crate::journal::{BotJournal, Key, Known, Sent, Stage, Unfinished};
use crate::{Alarm, Context, Conversation, Edit, Incoming, Me, ReactionEvent, Surroundings};

/// How many messages may wait for their turn; then no more events are read, and the server keeps them.
const BACKLOG: usize = 1_000;

/// How many messages that are done are remembered, beside those that the journal remembers.
const REMEMBERED: usize = 2_000;

/// How many messages are fetched in one request.
const FETCHED_AT_ONCE: usize = 200;

/// After how many messages the journal forgets old ones.
const PRUNE_AFTER: u32 = 500;

/// A bot that runs.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) shared: Arc<Shared>,
    pub(super) spec: RunBot,
    pub(super) journal: BotJournal,
    pub(super) outbound: Arc<Outbound>,
    pub(super) alarms: Arc<AlarmClock>,
    pub(super) people: Arc<People>,
    pub(super) lanes: Arc<Lanes<Job>>,
    /// How many of its messages may be handled at once.
    pub(super) places: Arc<Semaphore>,
    /// How many may wait.
    backlog: Arc<Semaphore>,
    surroundings: RwLock<Arc<Surroundings>>,
    stop: CancellationToken,
    seen: Mutex<Seen>,
}

/// What was met already.
#[derive(Debug)]
struct Seen {
    /// No message up to this one is handled.
    floor: MessageId,
    /// The newest messages that are handled, or are about to be.
    messages: BTreeSet<MessageId>,
    since_pruning: u32,
}

/// Something to handle.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) task: Task,
    /// What was sent when it was handled before.
    pub(super) sent: Vec<Sent>,
    /// To be waited for before.
    pub(super) delay: Duration,
    _place: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
pub(super) enum Task {
    Message(Box<Incoming>),
    Edited(Box<Edit>),
    Reacted(ReactionEvent),
    Alarm(Alarm),
}

impl Task {
    /// Returns the name under which the journal has it, if it has it.
    pub(super) fn key(&self) -> Option<Key> {
        match self {
            Self::Message(incoming) => Some(Key::Message(incoming.id())),
            Self::Alarm(alarm) => Some(Key::Alarm(alarm.name.clone(), alarm.due.as_millisecond())),
            Self::Edited(_) | Self::Reacted(_) => None,
        }
    }
}

impl Running {
    /// Runs a bot until it is stopped. If it `replaces` another one, it waits for that one's end.
    ///
    /// # Errors
    /// It cannot start, or its server will have nothing to do with it any more.
    pub(super) async fn run(
        shared: Arc<Shared>,
        spec: RunBot,
        stop: CancellationToken,
        replaces: bool,
    ) -> Result<()> {
        let client = spec.client.clone();
        let (site, email) = (client.site().clone(), client.email().to_owned());
        let _lock = lock(&shared, &spec, &stop, replaces).await?;
        let journal = shared.journal.of(&site, &email).await?;
        let known = journal.known().await?;
        let mut registration = Registration::new(event_types(&spec));
        registration.register.fetch_event_types = Some(vec!["message".into(), "realm".into()]);
        registration.register.apply_markdown = Some(false);
        if let Some(position) = known.position.clone() {
            registration = registration.resume(position);
        }
        let mut events = client.events(registration);
        let started = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            // The queue opens while the server says who the bot is.
            started = start(&client, &mut events) => started,
        };
        let (me, first) = started.map_err(|error| spec.cannot_go_on(error))?;
        let outbound = spec.outbound(&shared, &known);
        let alarms = Arc::new(AlarmClock::default());
        let (ways, key, before) = (
            (outbound.clone(), journal.clone(), alarms.clone()),
            None,
            vec![],
        );
        let surroundings = Surroundings {
            me,
            client,
            // Each handling gets one of its own.
            outlet: Arc::new(Sendings::new(ways, key, before)),
            storage: spec.storage.clone(),
            files: spec.files.clone(),
        };
        let running = Arc::new(Self {
            people: shared.people(site.as_str()),
            lanes: Arc::new(Lanes::new(stop.clone())),
            places: Arc::new(Semaphore::new(spec.handling.in_flight.max(1))),
            backlog: Arc::new(Semaphore::new(BACKLOG)),
            surroundings: RwLock::new(Arc::new(surroundings)),
            seen: Mutex::new(Seen::of(&known)),
            alarms,
            outbound,
            journal,
            shared,
            spec,
            stop,
        });
        running.begin().await?;
        let outcome = running.serve(known, first, &mut events).await;
        running.finish(&mut events).await;
        outcome
    }

    /// Lets the bot itself begin.
    async fn begin(&self) -> Result<()> {
        let context = Context::new(self.surroundings().await);
        let name = &self.spec.name;
        let cannot =
            |error: Diagnostic| error.while_doing(format!("the bot `{name}` cannot start"));
        super::handling::guarded(self.spec.bot.start(&context), self.spec.handling.time_limit)
            .await
            .map_err(cannot)?;
        tracing::info!(
            "runs as {} at {}",
            context.me().full_name,
            self.spec.client.site()
        );
        Ok(())
    }

    /// Reads events until it is stopped.
    async fn serve(
        self: &Arc<Self>,
        known: Known,
        first: Option<Item>,
        events: &mut EventStream,
    ) -> Result<()> {
        self.check_channels();
        let mut guard = LoopGuard::default();
        self.go_on_with(known).await;
        if let Some(item) = first {
            self.take(item, &mut guard, events).await;
        }
        let mut state = events.state();
        let mut connection = Heard::new(&self.shared.connected);
        let mut alarms = Box::pin(self.alarms.next(&self.journal));
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return Ok(()),
                item = events.next() => match item {
                    Some(Ok(item)) => self.take(item, &mut guard, events).await,
                    Some(Err(ended)) => return Err(self.spec.cannot_go_on(ended)),
                    None => return Ok(()),
                },
                // Also without events the position moves on, and an old one would be refused.
                Ok(()) = state.changed() => {
                    connection.set(matches!(*state.borrow_and_update(), State::Connected { .. }));
                    self.save_position(events);
                }
                due = &mut alarms => {
                    for (alarm, sent) in due? {
                        self.put(Task::Alarm(alarm), sent, Duration::ZERO).await;
                    }
                    alarms = Box::pin(self.alarms.next(&self.journal));
                }
            }
        }
    }

    /// Takes one item of the stream.
    async fn take(self: &Arc<Self>, item: Item, guard: &mut LoopGuard, events: &mut EventStream) {
        match item {
            Item::Opened(registered) => self.opened(&registered),
            Item::Gap(gap) => {
                self.learn_limits(&gap.after);
                self.refresh_me().await;
                tokio::select! {
                    () = self.stop.cancelled() => return,
                    caught_up = self.catch_up(&gap) => if !caught_up { return },
                }
            }
            Item::Event(event) => self.take_event(*event, guard).await,
            _ => {}
        }
        if !self.stop.is_cancelled() {
            self.save_position(events);
        }
    }

    /// The first start ever: nothing that is older is handled.
    fn opened(&self, registered: &Registered) {
        self.learn_limits(registered);
        if let Some(newest) = registered.max_message_id {
            self.raise_floor(newest);
        }
    }

    fn learn_limits(&self, registered: &Registered) {
        if let Some(length) = registered.max_message_length {
            self.outbound.set_max_length(length);
            self.journal.max_length(length);
        }
        if let Some(newest) = registered.max_message_id {
            self.outbound.saw(newest);
        }
    }

    async fn take_event(self: &Arc<Self>, event: Event, guard: &mut LoopGuard) {
        match event.kind {
            EventKind::Message(new) => self.take_message(*new, guard).await,
            EventKind::MessageUpdated(update) if self.spec.listen.edits => {
                self.take_edit(*update).await;
            }
            EventKind::Reaction(change) if self.spec.listen.reactions => {
                self.take_reaction(change).await;
            }
            EventKind::UserUpdated(update) => self.renamed(update.user).await,
            EventKind::UserAdded(new) => self.people.note(new.user.user_id, new.user.is_bot),
            EventKind::Unknown(unknown) => tracing::debug!("unknown event `{}`", unknown.name),
            _ => {}
        }
    }

    async fn take_message(self: &Arc<Self>, new: NewMessage, guard: &mut LoopGuard) {
        self.outbound.saw(new.message.id);
        let Some((incoming, from_bot)) = self.addressed(&new.message, &new.flags).await else {
            return;
        };
        let mut delay = Duration::ZERO;
        if from_bot {
            let conversation = &incoming.conversation;
            match guard.count(&conversation.to_string(), Instant::now()) {
                Advice::After(wait) => delay = wait,
                Advice::Leave(found) => {
                    if found {
                        tracing::warn!(
                            message = incoming.id().0,
                            "answers another bot that answers it: messages of bots there are left for five minutes"
                        );
                    }
                    return;
                }
            }
        }
        if self.meet(incoming.id()) {
            self.put(Task::Message(Box::new(incoming)), Vec::new(), delay)
                .await;
        }
    }

    /// Returns a message as the bot is to see it, and whether another bot sent it; nothing if it is not the bot's business.
    pub(super) async fn addressed(
        &self,
        message: &Message,
        flags: &[String],
    ) -> Option<(Incoming, bool)> {
        let me = self.surroundings().await.me.clone();
        let listen = &self.spec.listen;
        let incoming = listen.addressed(message, flags, false, &me)?;
        let from_bot = self
            .people
            .is_bot(message.sender_id, &self.spec.client)
            .await;
        (!from_bot || listen.bots).then_some((incoming, from_bot))
    }

    /// Notes that a message is met; false if it was before.
    pub(super) fn meet(&self, id: MessageId) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if id <= seen.floor || !seen.messages.insert(id) {
            return false;
        }
        if seen.messages.len() > REMEMBERED {
            seen.messages.pop_first();
        }
        seen.since_pruning += 1;
        if seen.since_pruning == PRUNE_AFTER {
            seen.since_pruning = 0;
            self.journal.prune();
        }
        true
    }

    /// Tells whether a message was met, or is not to be.
    pub(super) fn has_met(&self, id: MessageId) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        id <= seen.floor || seen.messages.contains(&id)
    }

    pub(super) fn floor(&self) -> MessageId {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.floor
    }

    /// Leaves everything up to a message.
    pub(super) fn raise_floor(&self, floor: MessageId) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.floor = seen.floor.max(floor);
        self.journal.floor(floor);
    }

    /// Puts something to handle into its lane. Waits while there is too much already, but not when it is to stop: then it is
    /// met again at the next start.
    pub(super) async fn put(self: &Arc<Self>, task: Task, sent: Vec<Sent>, delay: Duration) {
        let place = tokio::select! {
            () = self.stop.cancelled() => return,
            place = self.backlog.clone().acquire_owned() => place.ok(),
        };
        if let Task::Message(incoming) = &task {
            self.journal.note(incoming.id(), Stage::Waits);
        }
        let lane = self.lane(&task);
        let job = Job {
            task,
            sent,
            delay,
            _place: place,
        };
        self.lanes.put(lane, job, self);
    }

    fn lane(&self, task: &Task) -> Option<String> {
        let conversation = match task {
            Task::Message(incoming) => Some(&incoming.conversation),
            Task::Edited(edit) => Some(&edit.message.conversation),
            Task::Reacted(reaction) => reaction.conversation.as_ref(),
            Task::Alarm(_) => None,
        };
        conversation
            .filter(|_| self.spec.bot.in_order())
            .map(Conversation::to_string)
    }

    /// Handles what the last process left unfinished.
    async fn go_on_with(self: &Arc<Self>, known: Known) {
        let (left, again): (Vec<_>, Vec<_>) =
            known.unfinished.into_iter().partition(|unfinished| {
                unfinished.begun && self.spec.handling.interrupted == Interrupted::Skip
            });
        for Unfinished { id, .. } in left {
            tracing::warn!(
                message = id.0,
                "message {id} is left: its handling was cut off"
            );
            self.journal.done(&Key::Message(id), &[]);
        }
        for some in again.chunks(FETCHED_AT_ONCE) {
            let ids: Vec<_> = some.iter().map(|unfinished| unfinished.id).collect();
            let messages = tokio::select! {
                () = self.stop.cancelled() => return,
                messages = self.fetch(&ids) => messages,
            };
            for unfinished in some {
                let message = messages.iter().find(|message| message.id == unfinished.id);
                self.go_on_with_one(unfinished, message).await;
            }
        }
    }

    async fn go_on_with_one(self: &Arc<Self>, unfinished: &Unfinished, message: Option<&Message>) {
        let id = unfinished.id;
        let addressed = match message {
            Some(message) => self.addressed(message, &message.flags).await,
            None => None,
        };
        let Some((incoming, _)) = addressed else {
            tracing::warn!(
                message = id.0,
                "message {id}, whose handling was cut off, is gone"
            );
            self.journal.done(&Key::Message(id), &[]);
            return;
        };
        let incoming = Incoming {
            again: unfinished.begun,
            caught_up: true,
            ..incoming
        };
        let task = Task::Message(Box::new(incoming));
        self.put(task, unfinished.sendings.clone(), Duration::ZERO)
            .await;
    }

    fn save_position(&self, events: &EventStream) {
        if let Some(position) = events.position() {
            self.journal.position(position);
        }
    }

    /// Waits for what is under way, for as long as a stop may take.
    async fn finish(&self, events: &mut EventStream) {
        let grace = self.shared.settings.grace;
        self.stop.cancel();
        if timeout(grace, self.lanes.end()).await.is_err() {
            let left = self.lanes.under_way();
            tracing::error!(
                "ends while {left} messages are still being handled; they are next time"
            );
        }
        self.save_position(events);
    }

    pub(super) async fn surroundings(&self) -> Arc<Surroundings> {
        self.surroundings.read().await.clone()
    }

    /// Takes note of another name or address of its own.
    async fn renamed(&self, change: UserChange) {
        let mut me = self.surroundings().await.me.clone();
        if change.user_id != me.user_id {
            return;
        }
        if let Some(name) = change.full_name {
            me.full_name = name;
        }
        if let Some(email) = change.new_email {
            me.email = email;
        }
        self.become_me(me).await;
    }

    async fn refresh_me(&self) {
        if let Ok(own) = self.spec.client.send(&GetOwnUser::new()).await {
            self.become_me(me(own)).await;
        }
    }

    async fn become_me(&self, me: Me) {
        let mut surroundings = self.surroundings.write().await;
        if surroundings.me != me {
            tracing::info!("is now called {}", me.full_name);
            *surroundings = Arc::new(Surroundings {
                me,
                ..Surroundings::clone(&surroundings)
            });
        }
    }
}

impl Seen {
    fn of(known: &Known) -> Self {
        let unfinished = known.unfinished.iter().map(|unfinished| unfinished.id);
        Self {
            floor: known.floor,
            messages: known.done.iter().copied().chain(unfinished).collect(),
            since_pruning: 0,
        }
    }
}

impl RunBot {
    /// Builds the way out, with what is known of it.
    fn outbound(&self, shared: &Shared, known: &Known) -> Arc<Outbound> {
        let keeper = shared.keeper.clone().zip(self.account.clone());
        let outbound = Outbound::new(&self.client, &self.agent, keeper);
        if let Some(length) = known.max_length {
            outbound.set_max_length(length);
        }
        let unfinished = known
            .unfinished
            .iter()
            .flat_map(|unfinished| &unfinished.sendings);
        let sent = unfinished.filter_map(|sent| sent.id);
        for id in sent.chain(known.replies.iter().copied()) {
            outbound.claim(id);
        }
        Arc::new(outbound)
    }

    /// Says why the bot stops.
    fn cannot_go_on(&self, ended: Ended) -> Diagnostic {
        let name = &self.name;
        let stops =
            Diagnostic::new(Kind::Refused, format!("the bot `{name}` stops")).source(&ended);
        match (&ended, &self.key_file) {
            (Ended::Credentials(_), Some(file)) => stops.hint(format!(
                "look whether {} is active, and whether its key is the one that `{}` leads to",
                self.client.email(),
                file.display()
            )),
            (Ended::Credentials(_), None) => stops.hint(format!(
                "look whether {} is active, and at the key in the environment",
                self.client.email()
            )),
            _ => stops,
        }
    }
}

/// Tells the runner whether a bot hears from its server.
struct Heard<'a> {
    connected: &'a super::Connected,
    heard: bool,
}

impl<'a> Heard<'a> {
    fn new(connected: &'a super::Connected) -> Self {
        let mut heard = Self {
            connected,
            heard: false,
        };
        heard.set(true);
        heard
    }

    fn set(&mut self, heard: bool) {
        match (self.heard, heard) {
            (false, true) => drop(self.connected.0.fetch_add(1, Ordering::Relaxed)),
            (true, false) => drop(self.connected.0.fetch_sub(1, Ordering::Relaxed)),
            _ => {}
        }
        self.heard = heard;
    }
}

impl Drop for Heard<'_> {
    fn drop(&mut self) {
        self.set(false);
    }
}

/// Takes the right to run the account. After a change of settings the former bot may not have ended yet.
async fn lock(
    shared: &Shared,
    spec: &RunBot,
    stop: &CancellationToken,
    replaces: bool,
) -> Result<crate::journal::AccountLock> {
    let give_up = Instant::now() + shared.settings.grace + Duration::from_secs(5);
    loop {
        match shared.journal.lock(spec.client.site(), spec.client.email()) {
            Err(error) if error.kind == Kind::TryLater && replaces && Instant::now() < give_up => {
                tokio::select! {
                    () = stop.cancelled() => return Err(error),
                    () = sleep(Duration::from_millis(50)) => {}
                }
            }
            other => return other,
        }
    }
}

fn event_types(spec: &RunBot) -> Vec<&'static str> {
    let mut types = vec!["message", "realm_user"];
    if spec.listen.edits {
        types.push("update_message");
    }
    if spec.listen.reactions {
        types.push("reaction");
    }
    types
}

/// Asks who the bot is while the first events are waited for, and returns the item that came meanwhile.
async fn start(
    client: &zulipkit_api::Client,
    events: &mut EventStream,
) -> Result<(Me, Option<Item>), Ended> {
    let ask = async {
        loop {
            match client.send(&GetOwnUser::new()).await {
                Ok(own) => return Ok(me(own)),
                Err(error) if error.is_auth() => return Err(Ended::Credentials(error)),
                Err(error @ Error::Api(_)) => return Err(Ended::Refused(error)),
                Err(error) => {
                    tracing::debug!("cannot learn the bot's account yet: {error}");
                    sleep(Duration::from_secs(5)).await;
                }
            }
        }
    };
    tokio::pin!(ask);
    tokio::select! {
        me = &mut ask => Ok((me?, None)),
        item = events.next() => match item {
            Some(Err(ended)) => Err(ended),
            Some(Ok(item)) => Ok((ask.await?, Some(item))),
            None => Err(Ended::NoQueue),
        },
    }
}

fn me(own: zulipkit_api::users::OwnUser) -> Me {
    Me {
        user_id: own.user.user_id,
        full_name: own.user.full_name,
        email: own.user.email,
    }
}
