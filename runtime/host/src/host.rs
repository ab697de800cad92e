//! Pipelines that run: starting them, exchanging them, how they are, and ending them.

mod check;
pub(crate) mod reach;
mod rename;
pub mod status;

use crate::buses::{Buses, Connected};
use crate::clock::{Clock, SystemClock};
use crate::decision::{Decisions, Speaker};
use crate::error::StartError;
use crate::health::Health;
use crate::health::board::{ASK, Board, Standing};
use crate::ingress::Ingress;
use crate::metrics::SourceCounters;
use crate::perform::{Perform, World};
use crate::pipeline::{self, Definition, Pipeline, Running};
use crate::records::Records;
use crate::runner::{Around, Runner};
use crate::settings::{BusAddress, From, Settings};
use crate::tasks::{Sink, Tasks, Wanted};
use crate::trace::{Origin, Tracer};
use aev_bus::{Bus, BusError};
use aev_connect::actions::{self, Actions};
use aev_connect::secrets::{DirectorySecrets, NoSecrets, Secrets};
use aev_connect::server::{self, Limits, Listener, Mount, Server};
use aev_connect::sources::{Notice, Place, Task};
use aev_engine::Trigger;
use aev_plan::Plan;
use aev_plan::expr::Expr;
use check::Checked;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore};
use tokio::task::{JoinHandle, JoinSet};

/// How long a trigger that is replaced may bring to an end what it has begun.
const HAND_OVER: Duration = Duration::from_secs(10);

/// How long a collector may take for the last spans, after everything else has ended.
const LAST_SPANS: Duration = Duration::from_secs(2);

/// Lanes that are opened at once.
const OPENING: usize = 64;

/// Pipelines that run in this process.
pub struct Host {
    settings: Settings,
    buses: Buses,
    secrets: Arc<dyn Secrets>,
    world: Arc<dyn Perform>,
    clock: Arc<dyn Clock>,
    speaker: Speaker,
    /// Held while pipelines are exchanged, so that one exchange follows another.
    changing: Mutex<Option<Server>>,
    state: RwLock<State>,
    tasks: Tasks,
    board: Board,
    /// What came in at each source since the start; it stays through an exchange.
    counted: RwLock<BTreeMap<Place, Arc<SourceCounters>>>,
    ready: AtomicBool,
    watchdog: JoinHandle<()>,
}

/// What runs now.
#[derive(Default)]
struct State {
    pipelines: BTreeMap<String, Pipeline>,
    addresses: BTreeMap<u16, SocketAddr>,
    urls: Vec<(Place, String)>,
}

/// What an exchange of pipelines came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Triggers that were started.
    pub started: usize,
    /// Triggers that run on as they were.
    pub kept: usize,
    /// Triggers that were ended.
    pub ended: usize,
}

/// What became of a shutdown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were cut because their request did not end in time.
    pub connections: usize,
    /// Triggers that were stopped while an action was under way. It is repeated at the next start, under the same id.
    pub triggers: usize,
}

