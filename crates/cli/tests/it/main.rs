//! The program as its users meet it: real Git, real processes, the simulated server as the other end.

mod world;

// What each module is about:

/// A push becomes a message: at once, later, once.
mod push;

/// What a hook's call costs: processes, threads, sockets.
mod hot_path;

/// What is broken around the hook, and what it says then.
mod broken;

/// The commands that people type.
mod commands;

/// send, api, doctor, and the names of the old tools.
mod doors;

/// Commits to a real Subversion repository.
mod svn;

/// Commits to a real CVS repository.
mod cvs;

/// Pushes to a real Mercurial repository.
mod hg;

/// Pushes to a real Fossil server.
mod fossil;

/// A real Hubot, with its adapter.
mod hubot;

/// Bots that run as processes, and are killed.
mod bots;

/// Bots behind outgoing webhooks, served by the program.
mod botserver;

/// Bots that are tried without a server, and new ones.
mod trying;

/// Real branches of Breezy, with the plugin.
mod bzr;
/// A real Trac, its tickets saved by scripts and in a browser.
mod trac;

/// Jenkins: a watcher, and steps of builds.
mod jenkins;

/// A stand-in for Jenkins, which the tests of the integrations have too.
#[path = "../../../integrations/tests/it/jenkins/standin.rs"]
#[expect(dead_code, reason = "each of the two test programs uses some of it")]
mod standin;

/// The book's commands run and its settings are read.
mod book;

/// What holds for the whole workspace and is easily forgotten.
mod workspace;
