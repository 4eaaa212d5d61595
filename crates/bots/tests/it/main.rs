mod conversing;
mod deploy;
mod runner;
mod server;
mod storage;
mod testkit;
