//! A simulated Zulip server in memory, on loopback: every test's other end, and what the demonstration shows.
//!
//! It answers as a real server did when its answers were recorded (the corpus lies in `tests/conformance`), and does
//! wrong on order: see [`Sim::fail`] and [`Fault`].

pub mod render;

mod accounts;
mod auth;
mod builder;
mod call;
mod clock;
mod conformance;
mod connection;
mod emoji;
mod errors;
mod event_narrow;
mod events;
mod faults;
mod ids;
mod message;
mod messages;
mod narrow;
mod organization;
mod outgoing;
mod page;
mod params;
mod queues;
mod rate_limit;
mod register;
mod requests;
mod routes;
mod serve;
mod server_settings;
mod settings;
mod sim;
mod storage;
mod streams;
mod topics;
mod typing;
mod uploads;
mod users;

pub use builder::Builder;
pub use faults::{Fault, RetryAfter};
pub use message::Message;
pub use requests::RequestRecord;
pub use sim::{Credentials, Ordered, Sim};
