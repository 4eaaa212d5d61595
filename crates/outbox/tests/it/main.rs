//! The outbox as others use it.

mod child;
mod delivering;
mod killing;
mod model;
mod opening;
mod operating;
mod processes;
mod real;
mod server;
mod support;
