//! What a person sees and does.

use std::time::Duration;

use serde_json::json;
use zulipkit_outbox::{After, Earlier, Fill, Filter, Limits, Notice, Outbox, RowId, Standing};

use crate::scene::{Scene, run};
use crate::server::Fate;
use crate::support::object;

#[test]
fn a_hold_is_seen_with_its_cause_and_mend() {
    run(async |scene: Scene| {
        scene.server.lacks("commits");
        scene.accept(&[scene.row("Website", "one"), scene.row("Website", "two")]);
        scene.deliver().await;
        let outbox = Outbox::look(&scene.world.dir()).unwrap().unwrap();
        let settings = scene.world.temp.path().join("git.toml");
        let mend = format!(
            "create the channel, or change the route in `{}`",
            settings.display()
        );
        let notice = Notice {
            count: 2,
            cause: "the server's words (STREAM_DOES_NOT_EXIST)".to_owned(),
            mend: mend.clone(),
        };
        assert_eq!(outbox.notices().unwrap(), std::slice::from_ref(&notice));
        assert_eq!(
            notice.to_string(),
            format!("2 messages wait for you: the server's words (STREAM_DOES_NOT_EXIST); {mend}")
        );
        let status = outbox.status().unwrap();
        assert_eq!((status.held, status.waiting, status.dead), (2, 0, 0));
        assert!(status.oldest_ms.is_some());

        let listed = outbox.list(&Filter::default()).unwrap();
        assert_eq!(listed.len(), 2);
        assert_eq!(listed[0].standing, Standing::Held);
        assert_eq!(listed[0].destination, "commits > website");
        assert_eq!(listed[0].mend.as_deref(), Some(mend.as_str()));
        assert_eq!(
            serde_json::to_value(&listed[0]).unwrap()["standing"],
            json!("held")
        );
        let waiting = Filter {
            standings: vec![Standing::Waiting],
            ..Filter::default()
        };
        assert_eq!(outbox.list(&waiting).unwrap(), []);
    });
}

#[test]
fn retry_brings_a_dead_letter_back_and_drop_ends_it() {
    run(async |scene: Scene| {
        scene.server.next([
            Fate::Deny(400, "BAD_REQUEST"),
            Fate::Deny(400, "BAD_REQUEST"),
        ]);
        scene.accept(&[
            scene.row("t", "one"),
            scene.row("t", "two"),
            scene.row("t", "three"),
        ]);
        scene.deliver().await;
        let mut outbox = Outbox::open(&scene.world.dir()).unwrap();
        assert_eq!(outbox.status().unwrap().dead, 2);
        assert_eq!(outbox.notices().unwrap()[0].count, 2);
        outbox.retry(&[RowId(1)]).unwrap();
        outbox.drop(&[RowId(2)]).unwrap();
        scene.deliver().await;
        assert_eq!(scene.server.got(), ["t: three", "t: one"]);
        assert_eq!(outbox.notices().unwrap(), []);
        assert_eq!(
            outbox.retry(&[RowId(3), RowId(1)]).unwrap_err().message,
            "message 3 is delivered already"
        );
        assert_eq!(
            outbox.drop(&[RowId(2)]).unwrap_err().message,
            "there is no message 2 in the outbox"
        );
        let shown = outbox.show(RowId(1)).unwrap();
        assert_eq!(shown.row.standing, Standing::Delivered);
        assert_eq!(shown.result.unwrap()["id"], json!(102));
        assert_eq!(shown.sent.unwrap(), shown.body);
    });
}

#[test]
fn retry_passes_a_hold() {
    run(async |scene: Scene| {
        scene.server.lacks("commits");
        scene.accept(&[scene.row("t", "one")]);
        scene.deliver().await;
        scene.server.creates("commits");
        scene.deliver().await;
        assert_eq!(scene.server.got().len(), 0, "an hour is not over");
        Outbox::open(&scene.world.dir())
            .unwrap()
            .retry(&[RowId(1)])
            .unwrap();
        scene.deliver().await;
        assert_eq!(scene.server.got(), ["t: one"]);
        assert_eq!(
            Outbox::open(&scene.world.dir()).unwrap().notices().unwrap(),
            []
        );
    });
}

#[test]
fn flush_tries_what_waits_for_its_time() {
    run(async |scene: Scene| {
        scene.server.next((0..3).map(|_| Fate::Refuse));
        scene.accept(&[scene.row("t", "one")]);
        let soon = zulipkit_outbox::Patience::For(Duration::ZERO);
        for tried in 1..=3 {
            scene.deliver_for(soon).await;
            assert_eq!(scene.server.sendings().len(), tried);
            assert_eq!(
                Outbox::open(&scene.world.dir()).unwrap().flush().unwrap(),
                1
            );
        }
        scene.deliver_for(soon).await;
        assert_eq!(scene.server.got(), ["t: one"]);
    });
}

#[test]
fn limits_and_pauses_are_remembered() {
    run(async |scene: Scene| {
        let mut outbox = Outbox::open(&scene.world.dir()).unwrap();
        let site = "https://zulip.example.com".parse().unwrap();
        assert_eq!(outbox.limits(&site).unwrap(), None);
        let limits = Limits {
            max_topic_length: 60,
            max_message_length: 10_000,
            feature_level: 314,
            checked_ms: 5,
        };
        outbox.set_limits(&site, limits).unwrap();
        assert_eq!(outbox.limits(&site).unwrap(), Some(limits));
        assert_eq!(
            outbox.pause(&site, "bot@example.com").unwrap(),
            Duration::ZERO
        );
        outbox
            .set_pause(&site, "bot@example.com", Duration::from_secs(600))
            .unwrap();
        let left = outbox.pause(&site, "bot@example.com").unwrap();
        assert!(
            left > Duration::from_secs(500) && left <= Duration::from_secs(600),
            "{left:?}"
        );
        assert_eq!(
            outbox.pause(&site, "other@example.com").unwrap(),
            Duration::ZERO
        );
    });
}

#[test]
fn delivered_rows_are_forgotten_when_nobody_needs_them() {
    run(async |scene: Scene| {
        scene.accept(&[
            scene.row("t", "old"),
            scene.row("u", "needed"),
            scene.row("v", "new"),
        ]);
        scene.deliver().await;
        let mut edit = scene.row("u", "");
        edit.body = object(json!({"content": "x"}));
        edit.endpoint = "PATCH /messages/{message_id}".to_owned();
        edit.after = Some(After {
            row: Earlier::Row(RowId(2)),
            result: "none such".to_owned(),
            fill: Fill {
                field: "message_id".to_owned(),
                placeholder: None,
            },
        });
        scene.accept(&[edit]);
        let db = rusqlite::Connection::open(scene.world.dir().join("outbox.sqlite3")).unwrap();
        db.execute("UPDATE row SET accepted_wall = 0 WHERE id <= 2", [])
            .unwrap();
        scene.deliver().await;
        let outbox = Outbox::open(&scene.world.dir()).unwrap();
        assert!(outbox.show(RowId(1)).is_err());
        assert_eq!(
            outbox.show(RowId(2)).unwrap().row.standing,
            Standing::Delivered
        );
        assert_eq!(
            outbox.show(RowId(3)).unwrap().row.standing,
            Standing::Delivered
        );
        let dead = outbox.show(RowId(4)).unwrap().row;
        assert_eq!(
            dead.reason.as_deref(),
            Some("the server's answer to the earlier message has no `none such`")
        );
    });
}
