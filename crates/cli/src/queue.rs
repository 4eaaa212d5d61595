//! From messages to rows, and from rows to a deliverer.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use zulipkit_api::{Credentials, Site, install_crypto_provider};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_integrations::{Delivery, Message, find, rows};
use zulipkit_notify::{Limits, Outgoing};
use zulipkit_outbox::{
    Accounts, Deliverer, Destination, End, Http, NewRow, Outbox, Patience, RowId, SystemClock,
    detach, wake,
};
use zulipkit_settings::{Account, Environment, Identity, account, dirs};

use crate::server::platform;

/// Stands for a settings file where the credentials are in the environment alone.
const ENVIRONMENT: &str = "/environment";

/// How long a hook stays when it has to deliver by itself.
const FOREGROUND: Duration = Duration::from_secs(10);

/// Who sends, and how hard it is tried.
pub(crate) struct Sender<'a> {
    pub(crate) integration: &'static str,
    pub(crate) account: &'a Account,
    pub(crate) settings: Option<&'a Path>,
    pub(crate) identity: Identity,
    pub(crate) delivery: &'a Delivery,
}

/// Opens this user's outbox.
pub(crate) fn open(environment: &Environment) -> Result<Outbox> {
    Outbox::open(&dirs::state(environment)?)
}

/// Opens this user's outbox to look at it; none if nothing was ever accepted.
pub(crate) fn look(environment: &Environment) -> Result<Option<Outbox>> {
    Outbox::look(&dirs::state(environment)?)
}

/// Returns how long topics and messages may be at a server, as it said when it was last asked.
pub(crate) fn limits(outbox: &Outbox, site: &Site) -> Result<Limits> {
    let known = outbox.limits(site)?;
    Ok(known.map_or_else(Limits::default, |known| Limits {
        topic: known.max_topic_length as usize,
        message: known.max_message_length as usize,
    }))
}

/// Accepts messages. When this returns they are on the disk; [`start_delivery`] comes next.
pub(crate) fn accept(outbox: &mut Outbox, messages: &[Message], sender: &Sender<'_>) -> Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    let account = account_of(&sender.identity);
    let integration = find(sender.integration).expect("an integration is in the registry");
    outbox
        .accept(&rows(messages, integration, &account, sender.delivery))
        .map(drop)
}

/// Returns the account that rows of this identity name.
pub(crate) fn account_of(identity: &Identity) -> zulipkit_outbox::Account {
    let file = identity.file.clone();
    zulipkit_outbox::Account {
        settings: file.unwrap_or_else(|| PathBuf::from(ENVIRONMENT)),
        site: identity.site.clone(),
        email: identity.email.clone(),
    }
}

/// Has accepted messages delivered: in the background, or here and now where the key is in the environment alone.
///
/// # Errors
///
/// The messages are kept all the same.
pub(crate) fn start_delivery(
    outbox: &Outbox,
    sender: &Sender<'_>,
    environment: &Environment,
) -> Result<()> {
    if sender.identity.file.is_some() {
        return wake_deliverer(outbox.dir());
    }
    let credentials = sender.account.credentials(sender.settings, environment)?;
    deliver(outbox.dir(), Patience::For(FOREGROUND), Some(credentials)).map(drop)
}

/// Accepts messages that tell of no event, and has them delivered in the background.
pub(crate) fn accept_plain(
    messages: &[Outgoing],
    agent: &str,
    identity: &Identity,
    environment: &Environment,
) -> Result<Vec<RowId>> {
    if identity.file.is_none() {
        return Err(Diagnostic::usage(
            "cannot keep a message for later with a key that no file has",
        )
        .hint("give `--zuliprc FILE`, or send without `--queue`"));
    }
    let account = account_of(identity);
    let now = jiff::Timestamp::now().as_millisecond();
    let row = |message: &Outgoing| {
        let (endpoint, body) = message.to_row_parts();
        NewRow::new(
            account.clone(),
            agent,
            &endpoint,
            body,
            Destination::from(&message.to),
            now,
        )
    };
    let mut outbox = open(environment)?;
    let ids = outbox.accept(&messages.iter().map(row).collect::<Vec<_>>())?;
    wake_deliverer(outbox.dir())?;
    Ok(ids)
}

/// Wakes the deliverer that runs, or starts one that outlives this process.
pub(crate) fn wake_deliverer(dir: &Path) -> Result<()> {
    if wake::ring(dir) {
        return Ok(());
    }
    let start = || {
        let program = std::env::current_exe()?;
        let arguments = ["outbox", "deliver"].map(OsString::from);
        detach::spawn(&program, &arguments, std::env::vars_os())
    };
    start().map_err(|cause: std::io::Error| {
        Diagnostic::failed("the messages are kept, but cannot start to deliver them")
            .source(&cause)
            .hint("`zulipkit outbox flush` delivers them")
    })
}

/// Delivers what is due in this process. `present` are credentials that no file has.
pub(crate) fn deliver(dir: &Path, patience: Patience, present: Option<Credentials>) -> Result<End> {
    deliverer(dir, present)?.run_blocking(patience)
}

/// Builds the deliverer of an outbox.
pub(crate) fn deliverer(
    dir: &Path,
    present: Option<Credentials>,
) -> Result<Deliverer<Http, SystemClock>> {
    install_crypto_provider();
    let accounts = Files {
        environment: Environment::of_process(),
        present,
    };
    let courier = Http::new(env!("CARGO_PKG_VERSION"), platform());
    Ok(Deliverer::new(
        Outbox::open(dir)?,
        courier,
        SystemClock::default(),
        Box::new(accounts),
    ))
}

/// The accounts of settings files, and one that may be in the environment alone.
struct Files {
    environment: Environment,
    present: Option<Credentials>,
}

impl Accounts for Files {
    fn open(&self, settings: &Path) -> Result<Credentials> {
        match &self.present {
            _ if settings != Path::new(ENVIRONMENT) => account::open(settings, &self.environment),
            Some(credentials) => Ok(credentials.clone()),
            None => Err(
                Diagnostic::settings("the key was in the environment alone").hint(
                    "name a zuliprc or a key file in the settings, and it can be delivered later",
                ),
            ),
        }
    }

    fn files(&self, settings: &Path) -> Vec<PathBuf> {
        account::files(settings, &self.environment).unwrap_or_else(|_| vec![settings.to_owned()])
    }
}

/// Returns the line for the next person who pushes, if something waits for somebody.
pub(crate) fn needs_somebody(outbox: &Outbox) -> Result<Option<String>> {
    let notices = outbox.notices()?;
    Ok(notices.first().map(|first| match notices.len() - 1 {
        0 => first.to_string(),
        more => format!("{first} (and {more} more: `zulipkit outbox list`)"),
    }))
}
