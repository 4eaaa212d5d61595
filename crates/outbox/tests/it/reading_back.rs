//! After an outcome that is not clear: found, sent again, or left to a person.

use std::time::Duration;

use serde_json::json;
use zulipkit_api::MessageId;
use zulipkit_outbox::{OnUnclear, Unclear};

use crate::scene::run;
use crate::server::Fate;

const MINUTE: Duration = Duration::from_secs(60);

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
fn what_was_sent_before_it_was_accepted_is_looked_for_first() {
    run(async |scene| {
        scene.server.store("commits", "t", "there");
        let unclear = Unclear {
            after: MessageId(1),
            sent_ms: 0,
        };
        let mut rows = [
            scene.row("t", "there"),
            scene.row("t", "not there"),
            scene.row("other", "there"),
        ];
        for row in &mut rows {
            row.unclear = Some(unclear);
            row.own_topic = true;
        }
        scene.accept(&rows);
        scene.deliver().await;
        // The same words in another topic are another message of the sender's.
        assert_eq!(
            scene.server.got(),
            ["t: there", "t: not there", "other: there"]
        );
        let at = scene.server.sendings();
        assert_eq!(at.len(), 2);
        assert!(at[0] >= MINUTE, "{at:?}");
    });
}
