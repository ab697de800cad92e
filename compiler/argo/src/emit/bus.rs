//! A bus as an EventBus.

use super::Output;
use super::config::config;
use super::metadata::{Description, Identity, object};
use super::raw;
use crate::node::Fields;
use crate::refusal::Reason;
use aev_plan::model::{Bus, Workload};

pub(super) fn emit(bus: &Bus, out: &mut Output<'_>) {
    if bus.kind == "embedded" {
        return out.refuse(Reason::EmbeddedBus { bus: bus.name.clone() }, bus.origin);
    }
    let Some(kind) = aev_catalogue::bus(&bus.kind) else {
        return out.refuse(Reason::UnknownKind { what: "bus", kind: bus.kind.clone() }, bus.origin);
    };
    let identity = Identity {
        api_version: "argoproj.io/v1alpha1",
        kind: "EventBus",
        name: &bus.name,
        namespace: out.plan.namespace.as_deref(),
        origin: bus.origin,
    };
    let mut fields = object(out.plan, &identity, Workload::PLAIN, &Description::own(&bus.description));
    let mut spec = Fields::at(bus.origin);
    spec.put(kind.name, config(&bus.config, kind.block, bus.origin));
    fields.put("spec", raw::merge(spec, bus.raw.as_ref(), out));
    out.push(fields);
}
