use std::time::{Duration, SystemTime};

use zulipkit_api::accounts::RegenerateBotKey;
use zulipkit_api::bots::{CreateBot, DeactivateBot, GetBots, UpdateBot, WebhookFormat};
use zulipkit_api::channels::{
    DeleteTopic, GetChannel, GetChannelId, GetSubscribers, GetSubscriptionStatus,
    SetTopicVisibility, SubscriptionSetting, UpdateChannel, UpdateSubscriptionSettings, Visibility,
};
use zulipkit_api::drafts::{CreateDrafts, DeleteDraft, EditDraft, GetDrafts, NewDraft};
use zulipkit_api::messages::{
    Anchor, EditFlags, EditFlagsOfNarrow, EditMessage, GetMessageHistory, GetReadReceipts,
    MarkAllAsRead, MatchMessages, Narrow, SendMessage, To,
};
use zulipkit_api::organization::{
    AddLinkifier, CreateProfileField, DeactivateCustomEmoji, GetCustomEmoji, GetLinkifiers,
    GetProfileFields, ProfileFieldType, RemoveLinkifier, UploadCustomEmoji,
};
use zulipkit_api::scheduled::{DeleteScheduledMessage, GetScheduledMessages, ScheduleMessage};
use zulipkit_api::settings::{PersonalSettings, UpdateSettings};
use zulipkit_api::uploads::{GetAttachments, UploadFile};
use zulipkit_api::user_groups::{
    CreateUserGroup, GetUserGroupMembers, GetUserGroupMembership, GetUserGroups,
    UpdateUserGroupMembers,
};
use zulipkit_api::users::{
    AddAlertWords, BotType, GetOwnUser, GetPresence, GetStatus, MuteUser, PresenceStatus,
    SetStatus, SetTyping, TypingOp, UnmuteUser, UpdatePresence,
};
use zulipkit_api::{ChannelId, Client, Credentials, File, MessageId, Op, Policy, Tls, UserId};
use zulipkit_sim::Sim;

const CHANNEL: &str = "commits";

/// A client of the organization's owner.
fn start() -> (Sim, Client) {
    let sim = Sim::builder().channel(CHANNEL).start().unwrap();
    let owner = sim.owner();
    let credentials = Credentials {
        site: sim.url().parse().unwrap(),
        email: owner.email,
        key: owner.key,
        tls: Tls::default(),
    };
    let client = Client::new(credentials, &crate::agent()).unwrap();
    (sim, client.with_policy(Policy::once()))
}

async fn send(client: &Client, topic: &str, content: &str) -> MessageId {
    let message = SendMessage::new(To::channel(CHANNEL, topic), content);
    client.send(&message).await.unwrap().id
}

async fn me(client: &Client) -> UserId {
    client.send(&GetOwnUser::new()).await.unwrap().user.user_id
}

async fn channel(client: &Client) -> ChannelId {
    client
        .send(&GetChannelId::new(CHANNEL))
        .await
        .unwrap()
        .stream_id
}

/// A time to come, in seconds since 1970.
fn tomorrow() -> i64 {
    let tomorrow = SystemTime::now() + Duration::from_secs(24 * 60 * 60);
    tomorrow
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs()
        .try_into()
        .unwrap()
}

fn file(name: &str, bytes: &[u8]) -> File {
    File {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
    }
}

#[tokio::test]
async fn messages_are_flagged_and_remember_what_they_were() {
    let (_sim, client) = start();
    let id = send(&client, "main", "first words").await;
    let flagged = client
        .send(&EditFlags::new([id], Op::Add, "starred"))
        .await
        .unwrap();
    assert_eq!(flagged.messages, [id]);
    let narrow = [Narrow::new("is", "starred")];
    let unstar = EditFlagsOfNarrow::new(Anchor::Newest, 10u32, 0u32, narrow, Op::Remove, "starred");
    let unstarred = client.send(&unstar).await.unwrap();
    assert_eq!(
        (unstarred.updated_count, unstarred.last_processed_id),
        (1, Some(id))
    );

    let mut edit = EditMessage::new(id);
    edit.content = Some("other words".to_owned());
    client.send(&edit).await.unwrap();
    let history = client
        .send(&GetMessageHistory::new(id))
        .await
        .unwrap()
        .message_history;
    assert_eq!(
        history.last().unwrap().prev_content.as_deref(),
        Some("first words")
    );
    let matches = MatchMessages::new([id], [Narrow::new("search", "other")]);
    assert!(
        client
            .send(&matches)
            .await
            .unwrap()
            .messages
            .contains_key(&id.to_string())
    );
    client.send(&GetReadReceipts::new(id)).await.unwrap();
    assert_ne!(
        client.send(&MarkAllAsRead::new()).await.unwrap().complete,
        Some(false)
    );
}

