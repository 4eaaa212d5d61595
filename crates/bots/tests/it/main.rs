mod deploy;
mod conversing;
mod runner;
mod server;
mod storage;
mod testkit;
