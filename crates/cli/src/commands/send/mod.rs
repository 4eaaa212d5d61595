mod target;
mod text;

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use zulipkit_api::messages::{EditMessage, SendMessage};
use zulipkit_api::reactions::AddReaction;
use zulipkit_api::uploads::UploadFile;
use zulipkit_api::{Endpoint, Error, File, MessageId, Site, stored};
use zulipkit_diag::{Diagnostic, Result};
use zulipkit_markup::escape::{Place, at};
use zulipkit_markup::length;
use zulipkit_notify::{Limits, Outgoing};
use zulipkit_settings::Environment;

use super::account::AccountArgs;
use super::api::read_file;
use crate::queue;
use crate::server::{Server, explain};
use crate::ui::Ui;

/// Send a message and wait for the server's answer
///
/// The text comes from the arguments, a file or standard input. A topic that is too long is shortened, and stands whole in
/// the message; a text that is too long is split into several messages.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SendArgs {
    #[command(flatten)]
    text: text::TextArgs,
    #[command(flatten)]
    target: target::TargetArgs,
    /// Attach a file; may be given several times
    #[arg(long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Change the text of this message instead of sending a new one
    #[arg(long, value_name = "ID", conflicts_with_all = ["channels", "people", "queue", "on"])]
    edit: Option<u64>,
    /// React with this emoji to the message of `--on`
    #[arg(long, value_name = "EMOJI", requires = "on", conflicts_with_all = ["channels", "people", "queue", "words"])]
    react: Option<String>,
    /// The message to react to
    #[arg(long, value_name = "ID", requires = "react")]
    on: Option<u64>,
    /// Accept the message into the outbox and end at once; it is delivered in the background, and kept while Zulip is down
    #[arg(long, conflicts_with = "files")]
    queue: bool,
    /// Print the requests and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the server's answers, or the requests of a dry run, as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    account: AccountArgs,
}

const EXAMPLES: &str = "\
Examples:
  zulipkit send --channel alerts --topic backup \"All is well\"
  make 2>&1 | zulipkit send --channel builds --topic nightly --code
  zulipkit send --to ada@example.com,lee@example.com --file report.pdf \"The report\"
  zulipkit send --edit 1234 \"It was not so well\"
  zulipkit send --react tada --on 1234";

/// The name in the User-Agent.
const AGENT: &str = "ZulipSend";

impl SendArgs {
    pub(crate) fn run(self, ui: Ui) -> Result<()> {
        let environment = Environment::of_process();
        if let (Some(emoji), Some(message)) = (&self.react, self.on) {
            let reaction = AddReaction::new(MessageId(message), emoji.trim_matches(':'));
            return self.one(&reaction, "react to the message", &environment, ui);
        }
        let credentials = self.account.credentials(&environment)?;
        let limits = known_limits(&environment, &credentials.site);
        let places = match self.edit {
            Some(_) => Vec::new(),
            None => self.target.places(limits.topic)?,
        };
        let room = places
            .iter()
            .map(target::Place::room)
            .max()
            .unwrap_or_default();
        let Some(mut text) = self.text.read(limits.message - room)? else {
            ui.say("the text is empty, so nothing was sent");
            return Ok(());
        };
        if let Some(id) = self.edit {
            let [content] = text.parts.as_slice() else {
                return Err(Diagnostic::usage("an edited message cannot become several")
                    .hint("let `--long` cut or refuse it"));
            };
            let mut edit = EditMessage::new(MessageId(id));
            edit.content = Some(content.clone());
            return self.one(&edit, "change the message", &environment, ui);
        }
        if self.dry_run {
            let messages = places.iter().flat_map(|place| place.messages(&text.parts));
            let requests: Vec<Value> = messages
                .map(|message| request(&credentials.site, &message))
                .collect();
            show_requests(&requests, &self.files, self.json, ui);
            return Ok(());
        }
        if self.queue {
            return self.enqueue(&places, &text.parts, &environment, ui);
        }
        let server = Server::new(credentials, AGENT)?;
        self.attach(
            &server,
            &mut text.parts,
            text.whole.take(),
            limits.message - room,
            ui,
        )?;
        let mut answers = Vec::new();
        for message in places.iter().flat_map(|place| place.messages(&text.parts)) {
            let sent = server
                .send(&message)
                .map_err(|error| not_sent(&message, answers.len(), &error))?;
            if std::io::stderr().is_terminal() && !self.json {
                ui.say(format!(
                    "sent to {}: message {}",
                    place_of(&message),
                    sent.id
                ));
            }
            answers.push(json!({"id": sent.id, "to": place_of(&message)}));
        }
        if self.json {
            ui.json(&answers);
        }
        Ok(())
    }

