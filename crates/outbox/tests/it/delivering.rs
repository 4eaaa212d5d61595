//! Delivering to a server in memory, where time flies.

use std::rc::Rc;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;
use zulipkit_api::{Credentials, Tls};
use zulipkit_diag::Diagnostic;
use zulipkit_outbox::{
    After, Blob, Deliverer, Earlier, End, Fill, NewRow, OnUnclear, Outbox, Patience, RowId, Rules,
};

use crate::server::{Epoch, Fate, Server};
use crate::support::{World, account, message, object};

const SITE: &str = "https://zulip.example.com";
const MINUTE: Duration = Duration::from_secs(60);

/// An outbox, a server, and time between them.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) epoch: Epoch,
    pub(crate) server: Server,
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
        use zulipkit_outbox::Clock as _;
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
        let outbox = Outbox::open(&self.world.dir()).unwrap();
        let open = Box::new(|settings: &std::path::Path| {
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
        });
        let mut deliverer = Deliverer::new(outbox, self.server.clone(), self.epoch.clone(), open);
        deliverer
            .run(patience, std::future::pending())
            .await
            .unwrap()
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

#[test]
fn each_destination_is_in_order_and_each_message_is_one_request() {
    run(async |scene| {
        let rows: Vec<_> = (0..12)
            .map(|n| scene.row(&format!("t{}", n % 3), &format!("{n}")))
            .collect();
        scene.accept(&rows);
        assert_eq!(scene.deliver().await, End::Finished);
        let mut got = scene.server.got();
        got.sort_by_key(|line| line.split(':').next().unwrap().to_owned());
        assert_eq!(got[..4], ["t0: 0", "t0: 3", "t0: 6", "t0: 9"]);
        assert_eq!(got.len(), 12);
        assert_eq!(scene.server.log().len(), 12, "{:?}", scene.server.log());
        assert_eq!(scene.column(1, "state"), "delivered");
        assert_eq!(scene.column(1, "message_id"), "101");
    });
}

#[test]
fn a_refused_connection_is_tried_again_until_it_is_taken() {
    run(async |scene| {
        scene
            .server
            .next([Fate::Refuse, Fate::Refuse, Fate::Refuse]);
        scene.accept(&[scene.row("t", "one"), scene.row("t", "two")]);
        assert_eq!(scene.deliver().await, End::Finished);
        assert_eq!(scene.server.got(), ["t: one", "t: two"]);
        assert_eq!(scene.column(1, "failures"), "3");
    });
}

#[test]
fn the_servers_wait_is_kept_by_the_whole_credential() {
    run(async |scene| {
        let wait = Duration::from_millis(1300);
        scene.server.next([Fate::Limit(wait), Fate::Limit(wait)]);
        scene.accept(&[scene.row("t", "one")]);
        scene.deliver().await;
        let at = scene.server.sendings();
        assert_eq!(at.len(), 3);
        assert!(at[1] - at[0] >= wait && at[2] - at[1] >= wait, "{at:?}");
        assert_eq!(scene.server.got(), ["t: one"]);

        // Another deliverer, that is another process, has to wait as well, with a row to another destination.
        scene.server.next([Fate::Limit(MINUTE)]);
        scene.accept(&[scene.row("t", "two")]);
        scene.deliver_for(Patience::For(Duration::ZERO)).await;
        scene.accept(&[scene.row("u", "three")]);
        scene.deliver().await;
        let at = scene.server.sendings();
        assert_eq!(at.len(), 6);
        assert!(at[4] - at[3] >= MINUTE && at[5] - at[3] >= MINUTE, "{at:?}");
    });
}

#[test]
fn what_was_stored_without_an_answer_is_found_and_not_sent_again() {
    run(async |scene| {
        scene.server.next([Fate::Take, Fate::TakeAndFail]);
        scene.accept(&[
            scene.row("t", "one"),
            scene.row("t", "\n two \n"),
            scene.row("t", "three"),
        ]);
        scene.deliver().await;
        assert_eq!(scene.server.got(), ["t: one", "t:  two", "t: three"]);
        assert_eq!(scene.column(2, "message_id"), "102");
    });
}

