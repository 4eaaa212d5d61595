//! The bot server: bots behind Zulip's outgoing webhooks.
//!
//! ```text
//! http.rs   the listener for Zulip               arrival.rs bodies, within bounds
//! call.rs   what the Zulip server sent           door.rs   whose token it is
//! desk.rs   each message is handled once         served.rs the bot handles it
//! slot.rs   the reply that the answer can carry  reply.rs  what is answered
//! operator.rs, metrics.rs, stats.rs              the listener for people
//! ```

mod arrival;
mod call;
mod desk;
mod door;
mod http;
mod lanes;
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

use secrecy::ExposeSecret as _;
use tokio::sync::{RwLock, Semaphore};
use tokio::time::{Instant, timeout_at};
use tokio_util::task::TaskTracker;
use zulipkit_diag::{Diagnostic, Result};

pub use self::listen::Listeners;
pub use self::served::ServedBot;
pub use self::settings::ServerSettings;
use arrival::Arrivals;
use desk::Desk;
use door::Door;
use metrics::Metrics;
use served::{Served, Standing};

use crate::Journal;
use crate::runner::Keeper;

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
    door: RwLock<Arc<Door>>,
    desk: Desk,
    arrivals: Arrivals,
    places: Arc<Semaphore>,
    metrics: Metrics,
    /// What is being handled, and what was started besides.
    tasks: TaskTracker,
    journal: Journal,
    keeper: Option<Keeper>,
    stopping: AtomicBool,
}

impl Server {
    /// Builds a server. The bots start when it does. Without a keeper a message that cannot be sent is tried for as long as the
    /// bot may take.
    ///
    /// # Errors
    /// Two bots have one address, so that no call could tell which is meant.
    pub fn new(
        settings: ServerSettings,
        journal: Journal,
        keeper: Option<Keeper>,
        bots: Vec<ServedBot>,
    ) -> Result<Self> {
        let desk = Desk::default();
        let door = open_door(bots, &Door::default(), &desk, settings.per_bot)?;
        let shared = Shared {
            door: RwLock::new(Arc::new(door)),
            desk,
            arrivals: Arrivals::new(&settings),
            places: Arc::new(Semaphore::new(settings.running)),
            metrics: Metrics::new(),
            tasks: TaskTracker::new(),
            stopping: AtomicBool::new(false),
            journal,
            keeper,
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
        for bot in self.bots().await.bots() {
            self.start(bot.clone());
        }
        let open = listeners.open(self.shared.clone()).await?;
        stop.await;
        self.shared.stopping.store(true, Ordering::Relaxed);
        let deadline = Instant::now() + self.shared.settings.grace;
        for bot in self.bots().await.bots() {
            bot.stop();
        }
        open.close(self.shared.settings.grace).await;
        self.shared.tasks.close();
        if timeout_at(deadline, self.shared.tasks.wait())
            .await
            .is_err()
        {
            let left = self.shared.tasks.len();
            tracing::error!(
                "stopped while {left} messages were still being handled; they are next time"
            );
        }
        // From now on another process may run the accounts.
        *self.shared.door.write().await = Arc::default();
        self.shared.journal.flush().await
    }

    /// Puts other bots in place of those that are served; those that did not change go on. What is being handled goes on too, and
    /// no request is turned away.
    ///
    /// # Errors
    /// Two bots have one address; then nothing changes.
    pub async fn replace(&self, bots: Vec<ServedBot>) -> Result<()> {
        let old = self.bots().await;
        let per_bot = self.shared.settings.per_bot;
        let door = Arc::new(open_door(bots, &old, &self.shared.desk, per_bot)?);
        let is_in = |bot: &Arc<Served>, door: &Door| {
            door.bots().iter().any(|other| Arc::ptr_eq(bot, other))
        };
        for bot in door.bots().iter().filter(|bot| !is_in(bot, &old)) {
            self.start(bot.clone());
        }
        // A bot that is known already stays in service until its successor is ready; none waits for long on others.
        let deadline = Instant::now() + self.shared.settings.arrive_within;
        for bot in door.bots() {
            let _ = timeout_at(deadline, bot.settled()).await;
        }
        *self.shared.door.write().await = door.clone();
        for bot in old.bots().iter().filter(|bot| !is_in(bot, &door)) {
            bot.stop();
        }
        Ok(())
    }

    async fn bots(&self) -> Arc<Door> {
        self.shared.door.read().await.clone()
    }

    fn start(&self, bot: Arc<Served>) {
        // Not a task to wait for at the end: it may ask a server that never answers.
        tokio::spawn(bot.live(self.shared.clone()));
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

/// Lets bots in; those that were in before and have not changed stay as they are, unless they cannot work.
fn open_door(bots: Vec<ServedBot>, before: &Door, desk: &Desk, per_bot: usize) -> Result<Door> {
    for (at, bot) in bots.iter().enumerate() {
        let address = bot.address();
        if let Some(other) = bots[..at].iter().find(|other| other.address() == address) {
            return Err(Diagnostic::settings(format!(
                "cannot serve the bots `{}` and `{}`",
                other.bot.name, bot.bot.name
            ))
            .cause(format!("both are {address}"))
            .hint("give each its own bot account in Zulip"));
        }
    }
    let enter = |bot: ServedBot| {
        let same = |old: &&Arc<Served>| {
            !matches!(old.standing(), Standing::Failed(_))
                && old.spec.name == bot.bot.name
                && old.spec.version == bot.bot.version
                && old.token.expose_secret() == bot.token.expose_secret()
        };
        match before.bots().iter().find(same) {
            Some(old) => old.clone(),
            None => Arc::new(Served::new(bot, desk, per_bot)),
        }
    };
    Ok(Door::new(bots.into_iter().map(enter).collect()))
}

/// Returns whom a request comes from: what a proxy says, if the proxy is one that is named, else the peer.
fn client_address(
    peer: SocketAddr,
    forwarded: &str,
    proxies: &[std::net::IpAddr],
) -> std::net::IpAddr {
    let is_proxy = |address: &std::net::IpAddr| proxies.contains(&address.to_canonical());
    if !is_proxy(&peer.ip()) {
        return peer.ip();
    }
    // The last address that no proxy of ours has: what stands before it anybody could have written.
    forwarded
        .rsplit(',')
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
        assert_eq!(address("192.0.2.7", &[]), "127.0.0.1");
        assert_eq!(address("192.0.2.7", &proxies), "192.0.2.7");
        assert_eq!(
            address("1.1.1.1, 192.0.2.7, 10.0.0.2", &proxies),
            "192.0.2.7"
        );
        assert_eq!(address("nonsense", &proxies), "127.0.0.1");
        assert_eq!(address("", &proxies), "127.0.0.1");
    }
}
