/// What is said about a build, and what becomes of it.
mod events;
/// What the settings file says can be used.
mod examples;
/// Facts in, messages out.
mod messages;
/// The stand-in for Jenkins.
pub(crate) mod standin;
/// The watcher, request by request.
mod watch;
