//! Polls and buttons.

mod buttons;
mod poll;

pub use self::buttons::{Buttons, Choice};
pub use self::poll::{Poll, Votes};
