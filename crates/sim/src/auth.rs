//! HTTP Basic: who asks, and in the server's own words why not.

use axum::http::{Method, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret as _;

use crate::{call::Call, errors::ApiError, ids::UserId, organization::Organization, users::Kind};

pub(crate) const NOT_LOGGED_IN: &str = "Not logged in: API authentication or user session required";

/// Finds the user whose credentials the request carries. `path` is the one below `/api/v1`.
pub(crate) fn authenticate(
    organization: &Organization,
    call: &Call,
    path: &str,
) -> Result<UserId, ApiError> {
    let header = call
        .header(header::AUTHORIZATION)
        .ok_or_else(|| ApiError::unauthorized(NOT_LOGGED_IN))?;
    let (email, key) = basic(header)?;
    // The form of the key is checked before anyone looks for the user.
    if key.len() != 32 || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(ApiError::unauthorized("Malformed API key"));
    }
    let user = organization
        .users
        .values()
        .find(|user| user.api_key.expose_secret() == key && user.has_email(&email))
        .ok_or_else(|| ApiError::unauthorized("Invalid API key"))?;
    if !user.is_active {
        return Err(ApiError::unauthorized("Account is deactivated"));
    }
    let may_only_send = user.kind == Kind::IncomingWebhookBot;
    if may_only_send && !(call.method == Method::POST && path == "messages") {
        return Err(ApiError::unauthorized(
            "This API is not available to incoming webhook bots.",
        ));
    }
    Ok(user.id)
}

/// Takes an `Authorization` header apart.
fn basic(header: &str) -> Result<(String, String), ApiError> {
    let invalid = || ApiError::unauthorized("Invalid authorization header for basic auth");
    let mut words = header.split_whitespace();
    let scheme = words.next().unwrap_or_default();
    let Some(encoded) = words.next() else {
        return Err(invalid());
    };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(ApiError::bad(
            "This endpoint requires HTTP basic authentication.",
        ));
    }
    let bytes = STANDARD.decode(encoded).map_err(|_| invalid())?;
    let text = String::from_utf8(bytes).map_err(|_| invalid())?;
    let (email, key) = text.split_once(':').ok_or_else(invalid)?;
    Ok((email.trim().to_owned(), key.to_owned()))
}
