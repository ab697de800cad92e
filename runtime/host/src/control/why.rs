//! Why an event did or did not fire: its records over all triggers, and what the triggers have to say that have none.

use super::answer::{Answer, Refused};
use super::api::{Silent, SourceEvent, Why};
use super::events::{is_trigger, records};
use crate::host::Host;
use crate::records::search;
use std::collections::BTreeSet;

pub(super) async fn why(host: &Host, id: &str, trigger: Option<&str>) -> Result<Answer, Refused> {
    let records = records(host)?;
    records.flush().await;
    let (dir, wanted) = (records.dir().to_owned(), id.to_owned());
    let about = tokio::task::spawn_blocking(move || search::about(&dir, &wanted));
    let about = about.await.map_err(Refused::away)?.map_err(Refused::away)?;
    let mut why = Why {
        id: id.to_owned(),
        cut: about.cut,
        records: about.lines.into_iter().map(|(_, entry)| entry).collect(),
        silent: Vec::new(),
        unread: Vec::new(),
        trigger: None,
        sources: Vec::new(),
        kept: records.status(),
    };
    let mut events = BTreeSet::new();
    for event in why.records.iter().flat_map(|entry| entry.events()) {
        events.insert((event.source.clone().into_owned(), event.subject.clone().into_owned()));
    }
    let spoke: BTreeSet<String> =
        why.records.iter().filter_map(|entry| Some(entry.lane.clone()?.into_owned())).collect();
    let of_firing = why.records.iter().any(|entry| entry.firings().any(|firing| firing == id));

    let triggers = host.triggers().await;
    let status = host.status().await;
    let reads = |subjects: &[(&str, &str)]| {
        events.iter().any(|(source, subject)| subjects.contains(&(source.as_str(), subject.as_str())))
    };
    let mut read = BTreeSet::new();
    for reached in &triggers {
        let subjects = reached.prepared.subjects();
        read.extend(subjects.iter().map(|(source, subject)| ((*source).to_owned(), (*subject).to_owned())));
        // Whoever asks about a firing asks about its trigger alone.
        if of_firing || !reads(&subjects) || spoke.contains(&reached.lane) {
            continue;
        }
        if trigger
            .is_some_and(|wanted| !is_trigger(wanted, &reached.pipeline, &reached.sensor, &reached.trigger))
        {
            continue;
        }
        let state = status.triggers.iter().find(|state| {
            state.pipeline == reached.pipeline
                && state.sensor == reached.sensor
                && state.trigger == reached.trigger
        });
        why.silent.push(Silent {
            pipeline: reached.pipeline.clone(),
            sensor: reached.sensor.clone(),
            trigger: reached.trigger.clone(),
            lag: state.map_or(0, |state| state.lag),
            stalled: state.and_then(|state| state.stalled.clone()),
            suspended: reached.prepared.suspended,
        });
    }
    let seen = |(source, subject): &(String, String)| SourceEvent {
        source: source.clone(),
        subject: subject.clone(),
        last: records.last_seen(source, subject),
    };
    why.unread = events.iter().filter(|event| !read.contains(*event)).map(seen).collect();
    if why.records.is_empty() {
        let plans = host.plans();
        let sources = plans.iter().flat_map(|plan| &plan.sources);
        read.extend(
            sources.flat_map(|source| {
                source.events.iter().map(|event| (source.name.clone(), event.name.clone()))
            }),
        );
        why.sources = read.iter().map(seen).collect();
    }
    if let Some(wanted) = trigger {
        why.records.retain(|entry| {
            entry
                .place()
                .is_none_or(|(pipeline, sensor, trigger)| is_trigger(wanted, pipeline, sensor, trigger))
        });
        let of_trigger = |reached: &&crate::host::reach::Reached| {
            is_trigger(wanted, &reached.pipeline, &reached.sensor, &reached.trigger)
        };
        why.trigger = match triggers.iter().find(of_trigger) {
            None => Some(format!("no trigger `{wanted}` runs in this process")),
            Some(reached) if !events.is_empty() && !reads(&reached.prepared.subjects()) => {
                Some(format!("the trigger `{wanted}` does not read this event"))
            }
            Some(_) => None,
        };
    }
    Ok(Answer::json(&why))
}
