//! `calendar`: the clock. The data is `{eventTime, metadata?}`.
//!
//! An event belongs to a slot, the moment it is due: its id is made from the source and the slot, and its `eventTime` is the
//! slot. So several processes on one bus, and one that starts again, make one event of it. Slots of an `interval` are its
//! multiples since 1970, whoever counts them.

mod slots;

use super::config::decode;
use super::task::{self, Around, Stop, Task, Work, Working};
use super::{Place, SourceError};
use crate::publish::Incoming;
use aev_plan::cron::Cron;
use aev_plan::duration::GoDuration;
use aev_plan::json::Json;
use aev_plan::model::Event;
use aev_plan::time::Timestamp;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use slots::{Due, Slots, Timing};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub(super) const KIND: &str = "calendar";

/// The clock is looked at again after so long: it may have been set.
const LOOK: Duration = Duration::from_secs(5);

/// Slots that this process has missed, because its bus or the machine was away, are made up for so far back.
const BEHIND: Duration = Duration::from_secs(24 * 3600);

/// A clock that is set back further than this was wrong before, and is believed.
const WRONG: Duration = Duration::from_secs(24 * 3600);

/// The longest span there is.
const EVER: Duration = Duration::from_secs(100 * 366 * 24 * 3600);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Config {
    #[serde(default)]
    schedule: String,
    #[serde(default)]
    interval: String,
    #[serde(default)]
    exclusion_dates: Vec<String>,
    #[serde(default)]
    timezone: String,
    #[serde(default)]
    persistence: Option<Persistence>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    #[serde(default)]
    filter: Option<Json>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Persistence {
    #[serde(default)]
    catchup: Option<Catchup>,
    /// Argo's place for what the bus keeps here.
    #[serde(default)]
    config_map: Option<ConfigMap>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Catchup {
    #[serde(default)]
    enabled: bool,
    #[serde(default)]
    max_duration: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ConfigMap {
    #[serde(default, rename = "name")]
    _name: String,
    #[serde(default, rename = "createIfNotExist")]
    _create: bool,
}

/// Reads the fields of the kind.
pub(super) fn read(place: Place, event: &Event) -> Result<Task, SourceError> {
    let config: Config = decode(KIND, &place, event)?;
    if config.filter.is_some() {
        return Err(SourceError::SourceFilter { place, origin: event.origin });
    }
    let wrong = |reason: String| SourceError::Config {
        place: place.clone(),
        kind: KIND,
        reason,
        origin: event.origin,
    };
    let duration = |name: &str, text: &str| {
        text.parse::<GoDuration>()
            .map(|duration| duration.0)
            .map_err(|_| wrong(format!("`{name}` is no duration")))
    };
    let zone = match config.timezone.as_str() {
        "" => Tz::UTC,
        name => name.parse().map_err(|_| wrong(format!("there is no time zone `{name}`")))?,
    };
    // As in Argo, the schedule comes first.
    let timing = match (config.schedule.as_str(), config.interval.as_str()) {
        ("", "") => return Err(wrong("it needs `schedule` or `interval`".to_owned())),
        ("", interval) => Timing::Every(duration("interval", interval)?),
        (schedule, _) => {
            let (fields, own) = slots::own_zone(schedule);
            let cron = Cron::new(fields, own.or(Some(config.timezone.as_str())));
            Timing::Cron(Box::new(cron.map_err(|error| wrong(format!("`schedule`: {error}")))?))
        }
    };
    let excluded = slots::excluded(&config.exclusion_dates);
    let excluded = excluded.map_err(|text| wrong(format!("`exclusionDates`: `{text}` is no day")))?;
    let persistence = config.persistence.as_ref();
    let catchup = persistence.and_then(|kept| kept.catchup.as_ref()).filter(|catchup| catchup.enabled);
    let catch_up = match catchup.map(|catchup| catchup.max_duration.as_str()) {
        None => None,
        Some("") => Some(EVER),
        Some(text) => Some(duration("maxDuration", text)?),
    };
    // Argo remembers nothing without the place for it.
    let catch_up = catch_up.filter(|_| persistence.is_some_and(|kept| kept.config_map.is_some()));
    let slots = Slots { timing, zone, excluded };
    let calendar = Calendar { slots, catch_up, metadata: config.metadata };
    let (config, remembers) = (event.config.clone(), catch_up.is_some());
    Ok(Task { place, kind: KIND, config, remembers, work: Arc::new(calendar) })
}

struct Calendar {
    slots: Slots,
    /// How far back slots are made up for that were missed before the start.
    catch_up: Option<Duration>,
    metadata: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    event_time: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: &'a BTreeMap<String, String>,
}

impl Work for Calendar {
    fn run(self: Arc<Self>, place: Place, around: Around, stop: Stop) -> Working {
        Box::pin(async move { self.work(&place, &around, stop).await })
    }
}

impl Calendar {
    async fn work(&self, place: &Place, around: &Around, mut stop: Stop) {
        let Some(mut last) = self.start(place, around, &mut stop).await else { return };
        let mut behind = self.catch_up.unwrap_or(BEHIND);
        loop {
            let now = (around.now)();
            if now.after(WRONG) < last {
                tracing::warn!(source = %place, "the clock was set back by more than a day; the calendar goes on from there");
                last = now;
            }
            let Due { slots, dropped, next } = self.slots.due(last, now, behind);
            if dropped {
                tracing::warn!(
                    source = %place,
                    made_up_for = slots.len(),
                    "more slots of the calendar were missed than are made up for; the older ones are let go"
                );
            }
            for slot in slots {
                if !task::publish(&*around.publisher, self.event(place, slot, around), &mut stop).await {
                    return;
                }
                last = slot;
                self.remember(place, around, slot).await;
            }
            // What is missed from now on was missed by this process.
            behind = behind.max(BEHIND);
            let Some(next) = next else {
                tracing::warn!(source = %place, "the schedule has no further time");
                return stop.asked().await;
            };
            let ahead = u64::try_from(next.0.saturating_sub((around.now)().0)).unwrap_or(0);
            if !stop.pause(Duration::from_nanos(ahead).min(LOOK)).await {
                return;
            }
        }
    }

    /// The last slot that is over: the one that is remembered, or this moment.
    async fn start(&self, place: &Place, around: &Around, stop: &mut Stop) -> Option<Timestamp> {
        let now = (around.now)();
        if self.catch_up.is_none() {
            return Some(now);
        }
        let mut said = false;
        loop {
            match around.memory.recall(place).await {
                Ok(text) => {
                    let known = text.as_ref().and_then(|text| text.parse::<Timestamp>().ok());
                    if known.is_none() {
                        // From here on there is something to come back to, before the first slot too.
                        self.remember(place, around, now).await;
                    }
                    return Some(known.unwrap_or(now));
                }
                Err(error) => {
                    if !said {
                        tracing::warn!(source = %place, %error, "the last event of the calendar cannot be read yet");
                        said = true;
                    }
                    if !stop.pause(Duration::from_secs(1)).await {
                        return None;
                    }
                }
            }
        }
    }

    /// Keeps the place. When that fails, the slot comes again after a restart, under the same id.
    async fn remember(&self, place: &Place, around: &Around, slot: Timestamp) {
        if self.catch_up.is_some()
            && let Err(error) = around.memory.remember(place, slot.to_string()).await
        {
            tracing::warn!(source = %place, %error, "the last event of the calendar cannot be remembered");
        }
    }

    fn event(&self, place: &Place, slot: Timestamp, around: &Around) -> Incoming {
        let seconds = slot.seconds();
        let mut hash = Sha256::new();
        for part in [&place.source, &place.event, &seconds] {
            hash.update(part);
            hash.update([0]);
        }
        let id = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let data = Data { event_time: go_time(&seconds), metadata: &self.metadata };
        Incoming {
            source: place.source.clone(),
            event: place.event.clone(),
            kind: KIND,
            id,
            time: (around.now)().to_string(),
            // Text by name has nothing that JSON could refuse.
            data: serde_json::to_string(&data).unwrap_or_default(),
            trace: None,
        }
    }
}

/// As Go prints a time in UTC, which is where Argo's pods live; they add how long the process has run.
fn go_time(rfc3339: &str) -> String {
    format!("{} +0000 UTC", rfc3339.trim_end_matches('Z').replace('T', " "))
}
