//! Event queues: POST /register makes one, GET /events waits on it, DELETE /events ends it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use rand::{Rng as _, distr::Alphanumeric};
use serde_json::{Map, Value, json};
use tokio::sync::Notify;

use crate::{
    call::{Outcome, Reply, Request, done},
    errors::ApiError,
    event_narrow::EventNarrow,
    ids::UserId,
    messages::Form,
    organization::Organization,
};

/// How long a queue lives that nobody asks, unless its client said otherwise.
pub(crate) const LIFESPAN: Duration = Duration::from_secs(600);

/// What a client wanted when it registered.
#[derive(Debug)]
pub(crate) struct Wishes {
    pub(crate) user: UserId,
    /// `None`: all types.
    pub(crate) event_types: Option<Vec<String>>,
    pub(crate) narrow: EventNarrow,
    pub(crate) all_public: bool,
    pub(crate) form: Form,
    pub(crate) bulk_message_deletion: bool,
    pub(crate) lifespan: Duration,
}

/// An event in a queue. The most of it is the same for all queues that get it, and is there once.
#[derive(Debug)]
struct Event {
    id: i64,
    shared: Arc<Value>,
    own: Vec<(&'static str, Value)>,
}

impl Event {
    fn to_json(&self) -> Value {
        let mut shown = Value::clone(&self.shared);
        for (key, value) in &self.own {
            shown[key] = value.clone();
        }
        shown["id"] = self.id.into();
        shown
    }
}

#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) wishes: Wishes,
    events: VecDeque<Event>,
    next_id: i64,
    /// The newest event that the client acknowledged; -1 before the first.
    pruned: i64,
    /// Counts polls: a new one ends the one before.
    poll: u64,
    waiting: bool,
    /// When someone asked last, by the server's clock.
    last_asked: Duration,
    bell: Arc<Notify>,
}

#[derive(Debug, Default)]
pub(crate) struct Queues {
    queues: HashMap<String, Queue>,
}

/// A poll that has nothing to tell yet.
#[derive(Debug)]
pub(crate) struct Wait {
    pub(crate) queue: String,
    pub(crate) bell: Arc<Notify>,
    pub(crate) heartbeat: Duration,
    poll: u64,
}

impl Queues {
    /// Makes a queue and gives back its id.
    pub(crate) fn open(&mut self, wishes: Wishes, now: Duration) -> String {
        let id: String = rand::rng()
            .sample_iter(Alphanumeric)
            .take(24)
            .map(char::from)
            .collect();
        let queue = Queue {
            wishes,
            events: VecDeque::new(),
            next_id: 0,
            pruned: -1,
            poll: 0,
            waiting: false,
            last_asked: now,
            bell: Arc::default(),
        };
        self.queues.insert(id.clone(), queue);
        id
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Queue)> {
        self.queues
            .iter_mut()
            .map(|(id, queue)| (id.as_str(), queue))
    }

    /// The queue, if it is this user's and has not timed out.
    fn find(&mut self, user: UserId, id: &str, now: Duration) -> Result<&mut Queue, ApiError> {
        self.end_idle(now);
        let queue = self
            .queues
            .get_mut(id)
            .filter(|queue| queue.wishes.user == user);
        queue.ok_or_else(|| {
            ApiError::coded("BAD_EVENT_QUEUE_ID", format!("Bad event queue ID: {id}"))
                .with("queue_id", id)
        })
    }

    /// Ends the queues that nobody has asked for longer than they live.
    pub(crate) fn end_idle(&mut self, now: Duration) {
        self.queues.retain(|_, queue| {
            queue.waiting || now.saturating_sub(queue.last_asked) < queue.wishes.lifespan
        });
    }

