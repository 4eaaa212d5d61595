//! All endpoints as data, for programs that list, check or document them.

use crate::Operation;

/// Lists endpoints by the area in which they are.
macro_rules! operations {
    ($($area:ident: $($name:ident),+;)+) => {
        &[$($(Operation::of::<crate::$area::$name>(stringify!($name)),)+)+]
    };
}

/// All endpoints.
#[rustfmt::skip]
pub const ALL: &[Operation] = operations! {
    accounts: FetchApiKey, FetchApiKeyOfDevelopment, RegenerateOwnKey, RegenerateBotKey, GetBotKey;
    bot_storage: DeleteBotStorage, GetBotStorage, PutBotStorage;
    bots: CreateBot, GetBots, UpdateBot, DeactivateBot;
    calls: CreateBigBlueButtonCall, CreateZoomCall;
    channels: CreateChannel, AddDefaultChannel, RemoveDefaultChannel, GetChannelFolders, CreateChannelFolder,
        UpdateChannelFolder, ReorderChannelFolders, GetChannel, GetSubscribers, GetChannelEmail, GetChannelId,
        GetSubscriptions, GetTopics, GetChannels, Subscribe, SetTopicVisibility, MuteTopic, Unsubscribe,
        UpdateChannel, ArchiveChannel, DeleteTopic, UpdateSubscriptions, UpdateSubscriptionSettings,
        GetSubscriptionStatus, GetChannelsOfUser;
    drafts: GetDrafts, CreateDrafts, EditDraft, DeleteDraft, GetSnippets, CreateSnippet, EditSnippet, DeleteSnippet;
    events: DeleteQueue, GetEvents, Register;
    invites: GetInvites, SendInvites, CreateInviteLink, RevokeInvite, RevokeInviteLink, ResendInvite;
    messages: DeleteMessage, EditMessage, EditFlags, EditFlagsOfNarrow, GetMessages, GetMessage, GetMessageHistory,
        GetReadReceipts, MarkAllAsRead, MarkChannelAsRead, MarkTopicAsRead, MatchMessages, RenderMessage,
        ReportMessage, SendMessage, SendSubmessage;
    organization: GetDomains, AddDomain, UpdateDomain, RemoveDomain, GetCustomEmoji, UploadCustomEmoji,
        DeactivateCustomEmoji, GetExports, StartExport, GetExportConsents, DeleteExport, GetLinkifiers,
        ReorderLinkifiers, AddLinkifier, UpdateLinkifier, RemoveLinkifier, AddPlayground, RemovePlayground,
        GetProfileFields, ReorderProfileFields, CreateProfileField, UpdateProfileField, RemoveProfileField;
    push: AddAppleDevice, RemoveAppleDevice, AddAndroidDevice, RemoveAndroidDevice, TestNotification;
    reactions: AddReaction, RemoveReaction;
    scheduled: GetScheduledMessages, ScheduleMessage, EditScheduledMessage, DeleteScheduledMessage, GetReminders,
        CreateReminder, DeleteReminder;
    server: GetServerSettings;
    settings: UpdateSettings, UpdateSettingsForNewUsers, UpdateNotificationSettings;
    uploads: GetAttachments, DeleteAttachment, GetFileUrl, UploadFile;
    user_groups: GetUserGroups, CreateUserGroup, UpdateUserGroup, DeleteUserGroup, DeactivateUserGroup,
        UpdateUserGroupMembers, GetUserGroupMembers, GetUserGroupMembership, UpdateUserGroupSubgroups,
        GetUserGroupSubgroups;
    users: GetAlertWords, AddAlertWords, RemoveAlertWords, GetUser, GetUserByEmail, GetOwnUser, GetUsers, CreateUser,
        UpdateUser, UpdateUserByEmail, DeactivateUser, DeactivateOwnUser, ReactivateUser, MuteUser, UnmuteUser,
        GetPresence, GetAllPresence, UpdatePresence, UpdateProfile, ClearProfile, SetAvatar, DeleteAvatar, GetStatus,
        SetStatus, SetStatusOfUser, SetTyping, SetEditTyping;
};
