//! POST /fetch_api_key: a key for an e-mail and a password.

use axum::http::StatusCode;
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::{
    call::{Outcome, Request, success},
    errors::ApiError,
    organization::Organization,
};

pub(crate) fn fetch(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let failed = |code, words: &str| Err(ApiError::new(StatusCode::UNAUTHORIZED, code, words));
    let params = request.params();
    let name = params.required("username")?;
    let password = params.required("password")?;
    if !name.contains('@') {
        return Err(ApiError::bad("Enter a valid email address."));
    }
    let user = organization.user_by_email(name);
    match user {
        // A deactivated user is told so whatever the password is.
        Some(user) if !user.is_active => failed("USER_DEACTIVATED", "Account is deactivated"),
        Some(user) if user.has_password(password) => success(json!({
            "api_key": user.api_key.expose_secret(),
            "email": user.email,
            "user_id": user.id,
        })),
        _ => failed(
            "AUTHENTICATION_FAILED",
            "Your username or password is incorrect",
        ),
    }
}