    /// What a waiting poll has to answer by now; `None`: it goes on waiting.
    fn answer(&mut self, wait: &Wait, now: Duration) -> Option<Vec<Value>> {
        match self.queues.get_mut(&wait.queue) {
            // The queue was deleted, or a newer poll took over.
            None => Some(Vec::new()),
            Some(queue) if queue.poll != wait.poll => Some(Vec::new()),
            Some(queue) if queue.events.is_empty() => None,
            Some(queue) => {
                queue.waiting = false;
                queue.last_asked = now;
                Some(queue.pending())
            }
        }
    }
}

impl Queue {
    pub(crate) fn wants(&self, event_type: &str) -> bool {
        self.wishes
            .event_types
            .as_ref()
            .is_none_or(|types| types.iter().any(|wanted| wanted == event_type))
    }

    /// Adds an event; `own` are the keys that are for this queue only.
    pub(crate) fn push(&mut self, shared: &Arc<Value>, own: Vec<(&'static str, Value)>) {
        self.events.push_back(Event {
            id: self.next_id,
            shared: Arc::clone(shared),
            own,
        });
        self.next_id += 1;
        self.bell.notify_waiters();
    }

    fn pending(&self) -> Vec<Value> {
        self.events.iter().map(Event::to_json).collect()
    }

    /// Forgets what the client has seen.
    fn acknowledge(&mut self, last: i64) -> Result<(), ApiError> {
        if last < self.pruned {
            return Err(ApiError::bad(format!(
                "An event newer than {last} has already been pruned!"
            )));
        }
        if last >= self.next_id {
            return Err(ApiError::bad(format!("Event {last} was not in this queue")));
        }
        self.events.retain(|event| event.id > last);
        self.pruned = last;
        Ok(())
    }
}

/// GET /events
pub(crate) fn get_events(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    params.accept(&[
        "user_client",
        "apply_markdown",
        "client_gravatar",
        "event_types",
        "slim_presence",
    ]);
    // Here a missing parameter has no code of its own.
    let missing = |name: &str| ApiError::bad(format!("Missing '{name}' argument"));
    let id = params.text("queue_id").ok_or_else(|| missing("queue_id"))?;
    let last = params
        .integer("last_event_id")?
        .ok_or_else(|| missing("last_event_id"))?;
    let dont_block = params.flag("dont_block")?.unwrap_or(false);
    let heartbeat = organization.settings.heartbeat;
    let now = organization.clock.elapsed();
    let queue = organization.queues.find(user, id, now)?;
    queue.acknowledge(last)?;
    queue.last_asked = now;
    // A poll that waits on this queue still ends now.
    queue.poll += 1;
    queue.bell.notify_waiters();
    queue.waiting = queue.events.is_empty() && !dont_block;
    if !queue.waiting {
        return crate::call::success(json!({"events": queue.pending()}));
    }
    Ok(Reply::Wait(Wait {
        queue: id.to_owned(),
        bell: Arc::clone(&queue.bell),
        heartbeat,
        poll: queue.poll,
    }))
}

/// DELETE /events
pub(crate) fn delete(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let id = request.params().required("queue_id")?;
    let now = organization.clock.elapsed();
    let queue = organization.queues.find(request.user()?, id, now)?;
    let bell = Arc::clone(&queue.bell);
    organization.queues.queues.remove(id);
    bell.notify_waiters();
    done()
}

impl Organization {
    /// The answer of a poll that waited, when it is time for one. Only such an answer names its queue.
    pub(crate) fn poll(&mut self, wait: &Wait) -> Option<Map<String, Value>> {
        let events = self.queues.answer(wait, self.clock.elapsed())?;
        let mut answer = Map::new();
        answer.insert("events".to_owned(), events.into());
        answer.insert("queue_id".to_owned(), wait.queue.as_str().into());
        Some(answer)
    }

    /// Ends a poll that has waited too long.
    pub(crate) fn heartbeat(&mut self, wait: &Wait) {
        if let Some(queue) = self
            .queues
            .queues
            .get_mut(&wait.queue)
            .filter(|queue| queue.poll == wait.poll)
        {
            queue.push(&Arc::new(json!({"type": "heartbeat"})), Vec::new());
        }
    }
}
