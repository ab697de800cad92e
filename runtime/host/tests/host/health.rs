//! What Kubernetes asks of a process, with triggers that really hang.

use crate::bench::{World, publish};
use crate::support::{PATIENCE, Place, Target, http, plan, post, stream, trigger};
use aev_bus::dead::{DeadId, DeadLetter};
use aev_bus::{
    Bus, BusError, BusStatus, Commit, CommitError, Delivery, Embedded, Guarantee, Key, Lane, LaneSpec,
    Options, Outgoing, Pending, Publish, Published, Record, Revision, Span, Stored,
};
use aev_engine::Trigger;
use aev_engine::script::NoScripts;
use aev_host::health::board::{Board, Standing};
use aev_host::parsed::Parsed;
use aev_host::runner::{Around, Runner};
use aev_host::{SystemClock, decision::Speaker};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// A bus whose lanes store nothing while its gate is closed, and never say why.
struct Hanging {
    inner: Arc<dyn Bus>,
    gate: Arc<Semaphore>,
}

struct HangingLane {
    inner: Box<dyn Lane>,
    gate: Arc<Semaphore>,
}

impl Publish for Hanging {
    fn publish(&self, event: Outgoing) -> Pending<'_, Result<Published, BusError>> {
        self.inner.publish(event)
    }

    fn max_event_bytes(&self) -> usize {
        self.inner.max_event_bytes()
    }
}

impl Bus for Hanging {
    fn lane(&self, spec: LaneSpec) -> Pending<'_, Result<Box<dyn Lane>, BusError>> {
        Box::pin(async move {
            let inner = self.inner.lane(spec).await?;
            Ok(Box::new(HangingLane { inner, gate: self.gate.clone() }) as Box<dyn Lane>)
        })
    }

    fn rename_lane<'a>(&'a self, old: &'a str, new: LaneSpec) -> Pending<'a, Result<bool, BusError>> {
        self.inner.rename_lane(old, new)
    }

    fn lanes(&self) -> Pending<'_, Result<Vec<String>, BusError>> {
        self.inner.lanes()
    }

    fn forget_lane<'a>(&'a self, name: &'a str) -> Pending<'a, Result<u64, BusError>> {
        self.inner.forget_lane(name)
    }

    fn dead_letters<'a>(
        &'a self,
        lane: Option<&'a str>,
        after: Option<DeadId>,
        max: usize,
    ) -> Pending<'a, Result<Vec<(DeadId, DeadLetter)>, BusError>> {
        self.inner.dead_letters(lane, after, max)
    }

    fn drop_dead_letters<'a>(&'a self, ids: &'a [DeadId]) -> Pending<'a, Result<(), BusError>> {
        self.inner.drop_dead_letters(ids)
    }

    fn history(&self, span: Span) -> Pending<'_, Result<Vec<Delivery>, BusError>> {
        self.inner.history(span)
    }

    fn guarantee(&self) -> Guarantee {
        self.inner.guarantee()
    }

    fn close(&self) -> Pending<'_, ()> {
        self.inner.close()
    }

    fn status(&self) -> Pending<'_, Result<BusStatus, BusError>> {
        self.inner.status()
    }
}

impl Lane for HangingLane {
    fn next(&mut self, max: usize) -> Pending<'_, Result<Vec<Delivery>, BusError>> {
        self.inner.next(max)
    }

    fn load<'a>(&'a self, key: &'a Key) -> Pending<'a, Result<(Option<Record>, Revision), BusError>> {
        self.inner.load(key)
    }

    fn records(&self) -> Pending<'_, Result<Vec<Stored>, BusError>> {
        self.inner.records()
    }

    fn commit(&mut self, commit: Commit) -> Pending<'_, Result<Vec<Revision>, CommitError>> {
        Box::pin(async move {
            drop(self.gate.acquire().await);
            self.inner.commit(commit).await
        })
    }
}

/// Waits until it is so.
async fn becomes(what: &str, mut is: impl FnMut() -> bool) {
    let changed = async {
        while !is() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), changed).await.unwrap_or_else(|_| panic!("never {what}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trigger_that_hangs_is_not_alive_until_it_goes_on() {
    let place = Place::new();
    let inner: Arc<dyn Bus> = Arc::new(Embedded::open(Options::new(place.path("bus"))).unwrap());
    let gate = Arc::new(Semaphore::new(1));
    let bus: Arc<dyn Bus> = Arc::new(Hanging { inner, gate: gate.clone() });
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", r#""log""#, ""));
    let sensor = &plan.sensors[0];
    let trigger = Arc::new(Trigger::prepare(sensor, &sensor.triggers[0], &NoScripts).unwrap());
    let around = Around {
        bus: bus.clone(),
        parsed: Arc::new(Parsed::default()),
        world: World::new(1, |_| true),
        clock: Arc::new(SystemClock),
        speaker: Speaker::new(),
    };
    let (runner, stop) = Runner::new("pipe".into(), trigger, around);
    let (lane, health) = (runner.lane_name(), runner.health().clone());
    let opened = bus.lane(runner.spec()).await.unwrap();
    let board = Board::default();
    board.set(Standing { triggers: vec![(lane, health.clone())], buses: Vec::new() });
    let watch = tokio::spawn(board.clone().watch(Duration::from_millis(50)));
    let running = tokio::spawn(runner.run(Some(opened)));
    becomes("alive", || board.alive().is_ok()).await;

    let closed = gate.acquire().await.unwrap();
    publish(&bus, "a", "one").await;
    becomes("hanging", || board.alive().is_err()).await;
    let reason = board.alive().unwrap_err();
    assert!(reason.contains("pipe/pipe/call") && reason.contains("not answered"), "{reason}");
    assert_eq!(board.ready(), Ok(()), "nobody has said that anything is wrong");
    drop(closed);
    becomes("alive again", || board.alive().is_ok()).await;
    becomes("done with the event", || health.counters.done.get() == 1).await;

    watch.abort();
    stop.send_replace(aev_host::runner::Phase::Abort);
    running.await.unwrap();
}

/// An action that never ends holds up neither the trigger's answers nor the end of the process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_never_answers_does_not_hold_up_the_end() {
    let place = Place::new();
    let target = Target::answering(|_, _| (200, Duration::from_secs(3600))).await;
    let url = target.url("/t");
    let call = http(&url).replace(r#""timeout":"5s""#, r#""timeout":"3600s""#);
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &call, ""));
    let host = place.start(&plan).await;
    post(&host, "/a", "one").await;
    target.wait("/t", 1).await;
    assert_eq!((host.ready(), host.alive()), (Ok(()), Ok(())), "waiting for a target is no fault");
    let begun = Instant::now();
    let patience = Duration::from_secs(1);
    let drained = tokio::time::timeout(PATIENCE, host.drain(patience)).await.expect("it ends");
    assert_eq!((drained.triggers, drained.connections), (1, 0));
    assert!(begun.elapsed() >= patience, "it had its time");
    drop(host);
    // The event is still there, and its effect is repeated under the same id.
    let host = place.start(&plan).await;
    let calls = target.wait("/t", 2).await;
    assert_eq!(calls[0].key, calls[1].key);
    host.abort().await;
}
