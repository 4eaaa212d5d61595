//! Who is addressed: which messages are a bot's business, and what their text is without the mention.

mod mention;
mod rules;

pub use self::mention::{Mention, mentions};
pub use self::rules::{Groups, Listen, Position};
