mod client;
mod conversing;
mod deploy;
mod hosts;
mod runner;
mod server;
mod storage;
mod testkit;
