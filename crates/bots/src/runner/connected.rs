//! How many bots hear from their servers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many bots hear from their servers.
#[derive(Debug, Default, Clone)]
pub struct Connected(Arc<AtomicUsize>);

impl Connected {
    /// Returns how many bots hear from their servers at the moment.
    pub fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Tells the runner whether a bot hears from its server.
pub(super) struct Heard<'a> {
    connected: &'a Connected,
    heard: bool,
}

impl<'a> Heard<'a> {
    /// It does.
    pub(super) fn new(connected: &'a Connected) -> Self {
        let mut heard = Self {
            connected,
            heard: false,
        };
        heard.set(true);
        heard
    }

    /// It does, or no longer does.
    pub(super) fn set(&mut self, heard: bool) {
        match (self.heard, heard) {
            (false, true) => drop(self.connected.0.fetch_add(1, Ordering::Relaxed)),
            (true, false) => drop(self.connected.0.fetch_sub(1, Ordering::Relaxed)),
            _ => {}
        }
        self.heard = heard;
    }
}

impl Drop for Heard<'_> {
    fn drop(&mut self) {
        self.set(false);
    }
}
