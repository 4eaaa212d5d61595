//! The arrival of bodies: bounded in size, in time, and in the memory that all of them take together.
//!
//! Nothing is known of a caller before the token in the body is read, so whoever connects can make the server hold bytes.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use futures_util::StreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::ServerSettings;
use super::metrics::Refusal;

/// How many bytes each body may have, however many others there are: far more than an ordinary call.
const SMALL: usize = 64 * 1024;

/// How many bytes all bodies that arrive may have together beyond that.
const ROOM: usize = 64 * 1024 * 1024;

/// Takes bodies in.
#[derive(Debug)]
pub(super) struct Arrivals {
    within: Duration,
    max: usize,
    room: Arc<Semaphore>,
}

/// A body that has arrived, and the room that it takes.
#[derive(Debug, Default)]
pub(super) struct Arrived {
    pub(super) bytes: Vec<u8>,
    room: Option<OwnedSemaphorePermit>,
}

impl Arrivals {
    pub(super) fn new(settings: &ServerSettings) -> Self {
        Self {
            within: settings.arrive_within,
            max: settings.max_body,
            room: Arc::new(Semaphore::new(ROOM)),
        }
    }

    /// Waits for the whole of a body.
    pub(super) async fn take(&self, body: Body) -> Result<Arrived, Refusal> {
        let whole = timeout(self.within, self.collect(body)).await;
        whole.unwrap_or(Err(Refusal::Slow))
    }

    async fn collect(&self, body: Body) -> Result<Arrived, Refusal> {
        let mut arrived = Arrived::default();
        let mut parts = body.into_data_stream();
        while let Some(part) = parts.next().await {
            // It is cut off, or no HTTP.
            let part = part.map_err(|_| Refusal::Malformed)?;
            let length = arrived.bytes.len() + part.len();
            if length > self.max {
                return Err(Refusal::TooLarge);
            }
            self.make_room(&mut arrived, length)?;
            arrived.bytes.extend_from_slice(&part);
        }
        Ok(arrived)
    }

    /// Takes the room for so many bytes of a body, as far as it does not have it yet.
    fn make_room(&self, arrived: &mut Arrived, length: usize) -> Result<(), Refusal> {
        let has = arrived
            .room
            .as_ref()
            .map_or(0, OwnedSemaphorePermit::num_permits);
        let more = length.saturating_sub(SMALL + has);
        if more == 0 {
            return Ok(());
        }
        let more = u32::try_from(more).map_err(|_| Refusal::TooLarge)?;
        let more = self.room.clone().try_acquire_many_owned(more);
        let more = more.map_err(|_| Refusal::Busy)?;
        match &mut arrived.room {
            Some(room) => room.merge(more),
            room @ None => *room = Some(more),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    fn arrivals(max_body: usize) -> Arrivals {
        Arrivals::new(&ServerSettings {
            max_body,
            ..ServerSettings::default()
        })
    }

    #[tokio::test]
    async fn large_bodies_share_what_room_there_is_and_small_ones_need_none() {
        let arrivals = arrivals(ROOM + SMALL);
        let half = arrivals.take(vec![0; ROOM / 2 + SMALL].into()).await;
        let half = half.unwrap();
        assert_eq!(half.bytes.len(), ROOM / 2 + SMALL);
        let refused = arrivals.take(vec![0; ROOM / 2 + SMALL + 1].into()).await;
        assert_eq!(refused.unwrap_err(), Refusal::Busy);
        let rest = arrivals.take(vec![0; ROOM / 2 + SMALL].into()).await;
        let refused = arrivals.take(vec![0; SMALL + 1].into()).await;
        assert_eq!(refused.unwrap_err(), Refusal::Busy);
        assert_eq!(
            arrivals.take(vec![7; SMALL].into()).await.unwrap().bytes,
            [7; SMALL]
        );
        drop((half, rest));
        arrivals.take(vec![0; ROOM + SMALL].into()).await.unwrap();
    }

    #[tokio::test]
    async fn room_is_taken_for_what_arrives_in_parts_too() {
        let part = vec![0; SMALL];
        let parts =
            |count| stream::iter(vec![Ok::<_, std::convert::Infallible>(part.clone()); count]);
        let arrivals = arrivals(4 * SMALL);
        let _whole = arrivals.take(Body::from_stream(parts(4))).await.unwrap();
        assert_eq!(arrivals.room.available_permits(), ROOM - 3 * SMALL);
        let refused = arrivals.take(Body::from_stream(parts(5))).await;
        assert_eq!(refused.unwrap_err(), Refusal::TooLarge);
        assert_eq!(arrivals.room.available_permits(), ROOM - 3 * SMALL);
    }

    #[tokio::test]
    async fn a_body_that_is_cut_off_is_no_call() {
        let cut = stream::iter([Ok("{"), Err(std::io::Error::other("gone"))]);
        let refused = arrivals(100).take(Body::from_stream(cut)).await;
        assert_eq!(refused.unwrap_err(), Refusal::Malformed);
    }
}