#[tokio::test]
async fn drafts_and_scheduled_messages_wait() {
    let (_sim, client) = start();
    let channel = channel(&client).await;
    let mut create = CreateDrafts::new();
    create.drafts = Some(vec![NewDraft::to_topic(channel, "main", "x")]);
    let draft = client.send(&create).await.unwrap().ids[0];
    let better = NewDraft::to_people([me(&client).await], "better");
    client.send(&EditDraft::new(draft, better)).await.unwrap();
    let drafts = client.send(&GetDrafts::new()).await.unwrap().drafts;
    assert_eq!(
        (drafts[0].id, drafts[0].content.as_str()),
        (draft, "better")
    );
    client.send(&DeleteDraft::new(draft)).await.unwrap();

    let schedule = ScheduleMessage::new(To::channel(channel, "main"), "later", tomorrow());
    let waiting = client.send(&schedule).await.unwrap().scheduled_message_id;
    let all = client
        .send(&GetScheduledMessages::new())
        .await
        .unwrap()
        .scheduled_messages;
    assert_eq!(
        (all[0].scheduled_message_id, all[0].content.as_str()),
        (waiting, "later")
    );
    client
        .send(&DeleteScheduledMessage::new(waiting))
        .await
        .unwrap();
}

#[tokio::test]
async fn channels_are_changed_and_looked_at() {
    let (_sim, client) = start();
    let (me, id) = (me(&client).await, channel(&client).await);
    let mut update = UpdateChannel::new(id);
    update.description = Some("what was committed".to_owned());
    client.send(&update).await.unwrap();
    let shown = client.send(&GetChannel::new(id)).await.unwrap().channel;
    assert_eq!(
        (shown.id, shown.description.as_str()),
        (id, "what was committed")
    );
    assert!(
        client
            .send(&GetSubscribers::new(id))
            .await
            .unwrap()
            .subscribers
            .contains(&me)
    );
    assert!(
        client
            .send(&GetSubscriptionStatus::new(me, id))
            .await
            .unwrap()
            .is_subscribed
    );
    let muted = SubscriptionSetting::new(id, "is_muted", true);
    client
        .send(&UpdateSubscriptionSettings::new([muted]))
        .await
        .unwrap();
    send(&client, "gone", "x").await;
    let follow = SetTopicVisibility::new(id, "gone", Visibility::Followed);
    client.send(&follow).await.unwrap();
    let deleted = client.send(&DeleteTopic::new(id, "gone")).await.unwrap();
    assert_ne!(deleted.complete, Some(false));
}

#[tokio::test]
async fn people_say_what_they_do() {
    let (sim, client) = start();
    let me = me(&client).await;
    let bot = sim.bot();
    let mut status = SetStatus::new();
    status.status_text = Some("busy".to_owned());
    client.send(&status).await.unwrap();
    assert_eq!(
        client
            .send(&GetStatus::new(me))
            .await
            .unwrap()
            .status
            .status_text,
        "busy"
    );
    client
        .send(&UpdatePresence::new(PresenceStatus::Active))
        .await
        .unwrap();
    let presence = client
        .send(&GetPresence::new(me.to_string()))
        .await
        .unwrap()
        .presence;
    assert_eq!(presence["aggregated"].status, PresenceStatus::Active);
    let words = client
        .send(&AddAlertWords::new(["outage".to_owned()]))
        .await
        .unwrap();
    assert_eq!(words.alert_words, ["outage"]);

    let find = zulipkit_api::users::GetUserByEmail::new(bot.email);
    let bot = client.send(&find).await.unwrap().user.user_id;
    client.send(&MuteUser::new(bot)).await.unwrap();
    client.send(&UnmuteUser::new(bot)).await.unwrap();
    let mut typing = SetTyping::new(TypingOp::Start);
    typing.to = Some(vec![bot]);
    client.send(&typing).await.unwrap();
    let settings = PersonalSettings::default();
    let mut update = UpdateSettings::new(settings);
    update.settings.enter_sends = Some(true);
    let answer = client.send(&update).await.unwrap();
    assert_eq!(answer.ignored_parameters_unsupported.len(), 0);
}

