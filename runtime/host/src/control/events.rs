//! Records as a list, and as they come.

use super::answer::{Answer, Gone, Out, Refused};
use super::api::EventsQuery;
use crate::host::Host;
use crate::records::Records;
use crate::records::entry::Entry;
use crate::records::search;
use std::collections::BTreeSet;
use tokio::sync::broadcast::error::RecvError;

/// The records of a process; or why there are none.
pub(super) fn records(host: &Host) -> Result<Records, Refused> {
    let none = || Refused::missing("this process keeps no records; start it without `--records none`");
    host.records().cloned().ok_or_else(none)
}

pub(super) async fn events(host: &Host, query: EventsQuery) -> Result<Answer, Refused> {
    let records = records(host)?;
    // Whoever follows misses nothing between the two.
    let mut coming = records.follow();
    records.flush().await;
    let dir = records.dir().to_owned();
    let asked = query.clone();
    let found = tokio::task::spawn_blocking(move || {
        search::last(&dir, asked.since, asked.max, |entry| wanted(&asked, entry))
    });
    let found = found.await.map_err(Refused::away)?.map_err(Refused::away)?;
    let (out, answer) = Out::new();
    tokio::spawn(async move {
        // What was written since the socket began to listen may be in the list already.
        let doubtful = coming.len();
        for line in &found {
            out.raw(format!("{line}\n").into()).await?;
        }
        if !query.follow {
            return Ok(());
        }
        let mut known: BTreeSet<String> = found.into_iter().collect();
        for piece in 0_usize.. {
            if piece == doubtful {
                known = BTreeSet::new();
            }
            let lines = tokio::select! {
                lines = coming.recv() => lines,
                () = out.gone() => return Ok::<(), Gone>(()),
            };
            match lines {
                Ok(lines) => follow(&query, &known, &lines, &out).await?,
                Err(RecvError::Lagged(_)) => {
                    let missed = serde_json::json!({ "missed": "records came faster than they were read" });
                    out.send(&missed).await?;
                }
                Err(RecvError::Closed) => break,
            }
        }
        Ok(())
    });
    Ok(answer)
}

async fn follow(query: &EventsQuery, known: &BTreeSet<String>, lines: &[u8], out: &Out) -> Result<(), Gone> {
    let mut piece = Vec::new();
    for line in String::from_utf8_lossy(lines).lines().filter(|line| !known.contains(*line)) {
        if serde_json::from_str::<Entry<'_>>(line).is_ok_and(|entry| wanted(query, &entry)) {
            piece.extend_from_slice(line.as_bytes());
            piece.push(b'\n');
        }
    }
    if piece.is_empty() { Ok(()) } else { out.raw(piece.into()).await }
}

fn wanted(query: &EventsQuery, entry: &Entry<'_>) -> bool {
    let source = query
        .source
        .as_deref()
        .is_none_or(|wanted| entry.events().any(|event| is_source(wanted, &event.source, &event.subject)));
    let trigger = query.trigger.as_deref().is_none_or(|wanted| {
        entry.place().is_some_and(|(pipeline, sensor, trigger)| is_trigger(wanted, pipeline, sensor, trigger))
    });
    let outcome = query.outcome.is_none_or(|came| entry.said.iter().any(|said| came.is(said)));
    source && trigger && outcome
}

/// `source` or `source.event`.
pub(super) fn is_source(wanted: &str, source: &str, subject: &str) -> bool {
    wanted == source || wanted.split_once('.') == Some((source, subject))
}

/// `trigger`, `pipeline/trigger`, `sensor/trigger` or `pipeline/sensor/trigger`.
pub(super) fn is_trigger(wanted: &str, pipeline: &str, sensor: &str, trigger: &str) -> bool {
    let place = wanted.strip_suffix(trigger).and_then(|place| place.strip_suffix('/'));
    wanted == trigger
        || place.is_some_and(|place| {
            place == pipeline || place == sensor || place.split_once('/') == Some((pipeline, sensor))
        })
}
