//! `filters.time`.

use super::{Decision, Outcome};
use crate::govaluate::parse_clock;
use aev_plan::argo::TimeFilter;
use aev_plan::time::Timestamp;
use chrono::NaiveDate;
use chrono_tz::Tz;

/// Whether the event's time lies in the span, whose bounds are placed on the event's date in the zone.
pub(super) fn decide(span: &TimeFilter, time: Timestamp) -> Outcome {
    let zone = zone(&span.timezone)?;
    let date = time.day(zone);
    let start = bound(&span.start, date, zone)?;
    let stop = bound(&span.stop, date, zone)?;
    let (after, before) = (time.0 >= start, time.0 < stop);
    let inside = if start < stop { after && before } else { after || before };
    if inside {
        return Ok(Decision::Passes);
    }
    let place = if span.timezone.is_empty() { "UTC" } else { &span.timezone };
    Ok(Decision::Fails(format!("the event came outside {} to {}, {place}", span.start, span.stop)))
}

fn zone(name: &str) -> Result<Tz, String> {
    // Go's own names for the zone of the machine, which is UTC in a pod.
    if matches!(name, "" | "UTC" | "Local") {
        return Ok(Tz::UTC);
    }
    name.parse().map_err(|_| format!("there is no time zone `{name}`; use a name such as Europe/Berlin"))
}

/// Nanoseconds since 1970.
fn bound(clock: &str, date: NaiveDate, zone: Tz) -> Result<i64, String> {
    let invalid = || format!("`{clock}` is no time of day; write one like 09:00:00");
    let (seconds, nanos) = parse_clock(clock.trim_start_matches(' ')).ok_or_else(invalid)?;
    Ok(Timestamp::at_clock(date, seconds, zone).0.saturating_add(i64::from(nanos)))
}
