//! Starting pipelines, all of it or nothing; how they are; and ending them.

mod check;
pub(crate) mod health;

use crate::attempt::Hands;
use crate::decision::{Decisions, Speaker};
use crate::error::StartError;
use crate::ingress::Ingress;
use crate::parsed::Parsed;
use crate::runner::{Phase, Runner};
use crate::settings::{BusAddress, Settings};
use aev_bus::{Bus, BusError, Embedded, Lane};
use aev_connect::actions::{self, Actions};
use aev_connect::server::{self, Limits, Listener, Mount, Server};
use aev_connect::sources::{Notice, Place};
use aev_engine::Timestamp;
use aev_plan::Plan;
use check::Checked;
use health::Health;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

/// Pipelines that run.
pub struct Host {
    bus: Arc<dyn Bus>,
    server: Option<Server>,
    addresses: BTreeMap<u16, SocketAddr>,
    urls: Vec<(Place, String)>,
    notices: Vec<Notice>,
    speaker: Speaker,
    phase: watch::Sender<Phase>,
    triggers: Vec<Running>,
    tasks: JoinSet<()>,
}

struct Running {
    pipeline: Arc<str>,
    sensor: String,
    trigger: String,
    lane: String,
    health: Arc<Health>,
}

/// What became of a shutdown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were cut because their request did not end in time.
    pub connections: usize,
    /// Triggers that were stopped while an action was under way. It is repeated at the next start, under the same id.
    pub triggers: usize,
}

/// How a process is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HostStatus {
    /// Bytes on the bus that no trigger has finished with, and the most that it holds.
    pub bus_bytes: (u64, u64),
    /// In the order of the plans.
    pub triggers: Vec<TriggerStatus>,
}

/// How a trigger is.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// Dead letters of it, in all.
    pub dead: u64,
    /// Dead letters since the start.
    pub dead_since_start: usize,
    /// Why it does not go on, if it does not.
    pub stalled: Option<String>,
}

impl Host {
    /// Starts pipelines: checks everything, opens the bus, binds the ports, opens every trigger's lane, and only then takes
    /// requests. Lanes on the bus that belonged to triggers which these pipelines no longer have are forgotten.
    ///
    /// # Errors
    /// Everything that stands against it; then nothing has been started.
    pub async fn start(plans: &[Plan], settings: &Settings) -> Result<Host, Vec<StartError>> {
        Host::start_with(plans, settings, Limits::default()).await
    }

    /// The same, with other limits for the clients of its ports.
    ///
    /// # Errors
    /// As for [`Host::start`].
    pub async fn start_with(
        plans: &[Plan],
        settings: &Settings,
        limits: Limits,
    ) -> Result<Host, Vec<StartError>> {
        let Checked { endpoints, notices, triggers, secrets } = check::check(plans, settings)?;
        let one = |error: StartError| vec![error];
        let options = actions::Options {
            connect_to: settings.connect.value.clone(),
            ..actions::Options::new(&settings.objects.value)
        };
        let hands = Hands {
            actions: Arc::new(Actions::new(options).map_err(|error| one(error.into()))?),
            secrets: secrets.clone(),
        };
        let bus = open(&settings.bus.value).await.map_err(|error| one(error.into()))?;

        let health: Vec<Arc<Health>> = triggers.iter().map(|_| Arc::default()).collect();
        let ingress: Arc<Ingress> = Arc::new(Ingress(bus.clone()));
        let mounts = endpoints.into_iter().map(|endpoint| {
            let (publisher, secrets) =
                (ingress.clone() as Arc<dyn aev_connect::publish::Publish>, secrets.clone());
            Mount { endpoint, publisher, secrets }
        });
        let listen = server::Options {
            address: settings.bind.value,
            ports: settings.ports.value.clone(),
            limits,
            health: answer(health.clone()),
        };
        let listener = match Listener::bind(mounts.collect(), listen).await {
            Ok(listener) => listener,
            Err(error) => {
                bus.close().await;
                return Err(one(error.into()));
            }
        };

        let (phase, listening) = watch::channel(Phase::Run);
        let speaker = Speaker::new();
        let parsed: Arc<Parsed> = Arc::default();
        let runners = triggers.into_iter().zip(&health).map(|(prepared, health)| Runner {
            pipeline: prepared.pipeline,
            trigger: prepared.trigger,
            at_most_once: prepared.at_most_once,
            bus: bus.clone(),
            hands: hands.clone(),
            speaker: speaker.clone(),
            health: health.clone(),
            parsed: parsed.clone(),
            phase: listening.clone(),
        });
        let runners: Vec<Runner> = runners.collect();
        let lanes = match lanes(&*bus, plans, &runners).await {
            Ok(lanes) => lanes,
            Err(error) => {
                bus.close().await;
                return Err(one(error.into()));
            }
        };
        let triggers = runners.iter().map(|runner| Running {
            pipeline: runner.pipeline.clone(),
            sensor: runner.trigger.sensor.clone(),
            trigger: runner.trigger.name.clone(),
            lane: runner.lane_name(),
            health: runner.health.clone(),
        });
        let triggers = triggers.collect();
        let mut tasks = JoinSet::new();
        for (runner, lane) in runners.into_iter().zip(lanes) {
            tasks.spawn(runner.run(lane));
        }
        let (addresses, urls) = (listener.addresses(), listener.urls());
        let server = Some(listener.serve());
        Ok(Host { bus, server, addresses, urls, notices, speaker, phase, triggers, tasks })
    }

