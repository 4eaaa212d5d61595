//! The order within each conversation.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OwnedMutexGuard;

type Lane = Arc<tokio::sync::Mutex<()>>;

/// One lane for each conversation in which something is being handled.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    by_place: Mutex<HashMap<String, Lane>>,
}

/// The right to handle something; the next one gets it when it is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    lanes: &'a Lanes,
    place: String,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Lanes {
    /// Waits for a turn. Turns come in the order in which they were asked for.
    pub(super) async fn turn(&self, place: String) -> Turn<'_> {
        let lane = self.lanes().entry(place.clone()).or_default().clone();
        Turn {
            lanes: self,
            place,
            guard: Some(lane.lock_owned().await),
        }
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<String, Lane>> {
        self.by_place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut lanes = self.lanes.lanes();
        drop(self.guard.take());
        // The map's own is the last one: nobody waits.
        if lanes
            .get(&self.place)
            .is_some_and(|lane| Arc::strong_count(lane) == 1)
        {
            lanes.remove(&self.place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lane_is_there_only_while_somebody_is_in_it() {
        let lanes = Lanes::default();
        let first = lanes.turn("a".to_owned()).await;
        let second = lanes.turn("a".to_owned());
        tokio::pin!(second);
        tokio::select! {
            biased;
            _ = &mut second => panic!("two have the turn"),
            () = std::future::ready(()) => {}
        }
        drop(lanes.turn("b".to_owned()).await);
        drop(first);
        drop(second.await);
        assert!(lanes.lanes().is_empty());
    }
}
