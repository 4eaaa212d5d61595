use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use super::kinds::*;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// Its number within the queue; numbers rise, with gaps.
    pub id: i64,
    /// What it is.
    pub kind: EventKind,
}

/// An event that this version does not know, or that is not as it knows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// Its type.
    #[serde(skip)]
    pub name: String,
    /// All the rest, as it came.
    #[serde(flatten)]
    pub data: Map<String, Value>,
}

impl Event {
    /// Returns the event's type, such as `message` or `heartbeat`.
    pub fn name(&self) -> &str {
        self.kind.name()
    }
}

/// Defines the kinds of events by type, and by `op` where one type has several forms.
///
/// Of several names the first is written.
macro_rules! event_kinds {
    ($($(#[$doc:meta])* $variant:ident($data:ty) = $name:literal $(or $old_name:literal)? $(/ $($op:literal)|+)?,)+) => {
        /// What an event is, with what it carries.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum EventKind {
            $($(#[$doc])* $variant($data),)+
            /// One that this version does not know.
            Unknown(UnknownEvent),
        }

        impl EventKind {
            fn name(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $name,)+
                    Self::Unknown(event) => &event.name,
                }
            }

            /// Reads what has a known type and op, if it is as it should be.
            fn known(name: &str, op: &str, data: &Value) -> Option<Self> {
                match (name, op) {
                    $(($name $(| $old_name)?, event_kinds!(@op $($($op)|+)?)) => {
                        <$data>::deserialize(data).ok().map(Self::$variant)
                    })+
                    _ => None,
                }
            }
        }
    };
    (@op) => { _ };
    (@op $($op:literal)|+) => { $($op)|+ };
}

event_kinds! {
    /// The words of which one is told when they are written changed.
    AlertWords(UpdatedAlertWords) = "alert_words",
    /// A file was uploaded, or is linked from other messages than before.
    Attachment(AttachmentChange) = "attachment" / "add" | "update",
    /// A file was deleted.
    AttachmentRemoved(AttachmentChange) = "attachment" / "remove",
    /// A folder of channels was made.
    ChannelFolderAdded(NewChannelFolder) = "channel_folder" / "add",
    /// The order of the folders of channels changed.
    ChannelFoldersReordered(ReorderedChannelFolders) = "channel_folder" / "reorder",
    /// A folder of channels changed.
    ChannelFolderUpdated(UpdatedChannelFolder) = "channel_folder" / "update",
    /// Channels are there that one may know of.
    ChannelsAdded(NewChannels) = "stream" or "channel" / "create",
    /// Channels are gone, or one may no longer know of them.
    ChannelsRemoved(RemovedChannels) = "stream" or "channel" / "delete",
    /// A channel changed.
    ChannelUpdated(UpdatedChannel) = "stream" or "channel" / "update",
    /// The groups of channels that new users can choose from changed.
    DefaultChannelGroups(DefaultChannelGroups) = "default_stream_groups",
    /// The channels that new users are subscribed to changed.
    DefaultChannels(DefaultChannels) = "default_streams",
    /// A setting of how things look changed.
    DisplaySetting(UpdatedDisplaySetting) = "update_display_settings",
    /// A domain whose e-mail addresses may join was added or changed.
    Domain(DomainChange) = "realm_domains" / "add" | "change",
    /// E-mail addresses of a domain may no longer join.
    DomainRemoved(RemovedDomain) = "realm_domains" / "remove",
    /// Drafts were stored.
    DraftsAdded(NewDrafts) = "drafts" / "add",
    /// A draft was thrown away.
    DraftRemoved(RemovedDraft) = "drafts" / "remove",
    /// A draft changed.
    DraftUpdated(UpdatedDraft) = "drafts" / "update",
    /// The organization's own emoji changed.
    Emoji(UpdatedEmoji) = "realm_emoji",
    /// A user lets private data be exported, or no longer does.
    ExportConsent(UpdatedExportConsent) = "realm_export_consent",
    /// The exports of the organization's data changed.
    Exports(UpdatedExports) = "realm_export",
    /// The patterns that become links changed, as old servers say it.
    Filters(UpdatedFilters) = "realm_filters",
    /// Flags of one's own came or went.
    Flags(FlagChange) = "update_message_flags",
    /// Nothing happened for almost a minute.
    Heartbeat(Heartbeat) = "heartbeat",
    /// The invitations that are open changed.
    Invites(ChangedInvites) = "invites_changed",
    /// The patterns that become links changed.
    Linkifiers(UpdatedLinkifiers) = "realm_linkifiers",
    /// A message came.
    Message(Box<NewMessage>) = "message",
    /// Messages were deleted.
    MessagesDeleted(DeletedMessages) = "delete_message",
    /// A message was edited or moved.
    MessageUpdated(Box<UpdatedMessage>) = "update_message",
    /// The muted topics changed.
    MutedTopics(MutedTopics) = "muted_topics",
    /// The users whom one does not want to see changed.
    MutedUsers(MutedUsers) = "muted_users",
    /// A setting of what one is told of changed.
    NotificationSetting(UpdatedNotificationSetting) = "update_global_notifications",
    /// The hints that the web app has yet to show changed.
    OnboardingSteps(OnboardingSteps) = "onboarding_steps" or "hotspots",
    /// A setting of the organization changed.
    Organization(UpdatedOrganization) = "realm" / "update",
    /// The organization was deactivated.
    OrganizationDeactivated(DeactivatedOrganization) = "realm" / "deactivated",
    /// Several settings of the organization changed.
    OrganizationSettings(UpdatedOrganizationSettings) = "realm" / "update_dict",
    /// The places where code can be tried changed.
    Playgrounds(UpdatedPlaygrounds) = "realm_playgrounds",
    /// Users were seen.
    Presence(Presence) = "presence",
    /// The fields that profiles have changed.
    ProfileFields(UpdatedProfileFields) = "custom_profile_fields",
    /// A reaction came or went.
    Reaction(ReactionChange) = "reaction",
    /// Reminders wait for their time.
    RemindersAdded(NewReminders) = "reminders" / "add",
    /// A reminder came at its time, or was taken back.
    ReminderRemoved(RemovedReminder) = "reminders" / "remove",
    /// The server was started again.
    Restart(Restart) = "restart",
    /// Messages wait for their time.
    ScheduledMessagesAdded(NewScheduledMessages) = "scheduled_messages" / "add",
    /// A message was sent at its time, or taken back.
    ScheduledMessageRemoved(RemovedScheduledMessage) = "scheduled_messages" / "remove",
    /// A message that waits for its time changed.
    ScheduledMessageUpdated(UpdatedScheduledMessage) = "scheduled_messages" / "update",
    /// A setting of one's own changed.
    Setting(UpdatedSetting) = "user_settings",
    /// A snippet was stored or changed.
    Snippet(SnippetChange) = "saved_snippets" / "add" | "update",
    /// A snippet was thrown away.
    SnippetRemoved(RemovedSnippet) = "saved_snippets" / "remove",
    /// Something was added to a widget.
    Submessage(NewSubmessage) = "submessage",
    /// One is subscribed to more channels.
    SubscriptionsAdded(NewSubscriptions) = "subscription" / "add",
    /// Others joined or left channels.
    SubscriptionPeers(PeerChange) = "subscription" / "peer_add" | "peer_remove",
    /// One is no longer subscribed to channels.
    SubscriptionsRemoved(RemovedSubscriptions) = "subscription" / "remove",
    /// A setting of one's own for a channel changed.
    SubscriptionUpdated(UpdatedSubscription) = "subscription" / "update",
    /// How one sees a topic changed.
    TopicVisibility(TopicVisibility) = "user_topic",
    /// Someone begins or ceases to write a message.
    Typing(Typing) = "typing",
    /// Someone begins or ceases to edit a message.
    EditTyping(EditTyping) = "typing_edit_message",
    /// A user is there.
    UserAdded(Box<NewUser>) = "realm_user" / "add",
    /// A setting that new users begin with changed.
    UserDefault(UpdatedUserDefault) = "realm_user_settings_defaults",
    /// A group was made.
    UserGroupAdded(Box<NewUserGroup>) = "user_group" / "add",
    /// Users came to a group or left it.
    UserGroupMembers(MemberChange) = "user_group" / "add_members" | "remove_members",
    /// A group is gone.
    UserGroupRemoved(RemovedUserGroup) = "user_group" / "remove",
    /// Groups came to a group or left it.
    UserGroupSubgroups(SubgroupChange) = "user_group" / "add_subgroups" | "remove_subgroups",
    /// A group changed.
    UserGroupUpdated(UpdatedUserGroup) = "user_group" / "update",
    /// A user is gone, or one may no longer know of the user.
    UserRemoved(RemovedUser) = "realm_user" / "remove",
    /// What a user says to be doing changed.
    UserStatus(UserStatus) = "user_status",
    /// A user changed.
    UserUpdated(Box<UpdatedUser>) = "realm_user" / "update",
    /// A bot that one may manage is there.
    BotAdded(Box<NewBot>) = "realm_bot" / "add",
    /// A bot is gone, or one may no longer manage it.
    BotRemoved(RemovedBot) = "realm_bot" / "remove" | "delete",
    /// A bot that one may manage changed.
    BotUpdated(Box<UpdatedBot>) = "realm_bot" / "update",
    /// The web app is to load itself again.
    WebReload(WebReload) = "web_reload_client",
    /// Whether one has linked an account at Zoom changed.
    ZoomToken(ZoomToken) = "has_zoom_token",
}

impl<'de> Deserialize<'de> for Event {
    /// Only a number and a type are needed: an event that is not as expected must not keep back those beside it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut data = Map::deserialize(deserializer)?;
        let id = data.remove("id").and_then(|id| id.as_i64());
        let id = id.ok_or_else(|| de::Error::missing_field("id"))?;
        let Some(Value::String(name)) = data.remove("type") else {
            return Err(de::Error::missing_field("type"));
        };
        let op = data.get("op").and_then(Value::as_str).unwrap_or_default();
        let op = op.to_owned();
        let data = Value::Object(data);
        let kind = EventKind::known(&name, &op, &data).unwrap_or_else(|| {
            let data = match data {
                Value::Object(data) => data,
                _ => Map::new(),
            };
            EventKind::Unknown(UnknownEvent { name, data })
        });
        Ok(Self { id, kind })
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            id: i64,
            #[serde(rename = "type")]
            name: &'a str,
            #[serde(flatten)]
            kind: &'a EventKind,
        }
        Wire {
            id: self.id,
            name: self.name(),
            kind: &self.kind,
        }
        .serialize(serializer)
    }
}
