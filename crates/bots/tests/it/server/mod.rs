//! Bots behind outgoing webhooks, with the simulated server at the other end.

mod answering;
mod failing;
mod fuzz;
mod refusing;
mod restarting;
mod world;
