//! `POST /user_groups/create`, `PATCH /user_groups/{user_group_id}`, `DELETE /user_groups/{user_group_id}`, `POST /user_groups/{user_group_id}/deactivate`

use super::{GroupSetting, GroupSettingUpdate};
use crate::{Empty, UserGroupId, UserId};

endpoint! {
    /// Makes a group.
    pub struct CreateUserGroup: POST "/user_groups/create" -> UserGroupNumber {
        required {
            /// Its name.
            name: String,
            /// What it is for.
            description: String,
            /// Who is in it.
            members: Vec<UserId>,
        }
        optional {
            /// The groups that are in it; since feature level 311.
            subgroups: Vec<UserGroupId>,
            /// Who may add members; since feature level 305.
            can_add_members_group: GroupSetting,
            /// Who may join; since feature level 301.
            can_join_group: GroupSetting,
            /// Who may leave; since feature level 308.
            can_leave_group: GroupSetting,
            /// Who may change it; since feature level 283.
            can_manage_group: GroupSetting,
            /// Who may mention it; since feature level 191.
            can_mention_group: GroupSetting,
            /// Who may remove members; since feature level 324.
            can_remove_members_group: GroupSetting,
        }
    }
}

endpoint! {
    /// Changes a group.
    pub struct UpdateUserGroup: PATCH "/user_groups/{user_group_id}" -> Empty {
        required {
            /// The group.
            user_group_id: UserGroupId,
        }
        optional {
            /// Its new name.
            name: String,
            /// What it is for from now on.
            description: String,
            /// Who may add members from now on; since feature level 305.
            can_add_members_group: GroupSettingUpdate,
            /// Who may join from now on; since feature level 301.
            can_join_group: GroupSettingUpdate,
            /// Who may leave from now on; since feature level 308.
            can_leave_group: GroupSettingUpdate,
            /// Who may change it from now on; since feature level 283.
            can_manage_group: GroupSettingUpdate,
            /// Who may mention it from now on; since feature level 191.
            can_mention_group: GroupSettingUpdate,
            /// Who may remove members from now on; since feature level 324.
            can_remove_members_group: GroupSettingUpdate,
            /// `false` makes a deactivated group active again; since feature level 386.
            deactivated: bool,
        }
    }
}

endpoint! {
    /// Deletes a group, on servers before feature level 290; later ones deactivate.
    pub struct DeleteUserGroup: DELETE "/user_groups/{user_group_id}" -> Empty {
        required {
            /// The group.
            user_group_id: UserGroupId,
        }
    }
}

endpoint! {
    /// Deactivates a group; since feature level 290.
    ///
    /// One that a right depends on is refused with `CANNOT_DEACTIVATE_GROUP_IN_USE`.
    pub struct DeactivateUserGroup: POST "/user_groups/{user_group_id}/deactivate" -> Empty {
        required {
            /// The group.
            user_group_id: UserGroupId,
        }
    }
}

object! {
    /// Answers [`CreateUserGroup`].
    pub struct UserGroupNumber {
        optional {
            /// The number; since feature level 317.
            group_id: UserGroupId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn create_user_group_on_the_wire() {
        let mut endpoint = CreateUserGroup::new("text", "text", [UserId(7)]);
        endpoint.subgroups = Some(vec![UserGroupId(7)]);
        endpoint.can_add_members_group = Some(GroupSetting::Group(UserGroupId(7)));
        endpoint.can_join_group = Some(GroupSetting::Group(UserGroupId(7)));
        assert_wire(
            &endpoint,
            "POST /user_groups/create",
            &[
                ("can_add_members_group", "7"),
                ("can_join_group", "7"),
                ("description", "text"),
                ("members", "[7]"),
                ("name", "text"),
                ("subgroups", "[7]"),
            ],
        );
    }

    #[test]
    fn update_user_group_on_the_wire() {
        let mut endpoint = UpdateUserGroup::new(UserGroupId(7));
        endpoint.name = Some("text".to_owned());
        endpoint.description = Some("text".to_owned());
        endpoint.can_add_members_group = Some(GroupSetting::Group(UserGroupId(7)).into());
        assert_wire(
            &endpoint,
            "PATCH /user_groups/7",
            &[
                ("can_add_members_group", r#"{"new":7}"#),
                ("description", "text"),
                ("name", "text"),
            ],
        );
    }

    #[test]
    fn delete_user_group_on_the_wire() {
        assert_wire(
            &DeleteUserGroup::new(UserGroupId(7)),
            "DELETE /user_groups/7",
            &[],
        );
    }

    #[test]
    fn deactivate_user_group_on_the_wire() {
        assert_wire(
            &DeactivateUserGroup::new(UserGroupId(7)),
            "POST /user_groups/7/deactivate",
            &[],
        );
    }
}