    /// Sends an endpoint that is about one earlier message.
    fn one<E: Endpoint>(
        &self,
        endpoint: &E,
        doing: &str,
        environment: &Environment,
        ui: Ui,
    ) -> Result<()> {
        let credentials = self.account.credentials(environment)?;
        if self.dry_run {
            show_requests(&[request(&credentials.site, endpoint)], &[], self.json, ui);
            return Ok(());
        }
        let server = Server::new(credentials, AGENT)?;
        server
            .send(endpoint)
            .map_err(|error| explain(&format!("cannot {doing}"), &error))?;
        if self.json {
            ui.json(&json!([{"result": "success"}]));
        }
        Ok(())
    }

    /// Uploads the files and links them below the last part, or in one more where that has no room.
    fn attach(
        &self,
        server: &Server,
        parts: &mut Vec<String>,
        whole: Option<String>,
        limit: usize,
        ui: Ui,
    ) -> Result<()> {
        let mut files = Vec::new();
        if let Some(whole) = whole {
            files.push(File {
                name: "message.txt".to_owned(),
                bytes: whole.into_bytes(),
            });
        }
        for path in &self.files {
            files.push(read_file(path)?);
        }
        for file in files {
            ui.say(format!(
                "uploading {}, {} kB",
                file.name,
                file.bytes.len().div_ceil(1000)
            ));
            let name = file.name.clone();
            let uploaded = server.send(&UploadFile::new(file)).map_err(|error| {
                explain(&format!("cannot upload `{name}`; nothing was sent"), &error)
            })?;
            let label = at(Place::Label, &name);
            let link = format!("[{label}]({})", uploaded.url);
            match parts.last_mut() {
                Some(last) if length(last) + length(&link) < limit => {
                    last.push_str(&format!("\n{link}"));
                }
                _ => parts.push(link),
            }
        }
        Ok(())
    }

    fn enqueue(
        &self,
        places: &[target::Place],
        parts: &[String],
        environment: &Environment,
        ui: Ui,
    ) -> Result<()> {
        let identity = self.account.identity(environment)?;
        let outgoing = places
            .iter()
            .flat_map(|place| place.messages(parts))
            .map(|message| Outgoing {
                to: message.to,
                content: message.content,
                full_topic: None,
            });
        let ids =
            queue::accept_plain(&outgoing.collect::<Vec<_>>(), AGENT, &identity, environment)?;
        if self.json {
            ui.json(&ids);
        }
        Ok(())
    }
}

/// Returns the limits that the server once told, or those of every server.
fn known_limits(environment: &Environment, site: &Site) -> Limits {
    // Whoever never had anything queued has no outbox, and need not get one for this.
    queue::look(environment)
        .ok()
        .flatten()
        .and_then(|outbox| queue::limits(&outbox, site).ok())
        .unwrap_or_default()
}

fn request<E: Endpoint>(site: &Site, endpoint: &E) -> Value {
    let (name, body) = stored(endpoint);
    json!({"site": site.as_str(), "endpoint": name, "body": body})
}

fn show_requests(requests: &[Value], files: &[PathBuf], as_json: bool, ui: Ui) {
    if as_json {
        ui.json(&requests);
        return;
    }
    for path in files {
        ui.data(format!("POST /user_uploads with `{}`", path.display()));
    }
    for request in requests {
        let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
        ui.data(format!("{} at {}", text("endpoint"), text("site")));
        for (name, value) in request["body"].as_object().into_iter().flatten() {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            ui.data(format!("  {name}: {}", value.replace('\n', "\n    ")));
        }
    }
}

/// Words a failure, and says what was sent before it.
fn not_sent(message: &SendMessage, sent: usize, error: &Error) -> Diagnostic {
    let doing = format!("cannot send to {}", place_of(message));
    let diagnostic = explain(&doing, error);
    let diagnostic = if error.retry() == zulipkit_api::Retry::Unclear {
        diagnostic.hint("it may have arrived nevertheless: look before sending it again; `--queue` does that by itself")
    } else {
        diagnostic
    };
    match sent {
        0 => diagnostic,
        sent => diagnostic.hint(format!("{sent} of the messages were sent before")),
    }
}

fn place_of(message: &SendMessage) -> String {
    let outgoing = Outgoing {
        to: message.to.clone(),
        content: String::new(),
        full_topic: None,
    };
    outgoing.place()
}
