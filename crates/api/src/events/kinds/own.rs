//! Events about what concerns only oneself.

use serde_json::Value;

use crate::uploads::Attachment;

object! {
    /// The words of which one is told when they are written changed.
    pub struct UpdatedAlertWords {
        required {
            /// All of them.
            alert_words: Vec<String>,
        }
    }
}

object! {
    /// A setting of one's own changed; since feature level 89.
    pub struct UpdatedSetting {
        required {
            /// The setting.
            property: String,
            /// What it is now.
            value: Value,
        }
    }
}

object! {
    /// The same for how things look, to programs that do not know `user_settings`.
    pub struct UpdatedDisplaySetting {
        required {
            /// The setting.
            setting_name: String,
            /// What it is now.
            setting: Value,
        }
    }
}

object! {
    /// The same for what one is told of, to programs that do not know `user_settings`.
    pub struct UpdatedNotificationSetting {
        required {
            /// The setting.
            notification_name: String,
            /// What it is now.
            setting: Value,
        }
    }
}

object! {
    /// A file was uploaded, or is linked from other messages than before.
    pub struct AttachmentChange {
        required {
            /// The file.
            attachment: Attachment,
        }
        optional {
            /// How many bytes all files of the organization take.
            upload_space_used: u64,
        }
    }
}

object! {
    /// Whether one has linked an account at Zoom changed.
    pub struct ZoomToken {
        required {
            /// Whether so.
            value: bool,
        }
    }
}

object! {
    /// The invitations that are open changed, in which way is not said.
    pub struct ChangedInvites {}
}

object! {
    /// The hints that the web app has yet to show changed.
    pub struct OnboardingSteps {
        required {
            /// The hints, as the server describes them. Older servers call them hotspots.
            #[serde(alias = "hotspots")]
            steps as "onboarding_steps": Vec<Value>,
        }
    }
}
