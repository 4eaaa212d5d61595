use jiff::civil::{Time, Weekday};
use jiff::{Span, ToSpan as _, ZonedDateTime};
use serde::{Deserialize, Serialize};
use zulipkit_bots::commands::{Day, Words, clock_time, day, duration};

/// A time that comes again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Repeat {
    /// At a time on some days of the week, which are counted from Monday, 1.
    Days { days: Vec<i8>, time: Time },
    /// After each such length of time.
    Each(Span),
}

/// The time of days that are named without one.
const MORNING: Time = Time::constant(9, 0, 0, 0);
/// What is repeated is not repeated more often than this.
const SHORTEST: i64 = 5 * 60;

impl Repeat {
    /// Reads `every day at 9:00`, `every monday and friday`, `every 2 hours` and the like; goes nowhere if it is none.
    pub(super) fn leading(words: &mut Words<'_>) -> Option<Self> {
        let mut ahead = words.clone();
        let repeat = match next_of(&mut ahead, &["every", "each", "daily"])? {
            "daily" => Self::days(vec![1, 2, 3, 4, 5, 6, 7], &mut ahead),
            _ => match some_days(&mut ahead) {
                Some(days) => Self::days(days, &mut ahead),
                None => Self::Each(length(&mut ahead)?),
            },
        };
        *words = ahead;
        Some(repeat)
    }

    fn days(days: Vec<i8>, words: &mut Words<'_>) -> Self {
        let mut ahead = words.clone();
        next_of(&mut ahead, &["at"]);
        let time = clock_time(&mut ahead);
        if time.is_some() {
            *words = ahead;
        }
        let time = time.unwrap_or(MORNING);
        Self::Days { days, time }
    }

    /// Returns the first time after `now`; `last` is when it was due before, or when it was asked for.
    pub(super) fn next(&self, last: &ZonedDateTime, now: &ZonedDateTime) -> Option<ZonedDateTime> {
        match self {
            Self::Days { days, time } => {
                let week = now.date().series(1.day()).take(8);
                week.filter(|date| days.contains(&date.weekday().to_monday_one_offset()))
                    .filter_map(|date| {
                        let moment = date.to_datetime(*time);
                        moment.to_zoned_datetime(now.time_zone().clone()).ok()
                    })
                    .find(|moment| moment > now)
            }
            Self::Each(span) => {
                let mut next = last.checked_add(*span).ok()?;
                while next <= *now {
                    next = next.checked_add(*span).ok()?;
                }
                Some(next)
            }
        }
    }
}

/// Reads the days of `every day`, `every weekday` or `every monday and friday`.
fn some_days(words: &mut Words<'_>) -> Option<Vec<i8>> {
    match next_of(words, &["day", "weekday", "workday", "weekend"]) {
        Some("day") => return Some(vec![1, 2, 3, 4, 5, 6, 7]),
        Some("weekend") => return Some(vec![6, 7]),
        Some(_) => return Some(vec![1, 2, 3, 4, 5]),
        None => {}
    }
    let mut days = vec![weekday(words)?.to_monday_one_offset()];
    loop {
        let mut ahead = words.clone();
        next_of(&mut ahead, &["and"]);
        let Some(day) = weekday(&mut ahead) else {
            return Some(days);
        };
        days.push(day.to_monday_one_offset());
        *words = ahead;
    }
}

fn weekday(words: &mut Words<'_>) -> Option<Weekday> {
    let mut ahead = words.clone();
    match day(&mut ahead) {
        Some(Day::Next(weekday)) => {
            *words = ahead;
            Some(weekday)
        }
        _ => None,
    }
}

/// Reads the length of `every 2 hours` or `every hour`; too short ones are none.
fn length(words: &mut Words<'_>) -> Option<Span> {
    let span = match next_of(words, &["hour", "week", "month", "year"]) {
        Some("hour") => 1.hour(),
        Some("week") => 1.week(),
        Some("month") => 1.month(),
        Some(_) => 1.year(),
        None => duration(words)?,
    };
    // A day of 24 hours is near enough to compare with.
    let january = jiff::civil::date(2026, 1, 1);
    let seconds = span.total((jiff::Unit::Second, january)).ok()?;
    (seconds >= SHORTEST as f64).then_some(span)
}

/// Goes past the next word if it is one of these, and tells which.
fn next_of(words: &mut Words<'_>, expected: &[&'static str]) -> Option<&'static str> {
    let (word, behind) = expected
        .iter()
        .find_map(|word| Some((*word, words.after(word)?)))?;
    *words = behind;
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wednesday.
    fn now() -> ZonedDateTime {
        "2026-11-25T08:15:00+05:30[Asia/Kolkata]".parse().unwrap()
    }

    fn next(said: &str) -> Option<(String, String)> {
        let mut words = Words::new(said);
        let next = Repeat::leading(&mut words)?.next(&now(), &now())?;
        Some((
            next.strftime("%a %F %H:%M").to_string(),
            words.rest().to_owned(),
        ))
    }

    #[track_caller]
    fn check(said: &str, moment: &str, rest: &str) {
        assert_eq!(
            next(said),
            Some((moment.to_owned(), rest.to_owned())),
            "{said}"
        );
    }

    #[test]
    fn days_of_the_week() {
        check("every day x", "Wed 2026-11-25 09:00", "x");
        check("daily at 8:00", "Thu 2026-11-26 08:00", "");
        check("every weekday at 9:30 to x", "Wed 2026-11-25 09:30", "to x");
        check("every weekend at noon", "Sat 2026-11-28 12:00", "");
        check(
            "every monday, tue and Friday 10am x",
            "Fri 2026-11-27 10:00",
            "x",
        );
        check("every wednesday at 8:00", "Wed 2026-12-02 08:00", "");
    }

    #[test]
    fn lengths_of_time() {
        check("every 2 hours x", "Wed 2026-11-25 10:15", "x");
        check("every hour", "Wed 2026-11-25 09:15", "");
        check("each month", "Fri 2026-12-25 08:15", "");
        for none in ["every 4 minutes", "every now and then", "every", "day"] {
            assert_eq!(next(none), None, "{none}");
        }
    }

    #[test]
    fn what_was_missed_is_not_made_up_for() {
        let mut words = Words::new("every 2 hours");
        let repeat = Repeat::leading(&mut words).unwrap();
        let later = now().checked_add(7.hours()).unwrap();
        let next = repeat.next(&now(), &later).unwrap();
        assert_eq!(next.strftime("%H:%M").to_string(), "16:15");
    }
}
