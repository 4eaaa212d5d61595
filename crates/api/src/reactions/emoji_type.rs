open_enum! {
    /// What kind of emoji it is.
    pub enum EmojiType {
        /// One of Unicode's, whose code is its code points in hexadecimal.
        Unicode = "unicode_emoji",
        /// One of the organization's own, whose code is its number.
        Custom = "realm_emoji",
        /// One that Zulip itself adds, whose code is its name.
        Zulip = "zulip_extra_emoji",
    }
}
