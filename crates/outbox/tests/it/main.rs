//! The outbox as others use it.

mod child;
mod delivering;
mod killing;
mod opening;
mod operating;
mod server;
mod support;
