use zulipkit_api::UserId;

/// The account as which a bot talks, as the server names it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Its number, which never changes.
    pub user_id: UserId,
    /// Its name, which may.
    pub full_name: String,
    /// Its e-mail address.
    pub email: String,
}

impl Me {
    /// Returns how people mention it. The number makes it certain where two have one name.
    pub fn mention(&self) -> String {
        format!("@**{}|{}**", self.full_name, self.user_id)
    }
}
