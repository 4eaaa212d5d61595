//! Custom profile fields: what the organization wants to know of its people, and what they say.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    events::Audience,
    ids::UserId,
    organization::Organization,
    params::Params,
};

/// The types whose values are Markdown: short and long text.
const TEXTS: std::ops::RangeInclusive<u64> = 1..=2;
const LAST_TYPE: u64 = 8;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Field {
    id: u64,
    name: String,
    #[serde(rename = "type")]
    kind: u64,
    hint: String,
    field_data: String,
    required: bool,
    editable_by_user: bool,
}

impl Field {
    fn to_json(&self, order: usize) -> Value {
        let mut shown = json!(self);
        shown["order"] = (order + 1).into();
        shown
    }

    fn change(&mut self, params: &Params) -> Result<(), ApiError> {
        if let Some(name) = params.text("name") {
            if name.trim().is_empty() {
                return Err(ApiError::bad("Label cannot be blank."));
            }
            name.trim().clone_into(&mut self.name);
        }
        if let Some(hint) = params.text("hint") {
            hint.clone_into(&mut self.hint);
        }
        if let Some(data) = params.text("field_data") {
            data.clone_into(&mut self.field_data);
        }
        self.required = params.flag("required")?.unwrap_or(self.required);
        let editable = params.flag("editable_by_user")?;
        self.editable_by_user = editable.unwrap_or(self.editable_by_user);
        Ok(())
    }
}

/// GET /realm/profile_fields
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    request.user()?;
    success(json!({"custom_fields": organization.profile_fields_json()}))
}

/// POST /realm/profile_fields
pub(crate) fn create(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let params = request.params();
    params.accept(&["display_in_profile_summary"]);
    organization.require_administrator(request.user()?)?;
    params.required("name")?;
    let kind = params
        .count("field_type")?
        .ok_or_else(|| ApiError::missing("field_type"))?;
    if !(1..=LAST_TYPE).contains(&kind) {
        return Err(ApiError::bad("Invalid field type."));
    }
    let mut field = Field {
        id: 0,
        name: String::new(),
        kind,
        hint: String::new(),
        field_data: String::new(),
        required: false,
        editable_by_user: true,
    };
    field.change(params)?;
    if organization
        .profile_fields
        .iter()
        .any(|known| known.name == field.name)
    {
        return Err(ApiError::bad("A field with that label already exists."));
    }
    field.id = organization.next_id();
    let id = field.id;
    organization.profile_fields.push(field);
    organization.publish_profile_fields();
    success(json!({"id": id}))
}

/// PATCH /realm/profile_fields/{id}
pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let params = request.params();
    params.accept(&["display_in_profile_summary"]);
    organization.require_administrator(request.user()?)?;
    let place = organization.profile_field(request.id(0))?;
    organization.profile_fields[place].change(params)?;
    organization.publish_profile_fields();
    done()
}

/// PATCH /realm/profile_fields: their order.
pub(crate) fn reorder(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let order = request
        .params()
        .ids("order")?
        .ok_or_else(|| ApiError::missing("order"))?;
    organization.require_administrator(request.user()?)?;
    let rank = |field: &Field| order.iter().position(|id| *id == field.id);
    if organization
        .profile_fields
        .iter()
        .any(|field| rank(field).is_none())
    {
        return Err(ApiError::bad("Invalid order mapping."));
    }
    organization.profile_fields.sort_by_key(rank);
    organization.publish_profile_fields();
    done()
}

/// DELETE /realm/profile_fields/{id}
pub(crate) fn delete(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    organization.require_administrator(request.user()?)?;
    let place = organization.profile_field(request.id(0))?;
    let gone = organization.profile_fields.remove(place);
    for personal in organization.personal.values_mut() {
        personal.profile.remove(&gone.id);
    }
    organization.publish_profile_fields();
    done()
}

/// PATCH /users/me/profile_data
pub(crate) fn set_mine(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.require_person(request.user()?)?;
    let values = request
        .params()
        .list("data")?
        .ok_or_else(|| ApiError::missing("data"))?;
    for value in values {
        let id = value["id"].as_u64().unwrap_or_default();
        organization
            .profile_field(id)
            .map_err(|_| ApiError::bad(format!("Field id {id} not found.")))?;
        let profile = &mut organization.personal_mut(user).profile;
        profile.insert(id, value["value"].clone());
        organization.publish_profile(user, id);
    }
    done()
}

/// DELETE /users/me/profile_data
pub(crate) fn clear_mine(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.require_person(request.user()?)?;
    let ids = request
        .params()
        .ids("data")?
        .ok_or_else(|| ApiError::missing("data"))?;
    for id in ids {
        organization.personal_mut(user).profile.remove(&id);
        organization.publish_profile(user, id);
    }
    done()
}

impl Organization {
    fn profile_field(&self, id: u64) -> Result<usize, ApiError> {
        let place = self.profile_fields.iter().position(|field| field.id == id);
        place.ok_or_else(|| ApiError::bad(format!("Field id {id} not found.")))
    }

    pub(crate) fn profile_fields_json(&self) -> Vec<Value> {
        let fields = self.profile_fields.iter().enumerate();
        fields.map(|(order, field)| field.to_json(order)).collect()
    }

    /// What a user says in the fields, by the field's id.
    pub(crate) fn profile_data(&self, user: UserId) -> Value {
        let shown = |field: &Field| {
            let value = self.personal.get(&user)?.profile.get(&field.id)?;
            let mut shown = json!({"value": value});
            if let Some(text) = value.as_str().filter(|_| TEXTS.contains(&field.kind)) {
                shown["rendered_value"] = self.render(text).html.into();
            }
            Some((field.id.to_string(), shown))
        };
        let data: Map<String, Value> = self.profile_fields.iter().filter_map(shown).collect();
        Value::Object(data)
    }

    fn publish_profile_fields(&mut self) {
        let event = json!({"type": "custom_profile_fields", "fields": self.profile_fields_json()});
        self.publish(Audience::Everyone, event);
    }

    fn publish_profile(&mut self, user: UserId, field: u64) {
        let mut value = self.profile_data(user)[field.to_string()].take();
        if value.is_null() {
            value = json!({"value": null});
        }
        value["id"] = field.into();
        let person = json!({"user_id": user, "custom_profile_field": value});
        let event = json!({"type": "realm_user", "op": "update", "person": person});
        self.publish(Audience::Everyone, event);
    }
}