#[test]
fn it_is_sent_again_only_when_a_slow_server_would_have_stored_it() {
    run(async |scene| {
        scene.server.next([Fate::Take, Fate::Fail]);
        scene.accept(&[scene.row("t", "one"), scene.row("t", "two")]);
        scene.deliver().await;
        assert_eq!(scene.server.got(), ["t: one", "t: two"]);
        let at = scene.server.sendings();
        assert!(at[2] - at[1] >= MINUTE, "{at:?}");
    });
    run(async |scene| {
        scene
            .server
            .next([Fate::Take, Fate::TakeLate(Duration::from_secs(40))]);
        scene.accept(&[scene.row("t", "one"), scene.row("t", "two")]);
        scene.deliver().await;
        assert_eq!(scene.server.got(), ["t: one", "t: two"]);
        assert_eq!(scene.server.sendings().len(), 2);
    });
}

#[test]
fn a_place_that_cannot_be_read_is_not_believed_to_be_empty() {
    run(async |scene| {
        scene.server.hides("secret");
        scene.server.next([Fate::TakeAndFail, Fate::TakeAndFail]);
        let mut resend = scene.row("t", "one");
        resend.body.insert("to".to_owned(), json!("secret"));
        let mut hold = scene.row("u", "two");
        hold.body.insert("to".to_owned(), json!("secret"));
        hold.on_unclear = OnUnclear::Hold;
        scene.accept(&[resend, hold]);
        scene.deliver().await;
        assert_eq!(scene.column(1, "state"), "delivered");
        assert!(
            scene
                .column(1, "note")
                .starts_with("may have arrived twice")
        );
        assert_eq!(scene.column(2, "state"), "held");
        assert_eq!(scene.server.got(), ["t: one", "u: two", "t: one"]);
    });
}

#[test]
fn an_incoming_webhook_bot_never_reads_back() {
    run(async |scene| {
        scene.server.mutes();
        scene.server.next([Fate::TakeAndFail]);
        scene.accept(&[scene.row("t", "one")]);
        scene.deliver().await;
        assert_eq!(scene.server.got(), ["t: one", "t: one"]);
        assert_eq!(
            scene.server.log(),
            ["POST /messages", "GET /users/me", "POST /messages"]
        );
    });
}

#[test]
fn a_moved_message_is_found_and_an_equal_one_is_not_taken() {
    run(async |scene| {
        // Two topics get the same text; the answer for the first is lost, the second never arrived.
        scene
            .server
            .next([Fate::Take, Fate::TakeAndFail, Fate::Fail]);
        scene.accept(&[scene.row("t", "zero")]);
        scene.deliver().await;
        scene.accept(&[scene.row("t", "same"), scene.row("u", "same")]);
        scene.deliver().await;
        assert_eq!(scene.server.got(), ["t: zero", "t: same", "u: same"]);

        scene.server.next([Fate::TakeAndFail]);
        scene.accept(&[scene.row("t", "moved")]);
        let deliver = scene.deliver();
        let somebody = async {
            tokio::time::sleep(Duration::from_millis(15)).await;
            scene.server.move_message(104, "elsewhere");
        };
        tokio::join!(deliver, somebody);
        assert_eq!(scene.server.got()[3..], ["elsewhere: moved"]);
    });
}

#[test]
fn an_old_message_with_the_same_text_is_not_taken_for_the_new_one() {
    run(async |scene| {
        scene.server.store("commits", "t", "build failed");
        scene.server.next([Fate::Take, Fate::Fail]);
        scene.accept(&[scene.row("t", "first"), scene.row("t", "build failed")]);
        scene.deliver().await;
        assert_eq!(
            scene.server.got(),
            ["t: build failed", "t: first", "t: build failed"]
        );
    });
}

#[test]
fn an_unknown_channel_holds_its_rows_until_it_is_there() {
    run(async |scene| {
        scene.server.lacks("commits");
        let mut other = scene.row("t", "elsewhere");
        other.body.insert("to".to_owned(), json!("open"));
        other.destination = zulipkit_outbox::Destination::channel("open", "t");
        scene.accept(&[scene.row("t", "one"), scene.row("u", "two"), other]);
        assert_eq!(scene.deliver().await, End::Finished);
        assert_eq!(scene.server.got(), ["t: elsewhere"]);
        let tried = scene.server.sendings().len();

        scene.deliver().await;
        assert_eq!(
            scene.server.sendings().len(),
            tried,
            "not before an hour is over"
        );

        scene.server.creates("commits");
        let service = scene.deliver_for(Patience::Forever);
        assert!(tokio::time::timeout(61 * MINUTE, service).await.is_err());
        assert_eq!(scene.server.got().len(), 3);
    });
}

