//! The status that a user shows to others: a few words and an emoji.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    events::Audience,
    ids::UserId,
    messages::reactions::Reaction,
    organization::Organization,
};

const MAX_LENGTH: usize = 60;

/// Empty fields are those that are not set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Status {
    text: String,
    emoji_name: String,
    emoji_code: String,
    reaction_type: String,
}

impl Status {
    /// The fields that are set.
    pub(crate) fn to_json(&self) -> Value {
        let mut shown = json!({});
        if !self.text.is_empty() {
            shown["status_text"] = self.text.as_str().into();
        }
        if !self.emoji_name.is_empty() {
            shown["emoji_name"] = self.emoji_name.as_str().into();
            shown["emoji_code"] = self.emoji_code.as_str().into();
            shown["reaction_type"] = self.reaction_type.as_str().into();
        }
        shown
    }

    fn set_emoji(&mut self, emoji: Option<Reaction>) {
        let (name, code, kind) = emoji.map_or_else(Default::default, |emoji| {
            (emoji.name, emoji.code, emoji.kind)
        });
        (self.emoji_name, self.emoji_code, self.reaction_type) = (name, code, kind);
    }
}

/// POST /users/me/status
pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    params.accept(&["emoji_code", "reaction_type"]);
    let text = params.text("status_text").map(str::trim);
    let emoji = params.text("emoji_name");
    let away = params.flag("away")?;
    if text.is_some_and(|text| text.chars().count() > MAX_LENGTH) {
        let words = format!("status_text is too long (limit: {MAX_LENGTH} characters)");
        return Err(ApiError::bad(words));
    }
    if text.is_none() && emoji.is_none() && away.is_none() {
        return Err(ApiError::bad("Client did not pass any new values."));
    }
    let emoji = match emoji {
        None => None,
        Some("") => Some(None),
        Some(name) => Some(Some(Reaction::read(
            organization,
            user,
            params,
            Some(name),
        )?)),
    };
    let status = &mut organization.personal_mut(user).status;
    let mut event = json!({"type": "user_status", "user_id": user});
    if let Some(text) = text {
        text.clone_into(&mut status.text);
        event["status_text"] = text.into();
    }
    if let Some(emoji) = emoji {
        status.set_emoji(emoji);
        event["emoji_name"] = status.emoji_name.as_str().into();
        event["emoji_code"] = status.emoji_code.as_str().into();
        event["reaction_type"] = match status.reaction_type.as_str() {
            "" => "unicode_emoji".into(),
            kind => kind.into(),
        };
    }
    organization.publish(Audience::Everyone, event);
    done()
}

/// GET /users/{id}/status
pub(crate) fn get(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    request.user()?;
    let user = organization.user(UserId(request.id(0)))?.id;
    success(json!({"status": organization.personal_mut(user).status.to_json()}))
}

impl Organization {
    /// Everybody who has a status, by id.
    pub(crate) fn statuses(&self) -> Map<String, Value> {
        let all = self.personal.iter();
        all.map(|(id, own)| (id.to_string(), own.status.to_json()))
            .filter(|(_, status)| status.as_object().is_some_and(|status| !status.is_empty()))
            .collect()
    }
}
