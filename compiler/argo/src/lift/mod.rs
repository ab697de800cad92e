//! Argo Events manifests as a plan. Filters, parameters and templates keep Argo's own form.

mod condition;
mod decode;
mod finding;
mod schema;
mod sensor;
mod source;

pub use finding::{Finding, Problem};

use crate::node::Node;
use crate::yaml;
use aev_plan::Plan;
use aev_plan::model::{Bus, Workload};
use schema::Type;
use std::collections::BTreeMap;

/// A YAML text with the name that its positions are given under.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// As the caller names it.
    pub name: &'a str,
    /// Any number of YAML documents.
    pub text: &'a str,
}

/// The plan that some manifests are, and what was found in them.
///
/// The pipeline is called like its first sensor, source or bus. Objects of other kinds are left out, each with a finding.
///
/// # Errors
/// All findings, when one of them is fatal ([`Problem::is_fatal`]).
pub fn lift(documents: &[Document<'_>]) -> Result<(Plan, Vec<Finding>), Vec<Finding>> {
    let mut findings = Vec::new();
    let mut nodes = Vec::new();
    let mut plan = Plan {
        files: documents.iter().map(|document| document.name.to_owned()).collect(),
        ..Plan::default()
    };
    for (file, document) in (0..).zip(documents) {
        match yaml::parse(document.text, file) {
            Ok(parsed) => nodes.extend(parsed),
            Err(error) => {
                findings.push(Finding {
                    problem: Problem::Syntax { reason: error.reason },
                    origin: error.origin,
                });
            }
        }
    }
    let mut objects = Vec::new();
    for node in &nodes {
        let kind = node.text_at(&["kind"]);
        let ours = node.text_at(&["apiVersion"]).starts_with("argoproj.io/");
        match kind {
            "EventBus" if ours => plan.buses.extend(bus(node, &mut findings)),
            "EventSource" if ours => plan.sources.push(source::lift(node, &mut findings)),
            "Sensor" if ours => plan.sensors.push(sensor::lift(node, &mut findings)),
            _ => {
                let kind = if kind.is_empty() { node.kind() } else { kind }.to_owned();
                findings.push(Finding { problem: Problem::OtherObject { kind }, origin: node.origin });
                continue;
            }
        }
        check_metadata(node, &mut findings);
        objects.push(node);
    }
    let named = plan.sensors.iter().map(|sensor| &sensor.name);
    let named = named
        .chain(plan.sources.iter().map(|source| &source.name))
        .chain(plan.buses.iter().map(|bus| &bus.name));
    plan.name = named.into_iter().next().cloned().unwrap_or_default();
    share(&mut plan, &objects, &mut findings);
    match findings.iter().any(|finding| finding.problem.is_fatal()) {
        true => Err(findings),
        false => Ok((plan, findings)),
    }
}

fn check_metadata(object: &Node, findings: &mut Vec<Finding>) {
    const OBJECT: &[schema::Field] = &[
        ("apiVersion", Type::Text),
        ("kind", Type::Text),
        ("metadata", Type::Object(schema::METADATA)),
        ("spec", Type::Any),
        ("status", Type::Any),
    ];
    decode::check(object, Type::Object(OBJECT), object.text_at(&["kind"]), findings);
    if name(object).is_empty() {
        let problem = Problem::Missing { what: "manifest", field: "metadata.name" };
        findings.push(Finding { problem, origin: object.origin });
    }
}

fn name(object: &Node) -> String {
    object.text_at(&["metadata", "name"]).to_owned()
}

fn bus(object: &Node, findings: &mut Vec<Finding>) -> Option<Bus> {
    let spec = object.get("spec")?;
    let mut lifted = None;
    for entry in spec.entries() {
        match aev_catalogue::bus(&entry.key).filter(|kind| kind.name != "embedded") {
            Some(kind) => {
                decode::check(
                    &entry.value,
                    Type::Block(kind.block),
                    &format!("spec.{}", entry.key),
                    findings,
                );
                lifted.get_or_insert_with(|| Bus {
                    name: name(object),
                    kind: entry.key.clone(),
                    config: entry.value.to_json(),
                    description: None,
                    raw: None,
                    origin: object.origin,
                });
            }
            None => {
                let known =
                    aev_catalogue::BUSES.iter().map(|kind| kind.name).filter(|name| *name != "embedded");
                let suggestion = decode::nearest(&entry.key, known).map(str::to_owned);
                let problem =
                    Problem::UnknownField { name: entry.key.clone(), owner: "spec".to_owned(), suggestion };
                findings.push(Finding { problem, origin: entry.origin });
            }
        }
    }
    lifted
}

/// What all objects have in common belongs to the pipeline, the rest to a source or a sensor. A bus has nothing of its own.
fn share(plan: &mut Plan, objects: &[&Node], findings: &mut Vec<Finding>) {
    let Some((first, rest)) = objects.split_first() else { return };
    let namespace = |object: &Node| object.text_at(&["metadata", "namespace"]).to_owned();
    plan.namespace = Some(namespace(first)).filter(|name| !name.is_empty());
    for object in rest.iter().filter(|object| namespace(object) != namespace(first)) {
        match workload(plan, object) {
            Some(workload) if !namespace(object).is_empty() => workload.namespace = Some(namespace(object)),
            _ => {
                let problem = Problem::NotShared { name: "namespace".to_owned() };
                findings.push(Finding { problem, origin: object.origin });
            }
        }
    }
    plan.labels = shared("labels", plan, objects, findings);
    plan.annotations = shared("annotations", plan, objects, findings);
}

fn shared(
    field: &'static str,
    plan: &mut Plan,
    objects: &[&Node],
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::new();
    for object in objects {
        for entry in object.find(&["metadata", field]).map(Node::entries).unwrap_or_default() {
            let same = |other: &&Node| other.find(&["metadata", field, &entry.key]) == Some(&entry.value);
            let text = entry.value.text().unwrap_or_default().to_owned();
            if objects.iter().all(same) {
                kept.insert(entry.key.clone(), text);
            } else if entry.key != "aev.dev/description" {
                let own = workload(plan, object).map(|workload| match field {
                    "labels" => &mut workload.labels,
                    _ => &mut workload.annotations,
                });
                match own {
                    Some(own) => drop(own.insert(entry.key.clone(), text)),
                    None => {
                        let problem = Problem::NotShared { name: entry.key.clone() };
                        findings.push(Finding { problem, origin: entry.origin });
                    }
                }
            }
        }
    }
    kept
}

/// What is particular to the object, if it is a source or a sensor.
fn workload<'p>(plan: &'p mut Plan, object: &Node) -> Option<&'p mut Workload> {
    let name = name(object);
    match object.text_at(&["kind"]) {
        "EventSource" => {
            plan.sources.iter_mut().find(|source| source.name == name).map(|source| &mut source.workload)
        }
        "Sensor" => {
            plan.sensors.iter_mut().find(|sensor| sensor.name == name).map(|sensor| &mut sensor.workload)
        }
        _ => None,
    }
}
