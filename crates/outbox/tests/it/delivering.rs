//! Delivering to a server in memory, where time flies.

use std::rc::Rc;
use std::time::Duration;

use serde_json::json;
use zulipkit_outbox::{After, Blob, Earlier, End, Fill, NewRow, Outbox, Patience, Rules, wake};

use crate::scene::{Scene, run};
use crate::server::Fate;
use crate::support::object;

const MINUTE: Duration = Duration::from_secs(60);

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
        scene.accept(&[scene.row("t", "pushed")]);
        scene.epoch.jump(6 * 60 * 1_000);
        scene.deliver().await;
        assert_eq!(
            scene.server.got(),
            ["t: pushed\n\n(delivered late; this was at <time:1795570000>)"]
        );
    });
    // So does one that was tried in time, while nobody was there to take it.
    run(async |scene| {
        scene.server.next((0..9).map(|_| Fate::Refuse));
        scene.accept(&[scene.row("t", "pushed"), scene.row("t", "edited")]);
        scene.deliver().await;
        let late = "\n\n(delivered late; this was at <time:1795570000>)";
        assert_eq!(
            scene.server.got(),
            [format!("t: pushed{late}"), format!("t: edited{late}")]
        );
    });
}

#[test]
fn a_folder_too_deep_for_a_socket_is_polled() {
    run(async |scene| {
        let deep = scene.world.dir().join("d".repeat(60)).join("e".repeat(60));
        Outbox::open(&deep)
            .unwrap()
            .accept(&[scene.row("t", "one")])
            .unwrap();
        let mut service = scene.deliverer(&deep);
        let hook = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert!(!wake::ring(&deep));
            let end = scene
                .deliverer(&deep)
                .run(Patience::default(), std::future::pending())
                .await
                .unwrap();
            assert_eq!(end, End::Elsewhere);
            Outbox::open(&deep)
                .unwrap()
                .accept(&[scene.row("u", "two")])
                .unwrap();
            tokio::time::sleep(Duration::from_secs(3)).await;
            assert_eq!(scene.server.got(), ["t: one", "u: two"]);
        };
        tokio::select! {
            end = service.run(Patience::Forever, std::future::pending()) => panic!("{end:?}"),
            () = hook => {}
        }
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
            assert!(wake::ring(&scene.world.dir()));
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
