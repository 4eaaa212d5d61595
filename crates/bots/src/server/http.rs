//! The listener that Zulip calls.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use tokio::time::Instant;

use super::call::{Call, Format, Trigger};
use super::desk::{Case, Desk};
use super::metrics::Refusal;
use super::reply::Reply;
use super::served::{Served, Standing};
use super::{Shared, client_address};

/// Returns what is served to Zulip: the calls, and whether all is well.
pub(super) fn routes(shared: Arc<Shared>) -> Router {
    let prefix = shared.settings.prefix.trim_matches('/').to_owned();
    let root = Router::new()
        .route("/", post(receive))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .fallback(|| async { refuse(StatusCode::NOT_FOUND, "there is nothing here") })
        .method_not_allowed_fallback(|| async {
            refuse(StatusCode::METHOD_NOT_ALLOWED, "calls come by POST")
        })
        .with_state(shared.clone());
    let routes = if prefix.is_empty() {
        root
    } else {
        // Both with and without a slash at the end.
        Router::new()
            .route(&format!("/{prefix}/"), post(receive))
            .with_state(shared.clone())
            .nest(&format!("/{prefix}"), root)
    };
    if !shared.settings.access_log {
        return routes;
    }
    routes.layer(axum::middleware::from_fn_with_state(shared, log_access))
}

/// Tells that the process lives.
pub(super) async fn healthz() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// Tells whether calls can be answered.
pub(super) async fn readyz(State(shared): State<Arc<Shared>>) -> Response {
    if shared.is_ready().await {
        Json(json!({"status": "ready"})).into_response()
    } else {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        (status, Json(json!({"status": "not ready"}))).into_response()
    }
}

/// Takes a call in, and answers it.
async fn receive(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response {
    let begun = Instant::now();
    let (parts, body) = request.into_parts();
    let body = match shared.arrivals.take(body).await {
        Ok(body) => body,
        Err(refusal) => return shared.turn_away(refusal),
    };
    let content_type = parts.headers.get(CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Ok(call) = Call::read(content_type, &body.bytes) else {
        return shared.turn_away(Refusal::Malformed);
    };
    drop(body);
    let Some(bot) = shared.called(&call).await else {
        return shared.turn_away(Refusal::Token);
    };
    let format = call.format;
    let taken = match bot.has_accepted(call.message.id).await {
        true => Ok(None),
        false => shared.take_in(&bot, call, begun),
    };
    let reply = match taken {
        Ok(Some(case)) => case.reply().await,
        Ok(None) => Reply::Nothing,
        Err(refusal) => return shared.turn_away(refusal),
    };
    if reply == Reply::Refused {
        return shared.turn_away(Refusal::Broken);
    }
    shared.metrics.answered(bot.name(), &reply, begun.elapsed());
    Json(reply.body(format)).into_response()
}

impl Shared {
    /// Returns the bot that is called, if the token is right, as soon as it is known whether it can work.
    ///
    /// A call that waits for a bot goes on with the one that takes its place when the settings are read again.
    async fn called(&self, call: &Call) -> Option<Arc<Served>> {
        loop {
            let door = self.door.read().await.clone();
            let bot = door.admit(call)?;
            tokio::select! {
                biased;
                () = bot.settled() => return Some(bot.clone()),
                () = bot.stopped() => {}
            }
            if self.stopping.load(Ordering::Relaxed) {
                // No answer: Zulip calls again, and then perhaps reaches the next process.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Has the message handled, unless it is or was already. Nothing is returned for a call that needs no handling.
    fn take_in(
        self: &Arc<Self>,
        bot: &Arc<Served>,
        call: Call,
        begun: Instant,
    ) -> Result<Option<Case>, Refusal> {
        if let Standing::Failed(_) = bot.standing() {
            return Err(Refusal::Broken);
        }
        if call.trigger == Trigger::Other {
            return Ok(None);
        }
        let (number, message) = (bot.number, &call.message);
        let key = match call.format {
            Format::Zulip => Desk::key(number, message.id.0),
            Format::Slack => {
                let channel = message.stream_id.map(|channel| channel.0);
                let (sender, time) = (message.sender_id.0, message.timestamp);
                let text = message.content.as_str();
                self.desk.key_of(number, (channel, sender, time, text))
            }
        };
        if let Some(case) = self.desk.find(key) {
            return Ok(Some(case));
        }
        let busy = |_| Refusal::Busy;
        let all = self.places.clone().try_acquire_owned().map_err(busy)?;
        let own = bot.places.clone().try_acquire_owned().map_err(busy)?;
        let (duty, case) = self.desk.open(key);
        if let Some(duty) = duty {
            let bot = bot.clone();
            let deadline = begun + self.settings.answer_within;
            let shared = self.clone();
            self.tasks.spawn(async move {
                let _places = (all, own);
                let answer = |reply| shared.desk.settle(&duty, reply);
                shared.metrics.begins();
                let done = bot.handle(call, deadline, answer).await;
                shared.metrics.ends(bot.name(), !done);
            });
        }
        Ok(Some(case))
    }

    /// Answers a request that is no call, or not one for now, in words that tell nothing about which bots there are.
    fn turn_away(&self, refusal: Refusal) -> Response {
        self.metrics.refused(refusal);
        match refusal {
            Refusal::TooLarge => refuse(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large"),
            Refusal::Slow => refuse(
                StatusCode::REQUEST_TIMEOUT,
                "the request took too long to arrive",
            ),
            Refusal::Malformed => refuse(
                StatusCode::BAD_REQUEST,
                "this is no call of an outgoing webhook",
            ),
            Refusal::Token => refuse(
                StatusCode::UNAUTHORIZED,
                "no bot here has this address and this token; the token stands in the bot's settings in Zulip",
            ),
            Refusal::Busy => {
                let mut response = refuse(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "too much to do; come again",
                );
                response.headers_mut().insert(RETRY_AFTER, 1.into());
                response
            }
            Refusal::Broken => refuse(
                StatusCode::SERVICE_UNAVAILABLE,
                "this bot cannot work; its operator sees why",
            ),
        }
    }
}

fn refuse(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"result": "error", "msg": message}))).into_response()
}

/// Writes a line for each request: never its body, which holds the token.
async fn log_access(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request<Body>,
    next: axum::middleware::Next,
) -> Response {
    let begun = Instant::now();
    let client = client_address(
        peer,
        &forwarded_for(request.headers()),
        &shared.settings.proxies,
    );
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    tracing::info!(
        target: "zulipkit::access", %client, %method, path,
        status = response.status().as_u16(), ms = millis(begun.elapsed()), "{client} {method} {path}"
    );
    response
}

/// Returns the list of addresses that was handed on. Some proxies add a line of their own instead of lengthening the one that
/// is there; only together they are the list.
fn forwarded_for(headers: &HeaderMap) -> String {
    const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
    let lines = headers.get_all(FORWARDED_FOR).iter();
    let lines: Vec<_> = lines
        .map(|line| String::from_utf8_lossy(line.as_bytes()))
        .collect();
    lines.join(",")
}

fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn lines_of_a_header_are_one_list() {
        let mut headers = HeaderMap::new();
        assert_eq!(forwarded_for(&headers), "");
        for line in [b"1.1.1.1\xff" as &[u8], b"192.0.2.7, 10.0.0.2"] {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
        }
        let list = forwarded_for(&headers);
        assert_eq!(list, "1.1.1.1\u{fffd},192.0.2.7, 10.0.0.2");
    }
}
