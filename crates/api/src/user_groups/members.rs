//! `POST /user_groups/{user_group_id}/members`, `GET /user_groups/{user_group_id}/members`, `GET /user_groups/{user_group_id}/members/{user_id}`, `POST /user_groups/{user_group_id}/subgroups`, `GET /user_groups/{user_group_id}/subgroups`

use crate::{Empty, UserGroupId, UserId};

endpoint! {
    /// Adds members to a group and removes others.
    pub struct UpdateUserGroupMembers: POST "/user_groups/{user_group_id}/members" -> Empty {
        required {
            /// The group.
            user_group_id: UserGroupId,
        }
        optional {
            /// The users that leave.
            delete: Vec<UserId>,
            /// The users that come.
            add: Vec<UserId>,
            /// The groups that leave; since feature level 311.
            delete_subgroups: Vec<UserGroupId>,
            /// The groups that come; since feature level 311.
            add_subgroups: Vec<UserGroupId>,
        }
    }
}

endpoint! {
    /// Returns who is in a group; since feature level 127.
    pub struct GetUserGroupMembers: GET "/user_groups/{user_group_id}/members" -> Members {
        required {
            /// The group.
            user_group_id: UserGroupId,
        }
        optional {
            /// Whether those who are in it through another group are left out; no if not given.
            direct_member_only: bool,
        }
    }
}

endpoint! {
    /// Returns whether a user is in a group; since feature level 127.
    pub struct GetUserGroupMembership: GET "/user_groups/{user_group_id}/members/{user_id}" -> Membership {
        required {
            /// The group.
            user_group_id: UserGroupId,
            /// The user.
            user_id: UserId,
        }
        optional {
            /// Whether to be in it through another group does not count; no if not given.
            direct_member_only: bool,
        }
    }
}

endpoint! {
    /// Adds groups to a group and removes others; since feature level 127.
    pub struct UpdateUserGroupSubgroups: POST "/user_groups/{user_group_id}/subgroups" -> Empty {
        required {
            /// The group.
            user_group_id: UserGroupId,
        }
        optional {
            /// The groups that leave.
            delete: Vec<UserGroupId>,
            /// The groups that come.
            add: Vec<UserGroupId>,
        }
    }
}

endpoint! {
    /// Returns which groups are in a group; since feature level 127.
    pub struct GetUserGroupSubgroups: GET "/user_groups/{user_group_id}/subgroups" -> Subgroups {
        required {
            /// The group.
            user_group_id: UserGroupId,
        }
        optional {
            /// Whether those that are in it through another group are left out; no if not given.
            direct_subgroup_only: bool,
        }
    }
}

object! {
    /// Answers [`GetUserGroupMembers`].
    pub struct Members {
        required {
            /// The users.
            members: Vec<UserId>,
        }
    }
}

object! {
    /// Answers [`GetUserGroupMembership`].
    pub struct Membership {
        required {
            /// Whether the user is in the group.
            is_user_group_member: bool,
        }
    }
}

object! {
    /// Answers [`GetUserGroupSubgroups`].
    pub struct Subgroups {
        required {
            /// The groups.
            subgroups: Vec<UserGroupId>,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn update_user_group_members_on_the_wire() {
        let mut endpoint = UpdateUserGroupMembers::new(UserGroupId(7));
        endpoint.delete = Some(vec![UserId(7)]);
        endpoint.add = Some(vec![UserId(7)]);
        endpoint.delete_subgroups = Some(vec![UserGroupId(7)]);
        assert_wire(
            &endpoint,
            "POST /user_groups/7/members",
            &[
                ("add", "[7]"),
                ("delete", "[7]"),
                ("delete_subgroups", "[7]"),
            ],
        );
    }

    #[test]
    fn get_user_group_members_on_the_wire() {
        let mut endpoint = GetUserGroupMembers::new(UserGroupId(7));
        endpoint.direct_member_only = Some(true);
        assert_wire(
            &endpoint,
            "GET /user_groups/7/members",
            &[("direct_member_only", "true")],
        );
    }

    #[test]
    fn get_user_group_membership_on_the_wire() {
        let mut endpoint = GetUserGroupMembership::new(UserGroupId(7), UserId(7));
        endpoint.direct_member_only = Some(true);
        assert_wire(
            &endpoint,
            "GET /user_groups/7/members/7",
            &[("direct_member_only", "true")],
        );
    }

    #[test]
    fn update_user_group_subgroups_on_the_wire() {
        let mut endpoint = UpdateUserGroupSubgroups::new(UserGroupId(7));
        endpoint.delete = Some(vec![UserGroupId(7)]);
        endpoint.add = Some(vec![UserGroupId(7)]);
        assert_wire(
            &endpoint,
            "POST /user_groups/7/subgroups",
            &[("add", "[7]"), ("delete", "[7]")],
        );
    }

    #[test]
    fn get_user_group_subgroups_on_the_wire() {
        let mut endpoint = GetUserGroupSubgroups::new(UserGroupId(7));
        endpoint.direct_subgroup_only = Some(true);
        assert_wire(
            &endpoint,
            "GET /user_groups/7/subgroups",
            &[("direct_subgroup_only", "true")],
        );
    }
}
