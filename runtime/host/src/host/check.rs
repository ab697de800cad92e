//! What can be found out before anything is started.

use crate::buses::Addresses;
use crate::error::StartError;
use crate::pipeline::Definition;
use crate::settings::{BusAddress, From, Settings};
use aev_connect::secrets::Secrets;
use aev_connect::sources::{self, Endpoint, Notice, Task};
use aev_engine::Trigger;
use aev_engine::source::SourceFilter;
use aev_plan::Plan;
use aev_plan::model::{Action, SecretRef};
use aev_script::Bounded;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::sync::Arc;

/// A plan that can be started.
pub(super) struct Checked {
    pub(super) plan: Arc<Plan>,
    pub(super) buses: Addresses,
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) tasks: Vec<Task>,
    pub(super) notices: Vec<Notice>,
    /// Those of events that have one, by the names of the source and the event.
    pub(super) filters: BTreeMap<(String, String), SourceFilter>,
    pub(super) triggers: Vec<(Definition, Arc<Trigger>)>,
}

/// Everything that stands against running these plans together, at once.
pub(super) fn check(
    plans: &[Plan],
    settings: &Settings,
    secrets: &dyn Secrets,
) -> Result<Vec<Checked>, Vec<StartError>> {
    let mut errors = Vec::new();
    let mut names = BTreeSet::new();
    let mut wanted: Vec<SecretRef> = Vec::new();
    let mut checked: Vec<Checked> = Vec::new();
    for plan in plans {
        if !names.insert(&plan.name) {
            errors.push(StartError::SameName { name: plan.name.clone() });
        }
        let mut keep = |found: Vec<StartError>| errors.extend(found);
        let buses = Addresses::of(plan, settings).map_err(&mut keep).ok();
        let sources = sources::read(plan).map_err(|found| keep(of(found, StartError::Source))).ok();
        match aev_connect::actions::needs(plan) {
            Ok(secrets) => wanted.extend(secrets),
            Err(found) => keep(of(found, StartError::Action)),
        }
        let filters = filters(plan).map_err(&mut keep).ok();
        let triggers = triggers(plan, buses.as_ref()).map_err(keep).ok();
        let (Some(buses), Some(sources), Some(filters), Some(triggers)) = (buses, sources, filters, triggers)
        else {
            continue;
        };
        wanted.extend(sources.endpoints.iter().flat_map(Endpoint::secrets));
        wanted.extend(sources.tasks.iter().flat_map(Task::secrets));
        wanted.extend(buses.used(plan).into_iter().flat_map(|bus| bus.value.secrets()));
        let (endpoints, tasks, notices) = (sources.endpoints, sources.tasks, sources.notices);
        let plan = Arc::new(plan.clone());
        checked.push(Checked { plan, buses, endpoints, tasks, notices, filters, triggers });
    }
    errors.extend(same_sources(&checked));
    errors.extend(checked.iter().flat_map(beyond_the_bus));
    if let Err(missing) = secrets.check(&wanted) {
        errors.extend(missing.into_iter().map(StartError::Secret));
    }
    // A plan with errors has no endpoints here, so a port may seem unknown only because of them.
    if checked.len() == plans.len() {
        errors.extend(unknown_ports(&checked, settings));
    }
    if errors.is_empty() && plans.iter().any(creates_objects) {
        // A pipeline that makes objects has a place for them from the start, and not only when the first one is made.
        let dir = &settings.objects.value;
        if let Err(error) = std::fs::create_dir_all(dir) {
            let reason = match error.kind() {
                ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
                    "it is a file, or below one".to_owned()
                }
                _ => error.to_string(),
            };
            errors.push(StartError::Objects { dir: dir.clone(), reason });
        }
    }
    if errors.is_empty() { Ok(checked) } else { Err(errors) }
}

fn of<E>(found: Vec<E>, error: impl Fn(E) -> StartError) -> Vec<StartError> {
    found.into_iter().map(error).collect()
}

