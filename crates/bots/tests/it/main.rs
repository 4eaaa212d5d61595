mod server;
mod testkit;