#[test]
fn a_new_row_tries_the_hold_before_it() {
    run(async |scene| {
        scene.server.lacks("commits");
        scene.accept(&[scene.row("t", "one"), scene.row("u", "two")]);
        scene.deliver().await;
        scene.server.creates("commits");
        scene.accept(&[scene.row("t", "three")]);
        scene.deliver().await;
        let mut got = scene.server.got();
        got.sort();
        assert_eq!(got, ["t: one", "t: three", "u: two"]);
    });
}

#[test]
fn a_service_takes_over_from_a_deliverer_that_leaves() {
    run(async |scene| {
        scene.server.next([Fate::Refuse]);
        scene.accept(&[scene.row("t", "one")]);
        let first = scene.deliver();
        let service = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            scene.deliver_for(Patience::Forever).await
        };
        let (first, service) = tokio::join!(first, tokio::time::timeout(MINUTE, service));
        assert_eq!(first, End::Finished);
        assert!(service.is_err(), "it waited, and stays");
    });
}

#[test]
fn a_wrong_key_holds_the_account_until_the_settings_change() {
    run(async |scene| {
        scene.world.write_key("wrong");
        scene.accept(&[
            scene.row("t", "one"),
            scene.row("u", "two"),
            scene.row("v", "three"),
        ]);
        scene.deliver().await;
        assert_eq!(scene.column(1, "state"), "waiting");
        assert_eq!(scene.column(1, "failures"), "0");
        scene.world.write_key("right");
        scene.deliver().await;
        assert_eq!(scene.server.got().len(), 3);
    });
}

#[test]
fn settings_that_cannot_be_read_or_name_another_account_hold_the_rows() {
    run(async |scene| {
        scene.world.write_key("");
        scene.accept(&[scene.row("t", "one")]);
        scene.deliver().await;
        assert_eq!(scene.column(1, "reason"), "cannot read settings: no key");
        let mut stranger = scene.row("u", "two");
        stranger.account.email = "other-bot@example.com".to_owned();
        scene.accept(&[stranger]);
        scene.world.write_key("right");
        scene.deliver().await;
        assert_eq!(scene.server.got(), ["t: one"]);
        assert!(
            scene
                .column(2, "reason")
                .contains("the message was accepted for other-bot@example.com")
        );
    });
}

#[test]
fn a_refusal_becomes_a_dead_letter_and_takes_what_depends_on_it_along() {
    run(async |scene| {
        scene.server.next([Fate::Deny(400, "BAD_REQUEST")]);
        let mut edit = edit_of(&scene, Earlier::InBatch(0));
        edit.body.insert("content".to_owned(), json!("x"));
        scene.accept(&[scene.row("t", "one"), edit, scene.row("t", "two")]);
        scene.deliver().await;
        assert_eq!(
            scene.column(1, "reason"),
            "the server's words (BAD_REQUEST)"
        );
        assert_eq!(
            scene.column(2, "reason"),
            "the earlier message that it belongs to is a dead letter"
        );
        assert_eq!(scene.server.got(), ["t: two"]);
    });
}

fn edit_of(scene: &Scene, row: Earlier) -> NewRow {
    let mut edit = scene.row("t", "");
    edit.endpoint = "PATCH /messages/{message_id}".to_owned();
    edit.body = object(json!({"content": "see URL"}));
    edit.after = Some(After {
        row,
        result: "id".to_owned(),
        fill: Fill {
            field: "message_id".to_owned(),
            placeholder: None,
        },
    });
    edit
}

#[test]
fn an_edit_knows_the_message_and_its_files() {
    run(async |scene| {
        let mut edit = edit_of(&scene, Earlier::InBatch(0));
        edit.blobs = vec![Blob {
            name: "log.txt".to_owned(),
            bytes: b"log".to_vec(),
            fill: Fill {
                field: "content".to_owned(),
                placeholder: Some("URL".to_owned()),
            },
        }];
        scene.accept(&[scene.row("t", "one"), edit]);
        scene.deliver().await;
        assert_eq!(scene.server.got(), ["t: see /user_uploads/log.txt"]);
        assert_eq!(
            scene.server.log(),
            [
                "POST /messages",
                "POST /user_uploads",
                "PATCH /messages/101"
            ]
        );
    });
}

