//! Dead letters: a stream of their own, one subject a lane. The id of a letter is its sequence number.

use super::api::{ApiError, StreamConfig, StreamInfo, code};
use super::inner::Inner;
use super::name::{self, DEAD};
use crate::dead::{DeadId, DeadLetter};
use crate::error::BusError;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A letter as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredDead {
    lane: String,
    letter: DeadLetter,
}

fn subject(lane: &str) -> String {
    format!("{DEAD}.{}", name::token(lane))
}

impl Inner {
    /// The stream of dead letters, made if it is missing.
    pub(super) async fn dead_stream(&self) -> Result<StreamInfo, ApiError> {
        match self.api.stream(DEAD).await {
            Err(error) if error.is(code::STREAM_NOT_FOUND) => {}
            found => return found,
        }
        let replicas = self.stream().await?.config.num_replicas;
        let config = StreamConfig {
            name: DEAD.to_owned(),
            subjects: vec![format!("{DEAD}.>")],
            retention: "limits".to_owned(),
            storage: "file".to_owned(),
            discard: "new".to_owned(),
            max_msgs: -1,
            max_bytes: -1,
            num_replicas: replicas,
            duplicate_window: 300_000_000_000,
            ..StreamConfig::default()
        };
        match self.api.create_stream(&config).await {
            Err(error) if error.is(code::STREAM_NAME_IN_USE) => self.api.stream(DEAD).await,
            made => made,
        }
    }

    /// Stores a letter. The same letter, sent again, is stored once.
    pub(super) async fn bury(&self, lane: &str, letter: &DeadLetter) -> Result<(), BusError> {
        let stored = StoredDead { lane: lane.to_owned(), letter: letter.clone() };
        let bytes = serde_json::to_vec(&stored).unwrap_or_default();
        let mut id = String::new();
        for byte in Sha256::digest(&bytes).iter().take(16) {
            // Writing to a text does not fail.
            let _ = write!(id, "{byte:02x}");
        }
        self.store(DEAD, &subject(lane), &id, &bytes.into()).await.map(drop)
    }

    pub(super) async fn dead_letters(
        &self,
        lane: Option<&str>,
        after: Option<DeadId>,
        max: usize,
    ) -> Result<Vec<(DeadId, DeadLetter)>, ApiError> {
        let filter = lane.map_or_else(|| format!("{DEAD}.>"), subject);
        let mut next = after.map_or(1, |id| id.0.saturating_add(1));
        let mut letters = Vec::new();
        while letters.len() < max {
            let Some(message) = self.api.next(DEAD, next, &filter).await? else { break };
            next = message.seq + 1;
            if let Ok(stored) = serde_json::from_slice::<StoredDead>(&message.data) {
                letters.push((DeadId(message.seq), stored.letter));
            }
        }
        Ok(letters)
    }

    pub(super) async fn drop_dead(&self, ids: &[DeadId]) -> Result<(), ApiError> {
        for id in ids {
            // One that is gone already, or never was, is no error.
            if let Err(error @ ApiError::Unanswered(_)) = self.api.delete_message(DEAD, id.0).await {
                return Err(error);
            }
        }
        Ok(())
    }

    /// How many letters each lane has.
    pub(super) async fn dead_counts(&self) -> Result<BTreeMap<String, u64>, ApiError> {
        match self.api.stream_with_subjects(DEAD, &format!("{DEAD}.>")).await {
            Err(error) if error.is(code::STREAM_NOT_FOUND) => Ok(BTreeMap::new()),
            Err(error) => Err(error),
            Ok(subjects) => {
                let lane =
                    |subject: String| subject.rsplit('.').next().map(name::of_token).unwrap_or_default();
                Ok(subjects.into_iter().map(|(subject, count)| (lane(subject), count)).collect())
            }
        }
    }
}
