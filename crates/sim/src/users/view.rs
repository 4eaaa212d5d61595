//! GET /users in its forms.

use serde_json::{Value, json};

use super::{User, no_such_user};
use crate::{
    call::{Outcome, Request, success},
    errors::ApiError,
    ids::UserId,
    organization::Organization,
    params::Params,
};

/// GET /users/me
pub(crate) fn me(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.user(request.user()?)?;
    let mut answer = user.to_json();
    if !user.is_bot() {
        answer["profile_data"] = organization.profile_data(user.id);
    }
    answer["max_message_id"] = json!(organization.max_message_id());
    success(answer)
}

/// GET /users
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    request.params().accept(&["user_ids"]);
    let form = Form::read(request.params())?;
    let people = organization
        .users
        .values()
        .filter(|user| user.id != organization.notifier);
    let members: Vec<Value> = people.map(|user| form.show(organization, user)).collect();
    success(json!({"members": members}))
}

/// GET /users/{id}
pub(crate) fn by_id(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let form = Form::read(request.params())?;
    let user = organization.user(UserId(request.id(0)))?;
    success(json!({"user": form.show(organization, user)}))
}

/// GET /users/{email}
pub(crate) fn by_email(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let form = Form::read(request.params())?;
    let user = organization
        .user_by_email(request.name(0))
        .ok_or_else(no_such_user)?;
    success(json!({"user": form.show(organization, user)}))
}

/// How a client wants to see users.
struct Form {
    /// Whether it makes pictures of its own for those who have none.
    client_gravatar: bool,
    with_profile: bool,
}

impl Form {
    fn read(params: &Params) -> Result<Self, ApiError> {
        Ok(Self {
            client_gravatar: params.flag("client_gravatar")?.unwrap_or(true),
            with_profile: params
                .flag("include_custom_profile_fields")?
                .unwrap_or(false),
        })
    }

    fn show(&self, organization: &Organization, user: &User) -> Value {
        let mut shown = user.to_json();
        if !self.client_gravatar {
            shown["avatar_url"] = user.avatar_url().into();
        }
        if self.with_profile && !user.is_bot() {
            shown["profile_data"] = organization.profile_data(user.id);
        }
        shown
    }
}
