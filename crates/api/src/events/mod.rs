//! Event queues: what happens, as it happens.

mod delete_queue;
mod event;
mod get;
pub mod kinds;
mod register;
#[cfg(feature = "client")]
mod stream;

pub use delete_queue::DeleteQueue;
pub use event::{Event, EventKind, UnknownEvent};
pub use get::{Events, GetEvents};
pub use register::{Register, Registered};
#[cfg(feature = "client")]
pub use stream::{Contradiction, Ended, EventStream, Gap, Item, Position, Registration, State};
