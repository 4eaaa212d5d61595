//! One bot behind the server: who it is, and how one of its messages is handled.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use secrecy::SecretString;
use tokio::sync::{OwnedMutexGuard, Semaphore, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};
use zulipkit_api::users::GetOwnUser;
use zulipkit_api::{Client, Error};
use zulipkit_diag::{Diagnostic, Result};

use super::Limits;
use super::call::{Call, Format, Trigger};
use super::reply::Reply;
use super::slot::Slot;
use super::stats::Stats;
use crate::address::{Listen, mentions};
use crate::http::Http;
use crate::{Bot, Clock, Context, Files, Incoming, Me, Outlet, Storage, Surroundings};

/// A bot that a server is to serve.
#[derive(Debug)]
pub struct ServedBot {
    /// The name in the settings.
    pub name: String,
    /// The bot.
    pub bot: Arc<dyn Bot>,
    /// The address by which the Zulip server names it.
    pub email: String,
    /// What proves that a call comes from the Zulip server.
    pub token: SecretString,
    /// Which messages it handles.
    pub listen: Listen,
    /// Its client.
    pub client: Client,
    /// Where its messages go that no HTTP answer carries.
    pub outlet: Arc<dyn Outlet>,
    /// What it remembers.
    pub storage: Storage,
    /// Its own files.
    pub files: Files,
}

/// A bot as the server holds it.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) token: SecretString,
    pub(super) stats: Stats,
    /// How many of its messages may be handled at once.
    pub(super) places: Arc<Semaphore>,
    bot: Arc<dyn Bot>,
    listen: Listen,
    client: Client,
    standing: watch::Sender<Standing>,
    unnamed: Unnamed,
    lanes: Lanes,
}

/// What a bot can do with, except its account, which the server has to tell first.
#[derive(Debug)]
struct Unnamed {
    outlet: Arc<dyn Outlet>,
    storage: Storage,
    files: Files,
}

/// How a bot stands.
#[derive(Debug, Clone)]
pub(super) enum Standing {
    /// The server did not say yet who it is.
    Unknown,
    /// It handles messages.
    Ready(Arc<Surroundings>),
    /// It cannot work.
    Failed(String),
}

impl Served {
    pub(super) fn new(spec: ServedBot, limits: &Limits) -> Self {
        Self {
            name: spec.name,
            email: spec.email,
            token: spec.token,
            stats: Stats::default(),
            places: Arc::new(Semaphore::new(limits.per_bot)),
            bot: spec.bot,
            listen: spec.listen,
            client: spec.client,
            standing: watch::Sender::new(Standing::Unknown),
            unnamed: Unnamed {
                outlet: spec.outlet,
                storage: spec.storage,
                files: spec.files,
            },
            lanes: Lanes::default(),
        }
    }

    /// Returns the bot's account, once it is known.
    pub(super) fn me(&self) -> Option<Me> {
        match &*self.standing.borrow() {
            Standing::Ready(surroundings) => Some(surroundings.me.clone()),
            Standing::Unknown | Standing::Failed(_) => None,
        }
    }

