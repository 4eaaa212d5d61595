//! `GET /users/{user_id_or_email}/presence`, `GET /realm/presence`, `POST /users/me/presence`

use std::collections::BTreeMap;

use serde_json::Value;

endpoint! {
    /// Returns when a user was last seen.
    pub struct GetPresence: GET "/users/{user_id_or_email}/presence" -> PresenceOfUser {
        required {
            /// The user's number or e-mail address.
            user_id_or_email: String,
        }
    }
}

endpoint! {
    /// Returns when the users of the organization were last seen, by e-mail address.
    pub struct GetAllPresence: GET "/realm/presence" -> Presences {}
}

endpoint! {
    /// Tells that one is there, and returns when the others were last seen.
    pub struct UpdatePresence: POST "/users/me/presence" -> Presences {
        required {
            /// Whether one is at work or the program runs alone.
            status: PresenceStatus,
        }
        optional {
            /// What the last answer's `presence_last_update_id` was; -1 at first. Since feature level 263.
            last_update_id: i64,
            /// How far back, in days; since feature level 288.
            history_limit_days: u32,
            /// Whether the user did something since the last time; no if not given.
            new_user_input: bool,
            /// Whether nothing is wanted of the others; no if not given.
            ping_only: bool,
            /// Whether users go by number; no if not given. `last_update_id` says so too.
            slim_presence: bool,
        }
    }
}

open_enum! {
    /// Whether someone is at work.
    pub enum PresenceStatus {
        /// Is at work.
        Active = "active",
        /// Has not done anything for a while.
        Idle = "idle",
    }
}

object! {
    /// Answers [`GetPresence`].
    pub struct PresenceOfUser {
        required {
            /// When the user was last seen, by the kind of program; `aggregated` stands for all.
            presence: BTreeMap<String, ClientPresence>,
        }
    }
}

object! {
    /// When a user was last seen with some program.
    pub struct ClientPresence {
        required {
            /// Whether the user was at work then.
            status: PresenceStatus,
            /// When, in seconds since 1970.
            timestamp: i64,
        }
    }
}

object! {
    /// Answers [`GetAllPresence`] and [`UpdatePresence`].
    pub struct Presences {
        default {
            /// When the users were last seen, by number or e-mail address, as the server describes it.
            presences: BTreeMap<String, Value>,
        }
        optional {
            /// What to ask with the next time; since feature level 263.
            presence_last_update_id: i64,
            /// The server's time, in seconds since 1970.
            server_timestamp: f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_presence_on_the_wire() {
        assert_wire(&GetPresence::new("9"), "GET /users/9/presence", &[]);
    }

    #[test]
    fn get_all_presence_on_the_wire() {
        assert_wire(&GetAllPresence::new(), "GET /realm/presence", &[]);
    }

    #[test]
    fn update_presence_on_the_wire() {
        let mut endpoint = UpdatePresence::new(PresenceStatus::Active);
        endpoint.last_update_id = Some(5);
        endpoint.history_limit_days = Some(5);
        endpoint.new_user_input = Some(true);
        assert_wire(
            &endpoint,
            "POST /users/me/presence",
            &[
                ("history_limit_days", "5"),
                ("last_update_id", "5"),
                ("new_user_input", "true"),
                ("status", "active"),
            ],
        );
    }
}
