//! Tests of the simulated server.

mod render;
