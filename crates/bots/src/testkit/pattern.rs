use std::fmt::{self, Display};

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer};

/// What stands for any text in a pattern.
const ANYTHING: char = '…';

/// What a text is expected to be: a text in which `…` stands for anything, or a regular expression.
///
/// Blanks at both ends do not count.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// The text itself.
    Text(String),
    /// A regular expression for the whole text.
    Regex(Box<regex::Regex>),
}

impl Pattern {
    /// Tells whether a text is as expected.
    pub fn matches(&self, text: &str) -> bool {
        let text = text.trim();
        match self {
            Self::Text(pattern) => {
                let pattern = pattern.trim();
                text == pattern || matches_parts(pattern, text)
            }
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text.trim()),
            Self::Regex(regex) => write!(f, "a match of {regex}"),
        }
    }
}

/// Tells whether the parts between the marks stand in the text in this order, the first at its start and the last at its end.
fn matches_parts(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split(ANYTHING);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnePattern)
    }
}

struct OnePattern;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    regex: String,
}

impl<'de> Visitor<'de> for OnePattern {
    type Value = Pattern;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a table with `regex`")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Pattern, E> {
        Ok(Pattern::from(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Pattern, A::Error> {
        let table = Table::deserialize(MapAccessDeserializer::new(map))?;
        // The whole text must match, so that an anchor cannot be forgotten.
        let whole = format!("^(?:{})$", table.regex);
        let regex = regex::Regex::new(&whole)
            .map_err(|_| A::Error::custom(format!("`{}` is no regular expression", table.regex)))?;
        Ok(Pattern::Regex(Box::new(regex)))
    }
}

/// Reads one value or a list of them, such as the answers to a message.
pub(super) fn one_or_more<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct OneOrMore<T>(std::marker::PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMore<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a value or a list of them")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<T>, E> {
            let one = T::deserialize(serde::de::value::StrDeserializer::new(text))?;
            Ok(vec![one])
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
            Ok(vec![T::deserialize(MapAccessDeserializer::new(map))?])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut all = Vec::new();
            while let Some(one) = list.next_element()? {
                all.push(one);
            }
            Ok(all)
        }
    }

    deserializer.deserialize_any(OneOrMore(std::marker::PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Answers {
        #[serde(deserialize_with = "one_or_more")]
        answer: Vec<Pattern>,
    }

    fn read(text: &str) -> Vec<Pattern> {
        toml::from_str::<Answers>(text).unwrap().answer
    }

    #[test]
    fn an_ellipsis_stands_for_anything() {
        for (pattern, text) in [
            ("beep boop", " beep boop\n"),
            ("at … o'clock", "at 9 o'clock"),
            ("…", ""),
            ("a … b … c", "a x\ny b  c"),
            ("wait…", "wait…"),
        ] {
            assert!(Pattern::from(pattern).matches(text), "{pattern:?} {text:?}");
        }
        for (pattern, text) in [
            ("beep", "beep boop"),
            ("a…b", "ab c"),
            ("aa…aa", "aaa"),
            ("x…y…z", "xyz y"),
        ] {
            assert!(
                !Pattern::from(pattern).matches(text),
                "{pattern:?} {text:?}"
            );
        }
    }

    #[test]
    fn an_expression_is_for_the_whole_text() {
        let patterns = read(r#"answer = { regex = '\d+ points?' }"#);
        assert!(patterns[0].matches("12 points"));
        assert!(!patterns[0].matches("you have 12 points"));
        assert!(toml::from_str::<Answers>("answer = { regex = '(' }").is_err());
    }

    #[test]
    fn one_or_more_answers() {
        assert_eq!(read("answer = 'a'").len(), 1);
        assert_eq!(read("answer = ['a', { regex = 'b' }]").len(), 2);
        assert!(read("answer = []").is_empty());
    }
}
