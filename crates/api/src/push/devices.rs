//! `POST /users/me/apns_device_token`, `DELETE /users/me/apns_device_token`, `POST /users/me/android_gcm_reg_id`, `DELETE /users/me/android_gcm_reg_id`, `POST /mobile_push/test_notification`

use crate::Empty;

endpoint! {
    /// Lets a device of Apple's get notices.
    pub struct AddAppleDevice: POST "/users/me/apns_device_token" -> Empty {
        required {
            /// The token that Apple gave the device.
            token: String,
            /// The program's name at Apple.
            appid: String,
        }
    }
}

endpoint! {
    /// Lets a device of Apple's no longer get notices.
    pub struct RemoveAppleDevice: DELETE "/users/me/apns_device_token" -> Empty {
        required {
            /// The token that Apple gave the device.
            token: String,
        }
    }
}

endpoint! {
    /// Lets an Android device get notices.
    pub struct AddAndroidDevice: POST "/users/me/android_gcm_reg_id" -> Empty {
        required {
            /// The token that Google gave the device.
            token: String,
        }
    }
}

endpoint! {
    /// Lets an Android device no longer get notices.
    pub struct RemoveAndroidDevice: DELETE "/users/me/android_gcm_reg_id" -> Empty {
        required {
            /// The token that Google gave the device.
            token: String,
        }
    }
}

endpoint! {
    /// Sends a notice for a test; since feature level 217.
    pub struct TestNotification: POST "/mobile_push/test_notification" -> Empty {
        optional {
            /// The device's token; all devices if not given.
            token: String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn add_apple_device_on_the_wire() {
        assert_wire(
            &AddAppleDevice::new("text", "text"),
            "POST /users/me/apns_device_token",
            &[("appid", "text"), ("token", "text")],
        );
    }

    #[test]
    fn remove_apple_device_on_the_wire() {
        assert_wire(
            &RemoveAppleDevice::new("text"),
            "DELETE /users/me/apns_device_token",
            &[("token", "text")],
        );
    }

    #[test]
    fn add_android_device_on_the_wire() {
        assert_wire(
            &AddAndroidDevice::new("text"),
            "POST /users/me/android_gcm_reg_id",
            &[("token", "text")],
        );
    }

    #[test]
    fn remove_android_device_on_the_wire() {
        assert_wire(
            &RemoveAndroidDevice::new("text"),
            "DELETE /users/me/android_gcm_reg_id",
            &[("token", "text")],
        );
    }

    #[test]
    fn test_notification_on_the_wire() {
        let mut endpoint = TestNotification::new();
        endpoint.token = Some("text".to_owned());
        assert_wire(
            &endpoint,
            "POST /mobile_push/test_notification",
            &[("token", "text")],
        );
    }
}
