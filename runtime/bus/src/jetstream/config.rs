//! Argo's `streamConfig`: YAML with keys in whatever case, as Argo's reader takes them.

use super::api::StreamConfig;
use super::name::{STREAM, SUBJECTS};
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use std::collections::BTreeMap;
use std::time::Duration;

/// So many consumers may read a stream that aev makes.
const MAX_CONSUMERS: u32 = 100_000;

/// What the user wants of the stream. What is not said is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamSettings {
    /// The most messages it holds; -1 for any number.
    pub max_msgs: Option<i64>,
    /// How long it keeps a message; nought for ever.
    pub max_age: Option<Duration>,
    /// The most bytes it holds; -1 for any number.
    pub max_bytes: Option<i64>,
    /// On how many servers of a cluster it is kept.
    pub replicas: Option<u32>,
    /// How long an id is known.
    pub duplicates: Option<Duration>,
    /// What lets a message go: its age and number, or that nobody needs it.
    pub retention: Option<Retention>,
    /// What happens when it is full.
    pub discard: Option<Discard>,
}

/// What lets a message go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// Its age and number.
    Limits,
    /// That every consumer has acknowledged it.
    Interest,
    /// That one consumer has acknowledged it.
    WorkQueue,
}

/// What happens when a stream is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discard {
    /// The oldest messages go, read or not.
    Old,
    /// New messages are refused.
    New,
}

impl StreamSettings {
    /// Reads Argo's text. Empty text is no settings.
    ///
    /// # Errors
    /// It is no YAML mapping, or a value is not what its key takes; in words.
    pub fn parse(text: &str) -> Result<StreamSettings, String> {
        let mut settings = StreamSettings::default();
        let documents =
            Yaml::load_from_str(text).map_err(|error| format!("`streamConfig` is no YAML: {error}"))?;
        let mapping = match documents.first() {
            None => return Ok(settings),
            Some(Yaml::Value(Scalar::Null)) => return Ok(settings),
            Some(Yaml::Mapping(mapping)) => mapping,
            Some(_) => return Err("`streamConfig` is no mapping such as `maxAge: 72h`".to_owned()),
        };
        for (key, value) in mapping {
            let key = key.as_str().unwrap_or_default();
            let wrong = |takes: &str| format!("`{key}` in `streamConfig` takes {takes}");
            let number = || whole(value).ok_or_else(|| wrong("a whole number, such as `50000`"));
            let time = || duration(value).ok_or_else(|| wrong("a time, such as `72h`"));
            match key.to_ascii_lowercase().as_str() {
                "maxmsgs" => settings.max_msgs = Some(number()?),
                "maxage" => settings.max_age = Some(time()?),
                "maxbytes" => settings.max_bytes = Some(number()?),
                "replicas" => {
                    let replicas = number()?;
                    settings.replicas = match replicas {
                        0 => None,
                        1..=5 => u32::try_from(replicas).ok(),
                        _ => return Err(wrong("a number from 1 to 5")),
                    };
                }
                "duplicates" => settings.duplicates = Some(time()?),
                "retention" => {
                    settings.retention = Some(match number()? {
                        0 => Retention::Limits,
                        1 => Retention::Interest,
                        2 => Retention::WorkQueue,
                        _ => return Err(wrong("0 (limits), 1 (interest) or 2 (work queue)")),
                    });
                }
                "discard" => {
                    settings.discard = Some(match number()? {
                        0 => Discard::Old,
                        1 => Discard::New,
                        _ => return Err(wrong("0 (drop old messages) or 1 (refuse new ones)")),
                    });
                }
                // Argo's reader takes no notice of others.
                _ => {}
            }
        }
        Ok(settings)
    }

    /// The stream that is made when there is none: Argo's, but for what it does when it is full. Argo's default drops messages
    /// that nobody has read yet; this one refuses new ones, and so can be larger.
    pub(super) fn wanted(&self, replicas: u32) -> StreamConfig {
        let any = |number: i64| if number <= 0 { -1 } else { number };
        let max_age = self.max_age.unwrap_or(Duration::from_secs(7 * 24 * 3600));
        let duplicates = self.duplicates.unwrap_or(Duration::from_secs(300));
        // A server takes no window that is longer than the age.
        let duplicates = if max_age.is_zero() { duplicates } else { duplicates.min(max_age) };
        StreamConfig {
            name: STREAM.to_owned(),
            subjects: vec![SUBJECTS.to_owned()],
            retention: match self.retention {
                None | Some(Retention::Limits) => "limits",
                Some(Retention::Interest) => "interest",
                Some(Retention::WorkQueue) => "workqueue",
            }
            .to_owned(),
            storage: "file".to_owned(),
            discard: if self.discard == Some(Discard::Old) { "old" } else { "new" }.to_owned(),
            max_msgs: any(self.max_msgs.unwrap_or(1_000_000)),
            max_bytes: any(self.max_bytes.unwrap_or(-1)),
            max_age: nanos(max_age),
            num_replicas: self.replicas.unwrap_or(replicas),
            duplicate_window: nanos(duplicates),
            // Newer servers take no limit for one of 1,000, and every trigger has a consumer for each event that it reads.
            other: BTreeMap::from([("max_consumers".to_owned(), MAX_CONSUMERS.into())]),
        }
    }

