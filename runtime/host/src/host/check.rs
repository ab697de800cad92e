//! What can be found out before anything is started.

use crate::error::StartError;
use crate::settings::{From, Settings};
use aev_connect::secrets::{DirectorySecrets, NoSecrets, Secrets};
use aev_connect::sources::{self, Endpoint, Notice};
use aev_engine::Trigger;
use aev_plan::Plan;
use aev_plan::model::{Action, Delivery, SecretRef};
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::sync::Arc;

/// Plans that can be started.
pub(super) struct Checked {
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) notices: Vec<Notice>,
    pub(super) triggers: Vec<Prepared>,
    pub(super) secrets: Arc<dyn Secrets>,
}

/// A trigger that can be executed.
pub(super) struct Prepared {
    pub(super) pipeline: Arc<str>,
    pub(super) trigger: Trigger,
    pub(super) at_most_once: bool,
}

/// Everything that stands against starting these plans, at once.
pub(super) fn check(plans: &[Plan], settings: &Settings) -> Result<Checked, Vec<StartError>> {
    let mut errors = Vec::new();
    let mut names = BTreeMap::new();
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    let secrets: Arc<dyn Secrets> = match &settings.secrets.value {
        Some(dir) => Arc::new(DirectorySecrets::new(dir)),
        None => Arc::new(NoSecrets),
    };
    let mut checked = Checked { endpoints: Vec::new(), notices: Vec::new(), triggers: Vec::new(), secrets };
    let mut wanted: Vec<SecretRef> = Vec::new();
    for plan in plans {
        if names.insert(&plan.name, ()).is_some() {
            errors.push(StartError::SameName { name: plan.name.clone() });
        }
        for source in plan.sources.iter().filter(|source| !source.external) {
            if let Some(other) = owners.insert(&source.name, &plan.name).filter(|other| *other != plan.name) {
                let pipelines = Box::new((other.to_owned(), plan.name.clone()));
                errors.push(StartError::SameSource { source_name: source.name.clone(), pipelines });
            }
        }
        // Who says where events lie overrules the file.
        let said = matches!(settings.bus.from, From::Flag(_) | From::Environment(_) | From::EnvFile { .. });
        for bus in plan.buses.iter().filter(|bus| bus.kind != "embedded" && !said) {
            let (pipeline, bus, kind) = (plan.name.clone(), bus.name.clone(), bus.kind.clone());
            errors.push(StartError::BusKind { pipeline, bus, kind });
        }
        match sources::read(plan) {
            Ok(read) => {
                wanted.extend(read.endpoints.iter().flat_map(Endpoint::secrets));
                checked.endpoints.extend(read.endpoints);
                checked.notices.extend(read.notices);
            }
            Err(found) => errors.extend(found.into_iter().map(StartError::Source)),
        }
        match aev_connect::actions::needs(plan) {
            Ok(secrets) => wanted.extend(secrets),
            Err(found) => errors.extend(found.into_iter().map(StartError::Action)),
        }
        checked.triggers.extend(triggers(plan, &mut errors));
    }
    if let Err(missing) = checked.secrets.check(&wanted) {
        errors.extend(missing.into_iter().map(StartError::Secret));
    }
    errors.extend(unknown_ports(&checked.endpoints, settings));
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

/// Ports of the command line that no source has. The environment may serve several pipelines and so name more.
fn unknown_ports(endpoints: &[Endpoint], settings: &Settings) -> Vec<StartError> {
    if !matches!(settings.ports.from, From::Flag(_)) {
        return Vec::new();
    }
    let known: BTreeSet<u16> = endpoints.iter().map(Endpoint::port).collect();
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

fn triggers(plan: &Plan, errors: &mut Vec<StartError>) -> Vec<Prepared> {
    let pipeline: Arc<str> = plan.name.as_str().into();
    let all =
        plan.sensors.iter().flat_map(|sensor| sensor.triggers.iter().map(move |trigger| (sensor, trigger)));
    let prepared = all.filter_map(|(sensor, trigger)| match Trigger::prepare(sensor, trigger) {
        Ok(prepared) => Some(Prepared {
            pipeline: pipeline.clone(),
            trigger: prepared,
            at_most_once: trigger.deliver == Delivery::AtMostOnce,
        }),
        Err(error) => {
            let (pipeline, trigger) = (plan.name.clone(), trigger.name.clone());
            errors.push(StartError::Trigger { pipeline, trigger, error });
            None
        }
    });
    prepared.collect()
}
