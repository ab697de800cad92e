//! From what a task has received to the bus, within a bound of bytes.

use super::Place;
use super::task::{self, Around, Stop};
use crate::publish::Incoming;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::UnboundedReceiver;

/// Bytes of events that one source holds while the bus takes none.
pub(super) const HELD: usize = 32 << 20;

/// What an event costs besides its data.
const COST: usize = 512;

/// Events that are published at once.
const AT_ONCE: usize = 64;

/// An event with its share of the room.
pub(super) type Held = (Incoming, OwnedSemaphorePermit);

/// How much of [`HELD`] an event takes. One that is larger than all of it has it for itself.
pub(super) fn cost(event: &Incoming) -> u32 {
    u32::try_from((event.data.len() + COST).min(HELD)).unwrap_or(u32::MAX)
}

/// Publishes what comes, so many at a time; ends when nothing can come any more. `from` is where it comes from, for the log.
pub(super) async fn run(
    place: &Place,
    from: &str,
    mut events: UnboundedReceiver<Held>,
    around: &Around,
    stop: Stop,
) {
    let mut under_way = FuturesUnordered::new();
    let mut left = 0_u64;
    loop {
        tokio::select! {
            biased;
            Some(published) = under_way.next() => left += lost(published),
            event = events.recv(), if under_way.len() < AT_ONCE => match event {
                Some((event, room)) => {
                    let mut stop = stop.clone();
                    under_way.push(async move {
                        // Asked to stop, it still tries once.
                        let published = task::publish(&*around.publisher, event, &mut stop).await;
                        drop(room);
                        published
                    });
                }
                None => break,
            },
        }
    }
    while let Some(published) = under_way.next().await {
        left += lost(published);
    }
    if left > 0 {
        tracing::error!(source = %place, from, left, "what was received is lost: the source ends and the bus takes none");
    }
}

fn lost(published: bool) -> u64 {
    u64::from(!published)
}
