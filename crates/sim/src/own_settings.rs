//! PATCH /settings: a user's own settings. They are kept and told of, and change nothing.

use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, success},
    events::Audience,
    organization::Organization,
};

/// The settings that the server knows.
const KNOWN: &[&str] = &[
    "automatically_follow_topics_policy",
    "automatically_follow_topics_where_mentioned",
    "automatically_unmute_topics_in_muted_streams_policy",
    "color_scheme",
    "default_language",
    "demote_inactive_streams",
    "desktop_icon_count_display",
    "display_emoji_reaction_users",
    "email_address_visibility",
    "email_notifications_batching_period_seconds",
    "emojiset",
    "enable_desktop_notifications",
    "enable_digest_emails",
    "enable_drafts_synchronization",
    "enable_followed_topic_audible_notifications",
    "enable_followed_topic_desktop_notifications",
    "enable_followed_topic_email_notifications",
    "enable_followed_topic_push_notifications",
    "enable_followed_topic_wildcard_mentions_notify",
    "enable_login_emails",
    "enable_marketing_emails",
    "enable_offline_email_notifications",
    "enable_offline_push_notifications",
    "enable_online_push_notifications",
    "enable_sounds",
    "enable_stream_audible_notifications",
    "enable_stream_desktop_notifications",
    "enable_stream_email_notifications",
    "enable_stream_push_notifications",
    "enter_sends",
    "fluid_layout_width",
    "high_contrast_mode",
    "left_side_userlist",
    "message_content_in_email_notifications",
    "notification_sound",
    "pm_content_in_desktop_notifications",
    "presence_enabled",
    "realm_name_in_email_notifications_policy",
    "receives_typing_notifications",
    "send_private_typing_notifications",
    "send_read_receipts",
    "send_stream_typing_notifications",
    "starred_message_counts",
    "timezone",
    "translate_emoticons",
    "twenty_four_hour_time",
    "user_list_style",
    "web_animate_image_previews",
    "web_channel_default_view",
    "web_font_size_px",
    "web_home_view",
    "web_line_height_percent",
    "web_mark_read_on_scroll_policy",
    "web_navigate_to_sent_message",
    "web_stream_unreads_count_display_policy",
    "web_suggest_update_timezone",
    "wildcard_mentions_notify",
];

pub(crate) fn update(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = organization.require_person(request.user()?)?;
    let params = request.params();
    for name in KNOWN {
        let Some(text) = params.text(name) else {
            continue;
        };
        // Strings come bare, all else as JSON.
        let value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
        let event = json!({
            "type": "user_settings", "op": "update", "property": name, "value": value,
        });
        let settings = &mut organization.personal_mut(user).settings;
        settings.insert((*name).to_owned(), value);
        organization.publish(Audience::User(user), event);
    }
    success(json!({}))
}
