//! POST /register

use std::{collections::BTreeMap, time::Duration};

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, success},
    errors::ApiError,
    event_narrow::EventNarrow,
    ids::{ChannelId, UserId},
    messages::{Form, Message},
    organization::Organization,
    params::Params,
    queues::{LIFESPAN, Wishes},
    server_settings::{FEATURE_LEVEL, VERSION},
    users::{Role, User},
};

pub(crate) fn register(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let params = request.params();
    params.accept(&[
        "slim_presence",
        "include_subscribers",
        "presence_history_limit_days",
    ]);
    let event_types = params.strings("event_types")?;
    let fetched = params
        .strings("fetch_event_types")?
        .or_else(|| event_types.clone());
    let wishes = Wishes {
        user,
        narrow: EventNarrow::parse(&params.list("narrow")?.unwrap_or_default())?,
        // An empty list fetches nothing, but the queue gets everything.
        event_types: event_types.filter(|types| !types.is_empty()),
        all_public: all_public(organization, user, params)?,
        form: Form {
            apply_markdown: params.flag("apply_markdown")?.unwrap_or(false),
            client_gravatar: params.flag("client_gravatar")?.unwrap_or(true),
        },
        bulk_message_deletion: bulk_message_deletion(params)?,
        lifespan: params
            .count("queue_lifespan_secs")?
            .filter(|seconds| *seconds > 0)
            .map_or(LIFESPAN, Duration::from_secs),
    };
    let mut answer = initial_state(organization, user, fetched.as_deref())?;
    answer["queue_id"] = organization
        .queues
        .open(wishes, organization.clock.elapsed())
        .into();
    answer["last_event_id"] = (-1).into();
    answer["zulip_version"] = VERSION.into();
    answer["zulip_feature_level"] = FEATURE_LEVEL.into();
    answer["zulip_merge_base"] = VERSION.into();
    success(answer)
}

fn all_public(
    organization: &Organization,
    user: UserId,
    params: &Params,
) -> Result<bool, ApiError> {
    let asked = params.flag("all_public_streams")?.unwrap_or(false);
    if asked && organization.user(user)?.role == Role::Guest {
        return Err(ApiError::bad("User not authorized for this query"));
    }
    Ok(asked)
}

fn bulk_message_deletion(params: &Params) -> Result<bool, ApiError> {
    let Some(capabilities) = params.json("client_capabilities")? else {
        return Ok(false);
    };
    if capabilities.get("notification_settings_null").is_none() {
        let words =
            "client_capabilities[\"notification_settings_null\"] field is missing: Field required";
        return Err(ApiError::bad(words));
    }
    Ok(capabilities["bulk_message_deletion"]
        .as_bool()
        .unwrap_or(false))
}

type Show = fn(&Organization, UserId) -> Value;

/// What comes with an event type, under which name.
const SMALL_THINGS: &[(&str, &str, Show)] = &[
    ("alert_words", "alert_words", |organization, user| {
        json!(
            organization
                .personal
                .get(&user)
                .map_or(&[][..], |own| &own.alert_words)
        )
    }),
    (
        "custom_profile_fields",
        "custom_profile_fields",
        |organization, _| organization.profile_fields_json().into(),
    ),
    ("drafts", "drafts", |organization, user| {
        json!(
            organization
                .personal
                .get(&user)
                .map_or(&[][..], |own| &own.drafts)
        )
    }),
    ("muted_topics", "muted_topics", |organization, user| {
        organization.muted_topics(user).into()
    }),
    ("muted_users", "muted_users", |organization, user| {
        organization.muted_users(user).into()
    }),
    ("presence", "presences", |organization, _| {
        organization.presences().into()
    }),
    ("realm_emoji", "realm_emoji", |organization, _| {
        organization.custom_emoji_json().into()
    }),
    ("realm_linkifiers", "realm_linkifiers", |organization, _| {
        organization.linkifiers.to_json()
    }),
    (
        "realm_user_groups",
        "realm_user_groups",
        |organization, _| organization.groups_json(true).into(),
    ),
    (
        "scheduled_messages",
        "scheduled_messages",
        |organization, user| organization.scheduled_of(user).into(),
    ),
    ("user_status", "user_status", |organization, _| {
        organization.statuses().into()
    }),
    ("user_topic", "user_topics", |organization, user| {
        json!(
            organization
                .personal
                .get(&user)
                .map_or(&[][..], |own| &own.topics)
        )
    }),
];

/// What a client fetches along with its queue; `None` asks for everything.
fn initial_state(
    organization: &Organization,
    user: UserId,
    fetched: Option<&[String]>,
) -> Result<Value, ApiError> {
    let wants = |kind: &str| fetched.is_none_or(|types| types.iter().any(|wanted| wanted == kind));
    let mut state = json!({});
    if wants("message") {
        state["max_message_id"] = organization.max_message_id().into();
    }
    if wants("update_message_flags") && wants("message") {
        state["unread_msgs"] = unread(organization, user);
    }
    if wants("realm") {
        add(&mut state, realm(organization));
    }
    if wants("realm_user") {
        add(&mut state, people(organization, user)?);
    }
    if wants("realm_bot") {
        state["realm_bots"] = organization
            .users
            .values()
            .filter(|bot| bot.owner == Some(user))
            .map(realm_bot)
            .collect();
    }
    if wants("subscription") {
        let subscribed = |id: &ChannelId| {
            organization
                .channels
                .get(id)
                .is_some_and(|channel| channel.subscribers.contains_key(&user))
        };
        let visible = organization
            .channels
            .values()
            .filter(|channel| !channel.is_archived && organization.may_read(user, channel));
        let (mine, others): (Vec<_>, Vec<_>) = visible.partition(|channel| subscribed(&channel.id));
        state["subscriptions"] = mine
            .iter()
            .filter_map(|channel| channel.subscription_json(user))
            .collect();
        state["unsubscribed"] = json!([]);
        state["never_subscribed"] = others.iter().map(|channel| channel.to_json()).collect();
    }
    for (event_type, key, show) in SMALL_THINGS {
        if wants(event_type) {
            state[*key] = show(organization, user);
        }
    }
    Ok(state)
}

