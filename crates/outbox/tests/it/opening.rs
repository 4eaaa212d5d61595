//! Opening: what is made, and what is refused in one clear line.

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use zulipkit_outbox::{After, Blob, Cursor, Earlier, Fill, Outbox, RowId};

use crate::support::{World, account, message};

#[test]
fn rows_and_cursors_are_accepted_together() {
    let world = World::new();
    let account = account(world.temp.path(), "https://zulip.example.com");
    let mut outbox = Outbox::open(&world.dir()).unwrap();
    let mut edit = message(&account, "t", "edited");
    edit.endpoint = "PATCH /messages/{message_id}".to_owned();
    edit.after = Some(After {
        row: Earlier::InBatch(0),
        result: "id".to_owned(),
        fill: Fill {
            field: "message_id".to_owned(),
            placeholder: None,
        },
    });
    edit.blobs = vec![Blob {
        name: "log.txt".to_owned(),
        bytes: b"log".to_vec(),
        fill: Fill {
            field: "content".to_owned(),
            placeholder: Some("edited".to_owned()),
        },
    }];
    let cursor = Cursor {
        name: "log:/var/log/x".to_owned(),
        value: "17".to_owned(),
    };
    let ids = outbox
        .accept_and_advance(&[message(&account, "t", "one"), edit], &[cursor])
        .unwrap();
    assert_eq!(ids, [RowId(1), RowId(2)]);
    drop(outbox);

    let outbox = Outbox::look(&world.dir()).unwrap().expect("it is there");
    assert_eq!(
        outbox.cursor("log:/var/log/x").unwrap().as_deref(),
        Some("17")
    );
    assert_eq!(outbox.cursor("other").unwrap(), None);
}

#[test]
fn a_row_cannot_depend_on_a_later_one() {
    let world = World::new();
    let account = account(world.temp.path(), "https://zulip.example.com");
    let mut row = message(&account, "t", "one");
    row.after = Some(After {
        row: Earlier::InBatch(0),
        result: "id".to_owned(),
        fill: Fill {
            field: "message_id".to_owned(),
            placeholder: None,
        },
    });
    let error = Outbox::open(&world.dir())
        .unwrap()
        .accept(&[row])
        .unwrap_err();
    assert_eq!(
        error.message,
        "cannot accept a row that depends on a later one"
    );
}

#[test]
fn a_waiting_row_is_replaced_by_a_newer_one_with_its_key() {
    let world = World::new();
    let account = account(world.temp.path(), "https://zulip.example.com");
    let mut outbox = Outbox::open(&world.dir()).unwrap();
    let digest = |text: &str, topic: &str| {
        let mut row = message(&account, topic, text);
        row.coalesce = Some("digest".to_owned());
        row
    };
    let first = outbox.accept(&[digest("1 build", "t")]).unwrap();
    let second = outbox.accept(&[digest("2 builds", "t")]).unwrap();
    let elsewhere = outbox.accept(&[digest("1 build", "other")]).unwrap();
    assert_eq!(first, second);
    assert_ne!(first, elsewhere);
    let db = Connection::open(world.dir().join("outbox.sqlite3")).unwrap();
    let body: String = db
        .query_row("SELECT body FROM row WHERE id = 1", [], |row| row.get(0))
        .unwrap();
    assert!(body.contains("2 builds"), "{body}");
}

#[test]
fn the_file_is_durable_and_private() {
    let world = World::new();
    let outbox = Outbox::open(&world.dir()).unwrap();
    let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&world.dir()), 0o700);
    for file in ["outbox.sqlite3", "outbox.sqlite3-wal"] {
        assert_eq!(mode(&world.dir().join(file)), 0o600, "{file}");
    }
    drop(outbox);
    let db = Connection::open(world.dir().join("outbox.sqlite3")).unwrap();
    let mode: String = db
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
}

#[test]
fn looking_makes_nothing() {
    let world = World::new();
    assert!(Outbox::look(&world.dir()).unwrap().is_none());
    assert!(!world.dir().exists());
}

#[test]
fn a_file_of_a_newer_version_is_left_alone() {
    let world = World::new();
    drop(Outbox::open(&world.dir()).unwrap());
    let file = world.dir().join("outbox.sqlite3");
    let db = Connection::open(&file).unwrap();
    db.pragma_update(None, "user_version", 7).unwrap();
    db.pragma_update(None, "wal_checkpoint", "TRUNCATE")
        .unwrap();
    drop(db);
    let before = fs_err::read(&file).unwrap();
    let error = Outbox::open(&world.dir()).unwrap_err();
    assert_eq!(
        error.causes,
        ["a newer zulipkit wrote it (format 7; this one knows up to 2)"]
    );
    assert_eq!(
        error.hints,
        ["upgrade zulipkit; the rows are kept as they are"]
    );
    assert_eq!(fs_err::read(&file).unwrap(), before);
}

