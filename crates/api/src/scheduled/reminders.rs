//! `GET /reminders`, `POST /reminders`, `DELETE /reminders/{reminder_id}`

use crate::{Empty, MessageId, ReminderId};

endpoint! {
    /// Returns one's reminders that wait for their time; since feature level 399.
    pub struct GetReminders: GET "/reminders" -> Reminders {}
}

endpoint! {
    /// Lets the server remind one of a message; since feature level 381.
    pub struct CreateReminder: POST "/reminders" -> ReminderNumber {
        required {
            /// The message.
            message_id: MessageId,
            /// When, in seconds since 1970.
            scheduled_delivery_timestamp: i64,
        }
        optional {
            /// A few words of one's own; since feature level 415.
            note: String,
        }
    }
}

endpoint! {
    /// Takes back a reminder; since feature level 399.
    pub struct DeleteReminder: DELETE "/reminders/{reminder_id}" -> Empty {
        required {
            /// The reminder.
            reminder_id: ReminderId,
        }
    }
}

object! {
    /// A reminder that waits for its time.
    pub struct Reminder {
        required {
            /// Its number.
            reminder_id: ReminderId,
            /// When it comes, in seconds since 1970.
            scheduled_delivery_timestamp: i64,
            /// The message of which it reminds.
            reminder_target_message_id: MessageId,
        }
        default {
            /// What it will say, in Markdown.
            content: String,
            /// Whether it could not be sent.
            failed: bool,
        }
    }
}

object! {
    /// Answers [`GetReminders`].
    pub struct Reminders {
        required {
            /// The reminders.
            reminders: Vec<Reminder>,
        }
    }
}

object! {
    /// Answers [`CreateReminder`].
    pub struct ReminderNumber {
        required {
            /// The number.
            reminder_id: ReminderId,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_reminders_on_the_wire() {
        assert_wire(&GetReminders::new(), "GET /reminders", &[]);
    }

    #[test]
    fn create_reminder_on_the_wire() {
        let mut endpoint = CreateReminder::new(MessageId(7), 5);
        endpoint.note = Some("text".to_owned());
        assert_wire(
            &endpoint,
            "POST /reminders",
            &[
                ("message_id", "7"),
                ("note", "text"),
                ("scheduled_delivery_timestamp", "5"),
            ],
        );
    }

    #[test]
    fn delete_reminder_on_the_wire() {
        assert_wire(
            &DeleteReminder::new(ReminderId(7)),
            "DELETE /reminders/7",
            &[],
        );
    }
}
