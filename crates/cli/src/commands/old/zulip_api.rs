use std::ffi::OsString;

use clap::{Parser, Subcommand};
use serde_json::{Map, Value, json};
use zulipkit_api::messages::{EditMessage, SendMessage, To};
use zulipkit_api::reactions::{AddReaction, RemoveReaction};
use zulipkit_api::{Endpoint, MessageId, Request};
use zulipkit_diag::Result;
use zulipkit_settings::{Account, Environment};

use crate::server::Server;
use crate::ui::Ui;

const NAME: &str = "zulip-api";

/// Calls the Zulip API
///
/// The account is read from `~/zuliprc`, as the old tool did, or from where the other commands read it. The answer is
/// printed as JSON.
#[derive(Debug, Parser)]
#[command(name = NAME, infer_long_args = true)]
struct ZulipApi {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sends a message and optionally prints status about the same
    SendMessage {
        /// E-mail addresses; else a stream and a subject
        recipients: Vec<String>,
        /// The channel
        #[arg(short, long)]
        stream: Option<String>,
        /// The topic
        #[arg(short = 'S', long)]
        subject: Option<String>,
        /// The text
        #[arg(short, long)]
        message: String,
    },
    /// Updates a message by its id
    UpdateMessage {
        id: u64,
        #[arg(short, long)]
        message: String,
    },
    /// Deletes a message by its id
    DeleteMessage { id: u64 },
    /// Adds a reaction to a message
    AddReaction { id: u64, emoji_name: String },
    /// Removes a reaction from a message
    RemoveReaction { id: u64, emoji_name: String },
    /// Prints the history of a message's edits
    GetMessageHistory { id: u64 },
    /// Marks all messages as read
    MarkAllAsRead,
    /// Prints the channels that one is subscribed to
    GetSubscriptions,
}

/// Returns the exit code: 0 done, 1 failed, 2 wrong use.
pub(super) fn run(arguments: &[OsString]) -> u8 {
    let call = match super::parse::<ZulipApi>(NAME, arguments) {
        Ok(call) => call,
        Err(code) => return code,
    };
    let ui = Ui::new(false);
    match call.command.request() {
        Err(problem) => {
            ui.data(problem);
            1
        }
        Ok(request) => match send(&request) {
            Ok(answer) => {
                ui.json(&answer);
                0
            }
            Err(words) => {
                ui.data(format!("ERROR:zulip-cli:{words}"));
                1
            }
        },
    }
}

fn send(request: &Request) -> Result<Map<String, Value>, String> {
    let environment = Environment::of_process();
    let old = environment
        .home()
        .map(|home| home.join("zuliprc"))
        .filter(|path| path.exists());
    let account = Account {
        zuliprc: old,
        ..Account::default()
    };
    let credentials = account
        .credentials(None, &environment)
        .map_err(|error| error.one_line())?;
    let server = Server::new(credentials, "ZulipApi").map_err(|error| error.one_line())?;
    server.call(request).map_err(|error| super::words(&error))
}

impl Command {
    fn request(&self) -> Result<Request, &'static str> {
        Ok(match self {
            Self::SendMessage {
                recipients,
                stream,
                subject,
                message,
            } => {
                let to = match (recipients.as_slice(), stream, subject) {
                    ([_, ..], Some(_), _) => {
                        return Err("You cannot specify both a username and a stream/subject.");
                    }
                    ([_, ..], None, _) => To::emails(recipients.iter().cloned()),
                    ([], Some(stream), Some(subject)) => To::channel(stream.as_str(), subject),
                    ([], None, None) => {
                        return Err("You must specify a stream/subject or at least one recipient.");
                    }
                    ([], ..) => return Err("Stream messages must have a subject"),
                };
                Request::of(&SendMessage::new(to, message))
            }
            Self::UpdateMessage { id, message } => {
                let mut edit = EditMessage::new(MessageId(*id));
                edit.content = Some(message.clone());
                Request::of(&edit)
            }
            Self::DeleteMessage { id } => {
                of(&zulipkit_api::messages::DeleteMessage::new(MessageId(*id)))
            }
            Self::AddReaction { id, emoji_name } => {
                of(&AddReaction::new(MessageId(*id), emoji_name))
            }
            Self::RemoveReaction { id, emoji_name } => {
                let mut remove = RemoveReaction::new(MessageId(*id));
                remove.emoji_name = Some(emoji_name.clone());
                of(&remove)
            }
            Self::GetMessageHistory { id } => plain(
                "GET /messages/{message_id}/history",
                json!({"message_id": id}),
            ),
            Self::MarkAllAsRead => plain("POST /mark_all_as_read", json!({})),
            Self::GetSubscriptions => plain("GET /users/me/subscriptions", json!({})),
        })
    }
}

fn of<E: Endpoint>(endpoint: &E) -> Request {
    Request::of(endpoint)
}

/// Builds the request of an endpoint that has no struct of its own.
fn plain(endpoint: &str, body: Value) -> Request {
    let Value::Object(body) = body else {
        unreachable!("the bodies above are objects")
    };
    Request::from_parts(endpoint, &body).expect("the paths above name what the bodies have")
}
