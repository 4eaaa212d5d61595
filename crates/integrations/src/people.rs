//! Who is who in Zulip.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zulipkit_settings::Environment;

/// A person who did something, or to whom something belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The name, or the address where there is no name.
    pub name: String,
    /// The e-mail address; empty where nobody knows it.
    pub email: String,
    /// The id of the Zulip user, where the settings' `[people]` name this person.
    pub user_id: Option<u64>,
}

/// E-mail addresses or login names, and the ids of the same people in Zulip.
///
/// Upper and lower case are the same.
#[derive(Debug, Clone, Default)]
pub struct People(BTreeMap<String, u64>);

impl People {
    /// Returns the person of a name and an address. One without an address may be mapped by the name.
    pub(crate) fn person(&self, name: &str, email: &str) -> Person {
        let name = match name.trim() {
            "" => email,
            name => name,
        };
        Person {
            name: name.to_owned(),
            email: email.to_owned(),
            user_id: self.user_id(if email.is_empty() { name } else { email }),
        }
    }

    /// Returns the person of a login name, which may be mapped as an address is.
    pub(crate) fn login(&self, name: &str) -> Person {
        Person {
            name: name.to_owned(),
            email: String::new(),
            user_id: self.user_id(name),
        }
    }

    /// Returns the Unix user by whom a hook runs, unless everybody pushes as that one.
    pub(crate) fn unix_user(&self, environment: &Environment, shared: &[String]) -> Option<Person> {
        let names = ["LOGNAME", "USER"];
        let user = names.iter().find_map(|name| environment.text(name))?;
        (!shared.contains(&user)).then(|| self.login(&user))
    }

    /// Returns the id of the user with this address or login name.
    pub(crate) fn user_id(&self, key: &str) -> Option<u64> {
        self.0.get(&key.to_lowercase()).copied()
    }
}

impl FromIterator<(String, u64)> for People {
    fn from_iter<I: IntoIterator<Item = (String, u64)>>(people: I) -> Self {
        Self(
            people
                .into_iter()
                .map(|(key, id)| (key.to_lowercase(), id))
                .collect(),
        )
    }
}

impl<'de> Deserialize<'de> for People {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::<String, u64>::deserialize(deserializer).map(Self::from_iter)
    }
}
