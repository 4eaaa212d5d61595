use zulipkit_bots::commands::Words;

/// Reads a question and its options from what somebody said.
///
/// They stand on lines of their own, or in quotes (`"Lunch today?" Soup "Green salad"`), or the options are parted by commas
/// behind the question mark. Otherwise all is the question.
pub(super) fn read(said: &str) -> (String, Vec<String>) {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let rest: Vec<String> = lines.map(|line| unlisted(line).to_owned()).collect();
    if !rest.is_empty() {
        let question = Words::new(first).peek().filter(|word| word.raw == first);
        let question = question.map_or_else(|| first.to_owned(), |word| word.text.into_owned());
        return (question, rest);
    }
    let mut words = Words::new(first);
    match words.next_word() {
        Some(word) if word.raw != word.text => {
            let options = std::iter::from_fn(|| words.next_word());
            let options = options.map(|option| option.text.into_owned()).collect();
            (word.text.into_owned(), options)
        }
        _ => commas(first),
    }
}

/// Takes the mark of a list off a line.
fn unlisted(line: &str) -> &str {
    let behind = ["- ", "* "].iter().find_map(|mark| line.strip_prefix(mark));
    behind.unwrap_or(line).trim_start()
}

fn commas(line: &str) -> (String, Vec<String>) {
    match line.split_once('?') {
        Some((question, options)) if options.contains(',') => {
            let options = options.split(',').map(str::trim);
            let options = options.filter(|option| !option.is_empty());
            (format!("{question}?"), options.map(str::to_owned).collect())
        }
        _ => (line.to_owned(), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &str, question: &str, options: &[&str]) {
        let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
        assert_eq!(read(said), (question.to_owned(), options));
    }

    #[test]
    fn all_the_ways_to_ask() {
        check(
            "Lunch?\nSoup\n* Green salad\n\n- x",
            "Lunch?",
            &["Soup", "Green salad", "x"],
        );
        check("\"Lunch?\"\nSoup", "Lunch?", &["Soup"]);
        check(
            r#""Lunch today?" Soup "Green salad""#,
            "Lunch today?",
            &["Soup", "Green salad"],
        );
        check(
            "Lunch today? soup, green salad,",
            "Lunch today?",
            &["soup", "green salad"],
        );
        check("Where do we eat?", "Where do we eat?", &[]);
        check("Is it A? or B?", "Is it A? or B?", &[]);
        check("\"Lunch?\"", "Lunch?", &[]);
        check("", "", &[]);
    }
}
