/// What is said about a build, and what becomes of it.
mod events;
/// What the settings file says can be used.
mod examples;
/// Facts in, messages out.
mod messages;
/// The stand-in for Jenkins.
#[expect(dead_code, reason = "each of the two test programs uses some of it")]
mod standin;
/// The watcher, request by request.
mod watch;
