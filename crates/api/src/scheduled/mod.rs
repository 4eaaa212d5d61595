//! Messages that the server sends later, and reminders.

mod messages;
mod reminders;

pub use messages::{
    DeleteScheduledMessage, EditScheduledMessage, GetScheduledMessages, Recipient, ScheduleMessage,
    ScheduledMessage, ScheduledMessageNumber, ScheduledMessages,
};
pub use reminders::{
    CreateReminder, DeleteReminder, GetReminders, Reminder, ReminderNumber, Reminders,
};
