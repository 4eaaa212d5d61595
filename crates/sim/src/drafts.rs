//! Drafts: messages that someone has begun to write.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    events::Audience,
    ids::UserId,
    organization::Organization,
};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Draft {
    id: u64,
    #[serde(rename = "type")]
    kind: String,
    to: Vec<u64>,
    topic: String,
    content: String,
    timestamp: u64,
}

impl Draft {
    fn read(value: &Value, called: &str, id: u64, now: u64) -> Result<Self, ApiError> {
        let missing = ["type", "to", "topic", "content"]
            .into_iter()
            .find(|key| value.get(key).is_none());
        if let Some(key) = missing {
            let words = format!("{called}[\"{key}\"] field is missing: Field required");
            return Err(ApiError::bad(words));
        }
        let text = |key: &str| {
            let words = || ApiError::bad(format!("{called}[\"{key}\"] is not a string"));
            value[key].as_str().map(str::to_owned).ok_or_else(words)
        };
        let to = value["to"]
            .as_array()
            .and_then(|ids| ids.iter().map(Value::as_u64).collect());
        let (kind, topic, content) = (text("type")?, text("topic")?, text("content")?);
        if !matches!(
            kind.as_str(),
            "" | "private" | "direct" | "stream" | "channel"
        ) {
            return Err(ApiError::bad(format!("Invalid {called}[\"type\"]")));
        }
        if content.trim().is_empty() {
            return Err(ApiError::bad("Content must not be empty"));
        }
        Ok(Self {
            id,
            kind,
            to: to.ok_or_else(|| ApiError::bad(format!("{called}[\"to\"] is not a list")))?,
            topic,
            content,
            // A fraction is cut off.
            timestamp: value["timestamp"].as_f64().map_or(now, |time| time as u64),
        })
    }
}

/// GET /drafts
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.require_person(request.user()?)?;
    let drafts = &organization.personal_mut(user).drafts;
    success(json!({"count": drafts.len(), "drafts": drafts}))
}

/// POST /drafts
pub(crate) fn create(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.require_person(request.user()?)?;
    let given = request.params().list("drafts")?.unwrap_or_default();
    let mut drafts = Vec::new();
    for (place, value) in given.iter().enumerate() {
        let (id, now) = (organization.next_id(), organization.now());
        drafts.push(Draft::read(value, &format!("drafts[{place}]"), id, now)?);
    }
    let ids: Vec<u64> = drafts.iter().map(|draft| draft.id).collect();
    let event = json!({"type": "drafts", "op": "add", "drafts": drafts});
    organization.personal_mut(user).drafts.extend(drafts);
    organization.publish(Audience::User(user), event);
    success(json!({"ids": ids}))
}

/// PATCH /drafts/{id}
pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.require_person(request.user()?)?;
    let (id, now) = (request.id(0), organization.now());
    let draft = Draft::read(&request.params().required_json("draft")?, "draft", id, now)?;
    let event = json!({"type": "drafts", "op": "update", "draft": draft});
    let place = organization.draft_place(user, id)?;
    organization.personal_mut(user).drafts[place] = draft;
    organization.publish(Audience::User(user), event);
    done()
}

/// DELETE /drafts/{id}
pub(crate) fn delete(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.require_person(request.user()?)?;
    let id = request.id(0);
    let place = organization.draft_place(user, id)?;
    organization.personal_mut(user).drafts.remove(place);
    let event = json!({"type": "drafts", "op": "remove", "draft_id": id});
    organization.publish(Audience::User(user), event);
    done()
}

impl Organization {
    fn draft_place(&mut self, user: UserId, id: u64) -> Result<usize, ApiError> {
        let mut drafts = self.personal_mut(user).drafts.iter();
        drafts
            .position(|draft| draft.id == id)
            .ok_or_else(|| ApiError::nothing("Draft does not exist"))
    }
}
