//! Addresses of video calls.

mod create;

pub use create::{Call, CreateBigBlueButtonCall, CreateZoomCall};