impl Host {
    /// Starts pipelines: checks everything, connects to the buses, binds the ports, opens every trigger's lane, and only then
    /// takes requests. Lanes on the bus that belonged to triggers which these pipelines no longer have are forgotten.
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
        let host = Host::idle(settings, limits).await.map_err(|error| vec![error])?;
        match host.apply(plans).await {
            Ok(_) => Ok(host),
            Err(errors) => {
                host.abort().await;
                Err(errors)
            }
        }
    }

    /// A process without pipelines.
    async fn idle(settings: &Settings, limits: Limits) -> Result<Host, StartError> {
        let secrets: Arc<dyn Secrets> = match &settings.secrets.value {
            Some(dir) => Arc::new(DirectorySecrets::new(dir)),
            None => Arc::new(NoSecrets),
        };
        let options = actions::Options {
            connect_to: settings.connect.value.clone(),
            ..actions::Options::new(&settings.objects.value)
        };
        let actions = Actions::new(options)?;
        let tracer = match settings.otlp.options() {
            Some(options) => Some(Tracer::start(&options).map_err(|reason| StartError::Traces { reason })?),
            None => None,
        };
        let world = World { actions, secrets: secrets.clone(), tracer: tracer.clone() };
        let board = Board::default();
        let listen = server::Options {
            address: settings.bind.value,
            ports: settings.ports.value.clone(),
            limits,
            health: answer(board.clone()),
        };
        let server = Listener::bind(Vec::new(), listen).await?.serve();
        Ok(Host {
            settings: settings.clone(),
            buses: Buses::default(),
            secrets,
            world: Arc::new(world),
            clock: Arc::new(SystemClock),
            speaker: Speaker::keeping(records(settings).map_err(|error| *error)?).tracing(tracer),
            changing: Mutex::new(Some(server)),
            state: RwLock::default(),
            watchdog: tokio::spawn(board.clone().watch(ASK)),
            tasks: Tasks::default(),
            board,
            counted: RwLock::default(),
            ready: AtomicBool::new(true),
        })
    }

    /// Runs these pipelines instead of those before. A trigger that is the same in both runs on; one that has changed goes
    /// on where it was, after it has brought to an end what it had begun. Endpoints are exchanged without cutting a
    /// connection. A trigger that its pipeline no longer has is forgotten with its events; of a pipeline that is gone, they
    /// stay on the bus.
    ///
    /// # Errors
    /// Everything that stands against it; then nothing has changed.
    pub async fn apply(&self, plans: &[Plan]) -> Result<Applied, Vec<StartError>> {
        let mut changing = self.changing.lock().await;
        let Some(server) = changing.as_mut() else { return Ok(Applied::default()) };
        let mut checked = check::check(plans, &self.settings, &*self.secrets)?;
        let one = |error: StartError| vec![error];
        let mut connected: BTreeMap<BusAddress, Connected> = BTreeMap::new();
        for plan in &checked {
            for bus in plan.buses.used(&plan.plan) {
                let found = self.buses.get(&bus.value, &*self.secrets).await.map_err(one)?;
                connected.insert(bus.value.clone(), found);
            }
        }
        let mounts = checked.iter_mut().flat_map(|plan| self.mounts(plan, &connected)).collect();
        let endpoints = server.bind(mounts).await.map_err(|error| one(error.into()))?;
        let tasks = checked.iter_mut().flat_map(|plan| self.tasks_of(plan, &connected)).collect();

        let renames = self.renames(&checked, &connected).await.map_err(|error| one(error.into()))?;
        let first = self.state().pipelines.is_empty();
        let (kept, replaced) = self.part(&checked);
        let mut applied = Applied { kept: kept.len(), ended: replaced.len(), ..Applied::default() };
        pipeline::drain(replaced, HAND_OVER).await;
        let unmoved = rename::carry_out(renames).await;
        let started = match self.start_new(&checked, &kept, &connected, first).await {
            Ok(started) => started,
            Err(error) => return Err(one(error.into())),
        };
        applied.started = started.len();
        self.settle_in(checked, kept, started, &connected);
        server.switch(endpoints);
        self.tasks.exchange(tasks, &self.secrets, &self.clock, HAND_OVER).await;
        {
            let mut state = self.state_mut();
            (state.addresses, state.urls) = (server.addresses(), server.urls());
        }
        for connected in connected.values() {
            if let Err(error) = self.forget(&*connected.bus, plans, &unmoved).await {
                tracing::warn!(%error, "lanes that no trigger has any more are still on the bus");
            }
        }
        self.buses.keep(|address| connected.contains_key(address)).await;
        Ok(applied)
    }

    /// The endpoints of a plan with the buses behind them.
    fn mounts(&self, plan: &mut Checked, connected: &BTreeMap<BusAddress, Connected>) -> Vec<Mount> {
        let endpoints = std::mem::take(&mut plan.endpoints);
        let mount = |endpoint: aev_connect::sources::Endpoint| {
            let route = Some((endpoint.method().to_owned(), endpoint.path().to_owned()));
            let (_, publisher) = self.ingress(plan, endpoint.place(), route, connected)?;
            Some(Mount { endpoint, publisher: Arc::new(publisher), secrets: self.secrets.clone() })
        };
        endpoints.into_iter().filter_map(mount).collect()
    }

    /// The sources of a plan that run by themselves, with the buses behind them.
    fn tasks_of(&self, plan: &mut Checked, connected: &BTreeMap<BusAddress, Connected>) -> Vec<Wanted> {
        let tasks = std::mem::take(&mut plan.tasks);
        let wanted = |task: Task| {
            let (address, publisher) = self.ingress(plan, task.place(), None, connected)?;
            let bus = publisher.bus.clone();
            let condition = condition(&plan.plan, task.place());
            let sink = Sink { address, condition };
            Some(Wanted { task, sink, bus, publisher: Arc::new(publisher) })
        };
        tasks.into_iter().filter_map(wanted).collect()
    }

    /// From an event of a plan to its bus, which lies at this address.
    fn ingress(
        &self,
        plan: &Checked,
        place: &Place,
        route: Option<(String, String)>,
        connected: &BTreeMap<BusAddress, Connected>,
    ) -> Option<(BusAddress, Ingress)> {
        let source = plan.plan.sources.iter().find(|source| source.name == place.source)?;
        let address = plan.buses.find(source.bus.as_deref()).value.clone();
        let system = address.system();
        let ingress = Ingress {
            bus: connected.get(&address)?.bus.clone(),
            clock: self.clock.clone(),
            records: self.speaker.records().cloned(),
            counters: self.counted(place),
            tracer: self.speaker.tracer().cloned(),
            origin: Origin { pipeline: plan.plan.name.clone(), route, system },
            filter: plan.filters.get(&(place.source.clone(), place.event.clone())).cloned(),
        };
        Some((address, ingress))
    }

    /// Takes the triggers that run apart: into those that the new plans have as they are, and those that must end.
    fn part(&self, checked: &[Checked]) -> (BTreeMap<String, Running>, Vec<Running>) {
        let mut wanted: BTreeMap<String, &Definition> = BTreeMap::new();
        for plan in checked {
            wanted.extend(
                plan.triggers.iter().map(|(definition, _)| (lane_name(&plan.plan, definition), definition)),
            );
        }
        let (mut kept, mut replaced) = (BTreeMap::new(), Vec::new());
        let mut state = self.state_mut();
        for running in state.pipelines.values_mut().flat_map(|pipeline| pipeline.triggers.drain(..)) {
            match wanted.get(&running.lane) {
                Some(definition) if **definition == running.definition => {
                    kept.insert(running.lane.clone(), running);
                }
                _ => replaced.push(running),
            }
        }
        (kept, replaced)
    }

    /// Starts the triggers that do not run yet. At a process's start every lane must be there; later, one that cannot be
    /// opened now is opened by its trigger as soon as it can.
    async fn start_new(
        &self,
        checked: &[Checked],
        kept: &BTreeMap<String, Running>,
        connected: &BTreeMap<BusAddress, Connected>,
        first: bool,
    ) -> Result<BTreeMap<String, Running>, BusError> {
        let mut opening = JoinSet::new();
        let room = Arc::new(Semaphore::new(OPENING));
        for plan in checked {
            let pipeline: Arc<str> = plan.plan.name.as_str().into();
            for (definition, trigger) in &plan.triggers {
                let Some(connected) = connected.get(&definition.bus) else { continue };
                if kept.contains_key(&lane_name(&plan.plan, definition)) {
                    continue;
                }
                let (room, bus, definition) = (room.clone(), connected.bus.clone(), definition.clone());
                let (runner, phase) = self.runner(pipeline.clone(), trigger.clone(), connected);
                opening.spawn(async move {
                    let _room = room.acquire().await;
                    let lane = bus.lane(runner.spec()).await;
                    (definition, runner, phase, lane)
                });
            }
        }
        let mut opened = Vec::new();
        while let Some(result) = opening.join_next().await {
            let Ok((definition, runner, phase, lane)) = result else { continue };
            match lane {
                Err(error) if first => return Err(error),
                lane => opened.push((definition, runner, phase, lane.ok())),
            }
        }
        let start = |(definition, runner, phase, lane)| {
            let running = Running::start(definition, runner, phase, lane);
            (running.lane.clone(), running)
        };
        Ok(opened.into_iter().map(start).collect())
    }

    fn runner(
        &self,
        pipeline: Arc<str>,
        trigger: Arc<Trigger>,
        connected: &Connected,
    ) -> (Runner, tokio::sync::watch::Sender<crate::runner::Phase>) {
        let around = Around {
            bus: connected.bus.clone(),
            parsed: connected.parsed.clone(),
            world: self.world.clone(),
            clock: self.clock.clone(),
            speaker: self.speaker.clone(),
        };
        Runner::new(pipeline, trigger, around)
    }

    /// Makes what runs now the state.
    fn settle_in(
        &self,
        checked: Vec<Checked>,
        mut kept: BTreeMap<String, Running>,
        mut started: BTreeMap<String, Running>,
        connected: &BTreeMap<BusAddress, Connected>,
    ) {
        let pipeline = |plan: Checked| {
            let lanes = plan.triggers.iter().map(|(definition, _)| lane_name(&plan.plan, definition));
            let triggers = lanes.filter_map(|lane| kept.remove(&lane).or_else(|| started.remove(&lane)));
            let triggers = triggers.collect();
            (plan.plan.name.clone(), Pipeline { plan: plan.plan, notices: plan.notices, triggers })
        };
        let pipelines: BTreeMap<String, Pipeline> = checked.into_iter().map(pipeline).collect();
        let running = pipelines.values().flat_map(|pipeline| &pipeline.triggers);
        let triggers = running.map(|running| (running.lane.clone(), running.health.clone())).collect();
        let buses = connected.iter().map(|(address, bus)| (address.to_string(), bus.bus.clone())).collect();
        self.board.set(Standing { triggers, buses });
        self.state_mut().pipelines = pipelines;
    }

    /// Forgets the lanes of triggers that their pipelines no longer have, so that they hold no events; but not those that
    /// should have become others.
    async fn forget(
        &self,
        bus: &dyn Bus,
        plans: &[Plan],
        unmoved: &BTreeSet<String>,
    ) -> Result<(), BusError> {
        let wanted: BTreeSet<String> = {
            let state = self.state();
            let running = state.pipelines.values().flat_map(|pipeline| &pipeline.triggers);
            running.map(|running| running.lane.clone()).chain(self.tasks.lanes()).collect()
        };
        for name in bus.lanes().await? {
            let pipeline = name.split('/').next().unwrap_or_default();
            if wanted.contains(&name) || unmoved.contains(&name) {
                continue;
            }
            if !plans.iter().any(|plan| plan.name == pipeline) {
                tracing::warn!(
                    lane = name,
                    "no pipeline of this process has this trigger; its events stay on the bus"
                );
                continue;
            }
            let events = bus.forget_lane(&name).await?;
            tracing::warn!(
                lane = name,
                events,
                "the pipeline no longer has this trigger; its events are let go"
            );
        }
        Ok(())
    }

    /// The address behind each port of the files.
    pub fn addresses(&self) -> BTreeMap<u16, SocketAddr> {
        self.state().addresses.clone()
    }

    /// The URL of each endpoint, in order of port and path.
    pub fn urls(&self) -> Vec<(Place, String)> {
        self.state().urls.clone()
    }

    /// What the user should know and nothing else would tell.
    pub fn notices(&self) -> Vec<Notice> {
        self.state().pipelines.values().flat_map(|pipeline| pipeline.notices.clone()).collect()
    }

    /// The plans that run.
    pub fn plans(&self) -> Vec<Arc<Plan>> {
        self.state().pipelines.values().map(|pipeline| pipeline.plan.clone()).collect()
    }

    /// Decisions from now on.
    pub fn decisions(&self) -> Decisions {
        self.speaker.listen()
    }

    /// The buses that it runs on, with their addresses.
    pub async fn buses(&self) -> Vec<(BusAddress, Arc<dyn Bus>)> {
        self.buses.all().await.into_iter().map(|(address, connected)| (address, connected.bus)).collect()
    }

    /// Ends in order, within this time: takes no more connections, answers the requests that have begun, brings the actions
    /// that are under way to an end, stores what became of them, and closes the buses. What is left over then is stopped as
    /// by [`Host::abort`]. Events that were not begun stay on the bus.
    pub async fn drain(&self, patience: Duration) -> Drained {
        self.ready.store(false, Ordering::Relaxed);
        let mut changing = self.changing.lock().await;
        let triggers = self.take();
        // Triggers stop taking events at once: they have all the time for what they have begun.
        let connections = async {
            match changing.take() {
                Some(server) => server.drain(patience).await,
                None => 0,
            }
        };
        let (connections, _, triggers) =
            tokio::join!(connections, self.tasks.drain(patience), pipeline::drain(triggers, patience));
        self.buses.keep(|_| false).await;
        self.written().await;
        if let Some(tracer) = self.tracer() {
            tracer.flush(LAST_SPANS).await;
        }
        Drained { connections, triggers }
    }

    /// Ends at once. Nothing that was acknowledged is lost: what was under way is repeated at the next start.
    pub async fn abort(&self) {
        self.tasks.drain(Duration::ZERO).await;
        for trigger in self.take() {
            trigger.stop().await;
        }
        // A drain that is under way holds the server, and goes on without triggers.
        if let Ok(mut changing) = self.changing.try_lock() {
            *changing = None;
        }
        self.buses.keep(|_| false).await;
        self.written().await;
    }

    /// What is counted at a source; from nought when it is new.
    fn counted(&self, place: &Place) -> Arc<SourceCounters> {
        let mut counted = self.counted.write().unwrap_or_else(PoisonError::into_inner);
        counted.entry(place.clone()).or_default().clone()
    }

    /// What has come in at each source of the pipelines that run.
    pub(crate) fn sources(&self) -> Vec<(Place, Arc<SourceCounters>)> {
        let counted = self.counted.read().unwrap_or_else(PoisonError::into_inner);
        let state = self.state();
        let runs = |place: &Place| state.pipelines.contains_key(&place.pipeline);
        counted
            .iter()
            .filter(|(place, _)| runs(place))
            .map(|(place, counters)| (place.clone(), counters.clone()))
            .collect()
    }

    /// How each trigger is, in the order of [`Host::status`].
    pub(crate) fn health(&self) -> Vec<Arc<Health>> {
        let state = self.state();
        let running = state.pipelines.values().flat_map(|pipeline| &pipeline.triggers);
        running.map(|running| running.health.clone()).collect()
    }

    /// Whether events can be taken and acted on now; otherwise why not.
    ///
    /// # Errors
    /// The process ends, or a trigger does not go on: its bus is away, or it cannot store what it has decided.
    pub fn ready(&self) -> Result<(), String> {
        if !self.ready.load(Ordering::Relaxed) {
            return Err("the process is ending".to_owned());
        }
        self.board.ready()
    }

    /// Whether every trigger still answers. One that waits for its bus or its target does; one that does not for a minute
    /// will not again, and the process is to be started anew.
    ///
    /// # Errors
    /// Which trigger does not answer.
    pub fn alive(&self) -> Result<(), String> {
        self.board.alive()
    }

    /// Waits until the records are written.
    async fn written(&self) {
        if let Some(records) = self.records() {
            records.flush().await;
        }
    }

    fn take(&self) -> Vec<Running> {
        // What has ended answers nobody.
        self.board.set(Standing::default());
        let mut state = self.state_mut();
        std::mem::take(&mut state.pipelines).into_values().flat_map(|pipeline| pipeline.triggers).collect()
    }

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn condition(plan: &Plan, place: &Place) -> Option<Expr> {
    let source = plan.sources.iter().find(|source| source.name == place.source)?;
    source.events.iter().find(|event| event.name == place.event)?.condition.clone()
}

fn lane_name(plan: &Plan, definition: &Definition) -> String {
    format!("{}/{}/{}", plan.name, definition.sensor, definition.trigger.name)
}

/// Records where the settings want them. Without a place for them, they are missing rather than the process, unless somebody
/// has said where they are to be.
fn records(settings: &Settings) -> Result<Option<Records>, Box<StartError>> {
    let Some(options) = settings.records.value.clone() else { return Ok(None) };
    let dir = options.dir.clone();
    match Records::open(options) {
        Ok(records) => Ok(Some(records)),
        Err(error) if settings.records.from == From::Default => {
            tracing::warn!(dir = %dir.display(), %error, "no records are kept: `aev why` will not know what became of events");
            Ok(None)
        }
        Err(error) => Err(Box::new(StartError::Records { dir, reason: error.to_string() })),
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.watchdog.abort();
    }
}

fn answer(board: Board) -> server::Health {
    Arc::new(move || board.ready())
}
