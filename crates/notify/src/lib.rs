//! From an event to a message: routes decide where it goes, templates how it is worded.

mod event;
mod markup;
mod message;
mod rules;
mod settings;
mod template;
mod vocabulary;

pub use event::Event;
pub use message::{Channel, Destination, Outgoing, Person};
pub use rules::{Decision, Limits, Rendered, Rules};
pub use settings::{Matcher, Pattern, Route, Source, Templates, When};
pub use vocabulary::{Kind, Product, Text, Vocabulary};
