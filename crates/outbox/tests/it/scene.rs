//! An outbox and a server in one place, where time flies.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use zulipkit_api::{Credentials, Tls};
use zulipkit_diag::Diagnostic;
use zulipkit_outbox::{Accounts, Clock as _, Deliverer, End, NewRow, Outbox, Patience, RowId};

use crate::server::{Epoch, Server};
use crate::support::{World, account, message};

const SITE: &str = "https://zulip.example.com";

/// An outbox, a server, and time between them.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) epoch: Epoch,
    pub(crate) server: Server,
}

/// Accounts whose settings file holds nothing but the key, and a key file beside it that may or may not be there.
struct Files;

impl Accounts for Files {
    fn open(&self, settings: &Path) -> Result<Credentials, Diagnostic> {
        let key = fs_err::read_to_string(settings).unwrap();
        if key.is_empty() {
            return Err(Diagnostic::settings("cannot read settings")
                .cause("no key")
                .hint("add one"));
        }
        Ok(Credentials {
            site: SITE.parse().unwrap(),
            email: "git-bot@example.com".to_owned(),
            key: SecretString::from(key),
            tls: Tls::default(),
        })
    }

    fn files(&self, settings: &Path) -> Vec<PathBuf> {
        vec![settings.to_owned(), settings.with_extension("key")]
    }
}

impl Scene {
    pub(crate) fn new() -> Self {
        let epoch = Epoch::new();
        let world = World::new();
        world.write_key("right");
        Self {
            server: Server::new(&epoch),
            world,
            epoch,
        }
    }

    pub(crate) fn row(&self, topic: &str, content: &str) -> NewRow {
        let mut row = message(&account(self.world.temp.path(), SITE), topic, content);
        row.happened_ms = self.epoch.wall_ms();
        row
    }

    pub(crate) fn accept(&self, rows: &[NewRow]) -> Vec<RowId> {
        Outbox::open(&self.world.dir())
            .unwrap()
            .accept(rows)
            .unwrap()
    }

    pub(crate) async fn deliver(&self) -> End {
        self.deliver_for(Patience::default()).await
    }

    pub(crate) async fn deliver_for(&self, patience: Patience) -> End {
        let mut deliverer = self.deliverer(&self.world.dir());
        deliverer
            .run(patience, std::future::pending())
            .await
            .unwrap()
    }

    pub(crate) fn deliverer(&self, dir: &Path) -> Deliverer<Server, Epoch> {
        let outbox = Outbox::open(dir).unwrap();
        Deliverer::new(
            outbox,
            self.server.clone(),
            self.epoch.clone(),
            Box::new(Files),
        )
    }

    pub(crate) fn column(&self, id: i64, column: &str) -> String {
        let db = rusqlite::Connection::open(self.world.dir().join("outbox.sqlite3")).unwrap();
        let sql = format!("SELECT COALESCE(CAST({column} AS TEXT), 'none') FROM row WHERE id = ?1");
        db.query_row(&sql, [id], |row| row.get(0)).unwrap()
    }
}

/// Runs with time that advances by itself whenever everybody waits.
pub(crate) fn run(test: impl AsyncFnOnce(Scene)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async { test(Scene::new()).await });
}
