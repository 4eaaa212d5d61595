use super::*;

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;

fn row(state: State) -> Progress {
    Progress {
        state,
        parked: false,
        doubt: state == State::Unclear,
        due: Moment(0),
        failures: 0,
        born: Moment(0),
        failing_since: None,
        sent: Some(Moment(0)),
        reason: None,
        note: None,
    }
}

fn terms(on_unclear: OnUnclear, doubled: Doubled) -> Terms {
    Terms {
        max_age: crate::MAX_AGE,
        on_unclear,
        doubled,
    }
}

fn message() -> Terms {
    terms(OnUnclear::Resend, Doubled::Visible)
}

fn at(now: i64, row: &Progress, terms: &Terms, outcome: Outcome) -> Progress {
    succeeded(None, now, row, terms, outcome)
}

fn succeeded(
    site: Option<i64>,
    now: i64,
    row: &Progress,
    terms: &Terms,
    outcome: Outcome,
) -> Progress {
    let around = Circumstances {
        now: Moment(now),
        rules: &Rules::default(),
        site_succeeded: site.map(Moment),
        random: 1.0,
    };
    settle(row, terms, outcome, "words", &around)
}

#[test]
fn what_sent_nothing_waits_longer_each_time() {
    let mut row = row(State::Sending);
    let mut waits = Vec::new();
    for _ in 0..11 {
        row = at(
            0,
            &Progress {
                state: State::Sending,
                ..row
            },
            &message(),
            Outcome::Failed,
        );
        assert_eq!(row.state, State::Waiting);
        waits.push(row.due.0 / SECOND);
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    assert_eq!(Rules::default().wait(1, 0.0), Duration::from_millis(500));
}

#[test]
fn without_an_answer_a_message_is_looked_for() {
    let unclear = at(
        10 * SECOND,
        &row(State::Sending),
        &message(),
        Outcome::Unclear,
    );
    assert_eq!(
        (unclear.state, unclear.doubt, unclear.failures),
        (State::Unclear, true, 1)
    );
    assert_eq!(unclear.due, Moment(11 * SECOND));

    let found = at(11 * SECOND, &unclear, &message(), Outcome::Found);
    assert_eq!((found.state, found.note), (State::Delivered, None));

    let early = at(11 * SECOND, &unclear, &message(), Outcome::Absent);
    assert_eq!(
        (early.state, early.due),
        (State::Unclear, Moment(70 * SECOND))
    );
    let late = at(70 * SECOND, &early, &message(), Outcome::Absent);
    assert_eq!((late.state, late.doubt), (State::Waiting, false));
    assert_eq!(late.due, Moment(70 * SECOND));
}

#[test]
fn where_nobody_can_look_the_row_says_what_to_do() {
    let unclear = row(State::Unclear);
    assert!(Outcome::Unreadable.resends(&message()));
    let resend = at(0, &unclear, &message(), Outcome::Unreadable);
    assert_eq!((resend.state, resend.doubt), (State::Unclear, true));
    let sent = at(0, &resend, &message(), Outcome::Done);
    assert!(sent.note.unwrap().starts_with("may have arrived twice"));

    let hold = terms(OnUnclear::Hold, Doubled::Visible);
    assert!(!Outcome::Unreadable.resends(&hold));
    assert_eq!(
        at(0, &unclear, &hold, Outcome::Unreadable).state,
        State::Held
    );
}

#[test]
fn doubt_survives_attempts_without_effect() {
    // A wrong key: reading back is refused, so it is sent again, and that is refused as well. With the right key it must be
    // looked for once more before it goes out.
    for outcome in [Outcome::Blocked, Outcome::Failed, Outcome::Paused] {
        assert_eq!(
            at(0, &row(State::Unclear), &message(), outcome).state,
            State::Unclear
        );
    }
}

#[test]
fn only_having_looked_leads_from_doubt_to_another_sending() {
    use Outcome::*;
    for outcome in [
        Done, Found, Uploaded, Failed, Unclear, Paused, Blocked, Refused, Absent, Unreadable,
    ] {
        for on_unclear in [OnUnclear::Resend, OnUnclear::Hold] {
            let terms = terms(on_unclear, Doubled::Visible);
            let early = at(59 * SECOND, &row(State::Unclear), &terms, outcome);
            assert_ne!(early.state, State::Waiting, "{outcome:?}");
            let late = at(60 * SECOND, &row(State::Unclear), &terms, outcome);
            assert_eq!(
                late.state == State::Waiting,
                outcome == Absent,
                "{outcome:?}"
            );
            assert!(
                late.doubt || matches!(outcome, Done | Found | Absent),
                "{outcome:?}"
            );
        }
    }
}

#[test]
fn what_may_be_done_twice_is_done_twice() {
    let harmless = terms(OnUnclear::Hold, Doubled::Harmless);
    assert_eq!(
        at(0, &row(State::Sending), &harmless, Outcome::Unclear).state,
        State::Waiting
    );
    let unknown = terms(OnUnclear::Hold, Doubled::Unknown);
    assert_eq!(
        at(0, &row(State::Sending), &unknown, Outcome::Unclear).state,
        State::Held
    );
    let unknown = terms(OnUnclear::Resend, Doubled::Unknown);
    assert_eq!(
        at(0, &row(State::Sending), &unknown, Outcome::Unclear).state,
        State::Waiting
    );
}

#[test]
fn a_crash_while_sending_is_unclear_and_no_failure() {
    let next = inherit(&row(State::Sending), &message(), Moment(5));
    assert_eq!(
        (next.state, next.doubt, next.failures),
        (State::Unclear, true, 0)
    );
    assert_eq!(next.due, Moment(5));
}

#[test]
fn a_new_deliverer_gives_a_slow_server_its_time_anew() {
    let early = Progress {
        due: Moment(70 * SECOND),
        ..row(State::Unclear)
    };
    let next = inherit(&early, &message(), Moment(24 * HOUR));
    assert_eq!(
        (next.state, next.due, next.sent),
        (State::Unclear, Moment(70 * SECOND), Some(Moment(24 * HOUR)))
    );
    assert_eq!(
        at(24 * HOUR, &next, &message(), Outcome::Absent).state,
        State::Unclear
    );
}

#[test]
fn the_eighth_failure_parks_only_while_others_succeed() {
    let seven = Progress {
        failures: 7,
        failing_since: Some(Moment(100)),
        ..row(State::Sending)
    };
    assert!(!succeeded(Some(99), HOUR, &seven, &message(), Outcome::Failed).parked);
    assert!(!succeeded(None, HOUR, &seven, &message(), Outcome::Failed).parked);
    let parked = succeeded(Some(101), HOUR, &seven, &message(), Outcome::Failed);
    assert!(parked.parked && parked.note.unwrap().starts_with("order not kept"));
    assert_eq!(parked.due, Moment(2 * HOUR), "tried each hour");
}

#[test]
fn a_row_is_given_up_by_its_age_and_never_untried() {
    let old = 8 * 24 * HOUR;
    let young = at(
        6 * 24 * HOUR,
        &row(State::Sending),
        &message(),
        Outcome::Failed,
    );
    assert_eq!(young.state, State::Waiting);
    for outcome in [Outcome::Failed, Outcome::Blocked, Outcome::Unclear] {
        let dead = at(old, &row(State::Sending), &message(), outcome);
        assert_eq!(dead.state, State::Dead);
        assert!(dead.reason.unwrap().starts_with("given up after 7.0 days"));
    }
    let paused = at(old, &row(State::Sending), &message(), Outcome::Paused);
    assert_eq!(
        paused.state,
        State::Waiting,
        "the server said when it would take it"
    );
}

#[test]
fn refusals_and_pauses() {
    let dead = at(0, &row(State::Sending), &message(), Outcome::Refused);
    assert_eq!(
        (dead.state, dead.reason.as_deref()),
        (State::Dead, Some("words"))
    );
    for outcome in [Outcome::Paused, Outcome::Blocked] {
        let next = at(0, &row(State::Sending), &message(), outcome);
        assert_eq!(
            (next.state, next.failures, next.due),
            (State::Waiting, 0, Moment(0))
        );
    }
}
