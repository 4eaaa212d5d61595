//! Over HTTP, against the simulated server: what the requests look like, and the faults that people have met.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::json;
use tempfile::TempDir;
use zulipkit_outbox::{
    Account, Deliverer, Destination, End, Filter, Http, Listed, NewRow, OnUnclear, Outbox,
    Patience, RowId, Standing, SystemClock,
};
use zulipkit_sim::{Credentials, Fault, RetryAfter, Sim};

use crate::child::{Bot, QUICK, open};
use crate::support::object;

struct Place {
    sim: Sim,
    world: TempDir,
    bot: Credentials,
}

impl Place {
    fn new() -> Self {
        let sim = Sim::builder()
            .channel("commits")
            .write_only_channel("secret")
            .start()
            .unwrap();
        let bot = sim.bot();
        Self::with(sim, bot)
    }

    fn with(sim: Sim, bot: Credentials) -> Self {
        let world = tempfile::tempdir().unwrap();
        let place = Self { sim, world, bot };
        place.write_settings();
        place
    }

    fn write_settings(&self) {
        let bot = Bot {
            site: self.sim.url(),
            email: self.bot.email.clone(),
            key: self.bot.key.expose_secret().to_owned(),
        };
        fs_err::write(
            self.world.path().join("bot.json"),
            serde_json::to_vec(&bot).unwrap(),
        )
        .unwrap();
    }

    fn row(&self, channel: &str, content: &str) -> NewRow {
        let account = Account {
            settings: self.world.path().join("bot.json"),
            site: self.sim.url().parse().unwrap(),
            email: self.bot.email.clone(),
        };
        let body =
            object(json!({"type": "channel", "to": channel, "topic": "t", "content": content}));
        NewRow::new(
            account,
            "ZulipGit",
            "POST /messages",
            body,
            Destination::channel(channel, "t"),
            i64::MAX,
        )
    }

    fn accept(&self, rows: &[NewRow]) -> Vec<RowId> {
        Outbox::open(&self.world.path().join("outbox"))
            .unwrap()
            .accept(rows)
            .unwrap()
    }

    fn deliver(&self) {
        let outbox = Outbox::open(&self.world.path().join("outbox")).unwrap();
        let courier = Http::new(
            "0.1.0",
            zulipkit_api::Platform::parse_os_release("NAME=Debian\nVERSION_ID=12"),
        );
        let clock = SystemClock::default();
        let mut deliverer = Deliverer::new(outbox, courier, clock, Box::new(open)).rules(QUICK);
        let end = deliverer
            .run_blocking(Patience::For(Duration::from_secs(1)))
            .unwrap();
        assert_eq!(end, End::Finished);
    }

    fn got(&self) -> Vec<String> {
        self.sim
            .got()
            .into_iter()
            .map(|message| message.content)
            .collect()
    }

    fn list(&self) -> Vec<Listed> {
        Outbox::open(&self.world.path().join("outbox"))
            .unwrap()
            .list(&Filter::default())
            .unwrap()
    }
}

#[test]
fn one_request_a_message_in_the_name_of_its_integration() {
    let place = Place::new();
    place.accept(&[place.row("commits", "one")]);
    place.deliver();
    let [request] = &place.sim.requests()[..] else {
        panic!("{:?}", place.sim.requests());
    };
    assert_eq!(
        request.user_agent.as_deref(),
        Some("ZulipGit/0.1.0 (Debian; 12)")
    );
    assert_eq!(place.sim.got()[0].client, "ZulipGit");
}

#[test]
fn a_message_stored_before_the_502_is_there_once() {
    for fault in [Fault::HtmlAfterStoring(502), Fault::DropAfterStoring] {
        let place = Place::new();
        place.sim.fail("POST /messages", fault).times(1);
        place.accept(&[
            place.row("commits", "\n  one\n"),
            place.row("commits", "two"),
        ]);
        place.deliver();
        assert_eq!(place.got(), ["  one", "two"]);
    }
}

#[test]
fn a_message_not_stored_before_the_502_is_there_once() {
    for fault in [Fault::Html(502), Fault::Status(503), Fault::Refuse] {
        let place = Place::new();
        place.sim.fail("POST /messages", fault).times(2);
        place.accept(&[place.row("commits", "one"), place.row("commits", "two")]);
        place.deliver();
        assert_eq!(place.got(), ["one", "two"]);
    }
}

