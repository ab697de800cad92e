//! Whoever waits for an event may stop waiting, at whichever point.

use super::{Setup, Verdict, ack, ids, nothing, positions, said, same, send, spec, take};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Publishers, and events of each.
const PUBLISHERS: usize = 8;
const EVENTS: usize = 60;

/// Whoever waits for an event may stop waiting and loses none.
pub async fn waiting_may_be_given_up(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    let mut taken = Vec::new();
    for n in 0..50_u64 {
        send(&*bus, "a", &format!("{n}")).await?;
        if let Ok(next) = tokio::time::timeout(Duration::from_micros(n * 7), lane.next(10)).await {
            taken.extend(ids(&next.map_err(said)?));
        }
    }
    let left = 50 - taken.len();
    taken.extend(ids(&take(&mut *lane, left).await?));
    same("events", taken, (0..50).map(|n| n.to_string()).collect())
}

/// Gives up where the future waits for the `left`-th time.
struct GivenUp<F> {
    inner: Pin<Box<F>>,
    left: usize,
}

impl<F: Future> Future for GivenUp<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<F::Output>> {
        match self.inner.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.left <= 1 => Poll::Ready(None),
            Poll::Pending => {
                self.left -= 1;
                Poll::Pending
            }
        }
    }
}

/// The same while many publish and events are acknowledged in between: waiting is given up where it pauses first, second,
/// third, and so on. Each event comes once, those of one publisher in their order.
pub async fn waiting_may_be_given_up_at_every_point(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    // Nothing has come yet, so the first pause is the end.
    let empty = GivenUp { inner: Box::pin(lane.next(1)), left: 1 };
    same("an event before there is one", empty.await.is_none(), true)?;
    let publishers = (0..PUBLISHERS).map(|publisher| {
        let bus = bus.clone();
        tokio::spawn(async move {
            for n in 0..EVENTS {
                send(&*bus, "a", &format!("{publisher}-{n:02}")).await?;
                // So that the reader catches up now and then, and waits.
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Ok::<(), String>(())
        })
    });
    let publishers: Vec<_> = publishers.collect();
    let mut taken = Vec::new();
    let mut round = 0;
    while taken.len() < PUBLISHERS * EVENTS * 9 / 10 {
        round += 1;
        if round > 100_000 {
            return Err(format!("{} events in {round} rounds", taken.len()));
        }
        let left = 1 + round % 4;
        let next = GivenUp { inner: Box::pin(lane.next(1 + round % 7)), left };
        // Where it pauses fewer times, it waits for an event that comes.
        // Otherwise it is given up, here or there.
        if let Ok(Some(next)) = tokio::time::timeout(Duration::from_millis(5), next).await {
            let next = next.map_err(said)?;
            taken.extend(ids(&next));
            if round % 3 != 0 {
                ack(&mut *lane, positions(&next)).await?;
            }
        }
    }
    for publisher in publishers {
        publisher.await.map_err(said)??;
    }
    let left = PUBLISHERS * EVENTS - taken.len();
    taken.extend(ids(&take(&mut *lane, left).await?));
    nothing(&mut *lane).await?;
    for publisher in 0..PUBLISHERS {
        let mine: Vec<_> = taken.iter().filter(|id| id.starts_with(&format!("{publisher}-"))).collect();
        same("events of one publisher", mine.len(), EVENTS)?;
        same("their order", mine.is_sorted(), true)?;
    }
    taken.sort();
    taken.dedup();
    same("each once", taken.len(), PUBLISHERS * EVENTS)
}
