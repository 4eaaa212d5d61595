mod deploy;
mod server;
