//! The page that shows what the server got, and the doors beside it: live changes and faults to order.
//!
//! Pages are made here and swapped in whole, so the script never builds HTML. All text is escaped, messages are what
//! the renderer made of them, and the content security policy lets nothing but the page's own files run.

mod control;
mod feed;
mod live;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Query, Request, State},
    http::{HeaderName, HeaderValue, Response, header},
    middleware::{self, Next},
    response::{Html, IntoResponse},
    routing::get,
};
use serde::Deserialize;

use crate::serve::Shared;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) fn router() -> Router<Arc<Shared>> {
    let css = || async { file("text/css; charset=utf-8", include_str!("page.css")) };
    let script = || async { file("text/javascript; charset=utf-8", include_str!("page.js")) };
    let icon = || async { file("image/svg+xml", include_str!("icon.svg")) };
    Router::new()
        .route("/", get(page))
        .route("/sim/feed", get(fragment))
        .route("/sim/events", get(live::events))
        .route(
            "/sim/faults",
            get(control::list)
                .post(control::order)
                .delete(control::clear),
        )
        .route("/sim/page.css", get(css))
        .route("/sim/page.js", get(script))
        .route("/sim/icon.svg", get(icon))
        .layer(middleware::from_fn(secure))
}

/// What the page shows of all that there is.
#[derive(Debug, Deserialize)]
struct View {
    channel: Option<String>,
}

async fn page(State(shared): State<Arc<Shared>>, Query(view): Query<View>) -> Html<String> {
    let standing = shared.orders().standing();
    Html(feed::page(
        &shared.organization(),
        view.channel.as_deref(),
        &standing,
    ))
}

/// The part of the page that changes.
async fn fragment(State(shared): State<Arc<Shared>>, Query(view): Query<View>) -> Html<String> {
    let standing = shared.orders().standing();
    Html(feed::feed(
        &shared.organization(),
        view.channel.as_deref(),
        &standing,
    ))
}

fn file(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, content_type)], text)
}

async fn secure(request: Request, next: Next) -> Response<Body> {
    const HEADERS: [(HeaderName, &str); 4] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
