//! The sockets: their opening, TLS, and their end.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use tokio::task::JoinHandle;
use zulipkit_diag::{Diagnostic, Result};

use super::{Shared, http, operator};

/// How often the files of the certificate are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Sockets to take over instead of opening new ones, as systemd hands them on.
#[derive(Debug, Default)]
pub struct Listeners {
    /// For Zulip.
    pub calls: Option<TcpListener>,
    /// For the operator.
    pub operator: Option<TcpListener>,
}

/// The servers that run.
#[derive(Debug)]
pub(super) struct Open {
    handles: Vec<Handle<SocketAddr>>,
    servers: Vec<JoinHandle<()>>,
    renewal: Option<JoinHandle<()>>,
}

impl Listeners {
    /// Opens the sockets and serves on them.
    pub(super) async fn open(self, shared: Arc<Shared>) -> Result<Open> {
        let settings = &shared.settings;
        let calls = listener(self.calls, settings.listen)?;
        let operator = listener(self.operator, settings.operator)?;
        let tls = match (&settings.certificate, &settings.certificate_key) {
            (Some(certificate), key) => {
                let key = key.as_ref().unwrap_or(certificate);
                Some(Certificate::read(certificate.clone(), key.clone()).await?)
            }
            (None, Some(_)) => {
                return Err(Diagnostic::settings("cannot serve with TLS")
                    .cause("there is a `certificate_key`, but no `certificate`")
                    .hint("set both in the `[server]` table, or none where a proxy has TLS"));
            }
            (None, None) => None,
        };
        let mut open = Open {
            handles: Vec::new(),
            servers: Vec::new(),
            renewal: None,
        };
        open.serve(
            calls,
            tls.as_ref().map(|tls| tls.config.clone()),
            http::routes(shared.clone()),
            &shared,
        )?;
        open.serve(operator, None, operator::routes(shared.clone()), &shared)?;
        open.renewal = tls.map(|tls| tokio::spawn(tls.renew()));
        Ok(open)
    }
}

impl Open {
    fn serve(
        &mut self,
        listener: TcpListener,
        tls: Option<RustlsConfig>,
        routes: Router,
        shared: &Shared,
    ) -> Result<()> {
        let handle = Handle::new();
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        let arrive_within = shared.settings.arrive_within;
        let failed = |error: std::io::Error| Diagnostic::failed("cannot serve").source(&error);
        // Headers that trickle in, and connections on which nothing comes, are closed.
        let mut server = axum_server::from_tcp(listener)
            .map_err(failed)?
            .handle(handle.clone())
            .first_request_timeout(arrive_within);
        server
            .http_builder()
            .http1()
            .header_read_timeout(arrive_within);
        let task = match tls {
            Some(tls) => {
                let server = server.acceptor(RustlsAcceptor::new(tls));
                tokio::spawn(logged(server.serve(service)))
            }
            None => tokio::spawn(logged(server.serve(service))),
        };
        self.handles.push(handle);
        self.servers.push(task);
        Ok(())
    }

    /// Takes no new connections, and waits until the requests that are there are answered.
    pub(super) async fn close(self, grace: Duration) {
        for handle in &self.handles {
            handle.graceful_shutdown(Some(grace));
        }
        if let Some(renewal) = self.renewal {
            renewal.abort();
        }
        for server in self.servers {
            let _ = server.await;
        }
    }
}

/// Serves, and logs why that ended if it failed.
async fn logged(serving: impl Future<Output = std::io::Result<()>>) {
    if let Err(error) = serving.await {
        tracing::error!("a listener ended: {error}");
    }
}

fn listener(given: Option<TcpListener>, address: SocketAddr) -> Result<TcpListener> {
    match given {
        Some(listener) => Ok(listener),
        None => TcpListener::bind(address).map_err(|error| {
            Diagnostic::failed(format!("cannot listen on {address}"))
                .source(&error)
                .hint("choose another address in the `[server]` table, or stop what listens there")
        }),
    }
}

/// A certificate that is read again when its files change.
struct Certificate {
    config: RustlsConfig,
    certificate: PathBuf,
    key: PathBuf,
}

impl Certificate {
    async fn read(certificate: PathBuf, key: PathBuf) -> Result<Self> {
        let config = RustlsConfig::from_pem_file(&certificate, &key)
            .await
            .map_err(|error| {
                Diagnostic::settings(format!(
                    "cannot use the certificate `{}`",
                    certificate.display()
                ))
                .source(&error)
                .hint("it and its key are files in PEM format that this user may read")
            })?;
        Ok(Self {
            config,
            certificate,
            key,
        })
    }

    /// Reads the files again whenever they changed. New ones that cannot be used leave the old ones in place.
    async fn renew(self) {
        let mut seen = self.stamp();
        loop {
            tokio::time::sleep(LOOK).await;
            let now = self.stamp();
            if now == seen {
                continue;
            }
            seen = now;
            match self
                .config
                .reload_from_pem_file(&self.certificate, &self.key)
                .await
            {
                Ok(()) => tracing::info!("read the certificate again"),
                Err(error) => tracing::error!(
                    "cannot use the changed certificate, keeping the old one: {error}"
                ),
            }
        }
    }

    fn stamp(&self) -> [Option<std::time::SystemTime>; 2] {
        [&self.certificate, &self.key]
            .map(|path| fs_err::metadata(path).and_then(|data| data.modified()).ok())
    }
}
