//! The runner, with the simulated server at the other end.

mod answering;
mod failing;
mod resuming;
pub(crate) mod world;
