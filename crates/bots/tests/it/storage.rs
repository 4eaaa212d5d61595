//! Every place where bots remember things keeps the same promises.

use std::path::Path;
use std::sync::Arc;

use zulipkit_api::Client;
use zulipkit_bots::Storage;
use zulipkit_bots::storage::{Cached, Change, Memory, Server, SqliteFile, Store, put};
use zulipkit_sim::{Fault, Sim};

fn client(sim: &Sim) -> Client {
    crate::client::client(sim, &sim.bot().email)
}

fn change(key: &str, text: Option<&str>) -> Change {
    let key = key.to_owned();
    match text {
        Some(text) => Change::Put {
            key,
            text: text.to_owned(),
        },
        None => Change::Remove { key },
    }
}

/// What must hold for a place that is empty at first.
async fn keeps_its_promises(store: Arc<dyn Store>) {
    assert_eq!(store.get("a").await.unwrap(), None);
    assert_eq!(store.keys("").await.unwrap(), Vec::<String>::new());

    let odd = "ä/ \"\\\u{1}%_";
    store
        .apply(&[
            change("a", Some("1")),
            change("a:2", Some("2")),
            change("b", Some("\"😀\"")),
            change(odd, Some("[]")),
        ])
        .await
        .unwrap();
    assert_eq!(store.get("a").await.unwrap().as_deref(), Some("1"));
    assert_eq!(store.get("b").await.unwrap().as_deref(), Some("\"😀\""));
    assert_eq!(store.get(odd).await.unwrap().as_deref(), Some("[]"));
    assert_eq!(store.keys("").await.unwrap(), ["a", "a:2", "b", odd]);
    assert_eq!(store.keys("a").await.unwrap(), ["a", "a:2"]);
    assert_eq!(store.keys("a:").await.unwrap(), ["a:2"]);

    // The last change of a key wins, and what is not there can be removed.
    store
        .apply(&[
            change("a", Some("3")),
            change("b", None),
            change("a:2", None),
            change("a:2", Some("4")),
            change("never", None),
        ])
        .await
        .unwrap();
    assert_eq!(store.get("a").await.unwrap().as_deref(), Some("3"));
    assert_eq!(store.get("b").await.unwrap(), None);
    assert_eq!(store.get("a:2").await.unwrap().as_deref(), Some("4"));
    assert_eq!(store.keys("").await.unwrap(), ["a", "a:2", odd]);
    store.apply(&[]).await.unwrap();

    nothing_is_lost_side_by_side(store).await;
}

async fn nothing_is_lost_side_by_side(store: Arc<dyn Store>) {
    let storage = Storage::new(store);
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let storage = storage.clone();
            tokio::spawn(
                async move { storage.update("count", |count: &mut u32| *count += 1).await },
            )
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(storage.get("count").await.unwrap(), Some(20));
}

#[tokio::test]
async fn memory() {
    keeps_its_promises(Arc::new(Memory::default())).await;
}

#[tokio::test]
async fn sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let file = SqliteFile::open(&dir.path().join("bots.sqlite")).unwrap();
    let other = file.of("other");
    other.apply(&[change("z", Some("0"))]).await.unwrap();
    keeps_its_promises(Arc::new(file.of("todo"))).await;
    assert_eq!(other.keys("").await.unwrap(), ["z"]);
}

#[tokio::test]
async fn server() {
    let sim = Sim::start().unwrap();
    keeps_its_promises(Arc::new(Server::new(client(&sim)))).await;
}

#[tokio::test]
async fn cached() {
    for limit in [0, 40, 1_000_000] {
        keeps_its_promises(Arc::new(Cached::new(Memory::default(), limit))).await;
    }
}

#[tokio::test]
async fn a_file_outlives_the_process_and_is_private() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bots.sqlite");
    let first = SqliteFile::open(&path).unwrap();
    Storage::new(Arc::new(first.of("todo")))
        .put("k", &7)
        .await
        .unwrap();
    let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&dir.path().join("bots.sqlite-wal")), 0o600);

    let second = Storage::new(Arc::new(SqliteFile::open(&path).unwrap().of("todo")));
    assert!(second.contains("k").await.unwrap());
    assert_eq!(second.get("k").await.unwrap(), Some(7));
    assert!(!second.contains("absent").await.unwrap());
}

