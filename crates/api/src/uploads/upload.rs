//! `POST /user_uploads`

use serde::{Deserialize, Serialize};

endpoint! {
    /// Uploads a file, to be linked from a message.
    ///
    /// Its stored form is empty: the bytes are kept elsewhere, and go into [`Request::files`](crate::Request::files).
    pub struct UploadFile: POST "/user_uploads" -> Uploaded {
        file {
            /// The file. Servers take up to `max_file_upload_size_mib`.
            file as "filename",
        }
    }
}

/// Answers [`UploadFile`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire")]
#[non_exhaustive]
pub struct Uploaded {
    /// The address below the organization's, to be linked as `[name](url)`.
    pub url: String,
}

/// The server names the address twice, or by the old name alone before feature level 272.
#[derive(Deserialize)]
struct Wire {
    url: Option<String>,
    uri: Option<String>,
}

impl TryFrom<Wire> for Uploaded {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        let url = wire.url.or(wire.uri).ok_or("missing field `url`")?;
        Ok(Self { url })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::response;
    use crate::{File, Request, stored};

    #[test]
    fn the_file_goes_beside_the_parameters() {
        let file = File {
            name: "hello.txt".to_owned(),
            bytes: b"hello\n".to_vec(),
        };
        let endpoint = UploadFile::new(file.clone());
        let request = Request::of(&endpoint);
        assert_eq!(
            (request.path.as_str(), request.params.len()),
            ("/user_uploads", 0)
        );
        assert_eq!(request.files, [file]);
        assert_eq!(stored(&endpoint).1.len(), 0);
    }

    #[test]
    fn the_address_is_found_under_its_old_name_too() {
        for answer in [
            r#"{"uri": "/user_uploads/1/a/x", "url": "/user_uploads/1/a/x", "filename": "x"}"#,
            r#"{"uri": "/user_uploads/1/a/x"}"#,
        ] {
            assert_eq!(response::<Uploaded>(answer).url, "/user_uploads/1/a/x");
        }
    }
}