#[test]
fn a_direct_message_is_read_back() {
    let place = Place::new();
    place
        .sim
        .fail("POST /messages", Fault::HtmlAfterStoring(502))
        .times(2);
    let owner = place.sim.owner().email;
    let mut by_text = place.row("", "one");
    by_text.body = object(json!({"type": "direct", "to": owner, "content": "one"}));
    by_text.destination = Destination::direct([&owner]);
    let mut by_list = by_text.clone();
    by_list.body = object(json!({"type": "direct", "to": [owner], "content": "two"}));
    place.accept(&[by_text, by_list]);
    place.deliver();
    assert_eq!(place.got(), ["one", "two"]);
}

#[test]
fn where_nobody_can_read_it_is_sent_again_or_left_to_a_person() {
    let place = Place::new();
    place
        .sim
        .fail("POST /messages", Fault::HtmlAfterStoring(502))
        .times(2);
    let mut hold = place.row("secret", "held");
    hold.on_unclear = OnUnclear::Hold;
    hold.destination = Destination::channel("secret", "other");
    place.accept(&[place.row("secret", "resent"), hold]);
    place.deliver();
    let mut got = place.got();
    got.sort();
    assert_eq!(got, ["held", "resent", "resent"]);
    let [held] = &place.list()[..] else { panic!() };
    assert_eq!(held.standing, Standing::Held);

    let sim = Sim::builder().channel("commits").start().unwrap();
    let bot = sim.incoming_bot();
    let place = Place::with(sim, bot);
    place
        .sim
        .fail("POST /messages", Fault::DropAfterStoring)
        .times(1);
    place.accept(&[place.row("commits", "one")]);
    place.deliver();
    assert_eq!(place.got(), ["one", "one"]);
}

#[test]
fn the_servers_wait_is_met_and_one_message_stored() {
    for (form, least) in [
        (RetryAfter::Fraction, 0.3),
        (RetryAfter::Absent, 0.0),
        (RetryAfter::NotJson, 0.3),
    ] {
        let place = Place::new();
        place
            .sim
            .fail("POST /messages", Fault::RateLimited { seconds: 0.3, form })
            .times(2);
        place.accept(&[place.row("commits", "one")]);
        place.deliver();
        assert_eq!(place.got(), ["one"]);
        let requests = place.sim.requests();
        assert_eq!(requests.len(), 3);
        for pair in requests.windows(2) {
            let waited = pair[1].at.duration_since(pair[0].at).unwrap_or_default();
            assert!(waited.as_secs_f64() >= least, "{form:?}: {waited:?}");
        }
    }
}

#[test]
fn a_server_that_is_down_gets_its_messages_when_it_is_back() {
    let place = Place::new();
    place.sim.stop();
    place.accept(&[place.row("commits", "one"), place.row("commits", "two")]);
    place.deliver();
    let listed = place.list();
    assert_eq!(listed[0].standing, Standing::Waiting);
    assert!(
        listed[0]
            .reason
            .as_ref()
            .unwrap()
            .contains("no answer from http://127.0.0.1"),
        "{listed:?}"
    );
    place.sim.restart().unwrap();
    place.deliver();
    assert_eq!(place.got(), ["one", "two"]);
}

#[test]
fn a_channel_made_later_and_a_rotated_key_lose_nothing() {
    let mut place = Place::new();
    place.accept(&[place.row("later", "one")]);
    place.deliver();
    let listed = place.list();
    assert_eq!(listed[0].standing, Standing::Held);
    assert!(
        listed[0]
            .reason
            .as_ref()
            .unwrap()
            .contains("STREAM_DOES_NOT_EXIST"),
        "{listed:?}"
    );
    place.sim.add_channel("later");
    let email = place.bot.email.clone();
    place.bot = place.sim.rotate_key(&email).unwrap();
    place.accept(&[place.row("commits", "two")]);
    place.deliver();
    assert_eq!(place.got(), [""; 0]);
    assert!(
        place
            .list()
            .iter()
            .all(|row| row.standing == Standing::Held)
    );
    place.write_settings();
    place.deliver();
    let mut got = place.got();
    got.sort();
    assert_eq!(got, ["one", "two"]);
}

#[test]
fn what_is_no_zulip_server_holds_the_account_and_loses_nothing() {
    let place = Place::new();
    let fault = place.sim.fail("*", Fault::Html(404));
    place.accept(&[place.row("commits", "one")]);
    place.deliver();
    let listed = place.list();
    assert_eq!(listed[0].standing, Standing::Held);
    let reason = listed[0].reason.as_ref().unwrap();
    assert!(
        reason.contains("not JSON from a Zulip server") && reason.contains("404"),
        "{reason}"
    );
    fault.clear();
    Outbox::open(&place.world.path().join("outbox"))
        .unwrap()
        .flush()
        .unwrap();
    place.deliver();
    assert_eq!(place.got(), ["one"]);
}