/// Triggers that ask for more than their bus can do: core NATS keeps nothing.
fn beyond_the_bus(checked: &Checked) -> Vec<StartError> {
    let on_nats =
        checked.triggers.iter().filter(|(definition, _)| matches!(definition.bus, BusAddress::Nats(_)));
    let beyond = on_nats.filter_map(|(definition, _)| {
        let trigger = &definition.trigger;
        let what = match () {
            () if trigger.retry.is_some() => "`retry`",
            () if trigger.on_failure.is_some() => "`on-failure`",
            () if trigger.on.joins() => "a join with `and`",
            () if trigger.flow.suspend.is_some() => "`suspend`",
            () => return None,
        };
        Some(StartError::BeyondTheBus {
            pipeline: checked.plan.name.clone(),
            trigger: trigger.name.clone(),
            what,
        })
    });
    beyond.collect()
}

/// Sources of one name on one bus, whose events would be the same.
fn same_sources(checked: &[Checked]) -> Vec<StartError> {
    let mut owners = BTreeMap::new();
    let mut errors = Vec::new();
    for Checked { plan, buses, .. } in checked {
        for source in plan.sources.iter().filter(|source| !source.external) {
            let bus = &buses.find(source.bus.as_deref()).value;
            let other = owners.insert((bus, &source.name), &plan.name);
            if let Some(other) = other.filter(|other| **other != plan.name) {
                let pipelines = Box::new((other.clone(), plan.name.clone()));
                errors.push(StartError::SameSource { source_name: source.name.clone(), pipelines });
            }
        }
    }
    errors
}

/// Ports of the command line that no source has. The environment may serve several processes and so name more.
fn unknown_ports(checked: &[Checked], settings: &Settings) -> Vec<StartError> {
    if !matches!(settings.ports.from, From::Flag(_)) {
        return Vec::new();
    }
    let endpoints = checked.iter().flat_map(|plan| &plan.endpoints);
    let known: BTreeSet<u16> = endpoints.map(Endpoint::port).collect();
    let unknown = settings.ports.value.keys().filter(|port| !known.contains(port));
    unknown
        .map(|port| StartError::UnknownPort { port: *port, known: known.iter().copied().collect() })
        .collect()
}

fn creates_objects(plan: &Plan) -> bool {
    let mut triggers = plan.sensors.iter().flat_map(|sensor| &sensor.triggers);
    triggers.any(|trigger| {
        let fallback = trigger.on_failure.iter().map(|fallback| &fallback.action);
        std::iter::once(&trigger.action).chain(fallback).any(|action| matches!(action, Action::K8sCreate(_)))
    })
}

/// What sources keep from the bus.
fn filters(plan: &Plan) -> Result<BTreeMap<(String, String), SourceFilter>, Vec<StartError>> {
    let (mut filters, mut errors) = (BTreeMap::new(), Vec::new());
    for source in plan.sources.iter().filter(|source| !source.external) {
        for event in &source.events {
            match SourceFilter::prepare(event) {
                Ok(filter) => {
                    let name = (source.name.clone(), event.name.clone());
                    filters.extend(filter.map(|filter| (name, filter)));
                }
                Err(error) => errors.push(StartError::SourceFilter {
                    pipeline: plan.name.clone(),
                    event: format!("{}.{}", source.name, event.name),
                    error,
                }),
            }
        }
    }
    if errors.is_empty() { Ok(filters) } else { Err(errors) }
}

type Prepared = Vec<(Definition, Arc<Trigger>)>;

fn triggers(plan: &Plan, buses: Option<&Addresses>) -> Result<Prepared, Vec<StartError>> {
    let (mut prepared, mut errors) = (Vec::new(), Vec::new());
    for sensor in &plan.sensors {
        let streams = Arc::new(sensor.streams.clone());
        for trigger in &sensor.triggers {
            match Trigger::prepare(sensor, trigger, &Bounded) {
                Ok(ready) => {
                    let Some(buses) = buses else { continue };
                    let definition = Definition {
                        bus: buses.find(sensor.bus.as_deref()).value.clone(),
                        sensor: sensor.name.clone(),
                        streams: streams.clone(),
                        trigger: trigger.clone(),
                    };
                    prepared.push((definition, Arc::new(ready)));
                }
                Err(error) => errors.push(StartError::Trigger {
                    pipeline: plan.name.clone(),
                    trigger: trigger.name.clone(),
                    error,
                }),
            }
        }
    }
    if errors.is_empty() { Ok(prepared) } else { Err(errors) }
}
