//! The outbox as others use it.

mod opening;
mod support;
