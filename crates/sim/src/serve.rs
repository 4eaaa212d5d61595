//! From a request on the wire to its answer: reading, logging, faults, routing, log-in, waiting.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody as _, to_bytes},
    extract::{ConnectInfo, Request as HttpRequest, State},
    http::{HeaderValue, Method, Response, StatusCode, header},
    response::IntoResponse as _,
};

use crate::{
    auth,
    call::{Call, Outcome, Reply, Request, success_response},
    connection::Connection,
    custom_emoji,
    errors::{self, ApiError},
    faults::{self, Fault, Orders, RetryAfter},
    ids::UserId,
    organization::{Change, Organization},
    page,
    queues::Wait,
    rate_limit::Standing,
    requests::{RequestLog, RequestRecord},
    routes::{self, Endpoint},
    uploads,
};

const API: &str = "/api/v1/";

/// The largest request that is read at all: above all limits that have an answer of their own.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// What the server's threads and the handle share.
#[derive(Debug)]
pub(crate) struct Shared {
    organization: Mutex<Organization>,
    orders: Mutex<Orders>,
    requests: Mutex<RequestLog>,
}

impl Shared {
    pub(crate) fn new(organization: Organization) -> Self {
        Self {
            organization: Mutex::new(organization),
            orders: Mutex::default(),
            requests: Mutex::default(),
        }
    }

    pub(crate) fn organization(&self) -> MutexGuard<'_, Organization> {
        lock(&self.organization)
    }

    pub(crate) fn orders(&self) -> MutexGuard<'_, Orders> {
        lock(&self.orders)
    }

    pub(crate) fn requests(&self) -> MutexGuard<'_, RequestLog> {
        lock(&self.requests)
    }
}

/// An endpoint that panicked has failed its own request only.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    page::router().fallback(answer).with_state(shared)
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: HttpRequest,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return faults::proxy_page(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let call = Call::read(parts, body).await;
    let below = call
        .path
        .strip_prefix(API)
        .map_or_else(|| call.path.clone(), |rest| format!("/{rest}"));
    let fault = shared.orders().take(&call.method, &below);
    let number = shared
        .requests()
        .add(RequestRecord::new(&call, fault.clone()));
    let response = match fault {
        None => handle(&shared, &call).await,
        Some(fault) => match misbehave(&shared, call, &fault).await {
            Some(response) => response,
            None => {
                connection.cut();
                return Response::default();
            }
        },
    };
    log_answer(&shared, number, response).await
}

/// Notes the answer. Refusals are short, so they can be looked into.
async fn log_answer(shared: &Shared, number: u64, response: Response<Body>) -> Response<Body> {
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    // A body of unknown length trickles on purpose.
    let is_refusal = is_refusal && response.body().size_hint().exact().is_some();
    let (response, refusal) = if is_refusal {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, MAX_BODY).await.unwrap_or_default();
        let kept = body.clone();
        (Response::from_parts(parts, Body::from(body)), Some(kept))
    } else {
        (response, None)
    };
    if let Some(record) = shared.requests().get_mut(number) {
        record.answered(status.as_u16(), refusal.as_deref());
    }
    shared.organization().page_changed(Change::Requests);
    response
}

/// Answers as the fault has it; `None`: the connection is to be closed without an answer.
async fn misbehave(shared: &Arc<Shared>, call: Call, fault: &Fault) -> Option<Response<Body>> {
    match fault {
        Fault::Refuse => None,
        Fault::Hang => std::future::pending().await,
        Fault::Delay(seconds) => {
            tokio::time::sleep(faults::duration(*seconds)).await;
            Some(handle(shared, &call).await)
        }
        Fault::DropAfterStoring => {
            handle(shared, &call).await;
            None
        }
        Fault::HtmlAfterStoring(status) => {
            handle(shared, &call).await;
            Fault::Html(*status).answer()
        }
        Fault::StoreLate(seconds) => {
            let (shared, delay) = (Arc::clone(shared), faults::duration(*seconds));
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                handle(&shared, &call).await;
            });
            None
        }
        Fault::Trickle(seconds) => {
            Some(trickle(handle(shared, &call).await, faults::duration(*seconds)).await)
        }
        Fault::Status(_) | Fault::Html(_) | Fault::RateLimited { .. } => fault.answer(),
    }
}

/// The same response, byte by byte.
async fn trickle(response: Response<Body>, pause: Duration) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let stream = futures_util::stream::unfold(bytes, move |mut bytes: Bytes| async move {
        if bytes.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let byte = bytes.split_to(1);
        Some((Ok::<_, std::convert::Infallible>(byte), bytes))
    });
    Response::from_parts(parts, Body::from_stream(stream))
}

