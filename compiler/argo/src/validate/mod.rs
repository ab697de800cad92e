//! The rules of Argo Events' admission webhook, for the kinds that are built.
//!
//! Cron schedules and time zones are only looked at in their form; the checker of the language knows them fully.

mod sensor;
mod source;

use crate::manifests::Manifests;
use crate::node::Node;
use aev_plan::origin::Origin;
use std::collections::BTreeMap;

/// A rule that an object breaks. Argo Events would refuse the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What is wrong, in Argo's words.
    pub message: String,
    /// Kind and name of the object, such as `Sensor/pr-ci`.
    pub object: String,
    /// The part that breaks the rule.
    pub origin: Origin,
}

/// The rules that the EventBus, EventSource and Sensor objects break; none when Argo Events takes them all.
///
/// A sensor is held against the bus that it names if that is among the objects.
pub fn validate(manifests: &Manifests) -> Vec<Violation> {
    let mut violations = Vec::new();
    // Which of the buses have `nats`; of two with one name the first counts.
    let mut buses: BTreeMap<&str, bool> = BTreeMap::new();
    for bus in manifests.objects.iter().filter(|object| object.kind() == "EventBus") {
        buses.entry(bus.name()).or_insert_with(|| bus.node.find(&["spec", "nats"]).is_some());
    }
    for object in &manifests.objects {
        let mut rules =
            Rules { object: format!("{}/{}", object.kind(), object.name()), violations: &mut violations };
        let Some(spec) = object.node.get("spec") else { continue };
        match object.kind() {
            "EventBus" => bus(spec, &mut rules),
            "EventSource" => source::check(spec, &mut rules),
            "Sensor" => {
                let name = Some(spec.text_at(&["eventBusName"]))
                    .filter(|name| !name.is_empty())
                    .unwrap_or("default");
                sensor::check(spec, buses.get(name).copied().unwrap_or_default(), &mut rules);
            }
            _ => {}
        }
    }
    violations
}

/// The violations of one object.
struct Rules<'a> {
    object: String,
    violations: &'a mut Vec<Violation>,
}

impl Rules<'_> {
    fn broken(&mut self, message: impl Into<String>, at: &Node) {
        let object = self.object.clone();
        self.violations.push(Violation { message: message.into(), object, origin: at.origin });
    }

    /// The text must be there.
    fn needs(&mut self, node: &Node, key: &str, message: &str) {
        if node.text_at(&[key]).is_empty() {
            self.broken(message, node);
        }
    }
}

fn bus(spec: &Node, rules: &mut Rules<'_>) {
    let kinds = ["nats", "jetstream", "kafka", "jetstreamExotic"];
    if kinds.iter().all(|kind| spec.get(kind).is_none()) {
        rules.broken("invalid spec: either \"nats\", \"jetstream\", \"jetstreamExotic\", or \"kafka\" needs to be specified", spec);
    }
    if let Some(nats) = spec.get("nats") {
        match (nats.get("native"), nats.get("exotic")) {
            (Some(_), Some(_)) => {
                rules.broken(
                    "\"spec.nats.native\" and \"spec.nats.exotic\" can not be defined together",
                    nats,
                );
            }
            (None, None) => rules.broken("either \"native\" or \"exotic\" must be defined", nats),
            (None, Some(exotic)) => {
                if exotic.get("clusterID").is_none() {
                    rules.broken("\"spec.nats.exotic.clusterID\" is missing", exotic);
                }
                rules.needs(exotic, "url", "\"spec.nats.exotic.url\" is missing");
            }
            (Some(_), None) => {}
        }
    }
    if let Some(jetstream) = spec.get("jetstream") {
        rules.needs(jetstream, "version", "invalid spec: a version for jetstream needs to be specified");
        let replicas = jetstream.get("replicas").and_then(Node::number).and_then(|number| number.as_i64());
        if replicas.is_some_and(|replicas| replicas == 2 || replicas <= 0) {
            rules.broken("invalid spec: a jetstream eventbus requires 1 replica or >= 3 replicas", jetstream);
        }
    }
    for kind in ["kafka", "jetstreamExotic"] {
        if let Some(bus) = spec.get(kind) {
            rules.needs(bus, "url", &format!("\"spec.{kind}.url\" is missing"));
        }
    }
}