    /// How an existing stream differs from what the user says. What he does not say may be anything, but for the subjects,
    /// and that it drops messages nobody has read, which is always said.
    pub(super) fn drift(&self, found: &StreamConfig) -> Vec<String> {
        let wanted = self.wanted(found.num_replicas);
        let mut drift = Vec::new();
        let mut differs = |what: &str, said: bool, wanted: String, found: String| {
            if said && wanted != found {
                drift.push(format!("the stream `{STREAM}` has {what} {found}, and {wanted} is wanted; it was made by somebody else and is left as it is"));
            }
        };
        differs("the subjects", true, wanted.subjects.join(", "), found.subjects.join(", "));
        let count = |number: i64| if number <= 0 { "no limit".to_owned() } else { number.to_string() };
        differs("`maxMsgs`", self.max_msgs.is_some(), count(wanted.max_msgs), count(found.max_msgs));
        differs("`maxBytes`", self.max_bytes.is_some(), count(wanted.max_bytes), count(found.max_bytes));
        let time = |nanos: u64| format!("{:?}", Duration::from_nanos(nanos));
        differs("`maxAge`", self.max_age.is_some(), time(wanted.max_age), time(found.max_age));
        let (wanted_window, window) = (time(wanted.duplicate_window), time(found.duplicate_window));
        differs("`duplicates`", self.duplicates.is_some(), wanted_window, window);
        let (many, few) = (wanted.num_replicas.to_string(), found.num_replicas.to_string());
        differs("`replicas`", self.replicas.is_some(), many, few);
        differs("the retention", self.retention.is_some(), wanted.retention, found.retention.clone());
        differs("the storage", true, wanted.storage, found.storage.clone());
        if self.discard.is_some() {
            differs("the discard policy", true, wanted.discard, found.discard.clone());
        } else if found.discard == "old" {
            drift.push(format!(
                "the stream `{STREAM}` drops old messages when it is full, also those that no trigger has read; set `discard: 1` \
                 on it to refuse new ones instead"
            ));
        }
        drift
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn whole(value: &Yaml<'_>) -> Option<i64> {
    value.as_integer().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Go's form of a duration, such as `1h30m`; a bare number counts nanoseconds.
fn duration(value: &Yaml<'_>) -> Option<Duration> {
    if let Some(nanos) = whole(value) {
        return Some(Duration::from_nanos(u64::try_from(nanos).unwrap_or(0)));
    }
    let text = value.as_str()?.trim();
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at_checked(end)?;
        let end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(end)?;
        let seconds = match unit {
            "ns" => 1e-9,
            "us" | "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        total += number.parse::<f64>().ok()? * seconds;
        rest = tail;
    }
    Duration::try_from_secs_f64(total).ok().filter(|_| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_may_have_any_case() {
        let text = "MAXMSGS: 5\nmaxage: 1h30m\nmaxBytes: \"-1\"\nreplicas: 3\nDuplicates: 300s\nretention: 0\ndiscard: 0\nunknown: x\n";
        let settings = StreamSettings::parse(text).unwrap();
        assert_eq!(settings.max_msgs, Some(5));
        assert_eq!(settings.max_age, Some(Duration::from_secs(5400)));
        assert_eq!((settings.max_bytes, settings.replicas), (Some(-1), Some(3)));
        assert_eq!(settings.duplicates, Some(Duration::from_secs(300)));
        assert_eq!((settings.retention, settings.discard), (Some(Retention::Limits), Some(Discard::Old)));
        assert_eq!(StreamSettings::parse("").unwrap(), StreamSettings::default());
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, says) in [
            ("maxAge: soon", "`maxAge` in `streamConfig` takes a time"),
            ("retention: 7", "0 (limits)"),
            ("- 1", "no mapping"),
            ("replicas: 9", "from 1 to 5"),
        ] {
            let error = StreamSettings::parse(text).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn a_stream_that_drops_what_nobody_has_read_is_said() {
        let settings = StreamSettings::parse("maxMsgs: 10").unwrap();
        let mut found = settings.wanted(1);
        assert_eq!(settings.drift(&found), Vec::<String>::new());
        found.discard = "old".to_owned();
        found.max_msgs = 50_000;
        let drift = settings.drift(&found).join("\n");
        assert!(
            drift.contains("`maxMsgs` 50000, and 10 is wanted") && drift.contains("drops old messages"),
            "{drift}"
        );
    }
}
