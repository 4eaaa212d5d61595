//! `/sim/faults`: what [`Sim::fail`](crate::Sim::fail) does, for other programs on this machine and for the page.
//!
//! An order has to come as `application/json`, which no foreign web page can send without asking first.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};

use crate::{faults::Order, organization::Change, serve::Shared};

pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Json<Vec<Order>> {
    Json(shared.orders().standing())
}

pub(super) async fn order(
    State(shared): State<Arc<Shared>>,
    Json(order): Json<Order>,
) -> StatusCode {
    shared.orders().add(order);
    changed(&shared);
    StatusCode::CREATED
}

/// Ends the orders like this one, however often they were to happen still.
pub(super) async fn end(State(shared): State<Arc<Shared>>, Json(order): Json<Order>) -> StatusCode {
    shared.orders().end_like(&order);
    changed(&shared);
    StatusCode::NO_CONTENT
}

pub(super) async fn clear(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.orders().clear();
    changed(&shared);
    StatusCode::NO_CONTENT
}

fn changed(shared: &Shared) {
    shared.organization().page_changed(Change::Requests);
}
