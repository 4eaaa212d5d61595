//! `GET /user_groups`

use super::GroupSetting;
use crate::{UserGroupId, UserId};

endpoint! {
    /// Returns the groups.
    pub struct GetUserGroups: GET "/user_groups" -> UserGroups {
        optional {
            /// Whether deactivated ones are wanted; no if not given. Since feature level 290.
            include_deactivated_groups: bool,
        }
    }
}

object! {
    /// Answers [`GetUserGroups`].
    pub struct UserGroups {
        required {
            /// The groups.
            user_groups: Vec<UserGroup>,
        }
    }
}

object! {
    /// A group of users.
    pub struct UserGroup {
        required {
            /// Its number.
            id: UserGroupId,
            /// Its name, for the server's own groups such as `role:members`.
            name: String,
        }
        default {
            /// What it is for.
            description: String,
            /// Who is in it, not through another group.
            members: Vec<UserId>,
            /// The groups that are in it; since feature level 131.
            direct_subgroup_ids: Vec<UserGroupId>,
            /// Whether the server keeps it; since feature level 93.
            is_system_group: bool,
            /// Whether it is deactivated; since feature level 290.
            deactivated: bool,
        }
        optional {
            /// Who made it; since feature level 292.
            creator_id: UserId,
            /// When it was made, in seconds since 1970; since feature level 292.
            date_created: i64,
            /// Who may mention it; since feature level 191.
            can_mention_group: GroupSetting,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_user_groups_on_the_wire() {
        let mut endpoint = GetUserGroups::new();
        endpoint.include_deactivated_groups = Some(true);
        assert_wire(
            &endpoint,
            "GET /user_groups",
            &[("include_deactivated_groups", "true")],
        );
    }
}
