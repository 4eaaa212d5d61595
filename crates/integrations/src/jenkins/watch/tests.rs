use super::progress::{News, Next, Progress, Streak, advance, compare};
use crate::jenkins::remote::{Last, Outline};

const MINUTE: i64 = 60_000;

/// Build `number` starts at minute `number` and takes half of one.
fn build(number: u64, result: &str) -> Outline {
    Outline {
        number,
        building: result == "…",
        result: (result != "…").then(|| result.to_owned()),
        timestamp: number as i64 * MINUTE,
        duration: if result == "…" { 0 } else { MINUTE / 2 },
    }
}

fn builds(list: &[(u64, &str)]) -> Vec<Outline> {
    list.iter()
        .map(|(number, result)| build(*number, result))
        .collect()
}

fn last(number: u64, result: &str) -> Option<Last> {
    let build = build(number, result);
    Some(Last {
        number,
        timestamp: build.timestamp,
        result: build.result,
    })
}

fn seen(number: u64) -> Progress {
    Progress {
        seen: number,
        started: number as i64 * MINUTE,
        ..Progress::default()
    }
}

fn numbers(news: &[News]) -> Vec<u64> {
    news.iter().map(|one| one.build.number).collect()
}

#[test]
fn on_the_first_day_everything_counts_as_seen() {
    let next = compare(None, last(7, "FAILURE").as_ref(), None);
    let Next::Remember(progress) = next else {
        panic!("{next:?}")
    };
    let streak = Streak {
        count: 1,
        since: 7 * MINUTE,
    };
    assert_eq!(progress, Progress { streak, ..seen(7) });
    assert_eq!(
        compare(None, None, None),
        Next::Remember(Progress::default())
    );
    assert_eq!(
        compare(Some(&seen(7)), last(7, "FAILURE").as_ref(), Some(0)),
        Next::Nothing
    );
}

#[test]
fn of_a_job_that_is_new_or_renamed_only_what_has_just_ended_is_told() {
    let since = Some(5 * MINUTE);
    assert_eq!(
        compare(None, last(6, "SUCCESS").as_ref(), since),
        Next::Look { oldest: 1 }
    );
    let (news, progress) = advance(
        None,
        builds(&[(4, "SUCCESS"), (5, "SUCCESS"), (6, "FAILURE")]),
        since,
    );
    assert_eq!(numbers(&news), [5, 6]);
    assert_eq!((progress.seen, progress.streak.count), (6, 1));
}

#[test]
fn numbers_may_jump() {
    let next = compare(Some(&seen(3)), last(500, "SUCCESS").as_ref(), Some(0));
    assert_eq!(next, Next::Look { oldest: 4 });
    let (news, progress) = advance(
        Some(&seen(3)),
        builds(&[(3, "SUCCESS"), (100, "FAILURE"), (500, "SUCCESS")]),
        None,
    );
    assert_eq!(numbers(&news), [100, 500]);
    assert_eq!(
        news[1].before,
        Streak {
            count: 1,
            since: 100 * MINUTE
        }
    );
    assert_eq!(news[0].previous_result.as_deref(), Some("SUCCESS"));
    assert_eq!(progress, seen(500));
}

#[test]
fn an_older_build_that_ends_later_is_told_then() {
    let running = builds(&[(1, "SUCCESS"), (2, "…"), (3, "SUCCESS"), (4, "…")]);
    let (news, progress) = advance(Some(&seen(1)), running, None);
    assert_eq!(numbers(&news), [3]);
    assert_eq!((progress.seen, &progress.open[..]), (3, &[2][..]));
    // While it runs it is looked at, though the newest build is known.
    assert_eq!(
        compare(Some(&progress), last(3, "SUCCESS").as_ref(), Some(0)),
        Next::Look { oldest: 2 }
    );
    let ended = builds(&[(1, "SUCCESS"), (2, "FAILURE"), (3, "SUCCESS"), (4, "…")]);
    let (news, progress) = advance(Some(&progress), ended, None);
    assert_eq!(numbers(&news), [2]);
    assert_eq!(progress, seen(3));
    assert_eq!(
        compare(Some(&progress), last(3, "SUCCESS").as_ref(), Some(0)),
        Next::Nothing
    );
}

#[test]
fn deleted_builds_are_no_news() {
    let known = seen(9);
    assert_eq!(
        compare(Some(&known), last(8, "SUCCESS").as_ref(), Some(0)),
        Next::Nothing
    );
    assert_eq!(compare(Some(&known), None, Some(0)), Next::Nothing);
    // One that ran and was deleted is waited for no longer.
    let open = Progress {
        open: vec![5],
        ..seen(9)
    };
    let (news, progress) = advance(Some(&open), builds(&[(8, "SUCCESS"), (9, "SUCCESS")]), None);
    assert_eq!((news.len(), progress), (0, seen(9)));
    // All were deleted while one ran.
    let (news, progress) = advance(Some(&open), Vec::new(), None);
    assert_eq!((news.len(), progress), (0, seen(9)));
}

#[test]
fn a_job_that_was_made_anew_starts_again() {
    let known = Progress {
        streak: Streak {
            count: 3,
            since: MINUTE,
        },
        ..seen(90)
    };
    let mut anew = builds(&[(1, "SUCCESS"), (2, "SUCCESS")]);
    anew.iter_mut()
        .for_each(|build| build.timestamp += 100 * MINUTE);
    let newest = Last {
        number: 2,
        timestamp: anew[1].timestamp,
        result: None,
    };
    assert_eq!(
        compare(Some(&known), Some(&newest), Some(0)),
        Next::Look { oldest: 1 }
    );
    let (news, progress) = advance(Some(&known), anew, None);
    assert_eq!(numbers(&news), [1, 2]);
    assert_eq!(
        news[0].before,
        Streak::default(),
        "the failures were another job's"
    );
    assert_eq!((progress.seen, progress.streak), (2, Streak::default()));
}

#[test]
fn failures_are_counted_from_the_builds_at_hand_or_from_what_was_counted_before() {
    // The last good build is at hand; one that was stopped neither ends nor lengthens the row.
    let list = builds(&[
        (1, "SUCCESS"),
        (2, "FAILURE"),
        (3, "ABORTED"),
        (4, "UNSTABLE"),
        (5, "SUCCESS"),
    ]);
    let (news, _) = advance(Some(&seen(4)), list, None);
    assert_eq!(
        news[0].before,
        Streak {
            count: 2,
            since: 2 * MINUTE
        }
    );
    // It is not: old builds were deleted.
    let known = Progress {
        streak: Streak { count: 7, since: 1 },
        ..seen(9)
    };
    let list = builds(&[(9, "FAILURE"), (10, "FAILURE"), (11, "SUCCESS")]);
    let (news, progress) = advance(Some(&known), list, None);
    assert_eq!(news[0].before, Streak { count: 7, since: 1 });
    assert_eq!(news[1].before, Streak { count: 8, since: 1 });
    assert_eq!(progress, seen(11));
}

#[test]
fn progress_is_stored_in_a_few_bytes_and_read_back() {
    let progress = Progress {
        open: vec![2],
        ..seen(3)
    };
    let text = serde_json::to_string(&progress).unwrap();
    assert_eq!(text, r#"{"seen":3,"started":180000,"open":[2]}"#);
    assert_eq!(serde_json::from_str::<Progress>(&text).unwrap(), progress);
    // What a newer version adds is ignored.
    let newer = r#"{"seen":3,"later":true}"#;
    assert_eq!(serde_json::from_str::<Progress>(newer).unwrap().seen, 3);
}
