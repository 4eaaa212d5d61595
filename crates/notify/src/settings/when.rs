use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobMatcher};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use toml::Spanned;

/// What an event must be like: names of facts with what they must match, all of them.
///
/// A name with dots looks into a fact: `"author.email"`. A fact that the event does not have matches nothing, not even
/// what is negated: `branch = "!main"` takes no tags.
#[derive(Debug, Clone, Default)]
pub struct When(pub Vec<(Spanned<String>, Spanned<Matcher>)>);

/// The name in `when` that stands for the kind of event rather than for a fact.
pub(crate) const EVENT: &str = "event";

/// What a fact must match.
///
/// A fact that is a list matches if one of its elements does, so `path = ["**", "!docs/**"]` reads "something outside
/// `docs` has changed".
#[derive(Debug, Clone)]
pub enum Matcher {
    /// `true` or `false`.
    Flag(bool),
    /// This number.
    Number(f64),
    /// One of the patterns that are not negated, if there are such, and none of the negated.
    Text(Vec<Pattern>),
}

/// One text of a matcher: a glob, `!` and a glob, or a comparison such as `>= 10`.
///
/// In a glob `*` and `?` stay within a part of a path, `**` stands for any number of parts: `release/*` matches
/// `release/1.0`, `release/**` matches `release/1.0/rc1` too, and `**` alone everything. `{a,b}` and `[a-z]` are
/// alternatives. Upper and lower case are different.
#[derive(Debug, Clone)]
pub struct Pattern {
    negated: bool,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    /// No character of the glob is special.
    Word(String),
    /// Compiled when first needed, since that takes longer than all other work on a route.
    Glob(Glob, OnceLock<GlobMatcher>),
    Compare(Order, f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl When {
    /// Tells whether an event with these facts matches, the key `event` aside.
    pub(crate) fn matches_facts(&self, facts: &Map<String, Value>) -> bool {
        self.0
            .iter()
            .filter(|(name, _)| name.get_ref() != EVENT)
            .all(|(name, matcher)| {
                let (first, rest) = split_name(name.get_ref());
                facts.get(first).is_some_and(|fact| {
                    any(fact, rest, &mut |leaf| matcher.get_ref().matches(leaf))
                })
            })
    }

    /// Tells whether a kind that also goes by these names matches the key `event`.
    pub(crate) fn matches_kind(&self, names: &[&str]) -> bool {
        self.event().is_none_or(|matcher| {
            let Matcher::Text(patterns) = matcher.get_ref() else {
                return false;
            };
            accepts(patterns, |pattern| {
                names.iter().any(|name| pattern.test.matches_text(name))
            })
        })
    }

    /// Returns what the key `event` must match.
    pub(crate) fn event(&self) -> Option<&Spanned<Matcher>> {
        self.0
            .iter()
            .find(|(name, _)| name.get_ref() == EVENT)
            .map(|(_, matcher)| matcher)
    }
}

impl Matcher {
    /// Tells whether a single value matches.
    pub fn matches(&self, leaf: &Value) -> bool {
        match (self, leaf) {
            (Self::Flag(flag), leaf) => leaf.as_bool() == Some(*flag),
            (Self::Number(number), leaf) => leaf.as_f64() == Some(*number),
            (Self::Text(patterns), Value::String(text)) => {
                accepts(patterns, |pattern| pattern.test.matches_text(text))
            }
            (Self::Text(patterns), Value::Number(_) | Value::Bool(_)) => {
                let text = leaf.to_string();
                accepts(patterns, |pattern| pattern.test.matches_text(&text))
            }
            _ => false,
        }
    }

    /// Returns the patterns that are plain words, which can be checked against a list of names.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        let patterns: &[Pattern] = match self {
            Self::Text(patterns) => patterns,
            _ => &[],
        };
        patterns.iter().filter_map(|pattern| match &pattern.test {
            Test::Word(word) => Some(word.as_str()),
            _ => None,
        })
    }
}

/// One of the positive patterns, if there are any, and none of the negated ones.
fn accepts(patterns: &[Pattern], mut matches: impl FnMut(&Pattern) -> bool) -> bool {
    let (negated, positive): (Vec<_>, Vec<_>) =
        patterns.iter().partition(|pattern| pattern.negated);
    let wanted = positive.is_empty() || positive.into_iter().any(&mut matches);
    wanted && !negated.into_iter().any(matches)
}

