//! Uploaded files: who may read them, and the temporary URLs that need no credentials.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Body,
    http::{Response, StatusCode, header},
    response::IntoResponse as _,
};
use rand::{Rng as _, distr::Alphanumeric};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    call::{Outcome, Request, done, success},
    errors::ApiError,
    events::Audience,
    ids::{MessageId, UserId},
    messages::Message,
    organization::Organization,
    params::File,
};

/// A stored file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Upload {
    id: u64,
    owner: UserId,
    file: File,
    created: u64,
    messages: BTreeSet<MessageId>,
}

/// All files, by the path below `/user_uploads/`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Uploads {
    files: BTreeMap<String, Upload>,
    temporary: BTreeMap<String, String>,
}

impl Uploads {
    /// Bytes in all files.
    fn size(&self) -> usize {
        let files = self.files.values();
        files.map(|upload| upload.file.bytes.len()).sum()
    }

    /// Notes which files a message links to, since its readers may read them, and returns their paths.
    fn claim(&mut self, message: &Message) -> Vec<String> {
        let mut claimed = Vec::new();
        if message.content.contains("/user_uploads/") {
            for (path, upload) in &mut self.files {
                if message.content.contains(&format!("/user_uploads/{path}")) {
                    upload.messages.insert(message.id);
                    claimed.push(path.clone());
                }
            }
        }
        claimed
    }
}

/// POST /user_uploads
pub(crate) fn upload(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let owner = request.user()?;
    let file = match request.call.files.as_slice() {
        [] => return Err(ApiError::bad("You must specify a file to upload")),
        [file] => file.clone(),
        _ => return Err(ApiError::bad("You may only upload one file at a time")),
    };
    let limit = organization.settings.max_file_size;
    if file.bytes.len() > limit * 1024 * 1024 {
        return Err(ApiError::bad(format!(
            "File is larger than this server's configured maximum upload size ({limit} MiB)."
        )));
    }
    let id = organization.next_id();
    let path = format!("2/{}/{}", token(), safe_name(&file.name));
    let name = file.name.clone();
    let upload = Upload {
        id,
        owner,
        file,
        created: organization.now(),
        messages: BTreeSet::new(),
    };
    organization.uploads.files.insert(path.clone(), upload);
    organization.publish_attachment("add", &path);
    let url = format!("/user_uploads/{path}");
    success(json!({"url": url, "uri": url, "filename": name}))
}

/// GET /user_uploads/{rest}, below `/api/v1`: a URL that works without credentials for a while.
pub(crate) fn temporary_url(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let path = request.name(0).to_owned();
    let upload = organization.readable_upload(request.user()?, &path)?;
    let url = format!("{}/{}", token(), safe_name(&upload.file.name));
    organization.uploads.temporary.insert(url.clone(), path);
    success(json!({"url": format!("/user_uploads/temporary/{url}")}))
}

/// GET /attachments
pub(crate) fn list(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let user = request.user()?;
    let mine = organization
        .uploads
        .files
        .iter()
        .filter(|(_, upload)| upload.owner == user);
    let attachments: Vec<Value> = mine
        .map(|(path, upload)| organization.attachment_json(path, upload))
        .collect();
    let used = organization.uploads.size();
    success(json!({"attachments": attachments, "upload_space_used": used}))
}

/// DELETE /attachments/{id}
pub(crate) fn delete(organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let (user, id) = (request.user()?, request.id(0));
    let files = &mut organization.uploads.files;
    let before = files.len();
    files.retain(|_, upload| upload.id != id || upload.owner != user);
    if files.len() == before {
        return Err(ApiError::bad("Invalid attachment"));
    }
    let event = json!({
        "type": "attachment", "op": "remove", "attachment": {"id": id},
        "upload_space_used": organization.uploads.size(),
    });
    organization.publish(Audience::User(user), event);
    done()
}

/// GET /user_uploads/…, outside of the API: the file itself. `user` is none without credentials.
pub(crate) fn read(
    organization: &Organization,
    user: Option<UserId>,
    path: &str,
) -> Result<Response<Body>, ApiError> {
    if let Some(url) = path.strip_prefix("temporary/") {
        let upload = organization
            .uploads
            .temporary
            .get(url)
            .and_then(|path| organization.uploads.files.get(path));
        let upload = upload.ok_or(ApiError::Page(StatusCode::BAD_REQUEST))?;
        return Ok(file_response(upload));
    }
    let Some(user) = user else {
        organization
            .uploads
            .files
            .get(path)
            .ok_or_else(ApiError::no_page)?;
        let login = format!("/devlogin/?next=/user_uploads/{path}");
        return Ok((StatusCode::FOUND, [(header::LOCATION, login)]).into_response());
    };
    organization.readable_upload(user, path).map(file_response)
}

fn file_response(upload: &Upload) -> Response<Body> {
    let kind = upload
        .file
        .content_type
        .clone()
        .unwrap_or_else(|| "application/octet-stream".to_owned());
    let disposition = format!("attachment; filename=\"{}\"", safe_name(&upload.file.name));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition),
        // A file is somebody's text: no browser may take it for a page of ours.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (StatusCode::OK, headers, upload.file.bytes.clone()).into_response()
}

impl Organization {
    /// Gives the readers of a new message the files that it links to.
    pub(crate) fn claim_uploads(&mut self, id: MessageId) {
        let Some(message) = self.messages.get(&id) else {
            return;
        };
        for path in self.uploads.claim(message) {
            self.publish_attachment("update", &path);
        }
    }

    fn attachment_json(&self, path: &str, upload: &Upload) -> Value {
        let messages = upload
            .messages
            .iter()
            .filter_map(|id| self.messages.get(id));
        let messages = messages
            .map(|message| json!({"id": message.id, "date_sent": message.timestamp * 1000}));
        json!({
            "id": upload.id, "name": upload.file.name, "path_id": path, "size": upload.file.bytes.len(),
            "create_time": upload.created * 1000, "messages": messages.collect::<Vec<_>>(),
        })
    }

    /// Tells the owner of a file.
    fn publish_attachment(&mut self, operation: &str, path: &str) {
        let Some(upload) = self.uploads.files.get(path) else {
            return;
        };
        let event = json!({
            "type": "attachment", "op": operation, "attachment": self.attachment_json(path, upload),
            "upload_space_used": self.uploads.size(),
        });
        self.publish(Audience::User(upload.owner), event);
    }

    /// The file, if it is this user's or stands in a message that they may see.
    fn readable_upload(&self, user: UserId, path: &str) -> Result<&Upload, ApiError> {
        let upload = self.uploads.files.get(path).ok_or_else(ApiError::no_page)?;
        let shown = upload
            .messages
            .iter()
            .filter_map(|id| self.messages.get(id));
        if upload.owner == user || shown.into_iter().any(|message| self.may_see(user, message)) {
            Ok(upload)
        } else {
            Err(ApiError::Page(StatusCode::FORBIDDEN))
        }
    }
}

fn token() -> String {
    rand::rng()
        .sample_iter(Alphanumeric)
        .take(24)
        .map(char::from)
        .collect()
}

/// A name as it stands in a URL: letters, digits and a few signs.
fn safe_name(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|sign| if sign.is_whitespace() { '-' } else { sign })
        .collect();
    let kept: String = name
        .chars()
        .filter(|sign| sign.is_alphanumeric() || matches!(sign, '.' | '-' | '_'))
        .collect();
    if kept.trim_matches('.').is_empty() {
        "uploaded-file".to_owned()
    } else {
        kept
    }
}
