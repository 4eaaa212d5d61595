//! What servers of different ages call the same.
//!
//! Endpoints are written in words that most servers know; a request in the words of one server is made from that when its
//! feature level is known.

use serde_json::Value;

use crate::{Method, Request};

/// Two names for one thing, and since when the new one is known. The old one may one day no longer be.
struct Word {
    old: &'static str,
    new: &'static str,
    since: u32,
}

const fn word(old: &'static str, new: &'static str, since: u32) -> Word {
    Word { old, new, since }
}

/// Values of the parameter `type`.
const TYPES: &[Word] = &[
    word("stream", "channel", 248),
    word("private", "direct", 174),
];

/// Operators of narrows.
const OPERATORS: &[Word] = &[
    word("stream", "channel", 250),
    word("streams", "channels", 250),
    word("pm-with", "dm", 177),
];

/// Operands of the operator `is`.
const STATES: &[Word] = &[word("private", "dm", 177)];

/// Parameters of `GET /streams`.
const PARAMETERS: &[Word] = &[word("include_all_active", "include_all", 356)];

/// Endpoints whose `type` says where a message goes.
const TYPED: [&str; 3] = ["/messages", "/scheduled_messages", "/typing"];

impl Request {
    /// Returns the request in the words of a server with this feature level; none if these are its words.
    pub fn for_feature_level(&self, level: u32) -> Option<Self> {
        let typed = TYPED.iter().any(|path| self.path.starts_with(path));
        let listing = self.method == Method::Get && self.path == "/streams";
        let translate = |(name, value): &(String, String)| match name.as_str() {
            "type" if typed => (name.clone(), spoken(TYPES, value, level)),
            "narrow" => (name.clone(), narrow(value, level)),
            _ if listing => (spoken(PARAMETERS, name, level), value.clone()),
            _ => (name.clone(), value.clone()),
        };
        let params: Vec<_> = self.params.iter().map(translate).collect();
        (params != self.params).then(|| Self {
            params,
            ..self.clone()
        })
    }
}

/// Returns the word that a server of this feature level prefers.
fn spoken(words: &[Word], text: &str, level: u32) -> String {
    let word = words
        .iter()
        .find(|word| [word.old, word.new].contains(&text));
    match word {
        Some(word) if level >= word.since => word.new,
        Some(word) => word.old,
        None => text,
    }
    .to_owned()
}

/// Translates a narrow. One that needs no change stays as it was written.
fn narrow(text: &str, level: u32) -> String {
    let Ok(before) = serde_json::from_str::<Vec<Value>>(text) else {
        return text.to_owned();
    };
    let mut terms = before.clone();
    for term in &mut terms {
        // A term is an object or a pair.
        let [operator, operand] = match term {
            Value::Object(_) => ["/operator", "/operand"],
            _ => ["/0", "/1"],
        };
        if term
            .pointer(operator)
            .is_some_and(|operator| operator == "is")
        {
            translate(term.pointer_mut(operand), STATES, level);
        }
        translate(term.pointer_mut(operator), OPERATORS, level);
    }
    if terms == before {
        return text.to_owned();
    }
    Value::Array(terms).to_string()
}

fn translate(place: Option<&mut Value>, words: &[Word], level: u32) {
    if let Some(Value::String(text)) = place {
        *text = spoken(words, text, level);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::GetChannels;
    use crate::drafts::{CreateDrafts, NewDraft};
    use crate::messages::{GetMessages, Narrow, People, SendMessage, To};
    use crate::{ChannelId, UserId};

    /// Returns a parameter of the request that a server of this feature level gets.
    fn sent(request: &Request, name: &str, level: u32) -> String {
        let translated = request.for_feature_level(level);
        let params = &translated.as_ref().unwrap_or(request).params;
        params
            .iter()
            .find(|(other, _)| other == name)
            .unwrap()
            .1
            .clone()
    }

    #[test]
    fn a_destination_is_named_as_the_server_names_it() {
        let channel = Request::of(&SendMessage::new(To::channel("commits", "main"), "stream"));
        assert_eq!(
            [247, 248].map(|level| sent(&channel, "type", level)),
            ["stream", "channel"]
        );
        assert_eq!(sent(&channel, "content", 314), "stream");
        let people = Request::of(&SendMessage::new(To::users([UserId(9)]), "x"));
        assert_eq!(
            [173, 174].map(|level| sent(&people, "type", level)),
            ["private", "direct"]
        );
    }

    #[test]
    fn what_needs_no_other_words_stays_as_it_is() {
        let people = Request::of(&SendMessage::new(To::users([UserId(9)]), "x"));
        assert_eq!(people.for_feature_level(314), None);
        let mut drafts = CreateDrafts::new();
        drafts.drafts = Some(vec![NewDraft::to_topic(ChannelId(39), "t", "x")]);
        assert_eq!(Request::of(&drafts).for_feature_level(314), None);
        let spaced = Request {
            params: vec![("narrow".to_owned(), r#"[ ["topic", "stream"] ]"#.to_owned())],
            ..Request::of(&GetMessages::new())
        };
        assert_eq!(spaced.for_feature_level(314), None);
    }

    #[test]
    fn terms_of_a_narrow_are_translated_and_their_operands_are_not() {
        let people = People::Ids(vec![UserId(9)]);
        let narrow = [
            Narrow::channel("stream"),
            Narrow::direct(&people),
            Narrow::new("is", "private"),
        ];
        let request = Request::of(&GetMessages::newest(1, narrow));
        let terms = |level| {
            let terms: Vec<Narrow> =
                serde_json::from_str(&sent(&request, "narrow", level)).unwrap();
            terms
                .into_iter()
                .map(|term| (term.operator, term.operand))
                .collect::<Vec<_>>()
        };
        let term = |operator: &str, operand: Value| (operator.to_owned(), operand);
        let ids = Value::from(vec![9]);
        let old = [
            term("stream", "stream".into()),
            term("pm-with", ids.clone()),
            term("is", "private".into()),
        ];
        let new = [
            term("channel", "stream".into()),
            term("dm", ids),
            term("is", "dm".into()),
        ];
        assert_eq!(
            (terms(176).as_slice(), terms(250).as_slice()),
            (&old[..], &new[..])
        );
    }

    #[test]
    fn pairs_are_terms_as_well() {
        let request = Request {
            method: Method::Post,
            path: "/register".to_owned(),
            params: vec![(
                "narrow".to_owned(),
                r#"[["stream","is"],["is","dm"],"?"]"#.to_owned(),
            )],
            files: Vec::new(),
        };
        assert_eq!(
            sent(&request, "narrow", 314),
            r#"[["channel","is"],["is","dm"],"?"]"#
        );
        assert_eq!(
            sent(&request, "narrow", 1),
            r#"[["stream","is"],["is","private"],"?"]"#
        );
    }

    #[test]
    fn a_parameter_has_its_name_of_the_time() {
        let mut channels = GetChannels::new();
        channels.include_all = Some(true);
        let request = Request::of(&channels);
        assert_eq!(sent(&request, "include_all_active", 355), "true");
        assert_eq!(sent(&request, "include_all", 356), "true");
    }
}
