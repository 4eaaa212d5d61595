use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::{Ended, Gap, Item, Position, Registration, State};
use crate::events::{Event, EventKind, GetEvents, Registered};
use crate::{Client, Error, Policy, Retry};

/// The waits after failures: they grow to a minute and a half, so that a server that comes back is not met by all at once.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(90);

/// A server has nothing to tell for almost a minute before it says so. One that says so within this time does not wait, and
/// must not be asked again at once.
const AT_ONCE: Duration = Duration::from_secs(5);

/// How often a queue is asked again that was refused without the code of a queue that is gone.
const OTHER_REFUSALS: u32 = 3;

/// Refusals that mean that nothing will work with these credentials, whatever their status.
const BAD_CREDENTIALS: [&str; 5] = [
    "UNAUTHORIZED",
    "INVALID_API_KEY",
    "AUTHENTICATION_FAILED",
    "USER_DEACTIVATED",
    "REALM_DEACTIVATED",
];

/// What turns answers into items.
///
/// The next request goes out only when all events of the last answer have been handed out, so one position serves both as
/// what the reader has seen and as what the server may forget.
pub(super) struct Poller {
    client: Client,
    waits: Policy,
    registration: Registration,
    /// Where the queue stands, if there is one.
    position: watch::Sender<Option<Position>>,
    /// Where a queue stood that is lost, until its gap is handed out.
    lost: Option<Position>,
    /// Events that are not handed out yet.
    batch: VecDeque<Event>,
    /// How many they are.
    left: Arc<AtomicUsize>,
    state: watch::Sender<State>,
    /// How often in a row a request failed, a queue was lost, or an answer had nothing to hand out.
    failures: u32,
    /// How often a queue was lost since one last answered.
    losses: u32,
}

impl Poller {
    pub(super) fn new(
        client: &Client,
        mut registration: Registration,
    ) -> (
        Self,
        watch::Receiver<Option<Position>>,
        watch::Receiver<State>,
        Arc<AtomicUsize>,
    ) {
        let (position, position_seen) = watch::channel(registration.position.take());
        let (state, state_seen) = watch::channel(State::Opening);
        let left = Arc::<AtomicUsize>::default();
        let poller = Self {
            // Each request is tried once: what to do about a failure is decided here.
            client: client.with_policy(Policy {
                total: Duration::ZERO,
                ..client.policy()
            }),
            waits: Policy {
                first_wait: FIRST_WAIT,
                longest_wait: LONGEST_WAIT,
                ..Policy::default()
            },
            registration,
            position,
            lost: None,
            batch: VecDeque::new(),
            left: left.clone(),
            state,
            failures: 0,
            losses: 0,
        };
        (poller, position_seen, state_seen, left)
    }

    /// Returns the next item; nothing after the end.
    pub(super) async fn next(&mut self) -> Option<Result<Item, Ended>> {
        if matches!(*self.state.borrow(), State::Ended { .. }) {
            return None;
        }
        if let Some(contradiction) = self.registration.contradiction() {
            return Some(Err(self.end(contradiction.into())));
        }
        loop {
            if let Some(event) = self.batch.pop_front() {
                self.left.store(self.batch.len(), Ordering::Relaxed);
                self.advance(&event);
                if !is_heartbeat(&event) {
                    return Some(Ok(Item::Event(Box::new(event))));
                }
                continue;
            }
            self.rest().await;
            let position = self.position.borrow().clone();
            let outcome = match position {
                Some(position) => self.poll(position).await,
                None => self.open().await,
            };
            match outcome {
                Ok(Some(item)) => return Some(Ok(item)),
                Ok(None) => {}
                Err(ended) => return Some(Err(self.end(ended))),
            }
        }
    }

    /// Opens a queue.
    async fn open(&mut self) -> Result<Option<Item>, Ended> {
        match self.client.send(&self.registration.register).await {
            Ok(registered) => return self.opened(registered).map(Some),
            Err(error) if is_about_credentials(&error) => return Err(Ended::Credentials(error)),
            Err(error) if error.is_refusal() => return Err(Ended::Refused(error)),
            Err(error) => self.failed(&error),
        }
        Ok(None)
    }

