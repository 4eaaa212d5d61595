mod server;
mod storage;
