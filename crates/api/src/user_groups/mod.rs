//! Groups of users, and the rights that are given to groups.

mod list;
mod manage;
mod members;
mod setting;

pub use list::{GetUserGroups, UserGroup, UserGroups};
pub use manage::{
    CreateUserGroup, DeactivateUserGroup, DeleteUserGroup, UpdateUserGroup, UserGroupNumber,
};
pub use members::{
    GetUserGroupMembers, GetUserGroupMembership, GetUserGroupSubgroups, Members, Membership,
    Subgroups, UpdateUserGroupMembers, UpdateUserGroupSubgroups,
};
pub use setting::{GroupSetting, GroupSettingUpdate};
