use zulipkit_bots::commands::{When, Words};

use super::repeat::Repeat;

/// When somebody wants to be reminded.
#[derive(Debug, Clone)]
pub(super) enum Due {
    Once(When),
    Again(Repeat),
}

/// Reads a time and what is to be said then: `in 20 minutes to drink tea`, or `to drink tea in 20 minutes`.
///
/// Nothing if there is no time in it; what is to be said may be empty.
pub(super) fn read(said: &str) -> Option<(Due, String)> {
    let mut words = Words::new(said);
    if let Some(due) = leading(&mut words) {
        return Some((due, without_to(words.rest()).to_owned()));
    }
    // The time stands at the end: the longest end that is a time.
    let mut words = Words::new(said);
    loop {
        words.next_word()?;
        let mut end = words.clone();
        let before = said.trim_end().len() - words.rest().len();
        if let Some(due) = leading(&mut end)
            && end.rest().is_empty()
        {
            return Some((due, without_to(said[..before].trim()).to_owned()));
        }
    }
}

fn leading(words: &mut Words<'_>) -> Option<Due> {
    let again = Repeat::leading(words).map(Due::Again);
    again.or_else(|| When::leading(words).map(Due::Once))
}

/// Takes the word off that joins the time with what is to be said.
fn without_to(text: &str) -> &str {
    let text = text.trim_start_matches([',', ':']).trim_start();
    let words = Words::new(text);
    let joined = ["to", "that", "about"].into_iter();
    let behind = joined.filter_map(|word| words.after(word)).next();
    behind.map_or(text, |behind| behind.rest())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(said: &str) -> Option<String> {
        read(said).map(|(_, what)| what)
    }

    #[test]
    fn the_time_stands_before_or_behind() {
        for said in [
            "in 20 minutes to drink tea",
            "to drink tea in 20 minutes",
            "drink tea tomorrow at 9:00",
            "tomorrow 9:00: drink tea",
            "every weekday at 9:00 to drink tea",
            "drink tea every monday and friday",
            "at 17:30, that drink tea",
        ] {
            assert_eq!(what(said).as_deref(), Some("drink tea"), "{said}");
        }
        assert_eq!(what("in 20 minutes").as_deref(), Some(""));
        assert_eq!(
            what("to be in time in 2 hours").as_deref(),
            Some("be in time")
        );
        assert_eq!(
            what("tomorrow to\nbuy\n* milk").as_deref(),
            Some("buy\n* milk")
        );
    }

    #[test]
    fn without_a_time() {
        for said in ["", "to drink tea", "every now and then", "in time"] {
            assert_eq!(what(said), None, "{said}");
        }
    }
}
