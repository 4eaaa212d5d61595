//! What an answer means for the row, its account and its destination.

use std::error::Error as _;
use std::path::Path;
use std::time::Duration;

use zulipkit_api::{Error, Request, Retry};
use zulipkit_diag::Diagnostic;

use crate::state::{Doubled, Outcome};

/// An outcome with its words, and what it means beyond the row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) outcome: Outcome,
    pub(crate) words: String,
    pub(crate) effect: Effect,
}

/// What all rows of an account, or of a place, have to wait for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    None,
    /// The credential pauses for this long.
    Pause(Duration),
    /// Nothing more is sent until a person has mended it.
    Hold {
        /// Of whom, or where to.
        scope: Scope,
        /// What a person may do.
        mend: String,
    },
}

/// How far a hold reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Everything of the account.
    Account,
    /// What the account sends to the row's channel, or to its set of people.
    Place,
}

impl Verdict {
    pub(crate) fn new(outcome: Outcome, words: impl Into<String>) -> Self {
        Self {
            outcome,
            words: words.into(),
            effect: Effect::None,
        }
    }

    /// Judges a failed sending or upload.
    pub(crate) fn of_sending(error: &Error, settings: &Path) -> Self {
        let verdict = |outcome| Self::new(outcome, words(error));
        match error.retry() {
            Retry::NothingSent | Retry::Transient(None) => verdict(Outcome::Failed),
            Retry::Transient(Some(wait)) => Self {
                effect: Effect::Pause(wait),
                ..verdict(Outcome::Paused)
            },
            Retry::Unclear => verdict(Outcome::Unclear),
            Retry::Permanent => match hold(error, settings) {
                Effect::None => verdict(Outcome::Refused),
                effect => Self {
                    effect,
                    ..verdict(Outcome::Blocked)
                },
            },
        }
    }

    /// Judges a failed reading back: it changed nothing, and a refusal means that this account cannot read there.
    pub(crate) fn of_looking(error: &Error) -> Self {
        let verdict = |outcome| Self::new(outcome, words(error));
        match error.retry() {
            Retry::Permanent => verdict(Outcome::Unreadable),
            Retry::Transient(Some(wait)) => Self {
                effect: Effect::Pause(wait),
                ..verdict(Outcome::Paused)
            },
            Retry::NothingSent | Retry::Transient(None) | Retry::Unclear => {
                verdict(Outcome::Failed)
            }
        }
    }

    /// The settings could not be read, or are for another account now.
    pub(crate) fn no_account(diagnostic: &Diagnostic) -> Self {
        let mut words = vec![diagnostic.message.clone()];
        words.extend(diagnostic.causes.iter().cloned());
        let mend = diagnostic.hints.first().cloned();
        Self {
            outcome: Outcome::Blocked,
            words: words.join(": "),
            effect: Effect::Hold {
                scope: Scope::Account,
                mend: mend.unwrap_or_else(|| "mend the settings".to_owned()),
            },
        }
    }
}

/// Tells what it means if this request takes effect twice.
pub(crate) fn doubled(request: &Request) -> Doubled {
    let edit = request
        .path
        .strip_prefix("/messages/")
        .is_some_and(|id| id.parse::<i64>().is_ok());
    if request.is_idempotent() || edit {
        Doubled::Harmless
    } else if request.path == "/messages" {
        Doubled::Visible
    } else {
        Doubled::Unknown
    }
}

/// Tells whether a permanent refusal is about the account or the place, not about this row.
///
/// What does not come from Zulip at all (a proxy's page, another program) says nothing about the row either: the settings
/// name the wrong address, or something stands before the server. Only a row too large for a proxy is its own fault.
fn hold(error: &Error, settings: &Path) -> Effect {
    let settings = settings.display();
    let (scope, mend) = match error {
        Error::Api(refusal) if refusal.code == "STREAM_DOES_NOT_EXIST" => (
            Scope::Place,
            format!("create the channel, or change the route in `{settings}`"),
        ),
        Error::Api(refusal) if matches!(refusal.status, 401 | 403) => (
            Scope::Account,
            format!("check the key in `{settings}`, and that the bot is active"),
        ),
        Error::Unexpected { status, .. } if !matches!(status, 413 | 414) => (
            Scope::Account,
            format!("check the address in `{settings}`, and the proxy before the server"),
        ),
        _ => return Effect::None,
    };
    Effect::Hold { scope, mend }
}