/// Answers a request as the real server would.
async fn handle(shared: &Shared, call: &Call) -> Response<Body> {
    // nginx makes one slash of two at the beginning.
    let path = format!("/{}", call.path.trim_start_matches('/'));
    if let Some(path) = path.strip_prefix(API) {
        return api(shared, call, path).await;
    }
    if let Some(file) = path.strip_prefix("/user_uploads/") {
        let organization = shared.organization();
        let user = auth::authenticate(&organization, call, "user_uploads").ok();
        return uploads::read(&organization, user, file).unwrap_or_else(ApiError::into_response);
    }
    if path.starts_with("/json/") {
        let mut response = ApiError::unauthorized(auth::NOT_LOGGED_IN).into_response();
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Session realm=\"zulip\""),
        );
        return response;
    }
    if let Some(picture) = custom_emoji::picture(&shared.organization(), &path) {
        return picture;
    }
    // The pages about the API lie here, and a form of one's own would need a cookie.
    if path.starts_with("/api/") && !call.method.is_safe() {
        let words = "CSRF error: CSRF cookie not set.";
        return ApiError::new(StatusCode::FORBIDDEN, "CSRF_FAILED", words).into_response();
    }
    match path.as_str() {
        "/health" => success_response(serde_json::Map::new()),
        _ => ApiError::no_page().into_response(),
    }
}

async fn api(shared: &Shared, call: &Call, path: &str) -> Response<Body> {
    let Some((route, places)) = routes::find(path) else {
        return ApiError::no_page().into_response();
    };
    let mut allowed = route.allowed();
    if call.method == Method::OPTIONS {
        allowed.sort_unstable();
        return (
            StatusCode::NO_CONTENT,
            [(header::ALLOW, allowed.join(", "))],
        )
            .into_response();
    }
    let Some(endpoint) = route.endpoint(&call.method) else {
        return errors::method_not_allowed(&allowed);
    };
    let user = if route.is_open {
        Ok(None)
    } else {
        auth::authenticate(&shared.organization(), call, path).map(Some)
    };
    let user = match user {
        Ok(user) => user,
        Err(error) => return error.into_response(),
    };
    let standing = count(&mut shared.organization(), user);
    let mut response = match standing.and_then(|standing| standing.retry_after) {
        Some(wait) => faults::rate_limited(wait.as_secs_f64(), RetryAfter::Fraction),
        None => {
            let request = Request {
                call,
                user,
                path: places,
            };
            let outcome = run(endpoint, &mut shared.organization(), &request);
            finish(shared, outcome).await
        }
    };
    if let Some(standing) = standing {
        add_limit_headers(&mut response, standing, shared.organization().now());
    }
    response
}

fn run(endpoint: Endpoint, organization: &mut Organization, request: &Request<'_>) -> Outcome {
    let mut reply = endpoint(organization, request)?;
    let ignored = request.params().ignored();
    if let Reply::Json(keys) = &mut reply
        && !ignored.is_empty()
    {
        keys.insert("ignored_parameters_unsupported".to_owned(), ignored.into());
    }
    Ok(reply)
}

async fn finish(shared: &Shared, outcome: Outcome) -> Response<Body> {
    match outcome {
        Ok(Reply::Json(keys)) => success_response(keys),
        Ok(Reply::Wait(wait)) => long_poll(shared, &wait).await,
        Err(error) => error.into_response(),
    }
}

/// Waits until the queue has something to tell, or sends a heartbeat.
async fn long_poll(shared: &Shared, wait: &Wait) -> Response<Body> {
    let clock = Arc::clone(&shared.organization().clock);
    let heartbeat = clock.sleep(wait.heartbeat);
    tokio::pin!(heartbeat);
    loop {
        // Listening begins before looking, so that no event falls between the two.
        let bell = wait.bell.notified();
        tokio::pin!(bell);
        bell.as_mut().enable();
        if let Some(answer) = shared.organization().poll(wait) {
            return success_response(answer);
        }
        tokio::select! {
            () = bell => {}
            () = &mut heartbeat => shared.organization().heartbeat(wait),
        }
    }
}

fn count(organization: &mut Organization, user: Option<UserId>) -> Option<Standing> {
    let limit = organization.settings.requests_per_minute?;
    let now = organization.clock.elapsed();
    Some(organization.rate_limit.count(user?, limit, now))
}

fn add_limit_headers(response: &mut Response<Body>, standing: Standing, now: u64) {
    let reset = now + standing.retry_after.map_or(60, |wait| wait.as_secs() + 1);
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", HeaderValue::from(standing.limit));
    headers.insert(
        "x-ratelimit-remaining",
        HeaderValue::from(standing.remaining),
    );
    headers.insert("x-ratelimit-reset", HeaderValue::from(reset));
}
