//! JetStream's interface: requests in JSON on `$JS.API.…`. Only what the driver uses of it, with the names of the fields as
//! the server has them.

use crate::error::BusError;
use crate::nats::link::{Link, Unanswered};
use async_nats::{HeaderMap, Message};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// So long the answer to a message is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// So long the answers to a request and to its repetitions are waited for. A cluster does not answer at all while the server
/// that should is not the leader yet, or not any more.
const ATTEMPTS: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(3), Duration::from_secs(5)];

/// The longest pause before something is asked of a cluster again whose servers do not know of each other yet, or of what
/// another has.
pub(super) const SETTLING: Duration = Duration::from_secs(2);

/// Numbers of the server's errors that mean something here.
pub(super) mod code {
    pub(crate) const CONSUMER_NOT_FOUND: u32 = 10014;
    pub(crate) const STREAM_NOT_FOUND: u32 = 10059;
    pub(crate) const STREAM_NAME_IN_USE: u32 = 10058;
    pub(crate) const NO_MESSAGE: u32 = 10037;
    pub(crate) const WRONG_LAST_SEQUENCE: [u32; 2] = [10071, 10164];
    /// There is no room: of the stream, of the account, of the server.
    pub(crate) const NO_ROOM: [u32; 5] = [10002, 10023, 10047, 10054, 10077];
    /// The stream takes no more consumers.
    pub(crate) const NO_MORE_CONSUMERS: u32 = 10026;
    /// Too few servers for the replicas.
    pub(crate) const NO_PEERS: [u32; 3] = [10005, 10052, 10074];
}

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ApiError {
    /// The server says no.
    Refused {
        /// One of [`code`], or another.
        code: u32,
        /// In the server's words.
        description: String,
    },
    /// There was no answer.
    Unanswered(Unanswered),
}

impl ApiError {
    /// The server says no with this code.
    pub(super) fn is(&self, wanted: u32) -> bool {
        matches!(self, ApiError::Refused { code, .. } if *code == wanted)
    }

    /// The server says no with one of these codes.
    pub(super) fn is_one_of(&self, wanted: &[u32]) -> bool {
        matches!(self, ApiError::Refused { code, .. } if wanted.contains(code))
    }
}

impl From<ApiError> for BusError {
    fn from(error: ApiError) -> BusError {
        match error {
            ApiError::Refused { code: code::NO_MORE_CONSUMERS, .. } => BusError::Away {
                reason: "its stream takes no more consumers; raise `max_consumers` of the stream `default`"
                    .to_owned(),
            },
            ApiError::Refused { code, description } => {
                BusError::Away { reason: format!("the server says: {description} ({code})") }
            }
            ApiError::Unanswered(unanswered) => unanswered.into(),
        }
    }
}

