//! The listener for the operator: a page to look at, and numbers for Prometheus.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};
use serde::Serialize;

use super::Shared;
use super::http::{healthz, readyz};
use super::served::{Served, Standing};
use super::stats::{Snapshot, short};

const PAGE: &str = include_str!("operator.html");

/// Returns what is served to the operator.
pub(super) fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/metrics", get(metrics))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .with_state(shared)
}

/// A bot as the page shows it.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    email: String,
    standing: &'static str,
    reason: Option<String>,
    #[serde(flatten)]
    numbers: Snapshot,
}

impl Row {
    fn of(bot: &Served) -> Self {
        let (standing, reason) = match bot.standing() {
            Standing::Unknown => ("starting", None),
            Standing::Ready(_) => ("ready", None),
            Standing::Failed(reason) => ("failed", Some(short(&reason))),
        };
        Self {
            name: bot.name().to_owned(),
            email: bot.spec.client.email().to_owned(),
            standing,
            reason,
            numbers: bot.stats.snapshot(),
        }
    }
}

async fn page(State(shared): State<Arc<Shared>>) -> Response {
    let door = shared.door.read().await.clone();
    let bots: Vec<Row> = door.bots().iter().map(|bot| Row::of(bot)).collect();
    let ready = shared.is_ready().await;
    let version = env!("CARGO_PKG_VERSION");
    // The name's ending makes the engine escape for HTML.
    let page = Environment::new().render_named_str(
        "operator.html",
        PAGE,
        context! {
            bots => Value::from(Serde(bots)), ready, version
        },
    );
    match page {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!("cannot show the operator's page: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match shared.metrics.text() {
        Ok(text) => ([(CONTENT_TYPE, FORMAT)], text).into_response(),
        Err(error) => {
            tracing::error!("cannot write the metrics: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