/// Calls `test` with the elements of lists, at any depth, that the dotted name leads to, until it is true.
fn any(fact: &Value, name: Option<&str>, test: &mut impl FnMut(&Value) -> bool) -> bool {
    match (fact, name) {
        (Value::Array(list), name) => list.iter().any(|element| any(element, name, test)),
        (Value::Object(object), Some(name)) => {
            let (first, rest) = split_name(name);
            object.get(first).is_some_and(|fact| any(fact, rest, test))
        }
        (_, Some(_)) => false,
        (leaf, None) => test(leaf),
    }
}

/// Splits `author.email` into the fact's name and what to look for inside it.
pub(crate) fn split_name(name: &str) -> (&str, Option<&str>) {
    match name.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (name, None),
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, globset::Error> {
        let (negated, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let test = match comparison(text) {
            Some((order, number)) => Test::Compare(order, number),
            None if text.contains(['*', '?', '[', ']', '{', '}', '\\']) => {
                let glob = GlobBuilder::new(text)
                    .literal_separator(true)
                    .backslash_escape(true)
                    .build()?;
                Test::Glob(glob, OnceLock::new())
            }
            None => Test::Word(text.to_owned()),
        };
        Ok(Self { negated, test })
    }
}

impl Test {
    fn matches_text(&self, text: &str) -> bool {
        match self {
            Self::Word(word) => word == text,
            Self::Glob(glob, compiled) => compiled
                .get_or_init(|| glob.compile_matcher())
                .is_match(text),
            Self::Compare(order, limit) => text
                .trim()
                .parse()
                .is_ok_and(|number: f64| order.holds(number, *limit)),
        }
    }
}

impl Order {
    fn holds(self, number: f64, limit: f64) -> bool {
        match self {
            Self::Less => number < limit,
            Self::AtMost => number <= limit,
            Self::Equal => number == limit,
            Self::AtLeast => number >= limit,
            Self::More => number > limit,
        }
    }
}

/// Reads `>= 10` and its like.
fn comparison(text: &str) -> Option<(Order, f64)> {
    let signs = [
        ("<=", Order::AtMost),
        (">=", Order::AtLeast),
        ("==", Order::Equal),
        ("<", Order::Less),
        (">", Order::More),
    ];
    let text = text.trim_start();
    let (sign, order) = signs.into_iter().find(|(sign, _)| text.starts_with(sign))?;
    let number = text[sign.len()..].trim().parse().ok()?;
    Some((order, number))
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Table)
    }
}

struct Table;

impl<'de> Visitor<'de> for Table {
    type Value = When;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of facts with what they must match")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<When, A::Error> {
        let mut when = When::default();
        while let Some(entry) = map.next_entry()? {
            when.0.push(entry);
        }
        Ok(when)
    }
}

impl<'de> Deserialize<'de> for Matcher {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MatcherVisitor)
    }
}

struct MatcherVisitor;

impl<'de> Visitor<'de> for MatcherVisitor {
    type Value = Matcher;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            r#"a glob, a list of globs, a comparison such as ">= 10", a number, true or false"#,
        )
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Matcher, E> {
        Ok(Matcher::Flag(flag))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Matcher, E> {
        Ok(Matcher::Number(number as f64))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Matcher, E> {
        Ok(Matcher::Number(number as f64))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Matcher, E> {
        Ok(Matcher::Number(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Matcher, E> {
        Pattern::parse(text)
            .map(|pattern| Matcher::Text(vec![pattern]))
            .map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Matcher, A::Error> {
        let mut patterns = Vec::new();
        while let Some(text) = list.next_element::<String>()? {
            patterns.push(Pattern::parse(&text).map_err(de::Error::custom)?);
        }
        if patterns.is_empty() {
            return Err(de::Error::custom("an empty list matches nothing"));
        }
        Ok(Matcher::Text(patterns))
    }
}

impl JsonSchema for When {
    fn schema_name() -> Cow<'static, str> {
        "When".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "Facts with what they must match, all of them. `event` is the kind of event.",
            "additionalProperties": {
                "anyOf": [
                    { "type": "string", "description": "A glob, `!` and a glob, or a comparison such as `>= 10`." },
                    { "type": "array", "items": { "type": "string" }, "minItems": 1 },
                    { "type": ["number", "boolean"] },
                ],
            },
        })
    }
}
