//! What a person has to mend holds back no more than it must, and loses nothing.

use std::time::Duration;

use serde_json::json;
use zulipkit_outbox::{Destination, End, Patience};

use crate::scene::run;

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn an_unknown_channel_holds_its_rows_until_it_is_there() {
    run(async |scene| {
        scene.server.lacks("commits");
        let mut other = scene.row("t", "elsewhere");
        other.body.insert("to".to_owned(), json!("open"));
        other.destination = Destination::channel("open", "t");
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
fn a_change_of_the_key_file_counts_as_one_of_the_settings() {
    run(async |scene| {
        scene.world.write_key("wrong");
        scene.accept(&[scene.row("t", "one")]);
        scene.deliver().await;
        let tried = scene.server.sendings().len();
        scene.deliver().await;
        assert_eq!(scene.server.sendings().len(), tried);
        fs_err::write(scene.world.temp.path().join("git.key"), "new").unwrap();
        scene.deliver().await;
        assert_eq!(scene.server.sendings().len(), tried + 1);
    });
}
