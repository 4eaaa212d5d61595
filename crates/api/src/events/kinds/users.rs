//! Events about users, bots and groups.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::reactions::EmojiType;
use crate::user_groups::{GroupSetting, UserGroup};
use crate::users::{BotType, Role, User};
use crate::{Secret, UserGroupId, UserId};

object! {
    /// A user is there.
    pub struct NewUser {
        required {
            /// The user.
            #[serde(alias = "user")]
            user as "person": User,
        }
    }
}

object! {
    /// A user changed.
    pub struct UpdatedUser {
        required {
            /// What changed.
            #[serde(alias = "user")]
            user as "person": UserChange,
        }
    }
}

object! {
    /// What of a user changed; all that did not is left out.
    pub struct UserChange {
        required {
            /// The user.
            user_id: UserId,
        }
        optional {
            /// The name.
            full_name: String,
            /// What the user may do.
            role: Role,
            /// Whether the account is active; since feature level 222.
            is_active: bool,
            /// The address that identifies the user in the API.
            new_email: String,
            /// The real e-mail address.
            delivery_email: String,
            /// Whose bot it is.
            bot_owner_id: UserId,
            /// The time zone's name.
            timezone: String,
            /// The picture.
            avatar_url: String,
            /// A field of the profile: `id`, `value` and perhaps `rendered_value`.
            custom_profile_field: Value,
        }
    }
}

object! {
    /// A user is gone, or one may no longer know of the user.
    pub struct RemovedUser {
        required {
            /// The user.
            #[serde(alias = "user")]
            user as "person": NamedUser,
        }
    }
}

object! {
    /// A user or bot by number.
    pub struct NamedUser {
        required {
            /// The number.
            user_id: UserId,
        }
        default {
            /// The name.
            full_name: String,
        }
    }
}

object! {
    /// A bot that one may manage is there.
    pub struct NewBot {
        required {
            /// The bot.
            bot: ManagedBot,
        }
    }
}

object! {
    /// A bot that one may manage changed.
    pub struct UpdatedBot {
        required {
            /// What changed.
            bot: ManagedBot,
        }
    }
}

object! {
    /// A bot that one may manage; in an update, what changed of it.
    pub struct ManagedBot {
        required {
            /// Its number.
            user_id: UserId,
        }
        optional {
            /// Its name.
            full_name: String,
            /// The address that identifies it in the API.
            email: String,
            /// What kind.
            bot_type: BotType,
            /// Whether it is active.
            is_active: bool,
            /// Whose it is.
            owner_id: UserId,
            /// Its API key.
            api_key: Secret,
            /// The name of the channel that it writes to where none is given.
            default_sending_stream: String,
            /// The server that speaks for it, or the settings of an embedded one.
            services: Vec<BotService>,
        }
    }
}

object! {
    /// The server that speaks for a bot, or the settings of an embedded one.
    pub struct BotService {
        optional {
            /// Where the server listens.
            base_url: String,
            /// What it is shown so that it knows Zulip.
            token: Secret,
        }
    }
}

object! {
    /// A bot is gone, or one may no longer manage it.
    pub struct RemovedBot {
        required {
            /// The bot.
            bot: NamedUser,
        }
    }
}

object! {
    /// Users were seen.
    pub struct Presence {
        default {
            /// When the user was seen, by the kind of program, as the server describes it.
            presence: BTreeMap<String, Value>,
            /// Several users at once by number, for programs that know them so; since feature level 419.
            presences: BTreeMap<String, Value>,
        }
        optional {
            /// The user, where it is one.
            user_id: UserId,
            /// The server's time, in seconds since 1970.
            server_timestamp: f64,
        }
    }
}

object! {
    /// What a user says to be doing changed; what did not change is left out.
    pub struct UserStatus {
        required {
            /// The user.
            user_id: UserId,
        }
        optional {
            /// The words; empty if they were taken away.
            status_text: String,
            /// The emoji's name; empty if it was taken away.
            emoji_name: String,
            /// What identifies the emoji.
            emoji_code: String,
            /// The emoji's kind.
            reaction_type: EmojiType,
            /// Whether the user is away, where a server still says so.
            away: bool,
        }
    }
}

object! {
    /// The users whom one does not want to see changed; since feature level 48.
    pub struct MutedUsers {
        required {
            /// All of them.
            muted_users: Vec<MutedUser>,
        }
    }
}

object! {
    /// A user whom one does not want to see.
    pub struct MutedUser {
        required {
            /// The user.
            id: UserId,
        }
        optional {
            /// Since when, in seconds since 1970.
            timestamp: i64,
        }
    }
}

object! {
    /// A group was made.
    pub struct NewUserGroup {
        required {
            /// The group.
            group: UserGroup,
        }
    }
}

object! {
    /// A group changed.
    pub struct UpdatedUserGroup {
        required {
            /// The group.
            group_id: UserGroupId,
            /// What changed.
            data: UserGroupChange,
        }
    }
}

object! {
    /// What of a group changed; all that did not is left out.
    pub struct UserGroupChange {
        optional {
            /// Its name.
            name: String,
            /// What it is for.
            description: String,
            /// Who may mention it.
            can_mention_group: GroupSetting,
            /// Whether it is deactivated; since feature level 290.
            deactivated: bool,
        }
    }
}

object! {
    /// Users came to a group or left it.
    pub struct MemberChange {
        required {
            /// Which of the two.
            op: MemberOp,
            /// The group.
            group_id: UserGroupId,
            /// The users.
            user_ids: Vec<UserId>,
        }
    }
}

object! {
    /// Groups came to a group or left it; since feature level 127.
    pub struct SubgroupChange {
        required {
            /// Which of the two.
            op: MemberOp,
            /// The group.
            group_id: UserGroupId,
            /// The groups that came or left.
            direct_subgroup_ids: Vec<UserGroupId>,
        }
    }
}

open_enum! {
    /// Whether users or groups came to a group or left it.
    pub enum MemberOp {
        /// Users came.
        AddMembers = "add_members",
        /// Users left.
        RemoveMembers = "remove_members",
        /// Groups came.
        AddSubgroups = "add_subgroups",
        /// Groups left.
        RemoveSubgroups = "remove_subgroups",
    }
}

object! {
    /// A group is gone.
    pub struct RemovedUserGroup {
        required {
            /// The group.
            group_id: UserGroupId,
        }
    }
}
