//! The bot server as a program, with the simulated server at the other end.

mod enduring;
mod serving;
mod world;
