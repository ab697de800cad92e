//! `filters.time`.

use super::{Decision, Outcome};
use crate::govaluate::parse_clock;
use aev_plan::argo::TimeFilter;
use aev_plan::time::Timestamp;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;

const SECOND: i64 = 1_000_000_000;

/// Whether the event's time lies in the span, whose bounds are placed on the event's date in the zone.
pub(super) fn decide(span: &TimeFilter, time: Timestamp) -> Outcome {
    let zone = zone(&span.timezone)?;
    let date = DateTime::from_timestamp_nanos(time.0).with_timezone(&zone).date_naive();
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
    let local = date.and_time(NaiveTime::MIN).and_utc().timestamp() + i64::from(seconds);
    let offset_at = |seconds: i64| {
        let moment: Option<NaiveDateTime> =
            DateTime::from_timestamp(seconds, 0).map(|moment| moment.naive_utc());
        moment.map_or(0, |moment| i64::from(zone.offset_from_utc_datetime(&moment).fix().local_minus_utc()))
    };
    // Go's way to the offset, which also decides about hours that come twice or never.
    let guess = offset_at(local);
    let offset = if guess == 0 { 0 } else { offset_at(local - guess) };
    Ok((local - offset) * SECOND + i64::from(nanos))
}
