//! `PATCH /settings`, `PATCH /realm/user_settings_defaults`, `PATCH /settings/notifications`

use super::PersonalSettings;
use crate::Secret;

endpoint! {
    /// Changes one's settings.
    pub struct UpdateSettings: PATCH "/settings" -> UpdatedSettings {
        flattened {
            /// The settings.
            settings: PersonalSettings,
        }
        optional {
            /// One's new name.
            full_name: String,
            /// One's new e-mail address, which has to be confirmed.
            email: String,
            /// The password so far.
            old_password: Secret,
            /// The password from now on.
            new_password: Secret,
            /// The language, such as `en` or `pt-br`.
            default_language: String,
            /// The time zone, such as `Europe/Berlin`.
            timezone: String,
            /// Whether e-mails about the product are sent.
            enable_marketing_emails: bool,
            /// Whether e-mails tell of new log-ins.
            enable_login_emails: bool,
            /// Whether administrators may export one's private data; since feature level 293.
            allow_private_data_export: bool,
        }
    }
}

endpoint! {
    /// Changes the settings that new users begin with, as an administrator; since feature level 96.
    pub struct UpdateSettingsForNewUsers: PATCH "/realm/user_settings_defaults" -> UpdatedSettings {
        flattened {
            /// The settings.
            settings: PersonalSettings,
        }
    }
}

endpoint! {
    /// Changes one's settings by the path that servers before feature level 80 know.
    pub struct UpdateNotificationSettings: PATCH "/settings/notifications" -> UpdatedSettings {
        flattened {
            /// The settings.
            settings: PersonalSettings,
        }
    }
}

object! {
    /// Answers endpoints that change settings.
    pub struct UpdatedSettings {
        default {
            /// Parameters that the server does not know, and did nothing about; since feature level 167.
            ignored_parameters_unsupported: Vec<String>,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn update_settings_on_the_wire() {
        let mut endpoint = UpdateSettings::new(PersonalSettings {
            enter_sends: Some(true),
            ..PersonalSettings::default()
        });
        endpoint.full_name = Some("text".to_owned());
        endpoint.email = Some("text".to_owned());
        endpoint.old_password = Some(Secret::from("secret"));
        assert_wire(
            &endpoint,
            "PATCH /settings",
            &[
                ("email", "text"),
                ("enter_sends", "true"),
                ("full_name", "text"),
                ("old_password", "secret"),
            ],
        );
    }

    #[test]
    fn update_settings_for_new_users_on_the_wire() {
        assert_wire(
            &UpdateSettingsForNewUsers::new(PersonalSettings {
                enter_sends: Some(true),
                ..PersonalSettings::default()
            }),
            "PATCH /realm/user_settings_defaults",
            &[("enter_sends", "true")],
        );
    }

    #[test]
    fn update_notification_settings_on_the_wire() {
        assert_wire(
            &UpdateNotificationSettings::new(PersonalSettings {
                enter_sends: Some(true),
                ..PersonalSettings::default()
            }),
            "PATCH /settings/notifications",
            &[("enter_sends", "true")],
        );
    }
}
