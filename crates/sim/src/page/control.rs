//! `/sim/faults`: what [`Sim::fail`](crate::Sim::fail) does, for other programs on this machine and for the page.
//!
//! An order has to come as `application/json`, which no foreign web page can send without asking first.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};

use crate::{faults::Order, serve::Shared};

pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Json<Vec<Order>> {
    Json(shared.orders().standing())
}

pub(super) async fn order(
    State(shared): State<Arc<Shared>>,
    Json(order): Json<Order>,
) -> StatusCode {
    shared.orders().add(order);
    StatusCode::CREATED
}

pub(super) async fn clear(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.orders().clear();
    StatusCode::NO_CONTENT
}
