//! The simulator from outside: recorded scenarios, faults, the page.

mod client;
mod clients;
mod conformance;
mod events;
mod faults;
mod page;
mod render;
mod server;
mod state;
mod time;
