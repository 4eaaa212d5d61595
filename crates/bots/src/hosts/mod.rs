//! Bots in any language: programs that speak JSON lines on their standard input and output.
//!
//! ```text
//! protocol.rs   what the lines say          process: program.rs, remote.rs   a program as a bot, kept running
//! lines.rs      lines of bounded length     guest.rs, wire.rs                the other side: a bot as a program
//! link.rs       one connection              parent.rs                        the program that started this one
//! log.rs        standard error
//! requests.rs   what programs ask for
//! ```
//!
//! The book's page about JSON lines is the specification.

mod guest;
mod lines;
mod link;
mod log;
mod parent;
mod program;
mod protocol;
mod remote;
mod requests;
mod wire;

pub use self::guest::serve;
pub use self::lines::LONGEST_LINE;
pub use self::link::IN_FLIGHT;
pub use self::parent::Parent;
pub use self::program::Program;
pub use self::protocol::PROTOCOL;
pub use self::remote::Process;
