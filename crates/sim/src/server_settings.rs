//! GET /server_settings, which takes no credentials.

use serde_json::json;

use crate::{
    call::{Outcome, Request, success},
    organization::Organization,
};

/// The server that the simulator behaves like.
pub(crate) const VERSION: &str = "10.0-dev";
pub(crate) const FEATURE_LEVEL: u32 = 314;

pub(crate) fn get(organization: &mut Organization, _request: &Request<'_>) -> Outcome {
    success(json!({
        "zulip_version": VERSION,
        "zulip_feature_level": FEATURE_LEVEL,
        "zulip_merge_base": VERSION,
        "push_notifications_enabled": false,
        "is_incompatible": false,
        "email_auth_enabled": true,
        "require_email_format_usernames": true,
        "realm_name": organization.settings.name,
        "realm_url": organization.url,
        "realm_uri": organization.url,
        "realm_icon": format!("{}/sim/icon.svg", organization.url),
        "realm_description": "",
        "realm_web_public_access_enabled": false,
        "external_authentication_methods": [],
        "authentication_methods": {
            "password": true, "dev": false, "email": true, "ldap": false, "remoteuser": false, "github": false,
            "azuread": false, "gitlab": false, "google": false, "apple": false, "saml": false, "openid connect": false,
        },
    }))
}