#[tokio::test]
async fn a_file_of_a_newer_format_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bots.sqlite");
    drop(SqliteFile::open(&path).unwrap());
    rusqlite::Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = SqliteFile::open(&path).unwrap_err();
    assert_eq!(error.causes, ["a newer zulipkit wrote it (format 99)"]);
}

#[tokio::test]
async fn a_server_that_fails_is_neither_a_value_nor_none() {
    let sim = Sim::start().unwrap();
    let store = Server::new(client(&sim).with_policy(zulipkit_api::Policy::once()));
    store.apply(&[change("k", Some("1"))]).await.unwrap();
    sim.fail("/bot_storage", Fault::Status(503)).times(1);
    let error = store.get("k").await.unwrap_err();
    assert_eq!(error.message, "cannot read the bot's storage at the server");
    assert_eq!(store.get("k").await.unwrap().as_deref(), Some("1"));
}

#[tokio::test]
async fn another_process_finds_what_the_server_keeps() {
    let sim = Sim::start().unwrap();
    let storage = || Storage::new(Arc::new(Cached::new(Server::new(client(&sim)), 1 << 20)));
    storage().put("k", &vec!["a", "b"]).await.unwrap();
    let second = storage();
    assert!(second.contains("k").await.unwrap());
    assert_eq!(
        second.get("k").await.unwrap(),
        Some(vec!["a".to_owned(), "b".to_owned()])
    );
    assert!(!second.contains("absent").await.unwrap());
}

#[tokio::test]
async fn a_full_server_stores_all_or_nothing_and_says_so() {
    let sim = Sim::start().unwrap();
    let store = Server::new(client(&sim));
    store.apply(&[change("small", Some("1"))]).await.unwrap();
    let big = "x".repeat(10_000_001);
    let error = store
        .apply(&[change("small", None), change("big", Some(&big))])
        .await
        .unwrap_err();
    let words = error.one_line();
    assert!(words.contains("exceeds storage limit"), "{words}");
    assert!(words.contains("storage = \"file\""), "{words}");
    assert_eq!(store.keys("").await.unwrap(), ["small"]);
}

#[tokio::test]
async fn the_cache_asks_once_and_never_knows_more_than_the_server() {
    let sim = Sim::start().unwrap();
    let client = client(&sim).with_policy(zulipkit_api::Policy::once());
    let store = Cached::new(Server::new(client), 1 << 20);
    store.apply(&[change("k", Some("1"))]).await.unwrap();
    let asked = sim.requests().len();
    for _ in 0..3 {
        assert_eq!(store.get("k").await.unwrap().as_deref(), Some("1"));
    }
    assert_eq!(sim.requests().len(), asked);

    sim.fail("/bot_storage", Fault::Status(503)).times(1);
    store.apply(&[change("k", Some("2"))]).await.unwrap_err();
    assert_eq!(store.get("k").await.unwrap().as_deref(), Some("1"));
}

#[tokio::test]
async fn the_cache_drops_what_was_used_longest_ago() {
    let sim = Sim::start().unwrap();
    let store = Cached::new(Server::new(client(&sim)), 2 * 2 + 2 * 10);
    let text = "0123456789";
    for key in ["a", "b"] {
        store.apply(&[change(key, Some(text))]).await.unwrap();
    }
    store.get("b").await.unwrap();
    store.get("a").await.unwrap();
    store.apply(&[change("c", Some(text))]).await.unwrap();
    let asked = sim.requests().len();
    store.get("a").await.unwrap();
    store.get("c").await.unwrap();
    assert_eq!(sim.requests().len(), asked);
    store.get("b").await.unwrap();
    assert_eq!(sim.requests().len(), asked + 1);
}

#[tokio::test]
async fn an_update_that_changes_nothing_writes_nothing() {
    let sim = Sim::start().unwrap();
    let storage = Storage::new(Arc::new(Server::new(client(&sim))));
    storage.put("k", &1).await.unwrap();
    let writes = || {
        let requests = sim.requests();
        requests
            .iter()
            .filter(|request| request.method == "PUT")
            .count()
    };
    let before = writes();
    assert_eq!(storage.update("k", |k: &mut u32| *k).await.unwrap(), 1);
    assert_eq!(writes(), before);
    assert_eq!(put("k", &1).unwrap(), change("k", Some("1")));
}
