//! Files.

mod attachments;
mod upload;

pub use attachments::{
    Attachment, Attachments, DeleteAttachment, FileUrl, GetAttachments, GetFileUrl,
};
pub use upload::{UploadFile, Uploaded};
