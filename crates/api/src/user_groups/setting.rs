use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{UserGroupId, UserId};

/// Whom a right is given to: a group, or some users and groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum GroupSetting {
    /// A group with a name.
    Group(UserGroupId),
    /// Users and groups that are listed.
    Members {
        /// The users.
        direct_members: Vec<UserId>,
        /// The groups.
        direct_subgroups: Vec<UserGroupId>,
    },
    /// Something that this version does not know.
    Other(Value),
}

/// A change of a right, which the server can refuse if the right is not what it was thought to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GroupSettingUpdate {
    /// Whom it is given to from now on.
    pub new: GroupSetting,
    /// Whom it was given to; another answer is refused with `EXPECTATION_MISMATCH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<GroupSetting>,
}

impl From<GroupSetting> for GroupSettingUpdate {
    fn from(new: GroupSetting) -> Self {
        Self { new, old: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::both_ways;
    use serde_json::json;

    #[test]
    fn a_right_is_given_to_a_group_or_to_a_list() {
        for (wire, meant) in [
            (json!(11), GroupSetting::Group(UserGroupId(11))),
            (
                json!({"direct_members": [9], "direct_subgroups": [11]}),
                GroupSetting::Members {
                    direct_members: vec![UserId(9)],
                    direct_subgroups: vec![UserGroupId(11)],
                },
            ),
            (json!("new kind"), GroupSetting::Other(json!("new kind"))),
        ] {
            assert_eq!(serde_json::from_value::<GroupSetting>(wire).unwrap(), meant);
            both_ways(&meant);
        }
    }
}
