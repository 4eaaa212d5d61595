//! `GET /attachments`, `DELETE /attachments/{attachment_id}`, `GET /user_uploads/{realm_id_str}/{filename}`

use serde_json::Value;

use crate::{AttachmentId, Empty};

endpoint! {
    /// Returns the files that one has uploaded.
    pub struct GetAttachments: GET "/attachments" -> Attachments {}
}

endpoint! {
    /// Deletes a file that one has uploaded.
    pub struct DeleteAttachment: DELETE "/attachments/{attachment_id}" -> Empty {
        required {
            /// The file.
            attachment_id: AttachmentId,
        }
    }
}

endpoint! {
    /// Returns an address at which a file can be read for a minute without credentials; since feature level 1.
    ///
    /// The two parts are those of the file's own address, `/user_uploads/{realm_id_str}/{filename}`.
    pub struct GetFileUrl: GET "/user_uploads/{realm_id_str}/{filename}" -> FileUrl {
        required {
            /// The number of the organization.
            realm_id_str: u64,
            /// All that follows it, folders and name.
            filename: String,
        }
    }
}

object! {
    /// Answers [`GetAttachments`].
    pub struct Attachments {
        required {
            /// The files.
            attachments: Vec<Attachment>,
        }
        default {
            /// How many bytes all files of the organization take.
            upload_space_used: u64,
        }
    }
}

object! {
    /// A file that was uploaded.
    pub struct Attachment {
        required {
            /// Its number.
            id: AttachmentId,
        }
        default {
            /// Its name.
            name: String,
            /// Its path below `/user_uploads/`.
            path_id: String,
            /// How many bytes it has.
            size: u64,
            /// The messages that link to it, as the server describes them.
            messages: Vec<Value>,
        }
        optional {
            /// When it was uploaded: in milliseconds since 1970 before feature level 443, in seconds since then.
            create_time: i64,
        }
    }
}

object! {
    /// Answers [`GetFileUrl`].
    pub struct FileUrl {
        required {
            /// The address below the organization's.
            url: String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_attachments_on_the_wire() {
        assert_wire(&GetAttachments::new(), "GET /attachments", &[]);
    }

    #[test]
    fn delete_attachment_on_the_wire() {
        assert_wire(
            &DeleteAttachment::new(AttachmentId(7)),
            "DELETE /attachments/7",
            &[],
        );
    }

    #[test]
    fn get_file_url_on_the_wire() {
        assert_wire(
            &GetFileUrl::new(5u64, "2d/pay.txt"),
            "GET /user_uploads/5/2d%2Fpay.txt",
            &[],
        );
    }
}
