use std::fmt;

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};

use crate::message::{Channel, Person};

impl<'de> Deserialize<'de> for Channel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(NameOrId("a channel's name or its id"))
            .map(|found| match found {
                Found::Name(name) => Self::Name(name),
                Found::Id(id) => Self::Id(id),
            })
    }
}

impl<'de> Deserialize<'de> for Person {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(NameOrId("an e-mail address or a user id"))
            .map(|found| match found {
                Found::Name(email) => Self::Email(email),
                Found::Id(id) => Self::Id(id),
            })
    }
}

enum Found {
    Name(String),
    Id(u64),
}

struct NameOrId(&'static str);

impl Visitor<'_> for NameOrId {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Found, E> {
        if text.trim().is_empty() {
            return Err(E::invalid_value(de::Unexpected::Str(text), &self));
        }
        Ok(Found::Name(text.trim().to_owned()))
    }

    fn visit_u64<E: de::Error>(self, id: u64) -> Result<Found, E> {
        Ok(Found::Id(id))
    }

    fn visit_i64<E: de::Error>(self, id: i64) -> Result<Found, E> {
        u64::try_from(id)
            .map(Found::Id)
            .map_err(|_| E::invalid_value(de::Unexpected::Signed(id), &self))
    }
}

/// Reads one person or a list of them.
pub(super) fn one_or_many<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Person>, D::Error> {
    deserializer.deserialize_any(OneOrMany)
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Vec<Person>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an e-mail address, a user id, or a list of them")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Person::deserialize(de::value::StrDeserializer::new(text)).map(|person| vec![person])
    }

    fn visit_i64<E: de::Error>(self, id: i64) -> Result<Self::Value, E> {
        Person::deserialize(de::value::I64Deserializer::new(id)).map(|person| vec![person])
    }

    fn visit_u64<E: de::Error>(self, id: u64) -> Result<Self::Value, E> {
        Ok(vec![Person::Id(id)])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut people = Vec::new();
        while let Some(person) = list.next_element()? {
            people.push(person);
        }
        Ok(people)
    }
}
