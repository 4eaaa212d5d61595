//! Times as people say them: `in 20 minutes`, `tomorrow at 9:00`, `friday`, `25 December 18:00`.
//!
//! Reading needs neither clock nor time zone; [`When::after`] makes a moment of what was read.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Span, SpanFieldwise, Timestamp, ToSpan as _, ZonedDateTime};

use super::{Argument, Mistake, Words};

/// The time of a day that is named without one.
const MORNING: Time = Time::constant(9, 0, 0, 0);

/// A time as somebody said it.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    /// So long from now.
    In(SpanFieldwise),
    /// On a day, at a time of it, or both.
    At {
        /// The day; the next one on which the time is still to come if none was said.
        day: Option<Day>,
        /// The time; 9:00 if none was said.
        time: Option<Time>,
    },
    /// A moment that is the same everywhere: `<time:2026-11-25T10:00:00+01:00>`.
    Exactly(Timestamp),
}

/// A day as somebody said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// Today.
    Today,
    /// Tomorrow.
    Tomorrow,
    /// The next day of this name.
    Next(Weekday),
    /// The next day of this date.
    Yearly {
        /// The month, from 1.
        month: i8,
        /// The day, from 1.
        day: i8,
    },
    /// This day.
    Date(Date),
}

impl When {
    /// Reads the time that the next words say and goes past it; goes nowhere if they say none.
    pub fn leading(words: &mut Words<'_>) -> Option<Self> {
        let readers = [exactly, relative, day_then_time, time_then_day];
        readers.into_iter().find_map(|read| attempt(words, read))
    }

    /// Returns the moment that is meant if it is said at `now`; nothing if it is past, or there is no such day.
    pub fn after(&self, now: &ZonedDateTime) -> Option<ZonedDateTime> {
        let moment = match self {
            Self::In(span) => return now.checked_add(span.0).ok(),
            Self::Exactly(moment) => moment.to_zoned_datetime(now.time_zone().clone()),
            Self::At { day, time } => {
                let time = time.unwrap_or(MORNING);
                let at = |date: Date| {
                    date.to_datetime(time)
                        .to_zoned_datetime(now.time_zone().clone())
                };
                let coming = |date: &Date| at(*date).is_ok_and(|moment| moment > *now);
                at(day_after(*day, now.date(), coming)?).ok()?
            }
        };
        Some(moment).filter(|moment| moment > now)
    }
}

impl Argument for When {
    const KIND: &'static str = "a time, such as `in 20 minutes` or `tomorrow at 9:00`";

    fn read(name: &'static str, words: &mut Words<'_>) -> Result<Self, Mistake> {
        let Some(first) = words.peek() else {
            return Err(Mistake::missing::<Self>(name));
        };
        Self::leading(words).ok_or_else(|| Mistake::wrong::<Self>(name, first.raw))
    }
}

/// A length of time: `20 minutes`, `1h 30m`.
impl Argument for SpanFieldwise {
    const KIND: &'static str = "a length of time, such as `20 minutes`";

    fn read(name: &'static str, words: &mut Words<'_>) -> Result<Self, Mistake> {
        let Some(first) = words.peek() else {
            return Err(Mistake::missing::<Self>(name));
        };
        let span = attempt(words, duration);
        span.map(SpanFieldwise)
            .ok_or_else(|| Mistake::wrong::<Self>(name, first.raw))
    }
}

/// Reads with a copy of the words, and goes on behind what was read only if it was something.
fn attempt<T>(words: &mut Words<'_>, read: impl FnOnce(&mut Words<'_>) -> Option<T>) -> Option<T> {
    let mut ahead = words.clone();
    let value = read(&mut ahead)?;
    *words = ahead;
    Some(value)
}

/// Goes past a word if it is one of these, and tells which.
fn one_of(words: &mut Words<'_>, expected: &[&'static str]) -> Option<&'static str> {
    let (word, behind) = expected
        .iter()
        .find_map(|word| Some((*word, words.after(word)?)))?;
    *words = behind;
    Some(word)
}

/// Returns the next word as it is compared: in lower case, without a comma or colon at its end.
fn plain(words: &mut Words<'_>) -> Option<String> {
    let word = words.next_word()?.raw.to_lowercase();
    Some(word.trim_end_matches([',', ':']).to_owned())
}

fn exactly(words: &mut Words<'_>) -> Option<When> {
    one_of(words, &["at", "on"]);
    let word = words.next_word()?.raw.trim_end_matches([',', ':']);
    let bare = word
        .strip_prefix("<time:")
        .and_then(|word| word.strip_suffix('>'))
        .unwrap_or(word);
    bare.trim().parse().ok().map(When::Exactly)
}

fn relative(words: &mut Words<'_>) -> Option<When> {
    one_of(words, &["in", "after"]);
    duration(words).map(|span| When::In(span.fieldwise()))
}

