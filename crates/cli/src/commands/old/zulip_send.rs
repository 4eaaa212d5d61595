use std::ffi::OsString;
use std::io::Read as _;

use clap::Parser;
use zulipkit_api::messages::{SendMessage, To};
use zulipkit_settings::Environment;

use super::account::OldAccountArgs;
use crate::server::Server;
use crate::ui::Ui;

const NAME: &str = "zulip-send";

/// Sends a message specified at the command line or on standard input
#[derive(Debug, Parser)]
#[command(name = NAME, infer_long_args = true)]
struct ZulipSend {
    /// E-mail addresses of the recipients; else a stream and a subject
    recipients: Vec<String>,
    /// The channel
    #[arg(short, long)]
    stream: Option<String>,
    /// The topic
    #[arg(short = 'S', long)]
    subject: Option<String>,
    /// The text; without it standard input
    #[arg(short, long)]
    message: Option<String>,
    #[command(flatten)]
    account: OldAccountArgs,
}

/// Returns the exit code: 0 sent, 1 not sent, 2 wrong use.
pub(super) fn run(arguments: &[OsString]) -> u8 {
    match super::parse::<ZulipSend>(NAME, arguments) {
        Ok(call) => call.run(Ui::new(false)),
        Err(code) => code,
    }
}

impl ZulipSend {
    fn run(&self, ui: Ui) -> u8 {
        let to = match self.to() {
            Ok(to) => to,
            Err(problem) => return super::wrong_use::<Self>(NAME, problem),
        };
        let content = match self.content() {
            Ok(content) => content,
            Err(error) => return log_error(ui, &error.to_string()),
        };
        if self.account.verbose {
            let place = match (&self.stream, &self.subject) {
                (Some(stream), Some(subject)) => format!("stream '{stream}', subject '{subject}'"),
                _ => format!("{:?}", self.recipients),
            };
            ui.talk(format!("INFO:{NAME}:Sending message to {place}... "));
        }
        let agent = self.account.client.as_deref().unwrap_or("ZulipSend");
        let sent = self
            .account
            .credentials(&Environment::of_process())
            .and_then(|credentials| Server::new(credentials, agent))
            .map_err(|error| error.one_line())
            .and_then(|server| {
                let message = SendMessage::new(to, content);
                server.send(&message).map_err(|error| super::words(&error))
            });
        match sent {
            Ok(_) => {
                if self.account.verbose {
                    ui.talk(format!("INFO:{NAME}:Message sent."));
                }
                0
            }
            Err(words) => log_error(ui, &words),
        }
    }

    fn to(&self) -> Result<To, &'static str> {
        match (self.recipients.as_slice(), &self.stream, &self.subject) {
            ([_, ..], None, None) => Ok(To::emails(self.recipients.iter().cloned())),
            ([_, ..], ..) => Err("You cannot specify both a username and a stream/subject."),
            ([], Some(stream), Some(subject)) => Ok(To::channel(stream.as_str(), subject)),
            ([], None, None) => Err("You must specify a stream/subject or at least one recipient."),
            ([], ..) => Err("Stream messages must have a subject"),
        }
    }

    fn content(&self) -> std::io::Result<String> {
        if let Some(message) = self.message.as_ref().filter(|message| !message.is_empty()) {
            return Ok(message.clone());
        }
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).replace('\0', ""))
    }
}

fn log_error(ui: Ui, words: &str) -> u8 {
    ui.talk(format!("ERROR:{NAME}:{words}"));
    1
}
