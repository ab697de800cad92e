//! A sensor as a Sensor: its dependencies and triggers.

use super::access::{self, Account};
use super::metadata::{Description, Identity, object};
use super::normal::Constants;
use super::pods::pods;
use super::transform::Folded;
use super::{Output, names, raw, scope, size, trigger};
use crate::node::{Fields, Node};
use crate::refusal::{Reason, Refusal};
use aev_plan::Plan;
use aev_plan::model::{From, Sensor, Stream};
use std::collections::{BTreeMap, BTreeSet};

/// The streams of a sensor, by name.
type Streams<'a> = BTreeMap<&'a str, &'a Stream>;

/// The kind of each event, by the names of its source and itself.
type Kinds<'a> = BTreeMap<(&'a str, &'a str), &'a str>;

/// Emits a sensor; `header` is the comment of the pipeline where this one carries it.
pub(super) fn emit(sensor: &Sensor, header: Option<&String>, kinds: &Kinds<'_>, out: &mut Output<'_>) {
    let mut description = Description::own(header.into_iter().chain(&sensor.description));
    let known: Streams<'_> = sensor.streams.iter().map(|stream| (stream.name.as_str(), stream)).collect();
    let mut used: BTreeSet<String> = BTreeSet::new();
    for trigger in &sensor.triggers {
        for name in scope::names(&trigger.on) {
            if !known.contains_key(name.as_str()) {
                out.refuse(Reason::Dangling { name }, trigger.origin);
                return;
            }
            used.insert(name);
        }
    }
    let streams: Vec<&Stream> = sensor.streams.iter().filter(|stream| used.contains(&stream.name)).collect();
    // What a used filter refines is part of it, and so is what is said of it.
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for stream in &streams {
        let mut next = Some(*stream);
        while let Some(stream) = next.filter(|stream| told.insert(&stream.name)) {
            next = match &stream.from {
                From::Stream(name) => known.get(name.as_str()).copied(),
                From::Event { .. } => None,
            };
        }
    }
    names::check(&streams, out);
    check_nats(sensor, &known, &streams, out);

    let mut dependencies = Vec::new();
    for stream in &streams {
        let dependency = dependency(&known, kinds, stream);
        let dependency = out.accept(dependency, stream.origin);
        dependencies.extend(dependency.map(|fields| raw::merge(fields, stream.raw.as_ref(), out)));
    }
    for stream in sensor.streams.iter().filter(|stream| told.contains(stream.name.as_str())) {
        description.part(&stream.name, stream.description.as_ref());
        if let (Some(raw), false) = (&stream.raw, used.contains(&stream.name)) {
            out.refuse(Reason::RawNowhere { name: stream.name.clone() }, raw.origin);
        }
    }
    let mut triggers = Vec::new();
    let mut rights = Vec::new();
    for trigger in &sensor.triggers {
        description.part(&trigger.name, trigger.description.as_ref());
        if let Some(fallback) = &trigger.on_failure {
            description.part(&fallback.name, fallback.description.as_ref());
        }
        triggers.extend(trigger::emit(trigger, sensor.service_account.is_none(), &mut rights, out));
    }
    let namespace = sensor.workload.namespace.as_deref().or(out.plan.namespace.as_deref());
    let account = Account {
        name: format!("{}-sensor", sensor.name),
        namespace: namespace.map(str::to_owned),
        origin: sensor.origin,
    };
    let account_name = match &sensor.service_account {
        Some(name) => Some(name.clone()),
        None => access::emit(&account, &rights, out).then_some(account.name),
    };

    let mut spec = Fields::at(sensor.origin);
    spec.put_some("eventBusName", sensor.bus.as_deref().filter(|bus| *bus != "default"));
    pods(&sensor.workload, account_name, &mut spec, sensor.origin);
    spec.put("dependencies", dependencies);
    spec.put("triggers", triggers);
    let identity = Identity {
        api_version: "argoproj.io/v1alpha1",
        kind: "Sensor",
        name: &sensor.name,
        namespace,
        origin: sensor.origin,
    };
    let mut fields = object(out.plan, &identity, &sensor.workload, &description);
    fields.put("spec", raw::merge(spec, sensor.raw.as_ref(), out));
    let node = Node::from(fields);
    size::check("Sensor", &sensor.name, &node, sensor.origin, out);
    out.push(node);
}

pub(super) fn kinds(plan: &Plan) -> Kinds<'_> {
    let mut kinds = BTreeMap::new();
    for source in &plan.sources {
        for event in &source.events {
            kinds.entry((source.name.as_str(), event.name.as_str())).or_insert(event.kind.as_str());
        }
    }
    kinds
}

/// What a stream reads in the end, and all that its events go through, the first first.
fn flatten<'a>(
    known: &Streams<'a>,
    stream: &'a Stream,
) -> Result<(&'a str, &'a str, Vec<&'a Stream>), Refusal> {
    let mut chain = Vec::new();
    let mut stream = stream;
    loop {
        chain.push(stream);
        match &stream.from {
            From::Event { source, event } => {
                chain.reverse();
                return Ok((source, event, chain));
            }
            From::Stream(name) => {
                let next = known.get(name.as_str()).copied();
                match next.filter(|_| chain.len() <= known.len()) {
                    Some(next) => stream = next,
                    None => {
                        return Err(Refusal {
                            reason: Reason::Dangling { name: name.clone() },
                            origin: stream.origin,
                        });
                    }
                }
            }
        }
    }
}

fn dependency(known: &Streams<'_>, kinds: &Kinds<'_>, stream: &Stream) -> Result<Fields, Refusal> {
    let (source, event, chain) = flatten(known, stream)?;
    let kind = kinds.get(&(source, event)).copied().unwrap_or_default();
    let kind = aev_catalogue::source(kind).map_or(kind, |kind| kind.event_type);
    let constants = Constants { source, kind, subject: event };
    let mut folded = Folded::default();
    for stream in chain {
        folded.add(stream, &constants)?;
    }
    let (transform, filters) = folded.finish(stream.origin)?;
    let mut fields = Fields::at(stream.origin);
    fields.put("name", stream.name.as_str());
    fields.put("eventSourceName", source);
    fields.put("eventName", event);
    fields.put_some("transform", transform);
    if let Some(filters) = filters {
        super::filters::put(&mut fields, &filters, stream.origin);
    }
    Ok(fields)
}

/// NATS Streaming delivers an event to one dependency of a trigger.
fn check_nats<'a>(sensor: &Sensor, known: &Streams<'a>, streams: &[&'a Stream], out: &mut Output<'_>) {
    let name = sensor.bus.as_deref().unwrap_or("default");
    if !out.plan.buses.iter().any(|bus| bus.name == name && bus.kind == "nats") {
        return;
    }
    let mut seen: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for stream in streams {
        let Ok((source, event, _)) = flatten(known, stream) else { continue };
        match seen.get(&(source, event)) {
            Some(other) => out.refuse(
                Reason::TwoFiltersOnNats {
                    name: stream.name.clone(),
                    other: (*other).to_owned(),
                    source: source.to_owned(),
                    event: event.to_owned(),
                },
                stream.origin,
            ),
            None => {
                seen.insert((source, event), &stream.name);
            }
        }
    }
}
