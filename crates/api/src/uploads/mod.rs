//! Files.

mod upload;

pub use upload::{UploadFile, Uploaded};
