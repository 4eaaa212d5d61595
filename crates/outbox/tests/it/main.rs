//! The outbox as others use it.

mod delivering;
mod opening;
mod operating;
mod server;
mod support;
