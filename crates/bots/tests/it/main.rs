mod runner;
mod server;
mod storage;
mod testkit;