#[test]
fn what_is_no_database_is_said_to_be_damaged() {
    let world = World::new();
    drop(Outbox::open(&world.dir()).unwrap());
    for end in ["", "-wal", "-shm"] {
        let _ = fs_err::remove_file(world.dir().join(format!("outbox.sqlite3{end}")));
    }
    fs_err::write(
        world.dir().join("outbox.sqlite3"),
        "no database ".repeat(500),
    )
    .unwrap();
    let error = Outbox::open(&world.dir()).unwrap_err();
    assert!(
        error.one_line().contains("file is not a database"),
        "{error}"
    );
    assert!(error.hints[0].contains(".recover"), "{error}");
}

#[test]
fn another_users_outbox_is_refused_even_to_root() {
    if !rustix::process::geteuid().is_root() {
        return; // Only root can give a folder away, and only root is tempted to write there.
    }
    let world = World::new();
    drop(Outbox::open(&world.dir()).unwrap());
    chown(world.dir(), Some(4242), None).unwrap();
    for error in [
        Outbox::open(&world.dir()).unwrap_err(),
        Outbox::look(&world.dir()).unwrap_err(),
    ] {
        assert_eq!(
            error.causes,
            ["it belongs to user 4242, and this is user 0"]
        );
        assert!(error.hints[0].contains("run this as its owner"), "{error}");
    }

    let home = world.temp.path().join("home");
    fs_err::create_dir(&home).unwrap();
    chown(&home, Some(4242), None).unwrap();
    let error = Outbox::open(&home.join(".local/state/zulipkit")).unwrap_err();
    assert_eq!(
        error.causes,
        ["it belongs to user 4242, and this is user 0"]
    );
    assert!(!home.join(".local").exists());
}

#[test]
fn many_processes_may_make_it_at_once() {
    let world = World::new();
    let account = account(world.temp.path(), "https://zulip.example.com");
    std::thread::scope(|scope| {
        for n in 0..8 {
            let (dir, account) = (world.dir(), &account);
            scope.spawn(move || {
                let mut outbox = Outbox::open(&dir).unwrap();
                outbox
                    .accept(&[message(account, "t", &format!("{n}"))])
                    .unwrap();
            });
        }
    });
    let db = Connection::open(world.dir().join("outbox.sqlite3")).unwrap();
    let rows: i64 = db
        .query_row("SELECT count(*) FROM row", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 8);
}

#[test]
fn the_log_stays_short_though_no_deliverer_comes_by() {
    let world = World::new();
    let account = account(world.temp.path(), "https://zulip.example.com");
    let row = message(&account, "t", &"long ".repeat(4_000));
    for _ in 0..60 {
        Outbox::open(&world.dir())
            .unwrap()
            .accept(std::slice::from_ref(&row))
            .unwrap();
    }
    let log = fs_err::metadata(world.dir().join("outbox.sqlite3-wal"))
        .unwrap()
        .len();
    assert!(log < (1 << 20) + 100_000, "{log} bytes");
}

/// Mounts a small file system of its own; only root may, and not in every container.
struct Mount(std::path::PathBuf);

impl Mount {
    fn new(path: &std::path::Path, options: &str) -> Option<Self> {
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "none"])
            .arg(path)
            .status();
        mount
            .is_ok_and(|status| status.success())
            .then(|| Self(path.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_one_clear_line_and_what_was_accepted_stays() {
    let world = World::new();
    let disk = world.temp.path().join("disk");
    fs_err::create_dir(&disk).unwrap();
    let Some(_mount) = Mount::new(&disk, "size=600k,mode=700") else {
        return; // The sandbox does not let root mount; the same code is reached on a disk that is full.
    };
    let account = account(world.temp.path(), "https://zulip.example.com");
    let mut outbox = Outbox::open(&disk.join("outbox")).unwrap();
    let row = message(&account, "t", &"x".repeat(20_000));
    let mut accepted = 0;
    let error = loop {
        match outbox.accept(std::slice::from_ref(&row)) {
            Ok(ids) => accepted = ids[0].0,
            Err(error) => break error,
        }
    };
    assert!(accepted > 3, "{accepted}");
    assert!(
        error.message.starts_with("cannot write to the outbox `"),
        "{error}"
    );
    assert!(
        error.one_line().contains("database or disk is full"),
        "{error}"
    );
    assert!(error.hints[0].contains("make room"), "{error}");
    drop(outbox);
    let outbox = Outbox::open(&disk.join("outbox")).unwrap();
    assert_eq!(outbox.status().unwrap().waiting, accepted);
}

#[test]
fn a_read_only_home_is_one_clear_line() {
    let world = World::new();
    let home = world.temp.path().join("home");
    fs_err::create_dir(&home).unwrap();
    let Some(_mount) = Mount::new(&home, "ro,mode=700") else {
        return; // As above.
    };
    let error = Outbox::open(&home.join(".local/state/zulipkit")).unwrap_err();
    assert!(
        error
            .message
            .starts_with("cannot create the outbox folder `"),
        "{error}"
    );
    assert!(
        error.one_line().contains("Read-only file system"),
        "{error}"
    );
    assert_eq!(
        error.hints,
        ["set XDG_STATE_HOME to a folder in which you may write"]
    );
}
