//! The outbox as others use it.

mod child;
mod delivering;
mod holding;
mod killing;
mod model;
mod opening;
mod operating;
mod processes;
mod reading_back;
mod real;
mod scene;
mod server;
mod support;