#[test]
fn a_late_message_says_when_it_was() {
    run(async |scene| {
        let row = scene.row("t", "pushed");
        scene.accept(&[row]);
        scene.epoch.jump(6 * 60 * 1_000);
        scene.deliver().await;
        assert_eq!(
            scene.server.got(),
            ["t: pushed\n\n(delivered late; this was at <time:1795570000>)"]
        );
    });
}

#[test]
fn a_head_that_keeps_failing_is_parked_while_others_succeed() {
    run(async |scene| {
        let fates: Vec<_> = (0..8).map(|_| Fate::Refuse).collect();
        scene.server.next(fates);
        scene.accept(&[scene.row("t", "bad"), scene.row("t", "good")]);
        let rules = Rules::default();
        assert_eq!(rules.park_after, 8);
        let others = async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            // Directly into the file: what matters is that something was delivered to the site meanwhile.
            let db = rusqlite::Connection::open(scene.world.dir().join("outbox.sqlite3")).unwrap();
            db.execute(
                "UPDATE site SET last_success = (SELECT now FROM clock) + 1",
                [],
            )
            .unwrap();
        };
        tokio::join!(scene.deliver(), others);
        assert_eq!(scene.server.got(), ["t: good"]);
        assert!(
            scene
                .column(1, "note")
                .starts_with("order not kept: it failed 8 times")
        );
        let service = scene.deliver_for(Patience::Forever);
        assert!(tokio::time::timeout(61 * MINUTE, service).await.is_err());
        assert_eq!(scene.server.got()[0], "t: good");
        assert!(
            scene.server.got()[1].starts_with("t: bad"),
            "tried each hour"
        );
    });
}

#[test]
fn patience_ends_after_a_quarter_of_an_hour_of_failures() {
    run(async |scene| {
        scene.server.next((0..50).map(|_| Fate::Refuse));
        scene.accept(&[scene.row("t", "one")]);
        let started = tokio::time::Instant::now();
        scene.deliver().await;
        let stayed = started.elapsed();
        assert!(stayed > 10 * MINUTE && stayed < 16 * MINUTE, "{stayed:?}");
        assert_eq!(scene.column(1, "state"), "waiting");
    });
}

#[test]
fn a_row_is_given_up_by_the_time_it_was_tried_and_not_by_the_wall_clock() {
    run(async |scene| {
        scene.server.next((0..10_000).map(|_| Fate::Refuse));
        scene.accept(&[scene.row("t", "one")]);
        scene.deliver().await;
        for _ in 0..6 {
            scene.epoch.jump(10 * 365 * 24 * 3_600_000);
            scene.deliver().await;
            assert_eq!(
                scene.column(1, "state"),
                "waiting",
                "each jump is one step of a day"
            );
        }
        scene.epoch.jump(-90 * 365 * 24 * 3_600_000);
        scene.deliver().await;
        assert_eq!(scene.column(1, "state"), "waiting", "and back is none");
        scene.epoch.jump(24 * 3_600_000);
        scene.deliver().await;
        assert_eq!(scene.column(1, "state"), "dead");
        assert!(
            scene
                .column(1, "reason")
                .starts_with("given up after 7.0 days; the last failure: no answer")
        );
    });
}

#[test]
fn one_ring_is_enough_and_only_one_delivers() {
    run(async |scene| {
        let scene = Rc::new(scene);
        Outbox::open(&scene.world.dir()).unwrap();
        let service = scene.deliver_for(Patience::Forever);
        let other = async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            scene.accept(&[scene.row("t", "one")]);
            assert!(zulipkit_outbox::wake::ring(&scene.world.dir()));
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert_eq!(scene.server.got(), ["t: one"]);
            assert_eq!(scene.deliver().await, End::Elsewhere);
        };
        tokio::select! {
            end = service => panic!("the service ended: {end:?}"),
            () = other => {}
        }
    });
}
