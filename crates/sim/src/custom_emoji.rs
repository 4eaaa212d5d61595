//! The organization's own emoji.

use axum::{
    body::{Body, Bytes},
    http::{Response, header},
    response::IntoResponse as _,
};
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    events::Audience,
    ids::UserId,
    organization::Organization,
    saved,
};

/// The beginnings of the pictures that the server takes, with their content types and endings.
const PICTURES: &[(&[u8], &str, &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"GIF8", "image/gif", "gif"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"RIFF", "image/webp", "webp"),
];

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CustomEmoji {
    id: u64,
    name: String,
    /// The path of its picture.
    source_url: String,
    author: UserId,
    deactivated: bool,
    content_type: String,
    #[serde(with = "saved::base64")]
    picture: Bytes,
}

impl CustomEmoji {
    fn to_json(&self) -> Value {
        json!({
            "id": self.id.to_string(), "name": self.name, "source_url": self.source_url, "still_url": null,
            "deactivated": self.deactivated, "author_id": self.author,
        })
    }

    pub(crate) fn code(&self) -> String {
        self.id.to_string()
    }

    pub(crate) fn url(&self) -> &str {
        &self.source_url
    }
}

/// GET /realm/emoji
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    request.user()?;
    success(json!({"emoji": organization.custom_emoji_json()}))
}

/// POST /realm/emoji/{name}
pub(crate) fn add(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let author = organization.require_person(request.user()?)?;
    let name = request.name(0).trim().replace(' ', "_").to_lowercase();
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.".contains(c);
    if !name.chars().all(is_plain) {
        return Err(ApiError::bad(
            "Emoji names must contain only lowercase English letters, digits, spaces, dashes, underscores, and periods.",
        ));
    }
    if organization.custom_emoji(&name).is_some() {
        return Err(ApiError::bad(
            "A custom emoji with this name already exists.",
        ));
    }
    let [file] = request.call.files.as_slice() else {
        return Err(ApiError::bad("You must upload exactly one file."));
    };
    let picture = PICTURES
        .iter()
        .find(|(start, ..)| file.bytes.starts_with(start));
    let Some((_, content_type, ending)) = picture else {
        let words = "Could not decode image; did you upload an image file?";
        return Err(ApiError::coded("BAD_IMAGE", words));
    };
    let id = organization.next_id();
    let random: u128 = rand::rng().random();
    organization.emoji.push(CustomEmoji {
        id,
        name,
        source_url: format!("/user_avatars/1/emoji/images/{random:032x}.{ending}"),
        author,
        deactivated: false,
        content_type: (*content_type).to_owned(),
        picture: file.bytes.clone(),
    });
    organization.publish_emoji();
    done()
}

/// DELETE /realm/emoji/{name}
pub(crate) fn deactivate(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.require_person(request.user()?)?;
    let is_administrator = organization.user(user)?.role.is_administrator();
    let name = request.name(0);
    let mut active = organization
        .emoji
        .iter_mut()
        .filter(|emoji| !emoji.deactivated);
    let emoji = active
        .find(|emoji| emoji.name == name)
        .ok_or_else(|| ApiError::nothing(format!("Emoji '{name}' does not exist")))?;
    if emoji.author != user && !is_administrator {
        return Err(ApiError::bad(
            "Must be an organization administrator or emoji author",
        ));
    }
    emoji.deactivated = true;
    organization.publish_emoji();
    done()
}

/// The picture at this path.
pub(crate) fn picture(organization: &Organization, path: &str) -> Option<Response<Body>> {
    let emoji = organization
        .emoji
        .iter()
        .find(|emoji| emoji.source_url == path)?;
    let headers = [(header::CONTENT_TYPE, emoji.content_type.clone())];
    Some((headers, emoji.picture.clone()).into_response())
}

impl Organization {
    /// The emoji of this name that was not given up.
    pub(crate) fn custom_emoji(&self, name: &str) -> Option<&CustomEmoji> {
        let mut active = self.emoji.iter().filter(|emoji| !emoji.deactivated);
        active.find(|emoji| emoji.name == name)
    }

    pub(crate) fn custom_emoji_json(&self) -> Map<String, Value> {
        let all = self.emoji.iter();
        all.map(|emoji| (emoji.id.to_string(), emoji.to_json()))
            .collect()
    }

    fn publish_emoji(&mut self) {
        let emoji = self.custom_emoji_json();
        let event = json!({"type": "realm_emoji", "op": "update", "realm_emoji": emoji});
        self.publish(Audience::Everyone, event);
    }
}