/// The error with its causes, each once.
pub(crate) fn words(error: &Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !words.ends_with(&text) {
            words.push_str(": ");
            words.push_str(&text);
        }
        source = cause.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, json};
    use zulipkit_api::ApiError;

    fn api(status: u16, code: &str) -> Error {
        Error::Api(Box::new(ApiError {
            status,
            code: code.to_owned(),
            message: "words".to_owned(),
            extra: Map::new(),
        }))
    }

    fn page(status: u16) -> Error {
        Error::Unexpected {
            url: "https://zulip.example.com/api/v1/messages".to_owned(),
            status,
            content_type: Some("text/html".to_owned()),
            excerpt: String::new(),
        }
    }

    #[test]
    fn refusals_are_about_the_account_the_place_or_the_row() {
        let sent = |error: &Error| Verdict::of_sending(error, Path::new("/git.toml"));
        for error in [
            api(401, "UNAUTHORIZED"),
            api(403, "REALM_DEACTIVATED"),
            page(404),
            page(403),
        ] {
            let verdict = sent(&error);
            assert_eq!(verdict.outcome, Outcome::Blocked, "{error}");
            assert!(
                matches!(
                    verdict.effect,
                    Effect::Hold {
                        scope: Scope::Account,
                        ..
                    }
                ),
                "{error}"
            );
        }
        let channel = sent(&api(400, "STREAM_DOES_NOT_EXIST"));
        assert_eq!(
            channel.effect,
            Effect::Hold {
                scope: Scope::Place,
                mend: "create the channel, or change the route in `/git.toml`".to_owned(),
            }
        );
        for error in [api(400, "BAD_REQUEST"), page(413)] {
            assert_eq!(sent(&error).outcome, Outcome::Refused, "{error}");
        }
        for error in [api(500, "INTERNAL"), page(502), page(200)] {
            assert_eq!(sent(&error).outcome, Outcome::Unclear, "{error}");
            assert_eq!(
                Verdict::of_looking(&error).outcome,
                Outcome::Failed,
                "{error}"
            );
        }
        assert_eq!(
            Verdict::of_looking(&api(401, "UNAUTHORIZED")).outcome,
            Outcome::Unreadable
        );
    }

    #[test]
    fn a_pause_is_the_credentials() {
        let wait = Duration::from_millis(1300);
        let error = Error::RateLimited {
            retry_after: Some(wait),
        };
        let sent = |error: &Error| Verdict::of_sending(error, Path::new("/git.toml"));
        assert_eq!(sent(&error).effect, Effect::Pause(wait));
        let error = Error::RateLimited { retry_after: None };
        assert_eq!(sent(&error).outcome, Outcome::Failed);
    }

    #[test]
    fn only_new_messages_can_be_doubled_visibly() {
        let request = |endpoint| {
            let body = json!({"message_id": 5, "emoji_name": "x"});
            Request::from_parts(endpoint, body.as_object().unwrap()).unwrap()
        };
        assert_eq!(doubled(&request("POST /messages")), Doubled::Visible);
        assert_eq!(
            doubled(&request("PATCH /messages/{message_id}")),
            Doubled::Harmless
        );
        assert_eq!(
            doubled(&request("DELETE /messages/{message_id}")),
            Doubled::Harmless
        );
        assert_eq!(
            doubled(&request("POST /messages/{message_id}/reactions")),
            Doubled::Unknown
        );
    }
}
