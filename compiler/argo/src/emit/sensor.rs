//! A sensor as a Sensor: its dependencies and triggers.

use super::access::{self, Account};
use super::metadata::{Description, Identity, object};
use super::normal::Constants;
use super::transform::Folded;
use super::{Output, names, scope, size, trigger};
use crate::node::{Fields, Node};
use crate::refusal::{Reason, Refusal};
use aev_plan::model::{From, Sensor, Stream};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn emit(sensor: &Sensor, out: &mut Output<'_>) {
    let own = (sensor.name == out.plan.name).then_some(out.plan.description.as_ref()).flatten();
    let mut description = Description::own(own);
    let known: BTreeMap<&str, &Stream> =
        sensor.streams.iter().map(|stream| (stream.name.as_str(), stream)).collect();
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
    check_nats(sensor, &streams, out);

    let mut dependencies = Vec::new();
    for stream in &streams {
        let dependency = dependency(sensor, stream, out);
        dependencies.extend(out.accept(dependency, stream.origin));
    }
    for stream in sensor.streams.iter().filter(|stream| told.contains(stream.name.as_str())) {
        description.part(&stream.name, stream.description.as_ref());
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
    let account = Account {
        name: format!("{}-sensor", sensor.name),
        namespace: out.plan.namespace.clone(),
        origin: sensor.origin,
    };
    let account_name = match &sensor.service_account {
        Some(name) => Some(name.clone()),
        None => access::emit(&account, &rights, out).then_some(account.name),
    };

    let mut spec = Fields::at(sensor.origin);
    spec.put_some("eventBusName", sensor.bus.as_deref().filter(|bus| *bus != "default"));
    if let Some(name) = account_name {
        let mut template = Fields::at(sensor.origin);
        template.put("serviceAccountName", name);
        spec.put("template", template);
    }
    spec.put("dependencies", dependencies);
    spec.put("triggers", triggers);
    let identity = Identity {
        api_version: "argoproj.io/v1alpha1",
        kind: "Sensor",
        name: &sensor.name,
        namespace: out.plan.namespace.as_deref(),
        origin: sensor.origin,
    };
    let mut fields = object(out.plan, &identity, &description);
    fields.put("spec", spec);
    let node = Node::from(fields);
    size::check("Sensor", &sensor.name, &node, sensor.origin, out);
    out.push(node);
}

/// What a stream reads in the end, and all that its events go through, the first first.
fn flatten<'a>(
    sensor: &'a Sensor,
    stream: &'a Stream,
) -> Result<(&'a str, &'a str, Vec<&'a Stream>), Refusal> {
    let mut chain = Vec::new();
    let mut stream = stream;
    loop {
        chain.insert(0, stream);
        match &stream.from {
            From::Event { source, event } => return Ok((source, event, chain)),
            From::Stream(name) => {
                let next = sensor.streams.iter().find(|other| other.name == *name);
                match next.filter(|_| chain.len() <= sensor.streams.len()) {
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

fn dependency(sensor: &Sensor, stream: &Stream, out: &Output<'_>) -> Result<Node, Refusal> {
    let (source, event, chain) = flatten(sensor, stream)?;
    let kind = out
        .plan
        .sources
        .iter()
        .find(|other| other.name == source)
        .and_then(|source| source.events.iter().find(|other| other.name == event));
    let kind = kind.map(|event| event.kind.as_str()).unwrap_or_default();
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
    Ok(fields.into())
}

/// NATS Streaming delivers an event to one dependency of a trigger.
fn check_nats(sensor: &Sensor, streams: &[&Stream], out: &mut Output<'_>) {
    let name = sensor.bus.as_deref().unwrap_or("default");
    if !out.plan.buses.iter().any(|bus| bus.name == name && bus.kind == "nats") {
        return;
    }
    let mut seen: Vec<((&str, &str), &str)> = Vec::new();
    for stream in streams {
        let Ok((source, event, _)) = flatten(sensor, stream) else { continue };
        match seen.iter().find(|(pair, _)| *pair == (source, event)) {
            Some((_, other)) => out.refuse(
                Reason::TwoFiltersOnNats {
                    name: stream.name.clone(),
                    other: (*other).to_owned(),
                    source: source.to_owned(),
                    event: event.to_owned(),
                },
                stream.origin,
            ),
            None => seen.push(((source, event), &stream.name)),
        }
    }
}
