//! An EventSource as a source.

use super::decode::{check, nearest};
use super::finding::{Finding, Problem};
use super::name;
use super::schema::{EVENT_SOURCE, Type};
use crate::node::{Entry, Node};
use aev_plan::json::Json;
use aev_plan::model::{Event, Service, Source, Workload};

pub(super) fn lift(object: &Node, findings: &mut Vec<Finding>) -> Source {
    let mut events = Vec::new();
    let mut bus = None;
    let mut workload = Workload::default();
    let mut service = Service::default();
    for entry in object.get("spec").map(Node::entries).unwrap_or_default() {
        let path = format!("spec.{}", entry.key);
        if let Some((_, of)) = EVENT_SOURCE.iter().find(|(name, _)| *name == entry.key) {
            check(&entry.value, *of, &path, findings);
            match entry.key.as_str() {
                "eventBusName" => bus = entry.value.text().map(str::to_owned),
                // The ports follow from those of the events.
                "service" => service = pod(&entry.value, &["ports"]).map_or(Service::OfPorts, Service::Like),
                "replicas" => workload.replicas = entry.value.number().and_then(|number| number.as_i64()),
                "template" => {
                    // The account that is made beside a source is made again.
                    let made = entry.value.text_at(&["serviceAccountName"])
                        == format!("{}-eventsource", name(object));
                    workload.pod = pod(&entry.value, if made { &["serviceAccountName"] } else { &[] });
                }
                _ => {}
            }
        } else {
            events.extend(of_kind(entry, &path, findings));
        }
    }
    Source {
        name: name(object),
        external: false,
        bus,
        events,
        workload,
        service,
        description: None,
        raw: None,
        origin: object.origin,
    }
}

/// The template of pods, or a service, without what is said elsewhere; none when nothing is left.
pub(super) fn pod(template: &Node, elsewhere: &[&str]) -> Option<Json> {
    let entries = template.entries().iter().filter(|entry| !elsewhere.contains(&entry.key.as_str()));
    let members: Vec<(String, Json)> =
        entries.map(|entry| (entry.key.clone(), entry.value.to_json())).collect();
    (!members.is_empty()).then(|| members.into_iter().collect())
}

fn of_kind(entry: &Entry, path: &str, findings: &mut Vec<Finding>) -> Vec<Event> {
    let kind = aev_catalogue::source(&entry.key);
    let event = |member: &Entry| Event {
        name: member.key.clone(),
        kind: entry.key.clone(),
        config: member.value.to_json(),
        verify: None,
        condition: None,
        description: None,
        raw: None,
        origin: member.origin,
    };
    match kind {
        Some(kind) => {
            for member in entry.value.entries() {
                check(&member.value, Type::Event(kind.block), &format!("{path}.{}", member.key), findings);
            }
        }
        None => {
            let built = aev_catalogue::SOURCES.iter().map(|kind| kind.name);
            let known = built.chain(EVENT_SOURCE.iter().map(|(name, _)| *name));
            let suggestion = nearest(&entry.key, known).map(str::to_owned);
            let problem =
                Problem::UnknownField { name: entry.key.clone(), owner: "spec".to_owned(), suggestion };
            findings.push(Finding { problem, origin: entry.origin });
            return Vec::new();
        }
    }
    entry.value.entries().iter().map(event).collect()
}
