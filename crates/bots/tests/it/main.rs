mod runner;
mod server;
