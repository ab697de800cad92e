//! A plan as Argo Events manifests.

mod access;
mod action;
mod bus;
mod call;
mod condition;
mod config;
mod custom;
mod faithful;
mod filter;
mod filters;
mod http;
mod kind;
mod metadata;
mod names;
mod nats;
pub(crate) mod normal;
mod parameters;
mod pods;
mod policy;
mod raw;
mod resource;
mod rights;
pub(crate) mod scope;
mod sensor;
mod size;
mod source;
mod transform;
mod trigger;

use crate::manifests::{Manifests, Object};
use crate::node::Node;
use crate::refusal::{Reason, Refusal};
use crate::validate::validate;
use aev_plan::Plan;
use aev_plan::origin::Origin;
pub use filter::is_decided_by_jq;

/// The manifests of a plan: the same bytes for the same plan.
///
/// # Errors
/// All constructs that Argo Events cannot do exactly as aev means them.
pub fn emit(plan: &Plan) -> Result<Manifests, Vec<Refusal>> {
    let mut out = Output { plan, objects: Vec::new(), refusals: Vec::new() };
    for bus in &plan.buses {
        bus::emit(bus, &mut out);
    }
    for source in plan.sources.iter().filter(|source| !source.external) {
        source::emit(source, &mut out);
    }
    // Filters alone cause nothing, and Argo Events has no Sensor without a trigger.
    let sensors = plan.sensors.iter().filter(|sensor| !sensor.triggers.is_empty());
    // The header's comment is for the sensor that is called like the pipeline, and where there is none for the first.
    let head = sensors.clone().find(|sensor| sensor.name == plan.name).or_else(|| sensors.clone().next());
    let kinds = sensor::kinds(plan);
    for sensor in sensors {
        let header =
            plan.description.as_ref().filter(|_| head.is_some_and(|head| std::ptr::eq(head, sensor)));
        sensor::emit(sensor, header, &kinds, &mut out);
    }
    let manifests = Manifests { objects: out.objects };
    if out.refusals.is_empty() {
        for violation in validate(&manifests) {
            let origin = violation.origin;
            out.refusals.push(Refusal { reason: Reason::Invalid(violation), origin });
        }
    }
    match out.refusals.is_empty() {
        true => Ok(manifests),
        false => Err(out.refusals),
    }
}

/// What has been emitted and refused so far.
struct Output<'a> {
    plan: &'a Plan,
    objects: Vec<Object>,
    refusals: Vec<Refusal>,
}

impl Output<'_> {
    fn push(&mut self, node: impl Into<Node>) {
        self.objects.push(Object { node: node.into() });
    }

    fn refuse(&mut self, reason: Reason, origin: Origin) {
        self.refusals.push(Refusal { reason, origin });
    }

    /// The value, or the refusal kept; where the refusal does not know its place, it is `origin`.
    fn accept<T>(&mut self, result: Result<T, Refusal>, origin: Origin) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(refusal) => {
                let known = (refusal.origin.start, refusal.origin.end) != (0, 0);
                let origin = if known { refusal.origin } else { origin };
                self.refusals.push(Refusal { origin, ..refusal });
                None
            }
        }
    }
}
