use zulipkit_api::UserId;
use zulipkit_api::users::{GetUsers, User};
use zulipkit_diag::{Diagnostic, Result};

use super::{Argument, Mistake, Words};
use crate::Context;
use crate::address::mentions;

/// Somebody who is mentioned: `@**Ada Lovelace**`, `@**Ada Lovelace|9**`, silent or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name; empty if the id stands alone.
    pub name: String,
    /// The id. Zulip writes it only where two have one name.
    pub id: Option<UserId>,
}

impl Person {
    /// Returns the id, looked up by the name where it is not written; nothing if there is nobody of this name, or several.
    ///
    /// # Errors
    /// The users cannot be asked for.
    pub async fn find(&self, context: &Context) -> Result<Option<UserId>> {
        if self.id.is_some() {
            return Ok(self.id);
        }
        let users = context.client().send(&GetUsers::new()).await;
        let users = users
            .map_err(|error| Diagnostic::failed("cannot look a user up").source(&error))?
            .members;
        let wanted = self.name.to_lowercase();
        let mut found = users
            .iter()
            .filter(|user: &&User| user.is_active && user.full_name.to_lowercase() == wanted);
        let first = found.next().map(|user| user.user_id);
        Ok(first.filter(|_| found.next().is_none()))
    }
}

impl Argument for Person {
    const KIND: &'static str = "somebody, as a mention";

    fn read(name: &'static str, words: &mut Words<'_>) -> Result<Self, Mistake> {
        let word = words
            .next_word()
            .ok_or_else(|| Mistake::missing::<Self>(name))?;
        let loud = word.text.replacen("@_**", "@**", 1);
        let person = mentions(&loud)
            .next()
            .filter(|mention| mention.range.start == 0)
            .map(|mention| Self {
                name: mention.name.to_owned(),
                id: mention.id,
            });
        person.ok_or_else(|| Mistake::wrong::<Self>(name, word.raw))
    }
}