    pub(super) fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }

    /// Asks the server who the bot is, until it says so, and lets the bot start.
    ///
    /// One server that is down, or one bot that cannot start, keeps no other bot from working.
    pub(super) async fn start(&self) {
        let me = match self.ask_who().await {
            Ok(me) => me,
            Err(error) => return self.fail(&error),
        };
        let surroundings = Arc::new(Surroundings {
            me,
            client: self.client.clone(),
            outlet: self.unnamed.outlet.clone(),
            storage: self.unnamed.storage.clone(),
            files: self.unnamed.files.clone(),
            clock: Clock::default(),
            http: Http::default(),
        });
        let context = Context::new(surroundings.clone());
        let started = AssertUnwindSafe(self.bot.start(&context))
            .catch_unwind()
            .await;
        match started.unwrap_or_else(|_| Err(panicked())) {
            Ok(()) => {
                tracing::info!(bot = self.name, "{} is ready", self.name);
                self.standing.send_replace(Standing::Ready(surroundings));
            }
            Err(error) => self.fail(&error),
        }
    }

    fn fail(&self, error: &Diagnostic) {
        tracing::error!(
            bot = self.name,
            "{} cannot work: {}",
            self.name,
            error.one_line()
        );
        self.standing
            .send_replace(Standing::Failed(error.one_line()));
    }

    async fn ask_who(&self) -> Result<Me> {
        let mut wait = Duration::from_millis(200);
        loop {
            match self.client.send(&GetOwnUser::new()).await {
                Ok(own) => {
                    return Ok(Me {
                        user_id: own.user.user_id,
                        full_name: own.user.full_name,
                        email: own.user.email,
                    });
                }
                Err(error @ Error::Api(_)) => {
                    return Err(Diagnostic::failed("cannot learn the bot's account").source(&error));
                }
                Err(error) => {
                    tracing::warn!(
                        bot = self.name,
                        "cannot learn the account of {}, trying again: {error}",
                        self.name
                    );
                }
            }
            sleep(wait).await;
            wait = (wait * 2).min(Duration::from_secs(60));
        }
    }

    /// Handles a message, and gives the reply for the HTTP answer as soon as it is known, at the latest by the deadline.
    ///
    /// Returns whether it went well.
    pub(super) async fn handle(
        &self,
        call: Call,
        deadline: Instant,
        limit: Duration,
        answer: impl Fn(Reply),
    ) -> bool {
        let begun = Instant::now();
        let surroundings = match timeout_at(deadline, self.ready()).await {
            Ok(surroundings) => surroundings,
            Err(_) => {
                answer(Reply::Nothing);
                self.ready().await
            }
        };
        let Some(surroundings) = surroundings else {
            answer(Reply::Nothing);
            return false;
        };
        let Some(incoming) = self.addressed(&call, &surroundings.me) else {
            answer(Reply::Nothing);
            return true;
        };
        let place = incoming.conversation.to_string();
        let turn = self.bot.in_order().then(|| self.lanes.enter(place.clone()));
        let slot = Arc::new(Slot::new(
            incoming.clone(),
            incoming.conversation.to(surroundings.me.user_id),
            surroundings.outlet.clone(),
            call.format == Format::Zulip,
        ));
        let context = context(&surroundings, &call, slot.clone(), incoming.clone());
        let work = async {
            let _turn = match turn {
                Some(turn) => Some(turn.await),
                None => None,
            };
            let work = AssertUnwindSafe(self.bot.handle(&incoming, &context)).catch_unwind();
            match timeout(limit, work).await {
                Ok(Ok(result)) => result,
                Ok(Err(_)) => Err(panicked()),
                Err(_) => Err(Diagnostic::failed(format!(
                    "gave up after {} s",
                    limit.as_secs()
                ))),
            }
        };
        tokio::pin!(work);
        let result = tokio::select! {
            result = &mut work => {
                answer(slot.close().await);
                result
            }
            () = sleep_until(deadline) => {
                let flushed = slot.close_late(|| answer(Reply::Nothing)).await;
                work.await.and(flushed)
            }
        };
        self.lanes.leave(&place);
        self.stats.handled(begun.elapsed(), &result);
        if let Err(error) = &result {
            tracing::error!(
                bot = self.name,
                message = incoming.id().0,
                "{} failed on message {}: {}",
                self.name,
                incoming.id(),
                error.one_line()
            );
        }
        result.is_ok()
    }

    /// Waits until it is known whether the bot can work.
    pub(super) async fn settled(&self) {
        let _ = self.ready().await;
    }

    /// Waits until the bot is ready; nothing if it never will be.
    async fn ready(&self) -> Option<Arc<Surroundings>> {
        let mut standing = self.standing.subscribe();
        let known = standing
            .wait_for(|standing| !matches!(standing, Standing::Unknown))
            .await;
        match known.as_deref() {
            Ok(Standing::Ready(surroundings)) => Some(surroundings.clone()),
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
        self.listen.addressed(&call.message, flags, false, &me)
    }
}

/// Returns what the bot acts through while it handles a message: its name is that of the call, its replies go into the slot.
fn context(
    surroundings: &Surroundings,
    call: &Call,
    slot: Arc<Slot>,
    incoming: Incoming,
) -> Context {
    let mut own = surroundings.clone();
    if let Some(name) = &call.bot_name {
        own.me.full_name.clone_from(name);
    }
    own.outlet = slot;
    Context::new(Arc::new(own)).handling(incoming)
}

fn panicked() -> Diagnostic {
    Diagnostic::failed("the bot panicked")
}

/// Keeps the order within each conversation.
#[derive(Debug, Default)]
struct Lanes {
    by_place: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Lanes {
    /// Queues up for a turn; turns come in the order of the calls.
    fn enter(&self, place: String) -> impl Future<Output = OwnedMutexGuard<()>> + use<> {
        let lane = self.lanes().entry(place).or_default().clone();
        lane.lock_owned()
    }

    /// Forgets a lane that nobody waits in.
    fn leave(&self, place: &str) {
        let mut lanes = self.lanes();
        if lanes
            .get(place)
            .is_some_and(|lane| Arc::strong_count(lane) == 1)
        {
            lanes.remove(place);
        }
    }

    fn lanes(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<tokio::sync::Mutex<()>>>> {
        self.by_place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
