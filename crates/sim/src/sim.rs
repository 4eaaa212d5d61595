//! The handle of a running server.

use std::{
    io::{self, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use secrecy::{ExposeSecret as _, SecretString};
use tokio::{net::TcpSocket, sync::oneshot};

use crate::{
    accounts::Accounts,
    builder::Builder,
    connection::{Connection, Listener},
    faults::{Fault, Order},
    ids::UserId,
    message::Message,
    messages::post::INTERNAL,
    organization::Organization,
    outgoing,
    requests::RequestRecord,
    scheduled,
    serve::{self, Shared},
    state,
    users::new_key,
};

/// A simulated Zulip server on loopback, on a thread of its own. It ends when it is dropped.
///
/// ```
/// use zulipkit_sim::{Fault, Sim};
///
/// let sim = Sim::builder().channel("commits").start()?;
/// sim.fail("POST /messages", Fault::Status(503)).times(3);
/// assert!(sim.messages().is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Sim {
    shared: Arc<Shared>,
    address: SocketAddr,
    /// Bound, but not listening: so the port stays ours while the server is stopped, and refuses connections.
    _reserved: TcpSocket,
    accounts: Accounts,
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

/// What a client logs in with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Credentials {
    /// The e-mail of the account.
    pub email: String,
    /// Its API key.
    pub key: SecretString,
}

impl Sim {
    /// Starts a server on a free port, with the channel `general`.
    ///
    /// # Errors
    ///
    /// When no port or thread is to be had.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// Starts with an organization that is made to order.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Binds the port, then makes the organization, which has to know its own URL.
    pub(crate) fn launch(
        port: u16,
        make: impl FnOnce(String) -> (Organization, Accounts),
    ) -> io::Result<Self> {
        let reserved = TcpSocket::new_v4()?;
        reserved.set_reuseaddr(true)?;
        reserved.bind((Ipv4Addr::LOCALHOST, port).into())?;
        let address = reserved.local_addr()?;
        let listener = TcpListener::bind(address)?;
        let (organization, accounts) = make(format!("http://{address}"));
        let shared = Arc::new(Shared::new(organization));
        let running = run(listener, Arc::clone(&shared))?;
        Ok(Self {
            shared,
            address,
            _reserved: reserved,
            accounts,
            running: Mutex::new(Some(running)),
        })
    }

    /// Returns the server's address, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the port, which stays the same through [`stop`](Self::stop) and [`restart`](Self::restart).
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Closes the port and all connections at once. What the server knows is kept; answers that wait are lost, and so is
    /// what was to be stored late.
    pub fn stop(&self) {
        let running = self.running().take();
        if let Some(Running { stop, thread }) = running {
            // The thread may be gone by itself; then there is nothing to stop.
            stop.send(()).ok();
            thread.join().ok();
        }
    }

    /// Opens the same port again. Does nothing while the server runs.
    ///
    /// # Errors
    ///
    /// When someone else has taken the port.
    pub fn restart(&self) -> io::Result<()> {
        let mut running = self.running();
        if running.is_none() {
            *running = Some(run(
                TcpListener::bind(self.address)?,
                Arc::clone(&self.shared),
            )?);
        }
        Ok(())
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the server's clock on: queues time out, rate limits end, heartbeats and scheduled messages come as if so much
    /// time had passed.
    pub fn advance(&self, time: Duration) {
        self.shared.organization().clock.advance(time);
    }

    /// Lets requests go wrong from now on, until it is cleared or has happened as often as [`Ordered::times`] says.
    ///
    /// `on` names a method and a path below `/api/v1`, or one of them: `POST /messages`, `/events`, `GET *`,
    /// `/messages/*`, `*`. Of several orders that fit, the oldest is served first.
    pub fn fail(&self, on: &str, fault: Fault) -> Ordered<'_> {
        let number = self.shared.orders().add(Order {
            on: on.to_owned(),
            fault,
            times: None,
        });
        Ordered { sim: self, number }
    }

    /// Ends all faults. Requests that hang go on hanging.
    pub fn clear_faults(&self) {
        self.shared.orders().clear();
    }

    /// Returns all stored messages, the oldest first, the server's own notices among them.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        let organization = self.shared.organization();
        organization
            .messages
            .values()
            .map(|message| Message::new(&organization, message))
            .collect()
    }

    /// Returns the messages that clients sent, the oldest first: all but the server's own notices.
    #[must_use]
    pub fn got(&self) -> Vec<Message> {
        let mut messages = self.messages();
        messages.retain(|message| message.client != INTERNAL);
        messages
    }

    /// Waits until there are `count` messages of clients, or the time is over, and returns what there is then.
    #[must_use]
    pub fn wait_for(&self, count: usize, limit: Duration) -> Vec<Message> {
        let end = Instant::now() + limit;
        loop {
            let messages = self.got();
            if messages.len() >= count || Instant::now() >= end {
                return messages;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Returns the newest 10,000 requests, but none of the page, in the order in which they came.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.shared.requests().iter().cloned().collect()
    }

    /// Returns the generic bot's credentials: it is in every channel but those that are made write-only.
    #[must_use]
    pub fn bot(&self) -> Credentials {
        self.credentials(self.accounts.bot)
    }

    /// Returns the credentials of an incoming-webhook bot, which may send and nothing else.
    #[must_use]
    pub fn incoming_bot(&self) -> Credentials {
        self.credentials(self.accounts.incoming_bot)
    }

    /// Returns the credentials of the person who owns the organization and the bots.
    #[must_use]
    pub fn owner(&self) -> Credentials {
        self.credentials(self.accounts.owner)
    }

    /// Returns the credentials of the account with this e-mail, if there is one.
    #[must_use]
    pub fn account(&self, email: &str) -> Option<Credentials> {
        let id = self
            .shared
            .organization()
            .user_by_email(email)
            .map(|user| user.id);
        id.map(|id| self.credentials(id))
    }

    fn credentials(&self, id: UserId) -> Credentials {
        let organization = self.shared.organization();
        let user = organization.users.get(&id);
        let (email, key) = user
            .map(|user| (user.email.clone(), user.api_key.clone()))
            .unwrap_or_default();
        Credentials { email, key }
    }

    /// Gives the account a new key, and returns it; the old one is good for nothing from now on.
    pub fn rotate_key(&self, email: &str) -> Option<Credentials> {
        let mut organization = self.shared.organization();
        let id = organization.user_by_email(email)?.id;
        organization.users.get_mut(&id)?.api_key = new_key();
        drop(organization);
        Some(self.credentials(id))
    }

    /// Writes all that is stored to a file, for its user only, since it holds keys; [`Builder::load`] reads it. A file that
    /// is there is replaced.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        state::save(&self.shared.organization(), self.accounts, path.as_ref())
    }

    /// Makes a public channel that owner and bot are in.
    pub fn add_channel(&self, name: &str) {
        self.accounts
            .add_channel(&mut self.shared.organization(), name);
    }

    /// Makes a private channel that the bot may write to, since its owner is in it, but not read.
    pub fn add_write_only_channel(&self, name: &str) {
        self.accounts
            .add_write_only_channel(&mut self.shared.organization(), name);
    }

    /// Writes the bot's zuliprc, for its user only. The file must not be there yet, or say the same.
    ///
    /// # Errors
    ///
    /// When the file cannot be made.
    pub fn zuliprc(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.zuliprc_of(&self.bot(), path)
    }

    /// Writes the zuliprc of these credentials, for its user only. The file must not be there yet, or say the same.
    ///
    /// # Errors
    ///
    /// When the file cannot be made.
    pub fn zuliprc_of(&self, credentials: &Credentials, path: impl AsRef<Path>) -> io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let Credentials { email, key } = credentials;
        let (key, site) = (key.expose_secret(), self.url());
        let text = format!("[api]\nemail={email}\nkey={key}\nsite={site}\n");
        match options.open(&path) {
            // In one piece: somebody may wait for the file.
            Ok(mut file) => file.write_all(text.as_bytes()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                match std::fs::read_to_string(path)? == text {
                    true => Ok(()),
                    false => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A fault that was ordered with [`Sim::fail`].
#[derive(Debug)]
pub struct Ordered<'a> {
    sim: &'a Sim,
    number: u64,
}

impl Ordered<'_> {
    /// Lets it happen to so many requests from now on, and no more.
    pub fn times(self, times: u32) -> Self {
        self.sim.shared.orders().limit(self.number, times);
        self
    }

    /// Ends it.
    pub fn clear(self) {
        self.sim.shared.orders().remove(self.number);
    }
}

/// Serves on a thread with a runtime of its own, so that synchronous tests and child processes can use the server.
fn run(listener: TcpListener, shared: Arc<Shared>) -> io::Result<Running> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::Builder::new()
        .name("zulipkit-sim".to_owned())
        .spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                    return;
                };
                let outgoing = outgoing::serve(Arc::clone(&shared));
                let scheduled = scheduled::serve(Arc::clone(&shared));
                let service =
                    serve::router(shared).into_make_service_with_connect_info::<Connection>();
                tokio::select! {
                    // Serving ends only with the thread.
                    _ = axum::serve(Listener(listener), service) => {}
                    () = outgoing => {}
                    () = scheduled => {}
                    _ = stopped => {}
                }
            });
            // The runtime ends here, and with it every connection.
        })?;
    Ok(Running { stop, thread })
}