    fn opened(&mut self, registered: Registered) -> Result<Item, Ended> {
        let queue_id = registered.queue_id.clone().ok_or(Ended::NoQueue)?;
        self.position.send_replace(Some(Position {
            queue_id,
            last_event_id: registered.last_event_id,
            last_message_id: registered.max_message_id,
        }));
        self.heard();
        Ok(match self.lost.take() {
            Some(before) => Item::Gap(Box::new(Gap {
                before,
                after: registered,
            })),
            None => Item::Opened(Box::new(registered)),
        })
    }

    /// Asks for the events after a position.
    async fn poll(&mut self, position: Position) -> Result<Option<Item>, Ended> {
        let asked = Instant::now();
        let request = GetEvents::after(position.queue_id.clone(), position.last_event_id);
        match self.client.send(&request).await {
            Ok(answer) => {
                let new = |event: &Event| event.id > position.last_event_id;
                self.batch = answer.events.into_iter().filter(new).collect();
                if self.batch.iter().all(is_heartbeat) && asked.elapsed() < AT_ONCE {
                    self.failures += 1;
                    self.wait(Retry::NothingSent, "the server does not wait for events");
                } else {
                    self.failures = 0;
                    self.losses = 0;
                    self.heard();
                }
            }
            Err(error) if is_about_credentials(&error) => return Err(Ended::Credentials(error)),
            Err(error) if self.is_final(&error) => self.lose(position, &error),
            Err(error) => self.failed(&error),
        }
        Ok(None)
    }

    /// Tells whether nothing more will come from the queue.
    ///
    /// The code says so. A position that was saved before later events were asked for is refused without any.
    fn is_final(&self, error: &Error) -> bool {
        error.code() == Some("BAD_EVENT_QUEUE_ID")
            || (error.is_refusal() && self.failures >= OTHER_REFUSALS)
    }

    /// Gives the queue up, so that another is opened: at once the first time, also after an outage, since the server is there.
    fn lose(&mut self, position: Position, error: &Error) {
        tracing::warn!(
            zulip.site = %self.client.site(), zulip.queue = %position.queue_id, error = %error,
            "the event queue is lost, opening another one"
        );
        self.position.send_replace(None);
        self.lost = Some(position);
        self.failures += 1;
        self.losses += 1;
        if self.losses > 1 {
            self.wait(error.retry(), &error.to_string());
        }
    }

    fn failed(&mut self, error: &Error) {
        self.failures += 1;
        let why = match std::error::Error::source(error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        };
        self.wait(error.retry(), &why);
    }

    /// Notes how long to wait before the next request.
    fn wait(&mut self, retry: Retry, why: &str) {
        let wait = self.waits.wait(self.failures, retry, rand::random());
        if !matches!(*self.state.borrow(), State::Waiting { .. }) {
            tracing::warn!(zulip.site = %self.client.site(), "events wait: {why}");
        }
        self.state.send_replace(State::Waiting {
            why: why.to_owned(),
            failures: self.failures,
            until: Instant::now() + wait,
        });
    }

    /// Waits for as long as was noted.
    async fn rest(&self) {
        let State::Waiting { until, .. } = *self.state.borrow() else {
            return;
        };
        sleep_until(until).await;
    }

    fn heard(&self) {
        if matches!(*self.state.borrow(), State::Waiting { .. }) {
            tracing::info!(zulip.site = %self.client.site(), "events come again");
        }
        self.state.send_replace(State::Connected {
            heard: Instant::now(),
        });
    }

    fn advance(&self, event: &Event) {
        self.position.send_modify(|position| {
            if let Some(position) = position {
                position.last_event_id = event.id;
                if let EventKind::Message(new) = &event.kind {
                    position.last_message_id = position.last_message_id.max(Some(new.message.id));
                }
            }
        });
    }

    fn end(&self, ended: Ended) -> Ended {
        self.state.send_replace(State::Ended {
            why: ended.to_string(),
        });
        ended
    }
}

fn is_heartbeat(event: &Event) -> bool {
    matches!(event.kind, EventKind::Heartbeat(_))
}

fn is_about_credentials(error: &Error) -> bool {
    matches!(error, Error::Api(error) if error.status == 401 || BAD_CREDENTIALS.contains(&error.code.as_str()))
}
