parameters! {
    /// The settings of a user.
    ///
    /// Where a setting is a number that stands for a choice, the server's documentation lists the choices.
    pub struct PersonalSettings {
        /// Whether much is shown on little room; before feature level 364.
        dense_mode: bool,
        /// Whether the number of starred messages is shown.
        starred_message_counts: bool,
        /// Whether one sees that others write; since feature level 253.
        receives_typing_notifications: bool,
        /// Whether wide windows are used whole.
        fluid_layout_width: bool,
        /// Whether colours differ more.
        high_contrast_mode: bool,
        /// When messages that are seen become read; since feature level 175.
        web_mark_read_on_scroll_policy: u32,
        /// What a click on a channel shows; since feature level 269.
        web_channel_default_view: u32,
        /// The size of letters, in pixels; since feature level 245.
        web_font_size_px: u32,
        /// The height of lines, in per cent; since feature level 245.
        web_line_height_percent: u32,
        /// Light, dark, or as the system has it.
        color_scheme: u32,
        /// Whether drafts are kept on the server; since feature level 87.
        enable_drafts_synchronization: bool,
        /// Whether `:)` becomes an emoji.
        translate_emoticons: bool,
        /// Whether reactions name who reacted; since feature level 125.
        display_emoji_reaction_users: bool,
        /// What is shown first: `inbox`, `recent_topics` or `all_messages`; since feature level 219.
        web_home_view: String,
        /// Whether the escape key leads there; since feature level 219.
        web_escape_navigates_to_home_view: bool,
        /// Whether users are listed on the left in narrow windows.
        left_side_userlist: bool,
        /// The style of emoji.
        emojiset: String,
        /// Whether channels without new messages come last.
        demote_inactive_streams: u32,
        /// What the list of users shows; since feature level 141.
        user_list_style: u32,
        /// When pictures move: `always`, `on_hover` or `never`; since feature level 275.
        web_animate_image_previews: String,
        /// Which channels show the number of unread messages; since feature level 210.
        web_stream_unreads_count_display_policy: u32,
        /// Whether the desktop tells of messages in channels.
        enable_stream_desktop_notifications: bool,
        /// Whether e-mails tell of messages in channels.
        enable_stream_email_notifications: bool,
        /// Whether mobile devices tell of messages in channels.
        enable_stream_push_notifications: bool,
        /// Whether a sound tells of messages in channels.
        enable_stream_audible_notifications: bool,
        /// The name of the sound.
        notification_sound: String,
        /// Whether the desktop tells of direct messages and mentions.
        enable_desktop_notifications: bool,
        /// Whether a sound tells of direct messages and mentions.
        enable_sounds: bool,
        /// Whether the desktop tells of messages in followed topics; since feature level 189.
        enable_followed_topic_desktop_notifications: bool,
        /// Whether e-mails tell of messages in followed topics; since feature level 189.
        enable_followed_topic_email_notifications: bool,
        /// Whether mobile devices tell of messages in followed topics; since feature level 189.
        enable_followed_topic_push_notifications: bool,
        /// Whether a sound tells of messages in followed topics; since feature level 189.
        enable_followed_topic_audible_notifications: bool,
        /// For how many seconds messages are gathered into one e-mail; since feature level 82.
        email_notifications_batching_period_seconds: u32,
        /// Whether e-mails tell of direct messages and mentions while one is away.
        enable_offline_email_notifications: bool,
        /// Whether mobile devices tell of direct messages and mentions while one is away.
        enable_offline_push_notifications: bool,
        /// Whether mobile devices do so while one is at work, too.
        enable_online_push_notifications: bool,
        /// Whether e-mails tell what happened while one was away for long.
        enable_digest_emails: bool,
        /// Whether e-mails hold the messages' text.
        message_content_in_email_notifications: bool,
        /// Whether the desktop shows the text of direct messages.
        pm_content_in_desktop_notifications: bool,
        /// Whether a mention of all counts as one of oneself.
        wildcard_mentions_notify: bool,
        /// Whether it does so in followed topics; since feature level 189.
        enable_followed_topic_wildcard_mentions_notify: bool,
        /// What the number at the program's icon counts.
        desktop_icon_count_display: u32,
        /// Whether the subject of e-mails names the organization; since feature level 168.
        realm_name_in_email_notifications_policy: u32,
        /// Which topics one follows by taking part; since feature level 214.
        automatically_follow_topics_policy: u32,
        /// Which topics of muted channels one unmutes by taking part; since feature level 214.
        automatically_unmute_topics_in_muted_streams_policy: u32,
        /// Whether one follows topics in which one is mentioned; since feature level 235.
        automatically_follow_topics_where_mentioned: bool,
        /// Whether others see that one is there.
        presence_enabled: bool,
        /// Whether the enter key sends a message.
        enter_sends: bool,
        /// Whether times are shown with 24 hours.
        twenty_four_hour_time: bool,
        /// Whether others see that one writes a direct message; since feature level 105.
        send_private_typing_notifications: bool,
        /// Whether others see that one writes to a channel; since feature level 105.
        send_stream_typing_notifications: bool,
        /// Whether others see that one has read a message; since feature level 105.
        send_read_receipts: bool,
        /// Who sees one's real e-mail address; since feature level 163.
        email_address_visibility: u32,
        /// Whether one is led to a message that one sent elsewhere; since feature level 268.
        web_navigate_to_sent_message: bool,
    }
}
