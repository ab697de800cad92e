//! Sources that run by themselves: started, kept and ended with their pipelines, and what they remember.
//!
//! What one remembers lies on its bus, as the record of a lane that reads nothing: there it is as safe as the events, and
//! another process of the same pipeline finds it.

use crate::clock::Clock;
use crate::settings::BusAddress;
use aev_bus::{Bus, Commit, CommitError, Key, Lane, LaneSpec, Revision};
use aev_connect::publish::Publish;
use aev_connect::secrets::Secrets;
use aev_connect::sources::Place;
use aev_connect::sources::task::{self, Around, Memory, Remembering, Running, Task};
use aev_plan::expr::Expr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Stands for the sensor in the name of a lane that keeps what a source remembers. No sensor is called like this, for
/// Kubernetes takes no `_`.
const SENSOR: &str = "aev_sources";

/// The sources of a process that run by themselves, with the bus of each.
#[derive(Default)]
pub(crate) struct Tasks(Mutex<Vec<(Sink, Running)>>);

/// Where the events of a source go, and which. While this is the same, the source need not be stopped for a new plan.
#[derive(PartialEq)]
pub(crate) struct Sink {
    /// Where its bus lies.
    pub(crate) address: BusAddress,
    /// Which of its events reach the bus; all of them without one.
    pub(crate) condition: Option<Expr>,
}

/// A source that is to run.
pub(crate) struct Wanted {
    pub(crate) task: Task,
    pub(crate) sink: Sink,
    pub(crate) bus: Arc<dyn Bus>,
    /// Where its events go.
    pub(crate) publisher: Arc<dyn Publish>,
}

impl Wanted {
    fn start(self, secrets: Arc<dyn Secrets>, clock: Arc<dyn Clock>) -> (Sink, Running) {
        let around = Around {
            publisher: self.publisher,
            secrets,
            now: Arc::new(move || clock.now()),
            memory: Arc::new(OnBus { bus: self.bus, lane: tokio::sync::Mutex::default() }),
        };
        (self.sink, self.task.start(around))
    }
}

impl Tasks {
    fn running(&self) -> MutexGuard<'_, Vec<(Sink, Running)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs these instead of those before. One that is the same in both runs on.
    pub(crate) async fn exchange(
        &self,
        wanted: Vec<Wanted>,
        secrets: &Arc<dyn Secrets>,
        clock: &Arc<dyn Clock>,
        patience: Duration,
    ) {
        let before = std::mem::take(&mut *self.running());
        let (mut kept, ended): (Vec<_>, Vec<_>) = before.into_iter().partition(|(sink, running)| {
            wanted.iter().any(|wanted| wanted.sink == *sink && wanted.task == *running.task())
        });
        task::drain(ended.into_iter().map(|(_, running)| running).collect(), patience).await;
        for wanted in wanted {
            let same =
                |(sink, running): &(Sink, Running)| *sink == wanted.sink && *running.task() == wanted.task;
            if !kept.iter().any(same) {
                kept.push(wanted.start(secrets.clone(), clock.clone()));
            }
        }
        *self.running() = kept;
    }

    /// The lanes that keep what sources remember.
    pub(crate) fn lanes(&self) -> Vec<String> {
        let running = self.running();
        let remembers = running.iter().map(|(_, running)| running.task()).filter(|task| task.remembers());
        remembers.map(|task| spec(task.place()).name()).collect()
    }

    /// Those that bring nothing now, and why.
    pub(crate) fn troubles(&self) -> Vec<(Place, String)> {
        let running = self.running();
        let tasks = running.iter().map(|(_, running)| running.task());
        tasks.filter_map(|task| Some((task.place().clone(), task.trouble()?))).collect()
    }

    /// Ends all in order within this time. Gives how many were stopped in the middle.
    pub(crate) async fn drain(&self, patience: Duration) -> usize {
        let ended = std::mem::take(&mut *self.running()).into_iter().map(|(_, running)| running).collect();
        task::drain(ended, patience).await
    }
}

fn spec(place: &Place) -> LaneSpec {
    LaneSpec {
        pipeline: place.pipeline.clone(),
        sensor: SENSOR.to_owned(),
        trigger: format!("{}.{}", place.source, place.event),
        subjects: Vec::new(),
    }
}

/// The memory of one source.
struct OnBus {
    bus: Arc<dyn Bus>,
    /// Opened at the first use.
    lane: tokio::sync::Mutex<Option<(Box<dyn Lane>, Revision)>>,
}

impl Memory for OnBus {
    fn recall<'a>(&'a self, place: &'a Place) -> Remembering<'a, Option<String>> {
        Box::pin(async move {
            let mut open = self.lane.lock().await;
            let lane = self.bus.lane(spec(place)).await.map_err(|error| error.to_string())?;
            let (record, revision) = lane.load(&key()).await.map_err(|error| error.to_string())?;
            *open = Some((lane, revision));
            Ok(record.and_then(|bytes| String::from_utf8(bytes).ok()))
        })
    }

    fn remember<'a>(&'a self, place: &'a Place, text: String) -> Remembering<'a, ()> {
        Box::pin(async move {
            let mut open = self.lane.lock().await;
            let (mut lane, revision) = match open.take() {
                Some(open) => open,
                None => {
                    let lane = self.bus.lane(spec(place)).await.map_err(|error| error.to_string())?;
                    let (_, revision) = lane.load(&key()).await.map_err(|error| error.to_string())?;
                    (lane, revision)
                }
            };
            let records = vec![(key(), revision, Some(text.into_bytes()))];
            match lane.commit(Commit { records, ..Commit::default() }).await {
                Ok(revisions) => {
                    *open = revisions.first().map(|revision| (lane, *revision));
                    Ok(())
                }
                // Another process of the pipeline was faster with the same slot. The next one reads what stands there.
                Err(CommitError::Conflict { .. }) => Ok(()),
                Err(error) => Err(error.to_string()),
            }
        })
    }
}

fn key() -> Key {
    Key("place".to_owned())
}
