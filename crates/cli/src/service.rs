//! What a service is told and tells: signals, and systemd's notifications.

use std::future::Future;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use zulipkit_diag::{Diagnostic, Result};

/// Tells systemd, if that started the program.
pub(crate) fn tell(states: &[NotifyState<'_>]) {
    // Without systemd there is nobody to tell.
    let _ = sd_notify::notify(states);
}

/// Tells systemd that the settings are read again; [`NotifyState::Ready`] ends that.
pub(crate) fn tell_reloading() {
    if let Ok(now) = NotifyState::monotonic_usec_now() {
        tell(&[NotifyState::Reloading, now]);
    }
}

/// Tells systemd's watchdog, if it watches, that the program works, for as long as it is polled, with a word on how it stands.
pub(crate) async fn watchdog(status: impl Fn() -> String) {
    let pause = sd_notify::watchdog_enabled().map_or(Duration::from_secs(30), |time| time / 2);
    let mut last = String::new();
    loop {
        let status = status();
        let mut states = vec![NotifyState::Watchdog];
        if status != last {
            states.push(NotifyState::Status(&status));
        }
        tell(&states);
        last = status;
        tokio::time::sleep(pause.min(Duration::from_secs(5))).await;
    }
}

/// Completes at each signal that asks for the settings to be read again, which is `SIGHUP`.
pub(crate) fn reloads() -> Result<impl AsyncFnMut()> {
    let mut hangup = signal(SignalKind::hangup())
        .map_err(|error| Diagnostic::failed("cannot wait for signals").source(&error))?;
    Ok(async move || {
        if hangup.recv().await.is_none() {
            std::future::pending().await
        }
    })
}

/// Lets the process have as many connections as the system allows: shells are stingy.
pub(crate) fn allow_many_connections() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!("cannot allow more than a few connections: {error}");
    }
}

/// Runs something on as many threads as there are cores, but not on a great many: waiting is most of it.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.clamp(2, 8))
        .enable_all()
        .build()
        .map_err(|cause| Diagnostic::failed("cannot wait for the network").source(&cause))?;
    let outcome = runtime.block_on(work);
    // What is still under way after the grace period is not waited for.
    runtime.shutdown_background();
    outcome
}
