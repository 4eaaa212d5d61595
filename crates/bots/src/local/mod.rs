//! A bot in a small world in memory, with no server: what the shell and the test kit stand on.
//!
//! The world holds people, channels and messages with all that real ones have, keeps time, and answers those calls of the API
//! that bots make most. Any other call gets an honest error. A [`Session`] puts a bot into it, and tells the bot what a runner
//! would: a message that would not be handled on a server is not handled here.

mod answer;
mod deed;
mod find;
mod flags;
mod people;
mod session;
mod widget;
mod world;

pub use self::deed::{Deed, Deeds};
pub use self::people::{Channel, Somebody};
pub use self::session::{Session, Turn};
pub use self::widget::choices;
pub use self::world::{Time, World};