#[derive(Deserialize)]
struct Failure {
    #[serde(default)]
    err_code: u32,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
struct MaybeFailure {
    error: Option<Failure>,
}

/// Reads an answer.
pub(super) fn answer<T: DeserializeOwned>(payload: &[u8]) -> Result<T, ApiError> {
    let unreadable = || ApiError::Refused { code: 0, description: "its answer cannot be read".to_owned() };
    let failure: MaybeFailure = serde_json::from_slice(payload).map_err(|_| unreadable())?;
    match failure.error {
        Some(Failure { err_code, description }) => Err(ApiError::Refused { code: err_code, description }),
        None => serde_json::from_slice(payload).map_err(|_| unreadable()),
    }
}

/// What the answer to a publication says.
pub(super) fn stored(answered: Result<Message, Unanswered>) -> Result<Stored, ApiError> {
    answer(&answered.map_err(ApiError::Unanswered)?.payload)
}

/// How a stream is set up. Fields that are not known here stay in `other`, so that a change does not lose them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct StreamConfig {
    pub(super) name: String,
    #[serde(default)]
    pub(super) subjects: Vec<String>,
    #[serde(default)]
    pub(super) retention: String,
    #[serde(default)]
    pub(super) storage: String,
    #[serde(default)]
    pub(super) discard: String,
    #[serde(default)]
    pub(super) max_msgs: i64,
    #[serde(default)]
    pub(super) max_bytes: i64,
    /// Nanoseconds.
    #[serde(default)]
    pub(super) max_age: u64,
    #[serde(default)]
    pub(super) num_replicas: u32,
    /// Nanoseconds.
    #[serde(default)]
    pub(super) duplicate_window: u64,
    #[serde(flatten)]
    pub(super) other: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct StreamState {
    #[serde(default)]
    pub(super) messages: u64,
    #[serde(default)]
    pub(super) bytes: u64,
    #[serde(default)]
    pub(super) first_seq: u64,
    #[serde(default)]
    pub(super) last_seq: u64,
    /// How many messages each subject has, when it was asked for.
    #[serde(default)]
    pub(super) subjects: Option<BTreeMap<String, u64>>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct StreamInfo {
    /// When it was made.
    #[serde(default)]
    pub(super) created: String,
    pub(super) config: StreamConfig,
    pub(super) state: StreamState,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct ConsumerConfig {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) durable_name: Option<String>,
    #[serde(default)]
    pub(super) name: String,
    pub(super) deliver_policy: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) opt_start_seq: Option<u64>,
    pub(super) ack_policy: String,
    /// Nanoseconds.
    #[serde(default)]
    pub(super) ack_wait: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) filter_subject: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) filter_subjects: Vec<String>,
    pub(super) replay_policy: String,
    #[serde(default)]
    pub(super) max_ack_pending: i64,
    /// Nanoseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) inactive_threshold: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) mem_storage: Option<bool>,
    #[serde(default)]
    pub(super) num_replicas: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub(super) struct Sequences {
    pub(super) stream_seq: u64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct ConsumerInfo {
    pub(super) name: String,
    pub(super) config: ConsumerConfig,
    pub(super) delivered: Sequences,
    pub(super) ack_floor: Sequences,
    #[serde(default)]
    pub(super) num_ack_pending: u64,
    #[serde(default)]
    pub(super) num_pending: u64,
}

#[derive(Deserialize)]
struct ConsumerPage {
    #[serde(default)]
    total: usize,
    consumers: Option<Vec<ConsumerInfo>>,
}

#[derive(Deserialize)]
struct Got {
    message: Raw,
}

#[derive(Deserialize)]
struct Raw {
    subject: String,
    seq: u64,
    #[serde(default)]
    hdrs: String,
    #[serde(default)]
    time: String,
    #[serde(default)]
    data: String,
}

/// A message as it is stored.
#[derive(Clone, Debug)]
pub(super) struct StoredMessage {
    pub(super) subject: String,
    pub(super) seq: u64,
    /// When it was stored: RFC 3339.
    pub(super) time: String,
    /// As text, one a line.
    pub(super) headers: String,
    pub(super) data: Vec<u8>,
}

impl StoredMessage {
    /// It says that a key was deleted.
    pub(super) fn is_deletion(&self) -> bool {
        let mut lines = self.headers.lines().filter_map(|line| line.split_once(':'));
        lines.any(|(name, value)| name == "KV-Operation" && matches!(value.trim(), "DEL" | "PURGE"))
    }
}

#[derive(Deserialize)]
struct Anything {}

/// The server's confirmation of a published message.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Stored {
    pub(super) seq: u64,
    #[serde(default)]
    pub(super) duplicate: bool,
}

/// The interface over a connection.
#[derive(Clone)]
pub(super) struct Api {
    pub(super) link: Arc<Link>,
}

impl Api {
    /// A request, made again while nobody answers: each of them may be carried out twice without harm.
    async fn call<T: DeserializeOwned>(&self, subject: String, payload: Value) -> Result<T, ApiError> {
        let payload = if payload.is_null() { Bytes::new() } else { Bytes::from(payload.to_string()) };
        let subject = async_nats::Subject::from(format!("$JS.API.{subject}"));
        let mut answered = Err(Unanswered::Unknown("no answer".to_owned()));
        for patience in ATTEMPTS {
            answered = self.link.request(subject.clone(), None, payload.clone(), patience).await;
            if !matches!(answered, Err(Unanswered::Unknown(_))) {
                break;
            }
        }
        answer(&answered.map_err(ApiError::Unanswered)?.payload)
    }

    /// Publishes into a stream.
    pub(super) async fn publish(
        &self,
        subject: String,
        headers: Option<HeaderMap>,
        payload: Bytes,
        patience: Duration,
    ) -> Result<Stored, ApiError> {
        let answered = self.link.request(subject, headers, payload, patience).await;
        stored(answered)
    }

    pub(super) async fn stream(&self, name: &str) -> Result<StreamInfo, ApiError> {
        self.call(format!("STREAM.INFO.{name}"), Value::Null).await
    }

    /// The same with the number of messages of each subject that matches, however many pages that takes.
    pub(super) async fn stream_with_subjects(
        &self,
        name: &str,
        filter: &str,
    ) -> Result<BTreeMap<String, u64>, ApiError> {
        let mut all = BTreeMap::new();
        loop {
            let ask = json!({ "subjects_filter": filter, "offset": all.len() });
            let info: StreamInfo = self.call(format!("STREAM.INFO.{name}"), ask).await?;
            let page = info.state.subjects.unwrap_or_default();
            let last = page.len() < 100_000;
            all.extend(page);
            if last {
                return Ok(all);
            }
        }
    }

