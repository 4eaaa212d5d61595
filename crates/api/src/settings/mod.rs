//! What a user sets for oneself, and an administrator for new users.

mod personal;
mod update;

pub use personal::PersonalSettings;
pub use update::{
    UpdateNotificationSettings, UpdateSettings, UpdateSettingsForNewUsers, UpdatedSettings,
};
