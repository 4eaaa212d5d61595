//! Presence: who is there, and who was when.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    events::Audience,
    ids::UserId,
    organization::Organization,
    users::{User, no_such_user},
};

/// Whoever was active within so many seconds counts as active.
const ACTIVE_FOR: u64 = 140;

/// When a user was seen last, in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Presence {
    active: Option<u64>,
    connected: Option<u64>,
}

impl Presence {
    /// Status and time; none for one who never was there.
    fn status(&self, now: u64) -> Option<(&'static str, u64)> {
        let is_recent = |time: &u64| now.saturating_sub(*time) < ACTIVE_FOR;
        match self.active.filter(is_recent) {
            Some(active) => Some(("active", active)),
            None => Some(("idle", self.connected?)),
        }
    }
}

/// POST /users/me/presence
pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.require_person(request.user()?)?;
    let params = request.params();
    params.accept(&[
        "new_user_input",
        "slim_presence",
        "last_update_id",
        "history_limit_days",
    ]);
    let status = params.required("status")?;
    let ping_only = params.flag("ping_only")?.unwrap_or(false);
    if !matches!(status, "active" | "idle") {
        return Err(ApiError::bad(format!("Invalid status: {status}")));
    }
    let now = organization.now();
    let presence = &mut organization.personal_mut(user).presence;
    presence.connected = Some(now);
    if status == "active" {
        presence.active = Some(now);
    }
    let website =
        json!({"client": "website", "status": status, "timestamp": now, "pushable": false});
    let event = json!({
        "type": "presence", "user_id": user, "email": organization.user(user)?.email,
        "server_timestamp": organization.timestamp(), "presence": {"website": website},
    });
    organization.publish(Audience::Everyone, event);
    if ping_only {
        return done();
    }
    success(json!({
        "presences": organization.presences(),
        "server_timestamp": organization.timestamp(),
        "zephyr_mirror_active": false,
    }))
}

/// GET /users/{id or e-mail}/presence
pub(crate) fn of_one(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    request.user()?;
    let user = organization.named_user(request.name(0))?;
    if user.is_bot() {
        return Err(ApiError::bad("Presence is not supported for bot users."));
    }
    let (status, timestamp) = organization
        .status_of(user.id)
        .ok_or_else(|| ApiError::bad(format!("No presence data for {}", user.email)))?;
    let shown = json!({"status": status, "timestamp": timestamp});
    success(json!({"presence": {"aggregated": shown, "website": shown}}))
}

/// GET /realm/presence
pub(crate) fn of_all(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    request.user()?;
    success(json!({
        "server_timestamp": organization.timestamp(),
        "presences": organization.presences(),
    }))
}

impl Organization {
    /// Seconds since 1970 with their fraction.
    fn timestamp(&self) -> f64 {
        self.clock.since_1970().as_secs_f64()
    }

    fn status_of(&self, user: UserId) -> Option<(&'static str, u64)> {
        self.personal.get(&user)?.presence.status(self.now())
    }

    /// Everybody who ever was there, by e-mail.
    pub(crate) fn presences(&self) -> Map<String, Value> {
        let seen = |user: &User| {
            let (status, timestamp) = self.status_of(user.id)?;
            let aggregated = json!({"client": "website", "status": status, "timestamp": timestamp});
            let website = json!({
                "client": "website", "status": status, "timestamp": timestamp, "pushable": false,
            });
            let shown = json!({"aggregated": aggregated, "website": website});
            Some((user.email.clone(), shown))
        };
        let active = self.users.values().filter(|user| user.is_active);
        active.filter_map(seen).collect()
    }

    /// An active user by id or e-mail, as a path names them.
    fn named_user(&self, name: &str) -> Result<&User, ApiError> {
        let by_id = name.parse().ok().and_then(|id| self.users.get(&UserId(id)));
        let user = by_id.or_else(|| self.user_by_email(name));
        user.filter(|user| user.is_active).ok_or_else(no_such_user)
    }
}