fn day_then_time(words: &mut Words<'_>) -> Option<When> {
    one_of(words, &["on"]);
    let day = Some(day(words)?);
    let time = attempt(words, time_after_at);
    Some(When::At { day, time })
}

fn time_then_day(words: &mut Words<'_>) -> Option<When> {
    let time = Some(time_after_at(words)?);
    let day = attempt(words, |words| {
        one_of(words, &["on"]);
        day(words)
    });
    Some(When::At { day, time })
}

/// Reads a time of the day; behind `at` also a bare hour.
fn time_after_at(words: &mut Words<'_>) -> Option<Time> {
    let at = one_of(words, &["at"]).is_some();
    if let Some(time) = attempt(words, clock_time) {
        return Some(time);
    }
    let hour = plain(words).filter(|_| at)?.parse().ok()?;
    Time::new(hour, 0, 0, 0).ok()
}

/// Reads a length of time: as many words as say one.
pub fn duration(words: &mut Words<'_>) -> Option<Span> {
    const MOST_WORDS: usize = 8;
    if one_of(words, &["half an hour"]).is_some() {
        return Some(30.minutes());
    }
    let mut ahead = words.clone();
    let mut said = String::new();
    let mut longest = None;
    for _ in 0..MOST_WORDS {
        let Some(word) = plain(&mut ahead) else {
            break;
        };
        match word.as_str() {
            "and" => continue,
            "a" | "an" | "one" => said.push_str(" 1"),
            word => said.push_str(&format!(" {word}")),
        }
        let span = said.trim_start().parse::<Span>().ok();
        if let Some(span) = span.filter(|span| span.is_positive()) {
            longest = Some((span, ahead.clone()));
        }
    }
    let (span, behind) = longest?;
    *words = behind;
    Some(span)
}

/// Reads a time of the day: `9:00`, `9:30 pm`, `9am`, `noon`, `midnight`.
pub fn clock_time(words: &mut Words<'_>) -> Option<Time> {
    let word = plain(words)?;
    match word.as_str() {
        "noon" => return Time::new(12, 0, 0, 0).ok(),
        "midnight" => return Some(Time::midnight()),
        _ => {}
    }
    let half = ["am", "pm"]
        .into_iter()
        .find(|half| word.ends_with(half))
        .or_else(|| one_of(words, &["am", "pm"]));
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let (hour, minute) = match digits.split_once(':') {
        Some((hour, minute)) if minute.len() == 2 => (hour.parse().ok()?, minute.parse().ok()?),
        None if half.is_some() => (digits.parse().ok()?, 0),
        _ => return None,
    };
    let hour: i8 = match half {
        None if digits.len() == word.len() => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + if half == "pm" { 12 } else { 0 },
        _ => return None,
    };
    Time::new(hour, minute, 0, 0).ok()
}

/// Reads a day: `today`, `tomorrow`, `friday`, `2026-12-25`, `25 December`, `December 25th, 2026`.
pub fn day(words: &mut Words<'_>) -> Option<Day> {
    attempt(words, named_date).or_else(|| {
        let next = one_of(words, &["next"]).is_some();
        let word = plain(words)?;
        match word.as_str() {
            "today" if !next => Some(Day::Today),
            "tomorrow" if !next => Some(Day::Tomorrow),
            word => weekday(word)
                .map(Day::Next)
                .or_else(|| word.parse().ok().filter(|_| !next).map(Day::Date)),
        }
    })
}

/// Reads a day and a month in either order, with a year or without.
fn named_date(words: &mut Words<'_>) -> Option<Day> {
    let (first, second) = (plain(words)?, plain(words)?);
    let (month, day) = match (month(&first), month(&second)) {
        (Some(month), _) => (month, day_of_month(&second)?),
        (None, Some(month)) => (month, day_of_month(&first)?),
        (None, None) => return None,
    };
    let year = attempt(words, |words| {
        plain(words)
            .filter(|year| year.len() == 4)?
            .parse::<i16>()
            .ok()
    });
    match year {
        Some(year) => Date::new(year, month, day).ok().map(Day::Date),
        // The year of a leap day: whether there is such a day at all.
        None => Date::new(2024, month, day)
            .ok()
            .map(|_| Day::Yearly { month, day }),
    }
}

fn day_of_month(word: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th", "."]
        .into_iter()
        .find_map(|end| word.strip_suffix(end))
        .unwrap_or(word);
    digits.parse().ok()
}

fn month(word: &str) -> Option<i8> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    place_of(word, &NAMES)
}

fn weekday(word: &str) -> Option<Weekday> {
    const NAMES: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    place_of(word, &NAMES).and_then(|place| Weekday::from_monday_one_offset(place).ok())
}

/// Returns the place, from 1, of the name that a word is or shortens to three letters or more.
fn place_of(word: &str, names: &[&str]) -> Option<i8> {
    let short = word.trim_end_matches('.');
    let place = names
        .iter()
        .position(|name| name.starts_with(short) && short.len() >= 3)?;
    i8::try_from(place + 1).ok()
}

