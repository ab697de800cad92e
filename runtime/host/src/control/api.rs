//! What is asked and answered on the control socket, in JSON. Members are added, and readers ignore those that they do not know.

use crate::host::Host;
use crate::host::status::HostStatus;
use crate::records::RecordsStatus;
use crate::records::entry::{Entry, Said};
use aev_bus::DeadLetter;
use aev_engine::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a process is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Of the process.
    pub pid: u32,
    /// Of aev.
    pub version: String,
    /// How its records are; none when it keeps none.
    #[serde(default)]
    pub records: Option<RecordsStatus>,
    /// Its buses and triggers.
    #[serde(flatten)]
    pub host: HostStatus,
}

impl Status {
    pub(super) async fn of(host: &Host) -> Status {
        Status {
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            records: host.records().map(|records| records.status()),
            host: host.status().await,
        }
    }
}

/// What is known about an event or a firing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Why {
    /// As it was asked for.
    pub id: String,
    /// Every record of it, oldest first.
    pub records: Vec<Entry<'static>>,
    /// There are more records, and the oldest are left out.
    #[serde(default)]
    pub cut: bool,
    /// Triggers that read it and have no record of it.
    pub silent: Vec<Silent>,
    /// Events of sources, found under this id, that no trigger of this process reads.
    pub unread: Vec<SourceEvent>,
    /// What the asked-for trigger has to do with it, when it has nothing to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// Every event of the pipelines' sources, when there is no record.
    #[serde(default)]
    pub sources: Vec<SourceEvent>,
    /// How the records are.
    pub kept: RecordsStatus,
}

/// A trigger that has said nothing about an event that it reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Silent {
    /// Name of its pipeline.
    pub pipeline: String,
    /// Name of its sensor.
    pub sensor: String,
    /// Its name.
    pub trigger: String,
    /// Events on the bus that it has not finished with.
    pub lag: u64,
    /// Why it does not go on, if it does not.
    pub stalled: Option<String>,
    /// Its file says that it takes no events.
    #[serde(default)]
    pub suspended: bool,
}

/// An event of a source, and when the process saw one last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceEvent {
    /// Name of the source.
    pub source: String,
    /// Name of the event.
    pub subject: String,
    /// None since the start of the process.
    #[serde(default)]
    pub last: Option<Timestamp>,
}

/// Which records are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventsQuery {
    /// Of this source, or of `source.event`.
    pub source: Option<String>,
    /// Of this trigger, or of `sensor/trigger` or `pipeline/sensor/trigger`.
    pub trigger: Option<String>,
    /// Not older.
    pub since: Option<Timestamp>,
    /// That came to this.
    pub outcome: Option<Came>,
    /// So many of the last.
    pub max: usize,
    /// Also those that come from now on, without end.
    pub follow: bool,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// A filter did not let it pass.
    Filtered,
    /// An attempt, or all of them, failed.
    Failed,
    /// It fired.
    Fired,
}

impl EventsQuery {
    /// Records at most, and without being said.
    pub const MAX: usize = 5000;

    pub(super) fn read(query: &BTreeMap<String, String>) -> Result<EventsQuery, String> {
        let mut read = EventsQuery { max: EventsQuery::MAX, ..EventsQuery::default() };
        for (name, value) in query {
            match name.as_str() {
                "source" => read.source = Some(value.clone()),
                "trigger" => read.trigger = Some(value.clone()),
                "since" => read.since = Some(value.parse().map_err(|error| format!("`since`: {error}"))?),
                "outcome" => read.outcome = Some(Came::read(value)?),
                "max" => {
                    let max = value.parse::<usize>().map_err(|_| format!("`max`: `{value}` is no number"))?;
                    read.max = max.min(EventsQuery::MAX);
                }
                "follow" => read.follow = value == "true",
                _ => return Err(format!("`{name}` is nothing that can be asked of events")),
            }
        }
        Ok(read)
    }

