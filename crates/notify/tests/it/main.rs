//! One binary for all integration tests of the crate.

mod check;
mod hostile;
mod open;
mod rendering;
mod routing;
mod world;
