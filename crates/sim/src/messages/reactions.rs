//! POST and DELETE /messages/{id}/reactions

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, done},
    custom_emoji::CustomEmoji,
    emoji,
    errors::ApiError,
    events::Audience,
    ids::{MessageId, UserId},
    organization::{Change, Organization},
    params::Params,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reaction {
    pub(crate) user: UserId,
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) kind: String,
}

impl Reaction {
    /// Two names of one emoji are the same reaction.
    fn is_same(&self, other: &Self) -> bool {
        self.user == other.user && self.code == other.code && self.kind == other.kind
    }

    /// Reads which reaction is meant. `name` may be left out where the code says enough.
    pub(crate) fn read(
        organization: &Organization,
        user: UserId,
        params: &Params,
        name: Option<&str>,
    ) -> Result<Self, ApiError> {
        let code = params.text("emoji_code");
        let custom = name.and_then(|name| organization.custom_emoji(name));
        let custom = custom.map(CustomEmoji::code);
        let kind = params.text("reaction_type").unwrap_or(match name {
            _ if custom.is_some() => "realm_emoji",
            Some("zulip") => "zulip_extra_emoji",
            _ => "unicode_emoji",
        });
        let name = name.unwrap_or_default();
        let unknown = || ApiError::bad(format!("Emoji '{name}' does not exist"));
        let code = match kind {
            "unicode_emoji" => code.or_else(|| emoji::code(name)).ok_or_else(unknown)?,
            "zulip_extra_emoji" if code.unwrap_or(name) == "zulip" => "zulip",
            "zulip_extra_emoji" => return Err(unknown()),
            "realm_emoji" => {
                let words = || ApiError::bad("Invalid custom emoji.");
                custom.as_deref().ok_or_else(words)?
            }
            _ => return Err(ApiError::bad("Invalid emoji type.")),
        };
        Ok(Self {
            user,
            name: name.to_owned(),
            code: code.to_owned(),
            kind: kind.to_owned(),
        })
    }
}

pub(crate) fn add(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    let name = params.required("emoji_name")?;
    let id = organization.visible_message(user, request.id(0))?.id;
    let reaction = Reaction::read(organization, user, params, Some(name))?;
    let message = organization
        .messages
        .get_mut(&id)
        .ok_or_else(ApiError::no_message)?;
    if message
        .reactions
        .iter()
        .any(|known| known.is_same(&reaction))
    {
        return Err(ApiError::coded(
            "REACTION_ALREADY_EXISTS",
            "Reaction already exists.",
        ));
    }
    message.reactions.push(reaction.clone());
    organization.publish_reaction(id, &reaction, "add");
    done()
}

pub(crate) fn remove(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    params.accept(&["emoji_code", "reaction_type"]);
    let id = organization.visible_message(user, request.id(0))?.id;
    let name = params.text("emoji_name");
    if name.is_none() && params.text("emoji_code").is_none() {
        let words =
            "At least one of the following arguments must be present: emoji_name, emoji_code";
        return Err(ApiError::bad(words));
    }
    let wanted = Reaction::read(organization, user, params, name)?;
    let message = organization
        .messages
        .get_mut(&id)
        .ok_or_else(ApiError::no_message)?;
    let place = message
        .reactions
        .iter()
        .position(|known| known.is_same(&wanted));
    let missing = || ApiError::coded("REACTION_DOES_NOT_EXIST", "Reaction doesn't exist.");
    let reaction = message.reactions.remove(place.ok_or_else(missing)?);
    organization.publish_reaction(id, &reaction, "remove");
    done()
}

impl Organization {
    pub(crate) fn reaction_json(&self, reaction: &Reaction) -> Value {
        let user = self.users.get(&reaction.user);
        json!({
            "emoji_name": reaction.name,
            "emoji_code": reaction.code,
            "reaction_type": reaction.kind,
            "user_id": reaction.user,
            "user": {
                "id": reaction.user,
                "email": user.map(|user| &user.email),
                "full_name": user.map(|user| &user.full_name),
            },
        })
    }

    fn publish_reaction(&mut self, id: MessageId, reaction: &Reaction, operation: &str) {
        let user = self.users.get(&reaction.user);
        let event = json!({
            "type": "reaction",
            "op": operation,
            "user_id": reaction.user,
            "user": {
                "user_id": reaction.user,
                "email": user.map(|user| &user.email),
                "full_name": user.map(|user| &user.full_name),
            },
            "message_id": id,
            "emoji_name": reaction.name,
            "emoji_code": reaction.code,
            "reaction_type": reaction.kind,
        });
        self.publish(Audience::Readers(id), event);
        self.page_changed(Change::Messages);
    }
}