    /// Makes a stream. A server that has just started may not count yet, so a cluster without enough of them is asked again
    /// for some seconds: a stream keeps the copies that it is made with.
    pub(super) async fn create_stream(&self, config: &StreamConfig) -> Result<StreamInfo, ApiError> {
        let mut pause = Duration::from_millis(100);
        loop {
            let made = self.call(format!("STREAM.CREATE.{}", config.name), json!(config)).await;
            if pause > SETTLING || !matches!(&made, Err(error) if error.is_one_of(&code::NO_PEERS)) {
                return made;
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// Removes the messages of a subject before a sequence number.
    pub(super) async fn purge(&self, stream: &str, subject: &str, before: u64) -> Result<(), ApiError> {
        let ask = json!({ "filter": subject, "seq": before });
        self.call::<Anything>(format!("STREAM.PURGE.{stream}"), ask).await.map(drop)
    }

    pub(super) async fn delete_message(&self, stream: &str, seq: u64) -> Result<(), ApiError> {
        let ask = json!({ "seq": seq, "no_erase": true });
        self.call::<Anything>(format!("STREAM.MSG.DELETE.{stream}"), ask).await.map(drop)
    }

    async fn get(&self, stream: &str, ask: Value) -> Result<Option<StoredMessage>, ApiError> {
        match self.call::<Got>(format!("STREAM.MSG.GET.{stream}"), ask).await {
            Ok(Got { message }) => Ok(Some(StoredMessage {
                subject: message.subject,
                seq: message.seq,
                headers: String::from_utf8_lossy(&STANDARD.decode(message.hdrs).unwrap_or_default())
                    .into_owned(),
                data: STANDARD.decode(message.data).unwrap_or_default(),
                time: message.time,
            })),
            Err(error) if error.is_one_of(&[code::NO_MESSAGE, code::STREAM_NOT_FOUND]) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The last message of a subject.
    pub(super) async fn last(&self, stream: &str, subject: &str) -> Result<Option<StoredMessage>, ApiError> {
        self.get(stream, json!({ "last_by_subj": subject })).await
    }

    /// The message under a sequence number.
    pub(super) async fn at(&self, stream: &str, seq: u64) -> Result<Option<StoredMessage>, ApiError> {
        self.get(stream, json!({ "seq": seq })).await
    }

    /// The first message at a sequence number or later whose subject matches.
    pub(super) async fn next(
        &self,
        stream: &str,
        seq: u64,
        subject: &str,
    ) -> Result<Option<StoredMessage>, ApiError> {
        self.get(stream, json!({ "seq": seq, "next_by_subj": subject })).await
    }

    pub(super) async fn create_consumer(
        &self,
        stream: &str,
        config: &ConsumerConfig,
    ) -> Result<ConsumerInfo, ApiError> {
        let ask = json!({ "stream_name": stream, "config": config });
        let subject = match config.filter_subject.as_str() {
            "" => format!("CONSUMER.CREATE.{stream}.{}", config.name),
            filter => format!("CONSUMER.CREATE.{stream}.{}.{filter}", config.name),
        };
        self.call(subject, ask).await
    }

    pub(super) async fn consumer(&self, stream: &str, name: &str) -> Result<ConsumerInfo, ApiError> {
        self.call(format!("CONSUMER.INFO.{stream}.{name}"), Value::Null).await
    }

    pub(super) async fn delete_stream(&self, name: &str) -> Result<(), ApiError> {
        match self.call::<Anything>(format!("STREAM.DELETE.{name}"), Value::Null).await {
            Err(error) if error.is(code::STREAM_NOT_FOUND) => Ok(()),
            deleted => deleted.map(drop),
        }
    }

    pub(super) async fn delete_consumer(&self, stream: &str, name: &str) -> Result<(), ApiError> {
        match self.call::<Anything>(format!("CONSUMER.DELETE.{stream}.{name}"), Value::Null).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_one_of(&[code::CONSUMER_NOT_FOUND, code::STREAM_NOT_FOUND]) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// All consumers of a stream; none when there is no such stream.
    pub(super) async fn consumers(&self, stream: &str) -> Result<Vec<ConsumerInfo>, ApiError> {
        let mut all: Vec<ConsumerInfo> = Vec::new();
        loop {
            let ask = json!({ "offset": all.len() });
            let page = match self.call::<ConsumerPage>(format!("CONSUMER.LIST.{stream}"), ask).await {
                Err(error) if error.is(code::STREAM_NOT_FOUND) => return Ok(all),
                page => page?,
            };
            let found = page.consumers.unwrap_or_default();
            let last = found.is_empty() || all.len() + found.len() >= page.total;
            all.extend(found);
            if last {
                return Ok(all);
            }
        }
    }
}
