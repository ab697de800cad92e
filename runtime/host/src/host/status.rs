//! How a process is.

use super::Host;
use aev_connect::sources::Place;
use aev_engine::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::sleep;

/// How a process is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostStatus {
    /// By address.
    pub buses: Vec<BusState>,
    /// In the order of the pipelines' names, within one in that of its file.
    pub triggers: Vec<TriggerStatus>,
    /// Sources that bring nothing now, because what they listen to is away.
    #[serde(default)]
    pub sources: Vec<SourceTrouble>,
}

/// A source that brings nothing now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceTrouble {
    /// Name of the pipeline.
    pub pipeline: String,
    /// As it is called in the file: `source`, or `source.event`.
    pub source: String,
    /// Why.
    pub reason: String,
}

/// How a bus is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BusState {
    /// Where it lies.
    pub address: String,
    /// Events that it keeps.
    pub events: u64,
    /// Their bytes, with those of the dead letters.
    pub bytes: u64,
    /// At so many bytes it refuses new events.
    pub max_bytes: u64,
    /// Dead letters that it keeps.
    pub dead: u64,
    /// How often it has noticed that what it kept was deleted as a whole.
    #[serde(default)]
    pub deletions: u64,
    /// Why it cannot be asked, if it cannot.
    pub away: Option<String>,
}

/// How a trigger is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TriggerStatus {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Name of the sensor.
    pub sensor: String,
    /// Name of the trigger.
    pub trigger: String,
    /// When it took an event last, since the start.
    pub last_event: Option<Timestamp>,
    /// Actions under way or about to begin.
    pub acting: usize,
    /// Firings that are not over, with those that wait to be tried again.
    pub firings: usize,
    /// Events on the bus that it has not finished with.
    pub lag: u64,
    /// Events that the bus let go of before it had read them, since the start.
    #[serde(default)]
    pub lost: u64,
    /// Dead letters of it, in all.
    pub dead: u64,
    /// Dead letters since the start.
    pub dead_since_start: usize,
    /// Why it does not go on, if it does not.
    pub stalled: Option<String>,
    /// Its file says that it takes no events.
    #[serde(default)]
    pub suspended: bool,
}

impl Host {
    /// How it is. A bus that does not answer is away, and what it would say of its triggers is nought.
    pub async fn status(&self) -> HostStatus {
        let mut buses = Vec::new();
        let mut lanes = BTreeMap::new();
        for (address, connected) in self.buses.all().await {
            let state = BusState { address: address.to_string(), ..BusState::default() };
            buses.push(match connected.bus.status().await {
                Ok(status) => {
                    lanes.extend(
                        status.lanes.into_iter().map(|lane| ((address.clone(), lane.name.clone()), lane)),
                    );
                    BusState {
                        events: status.events,
                        bytes: status.bytes,
                        max_bytes: status.max_bytes,
                        dead: status.dead,
                        deletions: status.deletions,
                        ..state
                    }
                }
                Err(error) => BusState { away: Some(error.to_string()), ..state },
            });
        }
        let state = self.state();
        let running = state
            .pipelines
            .iter()
            .flat_map(|(name, pipeline)| pipeline.triggers.iter().map(move |running| (name, running)));
        let triggers = running.map(|(pipeline, running)| {
            let lane = lanes.get(&(running.definition.bus.clone(), running.lane.clone()));
            TriggerStatus {
                pipeline: pipeline.clone(),
                sensor: running.definition.sensor.clone(),
                trigger: running.definition.trigger.name.clone(),
                last_event: running.health.last_event(),
                acting: running.health.acting(),
                firings: running.health.firings(),
                lag: lane.map_or(0, |lane| lane.lag),
                lost: lane.map_or(0, |lane| lane.lost),
                dead: lane.map_or(0, |lane| lane.dead),
                dead_since_start: running.health.buried(),
                stalled: running.health.why_stalled(),
                suspended: running.prepared.suspended,
            }
        });
        HostStatus { buses, triggers: triggers.collect(), sources: self.troubles() }
    }

    /// The sources that bring nothing now. The process is ready all the same: what others bring it takes, and a process
    /// that is not ready is cut off from those, too.
    pub fn troubles(&self) -> Vec<SourceTrouble> {
        let trouble = |(place, reason): (Place, String)| SourceTrouble {
            source: place.to_string(),
            pipeline: place.pipeline,
            reason,
        };
        self.tasks.troubles().into_iter().map(trouble).collect()
    }

    /// Waits until every event has been dealt with and nothing is under way. A firing that waits to be tried again is not
    /// dealt with; of a suspended trigger nothing is waited for but its actions.
    pub async fn settled(&self) {
        let mut quiet = 0;
        while quiet < 2 {
            let idle = |trigger: &TriggerStatus| {
                trigger.acting == 0 && (trigger.suspended || (trigger.lag == 0 && trigger.firings == 0))
            };
            let status = self.status().await;
            let settled =
                status.buses.iter().all(|bus| bus.away.is_none()) && status.triggers.iter().all(idle);
            quiet = if settled { quiet + 1 } else { 0 };
            sleep(Duration::from_millis(20)).await;
        }
    }
}
