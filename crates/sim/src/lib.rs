//! A simulated Zulip server in memory, on loopback: every test's other end, and what the demonstration shows.
//!
//! It answers as a real server did when its answers were recorded (the corpus lies in `tests/conformance`), and does
//! wrong on order: see [`Sim::fail`] and [`Fault`].

pub mod render;

mod accounts;
mod alert_words;
mod auth;
mod builder;
mod call;
mod clock;
mod conformance;
mod connection;
mod custom_emoji;
mod drafts;
mod emoji;
mod errors;
mod event_narrow;
mod events;
mod faults;
#[cfg(test)]
mod fuzz;
mod groups;
mod ids;
mod linkifiers;
mod message;
mod messages;
mod muting;
mod narrow;
mod organization;
mod outgoing;
mod own_settings;
mod page;
mod params;
mod personal;
mod presence;
mod profile_fields;
mod queues;
mod rate_limit;
mod register;
mod requests;
mod routes;
mod saved;
mod scheduled;
mod serve;
mod server_settings;
mod settings;
mod sim;
mod state;
mod storage;
mod streams;
mod topics;
mod typing;
mod uploads;
mod user_status;
mod users;

pub use builder::Builder;
pub use faults::{Fault, RetryAfter};
pub use message::Message;
pub use requests::RequestRecord;
pub use sim::{Credentials, Ordered, Sim};