    /// For the address of a request.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("max", self.max.to_string())];
        pairs.extend(self.source.clone().map(|source| ("source", source)));
        pairs.extend(self.trigger.clone().map(|trigger| ("trigger", trigger)));
        pairs.extend(self.since.map(|since| ("since", since.to_string())));
        pairs.extend(self.outcome.map(|outcome| ("outcome", outcome.word().to_owned())));
        pairs.extend(self.follow.then(|| ("follow", "true".to_owned())));
        pairs
    }
}

impl Came {
    fn word(self) -> &'static str {
        match self {
            Came::Filtered => "filtered",
            Came::Failed => "failed",
            Came::Fired => "fired",
        }
    }

    fn read(word: &str) -> Result<Came, String> {
        [Came::Filtered, Came::Failed, Came::Fired]
            .into_iter()
            .find(|came| came.word() == word)
            .ok_or_else(|| format!("`outcome`: `{word}` is none of `filtered`, `failed` and `fired`"))
    }

    pub(super) fn is(self, said: &Said<'_>) -> bool {
        match self {
            Came::Filtered => matches!(said, Said::Filtered { .. } | Said::Kept { .. }),
            Came::Failed => matches!(
                said,
                Said::Retry { .. }
                    | Said::Failed { .. }
                    | Said::DeadLettered { .. }
                    | Said::Unreadable { .. }
                    | Said::Refused { .. }
            ),
            Came::Fired => matches!(said, Said::Fired { .. } | Said::Redriven { .. }),
        }
    }
}

/// A dead letter in a list, or with its events when it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Letter {
    /// Names it.
    pub id: String,
    /// Name of the pipeline; none when no trigger of this process has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<String>,
    /// Name of the sensor, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensor: Option<String>,
    /// When it was given up.
    pub time: String,
    /// The trigger.
    pub trigger: String,
    /// The id of its firing; empty when it never was decided.
    #[serde(default)]
    pub firing: String,
    /// Why.
    pub reason: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Source, event and id of each event, as far as there are any.
    pub events: Vec<[String; 3]>,
    /// All of it, when it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<DeadLetter>,
}

/// Which dead letters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LettersRequest {
    /// These.
    #[serde(default)]
    pub ids: Vec<String>,
    /// All of them.
    #[serde(default)]
    pub all: bool,
    /// Only those of this trigger, or of `sensor/trigger` or `pipeline/sensor/trigger`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
}

/// What became of one dead letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LetterDone {
    /// Names it.
    pub id: String,
    /// The firing that is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firing: Option<String>,
    /// Why nothing was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Which events are sent through triggers again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplayRequest {
    /// Taken by the bus at this time or later.
    pub since: Timestamp,
    /// Taken before; now unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Of this source, or of `source.event`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Through this trigger only, or `sensor/trigger` or `pipeline/sensor/trigger`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// Decide and say what would fire; nothing happens.
    #[serde(default)]
    pub dry_run: bool,
    /// Firings have the ids that they had.
    #[serde(default)]
    pub same_ids: bool,
    /// The number of an earlier replay that is to be finished under its ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<u32>,
}

/// One line about a replay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Replayed {
    /// It begins.
    Begun {
        /// Its number.
        run: u32,
        /// `pipeline/trigger` of each, `pipeline/sensor/trigger` where the sensor has a name of its own.
        triggers: Vec<String>,
    },
    /// A trigger has taken so many events so far.
    Progress {
        /// As they are called there.
        trigger: String,
        /// Events.
        events: u64,
    },
    /// What an event would come to.
    Would {
        /// `pipeline/trigger`.
        trigger: String,
        /// Source, event and id.
        event: [String; 3],
        /// It would fire.
        fires: bool,
        /// What was decided, in words.
        because: String,
    },
    /// A trigger takes no more.
    Failed {
        /// `pipeline/trigger`.
        trigger: String,
        /// Why.
        error: String,
    },
    /// It is over.
    Done {
        /// Events that were taken, over all triggers.
        events: u64,
        /// How many of them fire; only when nothing was done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fire: Option<u64>,
    },
}
