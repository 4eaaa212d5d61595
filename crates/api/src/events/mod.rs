//! Event queues: what happens, as it happens.

mod delete_queue;
mod get;
mod register;

pub use delete_queue::DeleteQueue;
pub use get::{Event, Events, GetEvents};
pub use register::{Register, Registered};
