//! What the kinds of events carry.

mod channels;
mod messages;
mod organization;
mod own;
mod users;

pub use channels::{
    DefaultChannelGroups, DefaultChannels, MutedTopics, NewChannelFolder, NewChannels,
    NewSubscriptions, PeerChange, PeerOp, RemovedChannel, RemovedChannels, RemovedSubscriptions,
    ReorderedChannelFolders, TopicVisibility, UpdatedChannel, UpdatedChannelFolder,
    UpdatedSubscription,
};
pub use messages::{
    DeletedMessages, EditTyping, FlagChange, NewDrafts, NewMessage, NewReminders,
    NewScheduledMessages, NewSubmessage, ReactionChange, RemovedDraft, RemovedReminder,
    RemovedScheduledMessage, RemovedSnippet, SnippetChange, Typing, TypingUser, UpdatedDraft,
    UpdatedMessage, UpdatedScheduledMessage,
};
pub use organization::{
    DeactivatedOrganization, DomainChange, Heartbeat, RemovedDomain, Restart, UpdatedEmoji,
    UpdatedExportConsent, UpdatedExports, UpdatedFilters, UpdatedLinkifiers, UpdatedOrganization,
    UpdatedOrganizationSettings, UpdatedPlaygrounds, UpdatedProfileFields, UpdatedUserDefault,
    WebReload,
};
pub use own::{
    AttachmentChange, ChangedInvites, OnboardingSteps, UpdatedAlertWords, UpdatedDisplaySetting,
    UpdatedNotificationSetting, UpdatedSetting, ZoomToken,
};
pub use users::{
    BotService, ManagedBot, MemberChange, MemberOp, MutedUser, MutedUsers, NamedUser, NewBot,
    NewUser, NewUserGroup, Presence, RemovedBot, RemovedUser, RemovedUserGroup, SubgroupChange,
    UpdatedBot, UpdatedUser, UpdatedUserGroup, UserChange, UserGroupChange, UserStatus,
};