#[tokio::test]
async fn groups_have_members() {
    let (_sim, client) = start();
    let me = me(&client).await;
    client
        .send(&CreateUserGroup::new(
            "maintainers",
            "who looks after it",
            [me],
        ))
        .await
        .unwrap();
    let groups = client
        .send(&GetUserGroups::new())
        .await
        .unwrap()
        .user_groups;
    let group = groups
        .iter()
        .find(|group| group.name == "maintainers")
        .unwrap();
    assert_eq!(group.members, [me]);
    assert!(groups.iter().any(|group| group.is_system_group));
    let membership = GetUserGroupMembership::new(group.id, me);
    assert!(client.send(&membership).await.unwrap().is_user_group_member);
    let mut leave = UpdateUserGroupMembers::new(group.id);
    leave.delete = Some(vec![me]);
    client.send(&leave).await.unwrap();
    assert_eq!(
        client
            .send(&GetUserGroupMembers::new(group.id))
            .await
            .unwrap()
            .members,
        []
    );
}

#[tokio::test]
async fn bots_are_made_and_changed() {
    let (_sim, client) = start();
    let mut create = CreateBot::new("Deploy Bot", "deploy");
    create.bot_type = Some(BotType::OutgoingWebhook);
    create.payload_url = Some("http://127.0.0.1:9/hook".into());
    create.interface_type = Some(WebhookFormat::Zulip);
    let bot = client.send(&create).await.unwrap();
    let mut rename = UpdateBot::new(bot.user_id);
    rename.full_name = Some("Release Bot".to_owned());
    client.send(&rename).await.unwrap();
    let bots = client.send(&GetBots::new()).await.unwrap().bots;
    assert!(bots.iter().any(|bot| bot.full_name == "Release Bot"));
    let new = client
        .send(&RegenerateBotKey::new(bot.user_id))
        .await
        .unwrap();
    assert!(new.api_key != bot.api_key);
    client.send(&DeactivateBot::new(bot.user_id)).await.unwrap();
}

#[tokio::test]
async fn the_organization_has_emoji_linkifiers_and_profile_fields() {
    let (_sim, client) = start();
    // The smallest GIF that there is.
    let gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;";
    let upload = UploadCustomEmoji::new("ship_it", file("ship.gif", gif));
    client.send(&upload).await.unwrap();
    let emoji = client.send(&GetCustomEmoji::new()).await.unwrap().emoji;
    assert!(
        emoji
            .values()
            .any(|emoji| emoji.name == "ship_it" && !emoji.deactivated)
    );
    client
        .send(&DeactivateCustomEmoji::new("ship_it"))
        .await
        .unwrap();

    let add = AddLinkifier::new("#(?P<id>[0-9]+)", "https://example.com/{id}");
    let linkifier = client.send(&add).await.unwrap().id;
    let linkifiers = client.send(&GetLinkifiers::new()).await.unwrap().linkifiers;
    assert_eq!(linkifiers.last().unwrap().id, linkifier);
    client.send(&RemoveLinkifier::new(linkifier)).await.unwrap();

    let mut field = CreateProfileField::new(ProfileFieldType::ShortText);
    field.name = Some("Team".to_owned());
    let field = client.send(&field).await.unwrap().id;
    let fields = client
        .send(&GetProfileFields::new())
        .await
        .unwrap()
        .custom_fields;
    assert!(
        fields
            .iter()
            .any(|one| one.id == field && one.kind == ProfileFieldType::ShortText)
    );
}

#[tokio::test]
async fn uploads_are_listed() {
    let (_sim, client) = start();
    client
        .send(&UploadFile::new(file("a.txt", b"hello")))
        .await
        .unwrap();
    let files = client
        .send(&GetAttachments::new())
        .await
        .unwrap()
        .attachments;
    assert_eq!((files[0].name.as_str(), files[0].size), ("a.txt", 5));
}
