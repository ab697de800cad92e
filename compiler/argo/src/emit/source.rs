//! A source as an EventSource.

use super::access::{self, Account, Right};
use super::config::config;
use super::metadata::{Description, Identity, object};
use super::normal::{Constants, Formula, formula};
use super::pods::pods;
use super::{Output, raw, size};
use crate::forms;
use crate::node::{Fields, Node};
use crate::refusal::{Reason, Refusal};
use aev_catalogue::SourceKind;
use aev_plan::model::{Event, Service, Source, Workload};

pub(super) fn emit(source: &Source, out: &mut Output<'_>) {
    let mut kinds: Vec<(&'static SourceKind, Fields)> = Vec::new();
    let mut ports: Vec<i64> = Vec::new();
    let mut rights = Vec::new();
    let mut description = Description::own(&source.description);
    for event in &source.events {
        let Some(kind) = aev_catalogue::source(&event.kind) else {
            out.refuse(Reason::UnknownKind { what: "source", kind: event.kind.clone() }, event.origin);
            continue;
        };
        if let Some(verify) = &event.verify {
            out.refuse(Reason::RuntimeOnly { word: "verify" }, verify.origin);
        }
        description.part(&event.name, event.description.as_ref());
        let mut node = config(&event.config, kind.block, event.origin);
        let filter = filter(source, event, kind);
        if let Some(filter) = out.accept(filter, event.origin).flatten() {
            node.put("filter", filter);
        }
        let node = raw::merge(node, event.raw.as_ref(), out);
        ports.extend(port(&node, kind));
        rights.extend(persistence(&node));
        if kind.name == "resource" {
            rights.extend(watching(&node));
        }
        match kinds.iter_mut().find(|(other, _)| other.name == kind.name) {
            Some((_, events)) => events.put(event.name.as_str(), node),
            None => {
                let mut events = Fields::at(source.origin);
                events.put(event.name.as_str(), node);
                kinds.push((kind, events));
            }
        }
    }
    let namespace = source.workload.namespace.as_deref().or(out.plan.namespace.as_deref());
    ports.sort_unstable();
    ports.dedup();
    let account = Account {
        name: format!("{}-eventsource", source.name),
        namespace: namespace.map(str::to_owned),
        origin: source.origin,
    };
    // With an account of its own, its rights are somebody else's business.
    let account = (account_of(&source.workload).is_none() && access::emit(&account, &rights, out))
        .then_some(account.name);

    let mut spec = Fields::at(source.origin);
    spec.put_some("eventBusName", source.bus.as_deref().filter(|bus| *bus != "default"));
    pods(&source.workload, account, &mut spec, source.origin);
    if !ports.is_empty() && source.service != Service::Without {
        spec.put("service", service(&ports, source));
    }
    for (kind, events) in kinds {
        spec.put(kind.name, events);
    }
    let identity = Identity {
        api_version: "argoproj.io/v1alpha1",
        kind: "EventSource",
        name: &source.name,
        namespace,
        origin: source.origin,
    };
    let mut fields = object(out.plan, &identity, &source.workload, &description);
    fields.put("spec", raw::merge(spec, source.raw.as_ref(), out));
    let node = Node::from(fields);
    size::check("EventSource", &source.name, &node, source.origin, out);
    out.push(node);
}

/// What decides before the bus; nothing when every event passes.
fn filter(source: &Source, event: &Event, kind: &SourceKind) -> Result<Option<Node>, Refusal> {
    let Some(condition) = &event.condition else { return Ok(None) };
    if !kind.filters {
        let reason = Reason::NoSourceFilter { kind: event.kind.clone() };
        return Err(Refusal { reason, origin: event.origin });
    }
    let constants = Constants { source: &source.name, kind: kind.event_type, subject: &event.name };
    let formula = formula(condition, false, &constants).map_err(|refusal| match refusal.reason {
        Reason::NoFilterForm(form) => Refusal { reason: Reason::NoSourceForm(form), ..refusal },
        _ => refusal,
    })?;
    if formula == Formula::True {
        return Ok(None);
    }
    let mut filter = Fields::at(event.origin);
    filter.put("expression", forms::expr::condition(&formula)?);
    Ok(Some(filter.into()))
}

/// The account that the pods are said to have.
fn account_of(workload: &Workload) -> Option<&str> {
    workload.pod.as_ref()?.get("serviceAccountName")?.as_str()
}

/// One port for each that HTTP events listen on. Kubernetes wants names when there are several.
fn service(ports: &[i64], source: &Source) -> Fields {
    let port = |port: &i64| {
        let mut fields = Fields::at(source.origin);
        if ports.len() > 1 {
            fields.put("name", format!("port-{port}"));
        }
        fields.put("port", *port);
        fields.put("targetPort", *port);
        Node::from(fields)
    };
    let mut service = Fields::at(source.origin);
    if let Service::Like(like) = &source.service {
        for entry in Node::from(like).entries() {
            service.put(entry.key.as_str(), entry.value.clone());
        }
    }
    service.put("ports", ports.iter().map(port).collect::<Vec<_>>());
    service
}

fn port(config: &Node, kind: &SourceKind) -> Option<i64> {
    let block = match kind.http_block {
        Some(name) => config.get(name)?,
        None if kind.http => config,
        None => return None,
    };
    block.text_at(&["port"]).parse().ok()
}

/// A calendar that remembers its last event reads and writes a ConfigMap.
fn persistence(config: &Node) -> Vec<Right> {
    let Some(map) = config.find(&["persistence", "configMap"]) else { return Vec::new() };
    let right = |verbs: &[&'static str], name: Option<&str>| Right {
        group: String::new(),
        resource: "configmaps".to_owned(),
        name: name.map(str::to_owned),
        verbs: verbs.to_vec(),
        namespace: None,
        origin: config.origin,
    };
    let mut rights = vec![right(&["get", "update"], Some(map.text_at(&["name"])))];
    if map.get("createIfNotExist").is_some_and(Node::is_true) {
        // A right to create cannot be limited to a name.
        rights.push(right(&["create"], None));
    }
    rights
}

/// Who watches objects lists them and hears of changes. For those of all namespaces no right is given: that would be one
/// in the whole cluster.
fn watching(config: &Node) -> Option<Right> {
    let namespace = config.get("namespace").and_then(Node::text)?;
    Some(Right {
        group: config.text_at(&["group"]).to_owned(),
        resource: config.text_at(&["resource"]).to_owned(),
        name: None,
        verbs: vec!["list", "watch"],
        namespace: Some(namespace.to_owned()),
        origin: config.origin,
    })
}
