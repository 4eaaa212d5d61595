//! Reads channels and people as they are written in settings: by name or by number, one or several.

use std::fmt;

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use zulipkit_api::messages::{ChannelRef, People};
use zulipkit_api::{ChannelId, UserId};

pub(super) fn channel<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<ChannelRef>, D::Error> {
    let found = deserializer.deserialize_any(NameOrId("a channel's name or its id"))?;
    Ok(Some(match found {
        Found::Name(name) => ChannelRef::Name(name),
        Found::Id(id) => ChannelRef::Id(ChannelId(id)),
    }))
}

pub(super) fn people<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<People>, D::Error> {
    deserializer.deserialize_any(OneOrMany).map(Some)
}

enum Found {
    Name(String),
    Id(u64),
}

/// Holds what is expected, for the error.
#[derive(Clone, Copy)]
struct NameOrId(&'static str);

impl Visitor<'_> for NameOrId {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Found, E> {
        let name = text.trim();
        if name.is_empty() {
            return Err(E::invalid_value(de::Unexpected::Str(text), &self));
        }
        Ok(Found::Name(name.to_owned()))
    }

    fn visit_i64<E: de::Error>(self, id: i64) -> Result<Found, E> {
        let number = u64::try_from(id);
        number
            .map(Found::Id)
            .map_err(|_| E::invalid_value(de::Unexpected::Signed(id), &self))
    }

    fn visit_u64<E: de::Error>(self, id: u64) -> Result<Found, E> {
        Ok(Found::Id(id))
    }
}

impl<'de> de::DeserializeSeed<'de> for NameOrId {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }
}

struct OneOrMany;

impl OneOrMany {
    const ONE: NameOrId = NameOrId("an e-mail address or a user id");
}

impl<'de> Visitor<'de> for OneOrMany {
    type Value = People;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an e-mail address, a user id, or a list of them")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<People, E> {
        collect(vec![Self::ONE.visit_str(text)?])
    }

    fn visit_i64<E: de::Error>(self, id: i64) -> Result<People, E> {
        collect(vec![Self::ONE.visit_i64(id)?])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<People, A::Error> {
        let mut found = Vec::new();
        while let Some(one) = list.next_element_seed(Self::ONE)? {
            found.push(one);
        }
        collect(found)
    }
}

/// The server takes e-mail addresses or ids, not both in one message.
fn collect<E: de::Error>(found: Vec<Found>) -> Result<People, E> {
    let (mut emails, mut ids) = (Vec::new(), Vec::new());
    for one in found {
        match one {
            Found::Name(email) => emails.push(email),
            Found::Id(id) => ids.push(UserId(id)),
        }
    }
    match (emails.is_empty(), ids.is_empty()) {
        (true, true) => Err(E::custom("an empty list reaches nobody")),
        (true, false) => Ok(People::Ids(ids)),
        (false, true) => Ok(People::Emails(emails)),
        (false, false) => Err(E::custom(
            "name all by e-mail address or all by id: the server takes no mixture",
        )),
    }
}