/// Returns the date of a day, said on the date `today`. `coming` tells whether the time on a date is still to come.
fn day_after(day: Option<Day>, today: Date, coming: impl Fn(&Date) -> bool) -> Option<Date> {
    match day {
        None => today.series(1.day()).take(2).find(coming),
        Some(Day::Today) => Some(today),
        Some(Day::Tomorrow) => today.tomorrow().ok(),
        Some(Day::Date(date)) => Some(date),
        Some(Day::Next(weekday)) => {
            let mut week = today.series(1.day()).take(8);
            week.find(|date| date.weekday() == weekday && coming(date))
        }
        // Eight years are the longest way to a leap day.
        Some(Day::Yearly { month, day }) => (today.year()..=today.year().saturating_add(8))
            .filter_map(|year| Date::new(year, month, day).ok())
            .find(coming),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Wednesday, in a zone that is five hours and a half ahead.
    fn now() -> ZonedDateTime {
        "2026-11-25T08:15:00+05:30[Asia/Kolkata]".parse().unwrap()
    }

    fn said(text: &str) -> (Option<String>, String) {
        let mut words = Words::new(text);
        let moment = When::leading(&mut words)
            .map(|when| when.after(&now()))
            .map(|moment| match moment {
                Some(moment) => moment.strftime("%a %F %H:%M").to_string(),
                None => "never".to_owned(),
            });
        (moment, words.rest().to_owned())
    }

    #[track_caller]
    fn check(text: &str, moment: &str, rest: &str) {
        assert_eq!(
            said(text),
            (Some(moment.to_owned()), rest.to_owned()),
            "{text}"
        );
    }

    #[test]
    fn lengths_of_time() {
        check("in 20 minutes to go", "Wed 2026-11-25 08:35", "to go");
        check("in an hour and 5 min, x", "Wed 2026-11-25 09:20", "x");
        check("2h30m x", "Wed 2026-11-25 10:45", "x");
        check("IN 1 Day", "Thu 2026-11-26 08:15", "");
        check("in a week x", "Wed 2026-12-02 08:15", "x");
        check("in half an hour", "Wed 2026-11-25 08:45", "");
        check(
            "in 2 hours 5 people come",
            "Wed 2026-11-25 10:15",
            "5 people come",
        );
    }

    #[test]
    fn days_and_times() {
        check("tomorrow 9:00 x", "Thu 2026-11-26 09:00", "x");
        check("tomorrow at 9 x", "Thu 2026-11-26 09:00", "x");
        check("tomorrow to x", "Thu 2026-11-26 09:00", "to x");
        check("at 17:30", "Wed 2026-11-25 17:30", "");
        check("at 8 x", "Thu 2026-11-26 08:00", "x");
        check("at 5:30 pm on friday x", "Fri 2026-11-27 17:30", "x");
        check("next wed at noon", "Wed 2026-11-25 12:00", "");
        check("wednesday 8:00", "Wed 2026-12-02 08:00", "");
        check("on 2026-12-24, 18:00 x", "Thu 2026-12-24 18:00", "x");
        check("25 December at 6pm", "Fri 2026-12-25 18:00", "");
        check("Jan 2nd x", "Sat 2027-01-02 09:00", "x");
        check("february 29", "Tue 2028-02-29 09:00", "");
        check("December 25, 2027", "Sat 2027-12-25 09:00", "");
        check("midnight", "Thu 2026-11-26 00:00", "");
        check("12am", "Thu 2026-11-26 00:00", "");
        check(
            "<time:2026-11-25T10:00:00+01:00> x",
            "Wed 2026-11-25 14:30",
            "x",
        );
        check("2026-11-25T05:00:00Z", "Wed 2026-11-25 10:30", "");
    }

    #[test]
    fn what_is_past_never_comes() {
        for text in [
            "today 8:00",
            "2026-11-24",
            "<time:2026-11-25T02:45:00Z>",
            "25 November 2020",
        ] {
            assert_eq!(said(text).0.as_deref(), Some("never"), "{text}");
        }
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "to go",
            "at the door",
            "in time",
            "9",
            "13pm",
            "25:00",
            "february 30",
            "on",
            "at",
            "-5 minutes",
            "5 minutes ago",
        ] {
            let (moment, rest) = said(text);
            if text == "5 minutes ago" {
                assert_eq!(rest, "ago");
                continue;
            }
            assert_eq!((moment, rest.as_str()), (None, text));
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_said_panics(
            text in "((in|at|on|next|an?|half|and|[0-9]{1,20}|9:00|13:|pm|am|tomorrow|fri|dec|th|days?|months?|years?|h|<time:|>|,) ?){0,8}",
        ) {
            let mut words = Words::new(&text);
            if let Some(when) = When::leading(&mut words) {
                let moment = when.after(&now());
                prop_assert!(moment.is_none_or(|moment| moment > now()));
            }
        }
    }
}
