#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod block;
mod code;
pub mod escape;
mod fence;
mod link;
mod mention;
mod split;
mod topic;
pub mod value;
mod write;

pub use block::{block, quote_block, quote_markdown};
pub use code::{code, code_block};
pub use link::{link, url};
pub use mention::{mention, silent_mention, spoiler, time};
pub use split::{cut, split};
pub use topic::topic;
pub use write::write;

/// Counts a text as the server does for its limits: in code points, of the text as it is sent.
pub fn length(text: &str) -> usize {
    text.chars().count()
}