    /// The address behind each port of the files.
    pub fn addresses(&self) -> &BTreeMap<u16, SocketAddr> {
        &self.addresses
    }

    /// The URL of each endpoint, in order of port and path.
    pub fn urls(&self) -> &[(Place, String)] {
        &self.urls
    }

    /// What the user should know and nothing else would tell.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Decisions from now on.
    pub fn decisions(&self) -> Decisions {
        self.speaker.listen()
    }

    /// The bus that it runs on.
    pub fn bus(&self) -> &Arc<dyn Bus> {
        &self.bus
    }

    /// How it is.
    ///
    /// # Errors
    /// The bus is away.
    pub async fn status(&self) -> Result<HostStatus, BusError> {
        let bus = self.bus.status().await?;
        let lanes: BTreeMap<&str, _> = bus.lanes.iter().map(|lane| (lane.name.as_str(), lane)).collect();
        let triggers = self.triggers.iter().map(|running| {
            let lane = lanes.get(running.lane.as_str());
            TriggerStatus {
                pipeline: running.pipeline.to_string(),
                sensor: running.sensor.clone(),
                trigger: running.trigger.clone(),
                last_event: running.health.last_event(),
                acting: running.health.acting(),
                firings: running.health.firings(),
                lag: lane.map_or(0, |lane| lane.lag),
                dead: lane.map_or(0, |lane| lane.dead),
                dead_since_start: running.health.buried(),
                stalled: running.health.why_stalled(),
            }
        });
        Ok(HostStatus { bus_bytes: (bus.bytes, bus.max_bytes), triggers: triggers.collect() })
    }

    /// Waits until every event has been dealt with and nothing is under way. A firing that waits to be tried again is not.
    pub async fn settled(&self) {
        let mut quiet = 0;
        while quiet < 2 {
            let idle =
                |trigger: &TriggerStatus| trigger.lag == 0 && trigger.acting == 0 && trigger.firings == 0;
            let settled = self.status().await.is_ok_and(|status| status.triggers.iter().all(idle));
            quiet = if settled { quiet + 1 } else { 0 };
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends in order, within this time: takes no more connections, answers the requests that have begun, brings the actions
    /// that are under way to an end, stores what became of them, and closes the bus. What is left over then is stopped as
    /// by [`Host::abort`]. Events that were not begun stay on the bus.
    pub async fn drain(&mut self, patience: Duration) -> Drained {
        let deadline = Instant::now() + patience;
        // Triggers stop taking events at once: they have all the time for what they have begun.
        self.phase.send_replace(Phase::Drain);
        let connections = match self.server.take() {
            Some(server) => server.drain(patience).await,
            None => 0,
        };
        while let Ok(Some(_)) = timeout_at(deadline, self.tasks.join_next()).await {}
        let triggers = self.tasks.len();
        self.abort().await;
        Drained { connections, triggers }
    }

    /// Ends at once. Nothing that was acknowledged is lost: what was under way is repeated at the next start.
    pub async fn abort(&mut self) {
        self.phase.send_replace(Phase::Abort);
        self.server = None;
        self.tasks.shutdown().await;
        self.bus.close().await;
    }
}

/// Says that it works while no trigger is stalled.
fn answer(health: Vec<Arc<Health>>) -> server::Health {
    Arc::new(move || health.iter().find_map(|health| health.why_stalled()).map_or(Ok(()), Err))
}

async fn open(address: &BusAddress) -> Result<Arc<dyn Bus>, BusError> {
    let BusAddress::Embedded { dir, max_bytes } = address;
    let mut options = aev_bus::Options::new(dir);
    options.max_bytes = max_bytes.unwrap_or(options.max_bytes);
    let opened = tokio::task::spawn_blocking(|| Embedded::open(options)).await;
    let bus = opened.map_err(|error| BusError::Away { reason: error.to_string() })??;
    Ok(Arc::new(bus))
}

/// Opens the lane of each trigger, and forgets those of triggers that these pipelines no longer have.
async fn lanes(bus: &dyn Bus, plans: &[Plan], runners: &[Runner]) -> Result<Vec<Box<dyn Lane>>, BusError> {
    let mut lanes = Vec::with_capacity(runners.len());
    for runner in runners {
        lanes.push(bus.lane(runner.spec()).await?);
    }
    for name in bus.lanes().await? {
        let pipeline = name.split('/').next().unwrap_or_default();
        let ours = plans.iter().any(|plan| plan.name == pipeline);
        if ours && !runners.iter().any(|runner| runner.lane_name() == name) {
            let events = bus.forget_lane(&name).await?;
            tracing::warn!(
                lane = name,
                events,
                "the pipeline no longer has this trigger; its events are let go"
            );
        }
    }
    Ok(lanes)
}
