//! The bot server: bots behind Zulip's outgoing webhooks.
//!
//! ```text
//! call.rs   what the Zulip server sent           door.rs   whose token it is
//! desk.rs   each message is handled once         served.rs the bot handles it
//! slot.rs   the reply that the answer can carry  reply.rs  what is answered
//! http.rs   the listener for Zulip               operator.rs, metrics.rs, stats.rs  the one for people
//! ```

mod call;
mod desk;
mod door;
mod http;
mod listen;
mod metrics;
mod operator;
mod reply;
mod served;
mod settings;
mod slot;
mod stats;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{RwLock, Semaphore};
use tokio_util::task::TaskTracker;
use zulipkit_diag::{Diagnostic, Result};

pub use self::listen::Listeners;
pub use self::served::ServedBot;
pub use self::settings::ServerSettings;
use desk::Desk;
use door::Door;
use metrics::Metrics;
use served::{Served, Standing};

/// How much is done at once, and for how long.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long the HTTP answer waits for a reply; after that the reply goes by the API.
    pub answer_within: Duration,
    /// How long a bot may handle one message.
    pub handle_within: Duration,
    /// How many messages are handled at once, over all bots.
    pub running: usize,
    /// How many messages of one bot are handled at once.
    pub per_bot: usize,
    /// The largest body, in bytes.
    pub body: usize,
    /// How long a request may take to arrive.
    pub arrive_within: Duration,
    /// How long a stop waits for what is being handled.
    pub grace: Duration,
}

/// A server for bots.
///
/// Clones are the same server.
#[derive(Debug, Clone)]
pub struct Server {
    shared: Arc<Shared>,
}

/// What all requests share.
#[derive(Debug)]
struct Shared {
    settings: ServerSettings,
    limits: Limits,
    door: RwLock<Arc<Door>>,
    desk: Desk,
    places: Arc<Semaphore>,
    metrics: Metrics,
    /// What is being handled, and what was started besides.
    tasks: TaskTracker,
    stopping: AtomicBool,
}

impl Server {
    /// Builds a server. The bots start when it does.
    ///
    /// # Errors
    /// Two bots have one address, so that no call could tell which is meant.
    pub fn new(settings: ServerSettings, bots: Vec<ServedBot>) -> Result<Self> {
        let limits = settings.limits();
        let shared = Shared {
            door: RwLock::new(Arc::new(open_door(bots, &limits)?)),
            desk: Desk::default(),
            places: Arc::new(Semaphore::new(limits.running)),
            metrics: Metrics::new(),
            tasks: TaskTracker::new(),
            stopping: AtomicBool::new(false),
            limits,
            settings,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Serves until `stop` completes; then takes no new connection, and finishes what is being handled within the grace period.
    ///
    /// # Errors
    /// An address cannot be listened on, or a certificate cannot be read.
    pub async fn run(&self, listeners: Listeners, stop: impl Future<Output = ()>) -> Result<()> {
        for bot in self.shared.door.read().await.bots() {
            self.start(bot.clone());
        }
        let open = listeners.open(self.shared.clone()).await?;
        stop.await;
        self.shared.stopping.store(true, Ordering::Relaxed);
        let deadline = tokio::time::Instant::now() + self.shared.limits.grace;
        open.close(self.shared.limits.grace).await;
        self.shared.tasks.close();
        if tokio::time::timeout_at(deadline, self.shared.tasks.wait())
            .await
            .is_err()
        {
            let left = self.shared.tasks.len();
            tracing::error!("stopped while {left} messages were still being handled");
        }
        Ok(())
    }

    /// Puts other bots in place of those that are served. What is being handled goes on, and no request is turned away.
    ///
    /// # Errors
    /// Two bots have one address; then nothing changes.
    pub async fn replace(&self, bots: Vec<ServedBot>) -> Result<()> {
        let door = Arc::new(open_door(bots, &self.shared.limits)?);
        for bot in door.bots() {
            self.start(bot.clone());
        }
        // A bot that is known already stays in service until its successor is ready.
        for bot in door.bots() {
            let _ = tokio::time::timeout(self.shared.limits.arrive_within, bot.settled()).await;
        }
        *self.shared.door.write().await = door;
        Ok(())
    }

    fn start(&self, bot: Arc<Served>) {
        // Not a task to wait for at the end: it may ask a server that never answers.
        tokio::spawn(async move { bot.start().await });
    }
}

impl Shared {
    /// Tells whether calls can be answered.
    async fn is_ready(&self) -> bool {
        let door = self.door.read().await.clone();
        !self.stopping.load(Ordering::Relaxed)
            && door
                .bots()
                .iter()
                .any(|bot| matches!(bot.standing(), Standing::Ready(_)))
    }
}

fn open_door(bots: Vec<ServedBot>, limits: &Limits) -> Result<Door> {
    for (at, bot) in bots.iter().enumerate() {
        let same = |other: &&ServedBot| {
            other.email.eq_ignore_ascii_case(&bot.email) && other.client.site() == bot.client.site()
        };
        if let Some(other) = bots[..at].iter().find(same) {
            return Err(Diagnostic::settings(format!(
                "cannot serve the bots `{}` and `{}`",
                other.name, bot.name
            ))
            .cause(format!("both are {}", bot.email))
            .hint("give each its own bot account in Zulip"));
        }
    }
    Ok(Door::new(
        bots.into_iter()
            .map(|bot| Arc::new(Served::new(bot, limits)))
            .collect(),
    ))
}

/// Returns whom a request comes from: what a proxy says, if the proxy is one that is named, else the peer.
fn client_address(
    peer: SocketAddr,
    forwarded: Option<&str>,
    proxies: &[std::net::IpAddr],
) -> std::net::IpAddr {
    let is_proxy = |address: &std::net::IpAddr| proxies.contains(&address.to_canonical());
    if !is_proxy(&peer.ip()) {
        return peer.ip();
    }
    // The last address that no proxy of ours has: what stands before it anybody could have written.
    forwarded
        .into_iter()
        .flat_map(|list| list.rsplit(','))
        .map_while(|address| address.trim().parse().ok())
        .find(|address| !is_proxy(address))
        .unwrap_or(peer.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_proxies_are_believed() {
        let peer: SocketAddr = "127.0.0.1:4000".parse().unwrap();
        let proxies = ["127.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let address =
            |forwarded, proxies: &[_]| client_address(peer, forwarded, proxies).to_string();
        assert_eq!(address(Some("192.0.2.7"), &[]), "127.0.0.1");
        assert_eq!(address(Some("192.0.2.7"), &proxies), "192.0.2.7");
        assert_eq!(
            address(Some("1.1.1.1, 192.0.2.7, 10.0.0.2"), &proxies),
            "192.0.2.7"
        );
        assert_eq!(address(Some("nonsense"), &proxies), "127.0.0.1");
        assert_eq!(address(None, &proxies), "127.0.0.1");
    }
}
