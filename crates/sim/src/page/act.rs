//! What is done on the page in a person's name. It goes through the same endpoints as if that person's client had asked,
//! but is no request in the log.
//!
//! As with faults, it has to come as `application/json`.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, Method, Response},
    response::IntoResponse as _,
};
use serde::Deserialize;

use crate::{
    call::{Call, Outcome, Reply, Request, success_response},
    errors::ApiError,
    ids::UserId,
    messages::{reactions, send as messages_send},
    organization::Organization,
    params::Params,
    routes::Endpoint,
    serve::Shared,
    users::no_such_user,
};

/// The client that such messages show.
const CLIENT: &str = "website";

/// A message to a channel, or to people.
#[derive(Debug, Deserialize)]
pub(super) struct Writing {
    r#as: u64,
    channel: Option<String>,
    topic: Option<String>,
    #[serde(default)]
    people: Vec<u64>,
    content: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Reacting {
    r#as: u64,
    message: u64,
    emoji: String,
}

pub(super) async fn send(
    State(shared): State<Arc<Shared>>,
    Json(writing): Json<Writing>,
) -> Response<Body> {
    let Writing {
        channel,
        topic,
        people,
        content,
        ..
    } = writing;
    let mut pairs = vec![("content", content), ("read_by_sender", "true".to_owned())];
    match channel {
        Some(channel) => {
            // As JSON, so that a channel whose name is a number is not taken for an id.
            let name = serde_json::Value::from(channel).to_string();
            pairs.extend([("type", "channel".to_owned()), ("to", name)]);
            pairs.push(("topic", topic.unwrap_or_default()));
        }
        None => pairs.extend([("type", "direct".to_owned()), ("to", format!("{people:?}"))]),
    }
    let outcome = act(
        &mut shared.organization(),
        writing.r#as,
        messages_send::send,
        pairs,
        Vec::new(),
    );
    answer(outcome)
}

/// Adds a reaction, or takes it back where it is there already.
pub(super) async fn react(
    State(shared): State<Arc<Shared>>,
    Json(reacting): Json<Reacting>,
) -> Response<Body> {
    let organization = &mut shared.organization();
    let mut react = |endpoint| {
        let pairs = vec![("emoji_name", reacting.emoji.clone())];
        let path = vec![reacting.message.to_string()];
        act(organization, reacting.r#as, endpoint, pairs, path)
    };
    let outcome = match react(reactions::add) {
        Err(ApiError::Json {
            code: "REACTION_ALREADY_EXISTS",
            ..
        }) => react(reactions::remove),
        outcome => outcome,
    };
    answer(outcome)
}

fn act(
    organization: &mut Organization,
    person: u64,
    endpoint: Endpoint,
    pairs: Vec<(&str, String)>,
    path: Vec<String>,
) -> Outcome {
    let person = organization.user(UserId(person))?;
    if person.is_bot() || !person.is_active {
        return Err(no_such_user());
    }
    let client = [("client", CLIENT.to_owned())];
    let pairs = pairs.into_iter().chain(client);
    let call = Call {
        method: Method::POST,
        path: String::new(),
        headers: HeaderMap::new(),
        params: Params::new(
            pairs
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        ),
        files: Vec::new(),
    };
    let request = Request {
        call: &call,
        user: Some(person.id),
        path,
    };
    endpoint(organization, &request)
}

fn answer(outcome: Outcome) -> Response<Body> {
    match outcome {
        Ok(Reply::Json(keys)) => success_response(keys),
        // No endpoint that is called here waits.
        Ok(Reply::Wait(_)) => ().into_response(),
        Err(error) => error.into_response(),
    }
}
