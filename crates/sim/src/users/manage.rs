//! Making people, changing and ending their accounts, which is for administrators.

use super::{Role, User, no_such_user};
use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    ids::UserId,
    organization::Organization,
};
use serde_json::json;

/// POST /users
pub(crate) fn create(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let params = request.params();
    let email = params.required("email")?;
    let full_name = params.required("full_name")?;
    let password = params.text("password");
    organization.require_administrator(request.user()?)?;
    if organization.user_by_email(email).is_some() {
        return Err(ApiError::bad(format!("Email '{email}' already in use")));
    }
    let id = organization.add_user(|user| {
        email.clone_into(&mut user.email);
        full_name.clone_into(&mut user.full_name);
        user.password = password.map(Into::into);
    });
    organization.publish_new_user(id);
    success(json!({"user_id": id}))
}

/// PATCH /users/{id}
pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let params = request.params();
    let full_name = params.text("full_name");
    let role = params.integer("role")?.map(|number| {
        let words = "Invalid role: Value error, Not in the list of possible values";
        Role::from_number(number).ok_or_else(|| ApiError::bad(words))
    });
    let role = role.transpose()?;
    let user = organization.managed_user(request.user()?, request.id(0))?;
    let id = user.id;
    if let Some(name) = full_name {
        name.clone_into(&mut user.full_name);
    }
    user.role = role.unwrap_or(user.role);
    if let Some(name) = full_name {
        organization.publish_changed_user(id, "full_name", name);
    }
    if let Some(role) = role {
        organization.publish_changed_user(id, "role", role as u16);
    }
    done()
}

/// DELETE /users/{id}
pub(crate) fn deactivate(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.managed_user(request.user()?, request.id(0))?;
    if !user.is_active {
        return Err(ApiError::bad("User is deactivated"));
    }
    user.is_active = false;
    let id = user.id;
    organization.publish_changed_user(id, "is_active", false);
    done()
}

/// POST /users/{id}/reactivate
pub(crate) fn reactivate(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.managed_user(request.user()?, request.id(0))?;
    user.is_active = true;
    let id = user.id;
    organization.publish_changed_user(id, "is_active", true);
    done()
}

/// DELETE /users/me
pub(crate) fn deactivate_me(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let id = request.user()?;
    if organization.user(id)?.role == Role::Owner {
        return Err(ApiError::bad(
            "Cannot deactivate the only organization owner",
        ));
    }
    if let Some(user) = organization.users.get_mut(&id) {
        user.is_active = false;
    }
    organization.publish_changed_user(id, "is_active", false);
    done()
}

impl Organization {
    /// The user, for one who may change it.
    fn managed_user(&mut self, asking: UserId, id: u64) -> Result<&mut User, ApiError> {
        let may = self.user(asking)?.role.is_administrator();
        let user = self.users.get_mut(&UserId(id)).ok_or_else(no_such_user)?;
        if may {
            Ok(user)
        } else {
            Err(ApiError::bad("Insufficient permission"))
        }
    }

    pub(crate) fn require_administrator(&self, user: UserId) -> Result<(), ApiError> {
        if self.user(user)?.role.is_administrator() {
            Ok(())
        } else {
            Err(ApiError::coded(
                "UNAUTHORIZED_PRINCIPAL",
                "Must be an organization administrator",
            ))
        }
    }
}
