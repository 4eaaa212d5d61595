//! The outbox as others use it.

mod delivering;
mod opening;
mod server;
mod support;
