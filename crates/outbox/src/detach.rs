//! Starting a process that outlives the one that starts it, and that nobody waits for.
//!
//! Git waits until every holder of a hook's pipes is gone, so one inherited descriptor would make each push wait for the
//! delivery. The child therefore gets `/dev/null` three times and nothing else; a short list of variables, since those of a
//! hook (`GIT_DIR`, quarantined objects) mean nothing later; and `/` as its folder, so that it keeps no file system busy.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// The variables that a deliverer needs: who and where it is, which words and time zone, how to reach the network.
///
/// `HTTP_PROXY` is not among them: under a web server's CGI it is a header that the client sent.
const KEPT: [&str; 21] = [
    "HOME",
    "USER",
    "LOGNAME",
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "STATE_DIRECTORY",
    "XDG_STATE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
];

/// Starts a program detached from this process. The program has to call [`become_daemon`] first thing.
///
/// Of the given variables (those of this process) only the few go along that a deliverer needs.
///
/// Marks every descriptor of this process above 2 as closing on exec, so that the child inherits none: meant for a program
/// that is about to end, or that starts no other child which needs one.
///
/// # Errors
///
/// The program cannot be started.
pub fn spawn(
    program: &Path,
    args: &[OsString],
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> io::Result<()> {
    close_fds::set_fds_cloexec(3, &[]);
    let child = Command::new(program)
        .args(args)
        .env_clear()
        .envs(variables.into_iter().filter(|(name, _)| is_kept(name)))
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // Nobody waits for it: when this process ends, init does.
    drop(child);
    Ok(())
}

/// Leaves the session and process group of whoever started this process, so that what is sent to those does not end it.
///
/// A process that leads a group cannot do so and need not: it was not started by [`spawn`].
pub fn become_daemon() {
    let _ = rustix::process::setsid();
}

fn is_kept(name: &OsStr) -> bool {
    KEPT.iter().any(|kept| name == *kept)
}
