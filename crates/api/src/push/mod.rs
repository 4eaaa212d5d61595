//! Notices on mobile devices.

mod devices;

pub use devices::{
    AddAndroidDevice, AddAppleDevice, RemoveAndroidDevice, RemoveAppleDevice, TestNotification,
};
