//! The runner, with the simulated server at the other end.

mod answering;
mod book;
mod failing;
mod resuming;
mod stopping;
pub(crate) mod world;
