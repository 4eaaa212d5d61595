mod runner;
mod server;
mod testkit;
