//! Renaming, describing and archiving channels, which only administrators may.

use serde_json::{Value, json};

use super::{rendered_description, subscribe::check_name};
use crate::{
    call::{Outcome, Request, done},
    errors::ApiError,
    events::Audience,
    ids::{ChannelId, UserId},
    organization::Organization,
};

/// PATCH /streams/{id}
pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let params = request.params();
    let text = |name: &'static str| {
        params
            .text(name)
            .map(|text| text.trim_matches('"').to_owned())
    };
    let (name, description, private) = (
        text("new_name"),
        text("description"),
        params.flag("is_private")?,
    );
    let id = organization.managed_channel(request.user()?, request.id(0))?;
    if let Some(name) = &name {
        check_name(name)?;
    }
    let changes = [
        ("name", name.map(Value::from)),
        ("description", description.map(Value::from)),
        ("invite_only", private.map(Value::from)),
    ];
    for (property, value) in changes
        .into_iter()
        .filter_map(|(property, value)| value.map(|value| (property, value)))
    {
        organization.set_channel(id, property, value);
    }
    done()
}

/// DELETE /streams/{id}
pub(crate) fn archive(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let id = organization.managed_channel(request.user()?, request.id(0))?;
    let channel = organization
        .channels
        .get_mut(&id)
        .ok_or_else(|| ApiError::bad("Invalid channel ID"))?;
    if channel.is_archived {
        return Err(ApiError::bad("Channel is already deactivated"));
    }
    channel.is_archived = true;
    // The name becomes free for another channel.
    channel.name = format!("{:06x}!DEACTIVATED:{}", id.0, channel.name);
    let event = json!({"type": "stream", "op": "delete", "streams": [channel.to_json()]});
    organization.publish(Audience::Everyone, event);
    done()
}

impl Organization {
    fn managed_channel(&self, user: UserId, id: u64) -> Result<ChannelId, ApiError> {
        let channel = self.readable_channel(user, id)?.id;
        self.require_administrator(user)?;
        Ok(channel)
    }

    fn set_channel(&mut self, id: ChannelId, property: &str, value: Value) {
        let Some(channel) = self.channels.get_mut(&id) else {
            return;
        };
        let old_name = channel.name.clone();
        match property {
            "name" => channel.name = value.as_str().unwrap_or_default().to_owned(),
            "description" => channel.description = value.as_str().unwrap_or_default().to_owned(),
            _ => channel.is_private = value.as_bool().unwrap_or_default(),
        }
        let mut event = json!({
            "type": "stream", "op": "update", "property": property, "value": value, "stream_id": id, "name": old_name,
        });
        match property {
            "description" => {
                event["rendered_description"] = rendered_description(&channel.description).into();
            }
            "invite_only" => {
                event["is_web_public"] = false.into();
                event["history_public_to_subscribers"] = true.into();
            }
            _ => {}
        }
        self.publish(Audience::Everyone, event);
    }
}
