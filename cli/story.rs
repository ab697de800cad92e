//! Records in words.

use crate::paint::Paint;
use crate::reach::{clock, plain};
use aev_host::records::entry::{Entry, EventId, Said};

/// What was said: a word, painted and padded to one width, and the rest.
pub fn words(said: &Said<'_>, paint: Paint) -> (String, String) {
    let (word, rest) = unpainted(said);
    let word = format!("{word:<10}");
    let word = match said {
        Said::Matched { .. } | Said::Fired { .. } | Said::Done { .. } => paint.good(&word),
        Said::Refused { .. }
        | Said::Retry { .. }
        | Said::Failed { .. }
        | Said::DeadLettered { .. }
        | Said::Unreadable { .. } => paint.bad(&word),
        Said::Filtered { .. } | Said::Kept { .. } | Said::Repeated => paint.dim(&word),
        _ => word,
    };
    (word, plain(&rest))
}

fn unpainted(said: &Said<'_>) -> (&'static str, String) {
    match said {
        Said::Published { duplicate: false } => ("published", "the bus has it".to_owned()),
        Said::Published { duplicate: true } => {
            ("repeated", "the bus had an event with this id already, and takes it once".to_owned())
        }
        Said::Refused { reason } => ("refused", format!("its sender was told to try again later: {reason}")),
        Said::Kept { reason } => ("filtered", format!("at its source, because {reason}")),
        Said::Matched { stream } => ("matched", format!("`{stream}`")),
        Said::Filtered { stream, reason } => ("filtered", format!("`{stream}` because {reason}")),
        Said::Repeated => ("repeated", "it was there before, and is not taken again".to_owned()),
        Said::Waiting { missing } => ("waiting", format!("for `{}`", missing.join("`, `"))),
        Said::Fired { firing, events } if events.is_empty() => ("fired", format!("as {firing}")),
        Said::Fired { firing, events } => ("fired", format!("as {firing} with {}", list(events))),
        Said::Redriven { firing, events } => {
            ("redriven", format!("{firing} with {}, out of the dead letters", list(events)))
        }
        Said::Attempt { action, attempt, .. } => ("attempt", format!("{attempt} of `{action}` begins")),
        Said::Result { action, attempt, result, .. } => {
            ("result", format!("attempt {attempt} of `{action}`: {result}; something is still waited for"))
        }
        Said::Done { action, attempt, result, .. } => {
            let result = result.as_ref().map(|result| format!(": {result}")).unwrap_or_default();
            ("done", format!("`{action}` with attempt {attempt}{result}"))
        }
        Said::Retry { action, attempt, at, error, .. } => {
            ("failed", format!("`{action}`: {error}; attempt {attempt} follows at {}", clock(*at)))
        }
        Said::Failed { action, attempts, error, .. } => {
            ("failed", format!("`{action}` for good, after {attempts} attempts: {error}"))
        }
        Said::DeadLettered { reason, .. } => {
            ("dead", format!("kept as a dead letter, because {reason}; see `aev dead list`"))
        }
        Said::Reset { streams } => {
            ("reset", format!("what was kept of `{}` is forgotten", streams.join("`, `")))
        }
        Said::Unreadable { reason } => {
            ("unreadable", format!("no event, and kept as a dead letter: {reason}"))
        }
    }
}

fn list(events: &[EventId<'_>]) -> String {
    events.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// `source.event id`; the event's name is left out when it is the source's.
pub fn name(event: &EventId<'_>) -> String {
    let EventId { source, subject, id } = event;
    plain(&if source == subject { format!("{source} {id}") } else { format!("{source}.{subject} {id}") })
}

/// By which its trace is found, where that is known.
pub fn trace(entry: &Entry<'_>) -> String {
    entry.trace.as_ref().map(|trace| plain(&format!(" (trace {trace})"))).unwrap_or_default()
}

/// A record in one line.
pub fn line(entry: &Entry<'_>, paint: Paint) -> String {
    let place = match entry.place() {
        Some((pipeline, _, trigger)) => format!("{pipeline}/{trigger}"),
        None => "source".to_owned(),
    };
    let event = entry.event.as_ref().map(|event| format!(" {}{}:", name(event), trace(entry)));
    let event = event.unwrap_or_default();
    let said = entry.said.iter().map(|said| {
        let (word, rest) = words(said, paint);
        format!("{} {rest}", word.trim_end())
    });
    let said: Vec<String> = said.collect();
    format!("{} {}{event} {}\n", paint.dim(&clock(entry.time)), paint.bold(&plain(&place)), said.join("; "))
}
