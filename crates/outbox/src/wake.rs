//! Waking a deliverer that runs: one datagram to a socket beside the outbox.
//!
//! Only the holder of the delivery lock listens there. A row is committed before the bell is rung, and the listener looks
//! for rows after each ring and once more after it stopped listening; so a ring that was taken is a row that is seen.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

const SOCKET: &str = "wake.sock";

/// Tells a running deliverer to look; false if none listens, and one has to be started.
///
/// A path too long for a socket address (108 bytes) counts as nobody listening.
pub fn ring(dir: &Path) -> bool {
    let send = || -> io::Result<()> {
        let socket = UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        socket.send_to(b"1", dir.join(SOCKET)).map(drop)
    };
    match send() {
        Ok(()) => true,
        // The listener has so many rings before it that one more changes nothing.
        Err(error) => error.kind() == io::ErrorKind::WouldBlock,
    }
}

/// The listening end. Dropping it removes the socket, so do that while the delivery lock is still held.
#[derive(Debug)]
pub(crate) struct Bell {
    socket: Option<tokio::net::UnixDatagram>,
    path: PathBuf,
}

impl Bell {
    /// Listens; where that is not possible (the path is too long) it never rings, and polling has to do.
    pub(crate) fn listen(dir: &Path) -> Self {
        let path = dir.join(SOCKET);
        let bind = || -> io::Result<tokio::net::UnixDatagram> {
            // Left behind by a deliverer that was killed: the lock says that nobody listens there.
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let socket = UnixDatagram::bind(&path)?;
            socket.set_nonblocking(true)?;
            tokio::net::UnixDatagram::from_std(socket)
        };
        let socket = bind()
            .inspect_err(|error| {
                tracing::warn!("cannot listen for wake-ups, polling instead: {error}");
            })
            .ok();
        Self { socket, path }
    }

    /// Waits for a ring, and takes all that have come.
    pub(crate) async fn rung(&self) {
        let Some(socket) = &self.socket else {
            return std::future::pending().await;
        };
        let mut byte = [0];
        if socket.recv(&mut byte).await.is_err() {
            // A socket that fails would fail at once again; polling goes on without it.
            std::future::pending::<()>().await;
        }
        while socket.try_recv(&mut byte).is_ok() {}
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        if self.socket.is_some() {
            // The next listener removes what cannot be removed now.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
