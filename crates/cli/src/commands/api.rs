use std::path::Path;

use clap::Args;
use serde_json::{Map, Value, json};
use zulipkit_api::{File, Method, Request};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_settings::Environment;

use super::account::AccountArgs;
use crate::server::{Server, explain};
use crate::ui::Ui;

/// Call any endpoint of Zulip's REST API
///
/// The answer is printed as the server gave it, as JSON. Parameters are `name=text`, `name:=json`, or `name@file` for a file.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ApiArgs {
    /// GET, POST, PUT, PATCH or DELETE
    #[arg(value_name = "METHOD", value_parser = method)]
    method: Method,
    /// The path below `/api/v1`, such as `messages/12`
    #[arg(value_name = "PATH")]
    path: String,
    /// The parameters
    #[arg(value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// With GET messages: ask until there are no more, and print a line for each message, the oldest first
    #[arg(long)]
    all: bool,
    /// Print the request and send nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    account: AccountArgs,
}

const EXAMPLES: &str = "\
Examples:
  zulipkit api GET users/me
  zulipkit api POST messages type=stream to:='\"commits\"' topic=hello content=Hi
  zulipkit api GET messages --all narrow:='[{\"operator\": \"channel\", \"operand\": \"commits\"}]'
  zulipkit api POST user_uploads file@report.pdf";

/// How many messages are asked for at once; the server allows 5,000.
const PAGE: u64 = 1_000;

impl ApiArgs {
    pub(crate) fn run(self, ui: Ui) -> Result<()> {
        let (body, files) = parameters(&self.parameters)?;
        let mut request = self.request(&body)?;
        request.files = files;
        let environment = Environment::of_process();
        let credentials = self.account.credentials(&environment)?;
        if self.dry_run {
            let url = credentials.site.api(&request.path);
            ui.json(&json!({"method": request.method.as_str(), "url": url, "parameters": body}));
            return Ok(());
        }
        let server = Server::new(credentials, "ZulipApi")?;
        if self.all {
            return self.every_message(&server, body, ui);
        }
        ui.json(&call(&server, &request)?);
        Ok(())
    }

    fn request(&self, body: &Map<String, Value>) -> Result<Request> {
        let path = self
            .path
            .trim_start_matches('/')
            .trim_start_matches("api/v1/");
        // Braces would name a parameter, which no real path does.
        if path.contains(['{', '}', '?', '#']) {
            return Err(Diagnostic::usage(format!("`{}` is no path", self.path))
                .hint("parameters stand behind it, as `name=value`"));
        }
        Request::from_parts(&format!("{} /{path}", self.method), body)
            .map_err(|cause| Diagnostic::usage("cannot make this request").source(&cause))
    }

    /// Follows the pages of `GET /messages` from the oldest on, or from the anchor that is given.
    fn every_message(&self, server: &Server, mut body: Map<String, Value>, ui: Ui) -> Result<()> {
        if self.method != Method::Get || self.path.trim_matches('/') != "messages" {
            return Err(Diagnostic::usage("`--all` goes with `GET messages` alone"));
        }
        body.entry("anchor").or_insert_with(|| json!("oldest"));
        body.insert("num_before".to_owned(), json!(0));
        body.insert("num_after".to_owned(), json!(PAGE));
        loop {
            let answer = call(server, &self.request(&body)?)?;
            let messages = answer
                .get("messages")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            for message in &messages {
                ui.data(message.to_string());
            }
            let last = messages
                .last()
                .and_then(|message| message.get("id").cloned());
            match (answer.get("found_newest"), last) {
                (Some(Value::Bool(false)), Some(id)) => {
                    body.insert("anchor".to_owned(), id);
                    body.insert("include_anchor".to_owned(), json!(false));
                }
                _ => return Ok(()),
            }
        }
    }
}

fn call(server: &Server, request: &Request) -> Result<Map<String, Value>> {
    let doing = format!("cannot {} {}", request.method, request.path);
    server
        .call(request)
        .map_err(|error| explain(&doing, &error))
}

fn method(text: &str) -> Result<Method, String> {
    text.parse()
        .map_err(|()| "it is none of GET, POST, PUT, PATCH and DELETE".to_owned())
}

/// Reads the parameters; the first of the three marks decides what one is.
fn parameters(texts: &[String]) -> Result<(Map<String, Value>, Vec<File>)> {
    let (mut body, mut files) = (Map::new(), Vec::new());
    for text in texts {
        let wrong = || {
            Diagnostic::usage(format!("`{text}` is no parameter"))
                .hint("write `name=text`, `name:=json` or `name@file`")
        };
        let at = text.find(['=', ':', '@']).ok_or_else(wrong)?;
        let (name, rest) = text.split_at(at);
        if name.is_empty() {
            return Err(wrong());
        }
        if let Some(path) = rest.strip_prefix('@') {
            files.push(read_file(Path::new(path))?);
        } else if let Some(json) = rest.strip_prefix(":=") {
            let value = serde_json::from_str(json).map_err(|cause| wrong().source(&cause))?;
            body.insert(name.to_owned(), value);
        } else {
            let value = rest.strip_prefix('=').ok_or_else(wrong)?;
            body.insert(name.to_owned(), json!(value));
        }
    }
    Ok((body, files))
}

/// Reads a file to be uploaded under its own name.
pub(super) fn read_file(path: &Path) -> Result<File> {
    let failed = || Diagnostic::failed(format!("cannot upload `{}`", path.display()));
    let name = path
        .file_name()
        .ok_or_else(|| failed().cause("it is no file"))?;
    Ok(File {
        name: name.to_string_lossy().into_owned(),
        bytes: std::fs::read(path).map_err(|cause| failed().source(&cause))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_text_json_or_files() {
        let texts = ["a=x=y", "b:=[1, 2]", "c=", "d=e@f"].map(str::to_owned);
        let (body, files) = parameters(&texts).unwrap();
        assert_eq!(
            Value::Object(body),
            json!({"a": "x=y", "b": [1, 2], "c": "", "d": "e@f"})
        );
        assert!(files.is_empty());
        for wrong in ["a", "=x", "b:=[", "b:x", "f@/no/such/file"] {
            assert!(parameters(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
