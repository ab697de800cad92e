//! Between the types of the crates that the host brings together.

use crate::clock::timestamp;
use aev_bus::event::Extension;
use aev_bus::{CloudEvent, Delivery};
use aev_connect::actions::{ActionError, Done, Outcome as Performed};
use aev_connect::publish::Incoming;
use aev_connect::trace::{Context, TRACEPARENT, TRACESTATE};
use aev_engine::{Event, Outcome, Timestamp};
use aev_plan::document::Document;
use aev_plan::json::Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a source brings, as it goes onto the bus.
pub(crate) fn cloud_event(incoming: Incoming) -> CloudEvent {
    CloudEvent {
        id: incoming.id,
        source: incoming.source,
        kind: incoming.kind.to_owned(),
        subject: incoming.event,
        datacontenttype: "application/json".to_owned(),
        time: incoming.time,
        extensions: incoming.trace.map_or_else(Vec::new, |trace| attributes(&trace)),
        data: incoming.data.into_bytes(),
    }
}

/// The attributes that say to which trace an event belongs, as the extension of CloudEvents for it has them.
pub(crate) fn attributes(trace: &Context) -> Vec<(String, Extension)> {
    let parent = (TRACEPARENT.to_owned(), trace.traceparent().as_str().into());
    let state = trace.state.as_deref().map(|state| (TRACESTATE.to_owned(), state.into()));
    std::iter::once(parent).chain(state).collect()
}

/// To which trace an event belongs, if its attributes say so.
pub(crate) fn trace(event: &Event) -> Option<Context> {
    Context::parse(event.extension(TRACEPARENT)?, event.extension(TRACESTATE))
}

/// What the bus hands out, as the engine sees it; or why it is no event.
pub(crate) fn event(delivery: &Delivery) -> Result<Event, String> {
    let cloud = delivery.event.as_ref().map_err(ToString::to_string)?;
    read(cloud, || timestamp(delivery.taken))
}

/// An event that is on its way to the bus or out of a dead letter, as the engine sees it.
pub(crate) fn stored_event(cloud: &CloudEvent) -> Result<Event, String> {
    read(cloud, Default::default)
}

fn read(cloud: &CloudEvent, taken: impl FnOnce() -> Timestamp) -> Result<Event, String> {
    let text = std::str::from_utf8(&cloud.data).map_err(|_| "the data of the event is no text".to_owned())?;
    let data = Document::parse(text).map_err(|error| format!("the data of the event is no JSON: {error}"))?;
    let extensions = cloud.extensions.iter().map(|(name, value)| {
        let value = Json::parse(value.json()).map_err(|error| format!("the attribute `{name}`: {error}"))?;
        Ok((name.clone(), value))
    });
    Ok(Event {
        id: cloud.id.clone(),
        source: cloud.source.clone(),
        kind: cloud.kind.clone(),
        subject: cloud.subject.clone(),
        // Foreign publishers may leave it out.
        time: cloud.time.parse().unwrap_or_else(|_| taken()),
        datacontenttype: cloud.datacontenttype.clone(),
        extensions: extensions.collect::<Result<_, String>>()?,
        data,
    })
}

/// An event of the engine, as it lies in a dead letter.
pub(crate) fn dead_event(event: &Arc<Event>) -> CloudEvent {
    let written =
        |(name, value): &(String, Json)| Some((name.clone(), Extension::parse(&value.to_string())?));
    CloudEvent {
        id: event.id.clone(),
        source: event.source.clone(),
        kind: event.kind.clone(),
        subject: event.subject.clone(),
        datacontenttype: event.datacontenttype.clone(),
        time: event.time.to_string(),
        extensions: event.extensions.iter().filter_map(written).collect(),
        data: event.data.text().as_bytes().to_vec(),
    }
}

/// What became of an attempt, for the engine.
pub(crate) fn outcome(performed: &Performed) -> Outcome {
    match performed {
        Performed::Done(Done::Answered { status, retry_after }) => {
            Outcome::Answered { status: *status, retry_after: *retry_after }
        }
        // Nobody adds labels to an object in a file, so none can be waited for.
        Performed::Done(Done::Written { .. } | Done::Published | Done::Executed { .. } | Done::Logged(_)) => {
            Outcome::Done
        }
        Performed::Failed { retriable, error } => {
            Outcome::Failed { retriable: *retriable, error: said(error), retry_after: None }
        }
        Performed::Unknown { error } => Outcome::Unknown { error: said(error) },
    }
}

/// Labels of an object that is looked at again: a file has those it was written with.
pub(crate) fn labels(object: &aev_plan::json::Json) -> BTreeMap<String, String> {
    let labels = object.get("metadata").and_then(|metadata| metadata.get("labels"));
    let Some(aev_plan::json::Json::Object(members)) = labels else { return BTreeMap::new() };
    members.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

fn said(error: &ActionError) -> String {
    error.to_string()
}
