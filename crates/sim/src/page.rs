//! The page.

use std::sync::Arc;

use axum::{Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use serde_json::Value;

use crate::{faults::Order, serve::Shared};

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new().route(
        "/sim/faults",
        get(standing_faults).post(order_fault).delete(clear_faults),
    )
}

async fn standing_faults(State(shared): State<Arc<Shared>>) -> axum::Json<Vec<Order>> {
    axum::Json(shared.orders().standing())
}

async fn order_fault(
    State(shared): State<Arc<Shared>>,
    axum::Json(order): axum::Json<Order>,
) -> impl IntoResponse {
    shared.orders().add(order);
    (StatusCode::CREATED, axum::Json(Value::Null))
}

async fn clear_faults(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.orders().clear();
    StatusCode::NO_CONTENT
}