fn add(state: &mut Value, more: Value) {
    if let (Value::Object(state), Value::Object(more)) = (state, more) {
        state.extend(more);
    }
}

/// Limits and other facts about the organization.
fn realm(organization: &Organization) -> Value {
    let settings = &organization.settings;
    json!({
        "realm_name": settings.name,
        "realm_url": organization.url,
        "realm_uri": organization.url,
        "realm_description": "",
        "realm_bot_domain": organization.bot_domain(),
        "realm_default_language": "en",
        "realm_mandatory_topics": false,
        "realm_allow_message_editing": true,
        "max_message_length": settings.max_message_length,
        "max_topic_length": settings.max_topic_length,
        "max_stream_name_length": crate::streams::MAX_NAME_LENGTH,
        "max_stream_description_length": 1024,
        "max_file_upload_size_mib": settings.max_file_size,
        "event_queue_longpoll_timeout_seconds": 90,
        "server_timestamp": organization.now(),
        "server_generation": 1,
    })
}

fn people(organization: &Organization, user: UserId) -> Result<Value, ApiError> {
    let myself = organization.user(user)?;
    let known = organization
        .users
        .values()
        .filter(|user| user.id != organization.notifier);
    let (active, inactive): (Vec<&User>, Vec<&User>) = known.partition(|user| user.is_active);
    let notifier = organization.user(organization.notifier)?;
    Ok(json!({
        "user_id": myself.id,
        "email": myself.email,
        "delivery_email": myself.email,
        "full_name": myself.full_name,
        "is_admin": myself.role.is_administrator(),
        "is_owner": myself.role == Role::Owner,
        "is_guest": myself.role == Role::Guest,
        "avatar_url": myself.avatar_url(),
        "realm_users": active.iter().map(|user| user.to_json()).collect::<Vec<_>>(),
        "realm_non_active_users": inactive.iter().map(|user| user.to_json()).collect::<Vec<_>>(),
        "cross_realm_bots": [notifier.to_json()],
    }))
}

pub(crate) fn realm_bot(bot: &User) -> Value {
    let services = bot.service.iter().map(|service| json!({
        "base_url": service.url, "interface": service.interface, "token": service.token.expose_secret(),
    }));
    json!({
        "user_id": bot.id,
        "email": bot.email,
        "full_name": bot.full_name,
        "api_key": bot.api_key.expose_secret(),
        "bot_type": bot.to_json()["bot_type"],
        "is_active": bot.is_active,
        "owner_id": bot.owner,
        "avatar_url": null,
        "default_sending_stream": null,
        "default_events_register_stream": null,
        "default_all_public_streams": false,
        "services": services.collect::<Vec<_>>(),
    })
}

/// What this user has not read, by place.
fn unread(organization: &Organization, user: UserId) -> Value {
    let unread: Vec<&Message> = organization
        .messages
        .values()
        .filter(|message| message.flags.contains_key(&user) && !message.has_flag(user, "read"))
        .collect();
    let mut topics: BTreeMap<(ChannelId, &str), Vec<u64>> = BTreeMap::new();
    let mut people: BTreeMap<UserId, Vec<u64>> = BTreeMap::new();
    let mut groups: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for message in &unread {
        match &message.destination {
            crate::messages::Destination::Channel { id, topic } => {
                topics.entry((*id, topic)).or_default().push(message.id.0);
            }
            crate::messages::Destination::Direct(all) if all.len() > 2 => {
                let ids: Vec<String> = all.iter().map(ToString::to_string).collect();
                groups.entry(ids.join(",")).or_default().push(message.id.0);
            }
            crate::messages::Destination::Direct(all) => {
                let other = all.iter().find(|other| **other != user).unwrap_or(&user);
                people.entry(*other).or_default().push(message.id.0);
            }
        }
    }
    let mentions: Vec<u64> = unread
        .iter()
        .filter(|message| message.has_flag(user, "mentioned"))
        .map(|message| message.id.0)
        .collect();
    json!({
        "count": unread.len(),
        "mentions": mentions,
        "old_unreads_missing": false,
        "streams": topics.iter().map(|((id, topic), ids)| {
            json!({"stream_id": id, "topic": topic, "unread_message_ids": ids})
        }).collect::<Vec<_>>(),
        "pms": people.iter().map(|(other, ids)| {
            json!({"other_user_id": other, "sender_id": other, "unread_message_ids": ids})
        }).collect::<Vec<_>>(),
        "huddles": groups.iter().map(|(users, ids)| {
            json!({"user_ids_string": users, "unread_message_ids": ids})
        }).collect::<Vec<_>>(),
    })
}
