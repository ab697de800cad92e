//! `nats`: one message, under the firing's id as `Nats-Msg-Id`.
//!
//! Core NATS acknowledges nothing. So behind each message goes an empty one to ourselves over the same connection: a server
//! handles what comes over one connection in its order, so when that one is back, it has the message. Where a stream takes
//! the subject, its acknowledgement is waited for instead, since a full stream refuses what the server has.

mod link;

use super::{ActionError, Done, Job, Outcome};
use crate::nats::Server;
use crate::secrets::Secrets;
use aev_plan::finished::FinishedNats;
use link::{Link, Sent};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OnceCell};

/// Connections that are kept. Addresses are constants in a file, so there are seldom more.
const MOST: usize = 256;

type Entry = ([u8; 32], Arc<OnceCell<Arc<Link>>>);

/// Publishes messages, over one connection a server and user.
pub(super) struct Publisher {
    links: Mutex<BTreeMap<Server, Entry>>,
    /// For one message.
    patience: Duration,
}

impl Publisher {
    pub(super) fn new(patience: Duration) -> Publisher {
        Publisher { links: Mutex::default(), patience }
    }

    pub(super) async fn perform(
        &self,
        message: &FinishedNats,
        job: Job<'_>,
        secrets: &dyn Secrets,
    ) -> Outcome {
        let never = |error| Outcome::Failed { retriable: false, error };
        let server = match Server::new(&message.url, message.tls.clone(), message.auth.clone()) {
            Ok(server) => server,
            Err(error) => return never(ActionError::Nats(error)),
        };
        if !is_subject(&message.subject) {
            return never(ActionError::Subject);
        }
        let target = server.shown();
        let link = match self.link(server, secrets).await {
            Ok(link) => link,
            // A secret may be there at the next attempt, and so may the server.
            Err(error) => return Outcome::Failed { retriable: true, error },
        };
        match link.publish(&message.subject, job, message.body_text(), self.patience).await {
            Sent::Done => Outcome::Done(Done::Published),
            Sent::Away(reason) => {
                Outcome::Failed { retriable: true, error: ActionError::Connect { target, reason } }
            }
            Sent::Refused { reason, retriable } => {
                Outcome::Failed { retriable, error: ActionError::Refused { target, reason } }
            }
            Sent::Unknown(reason) => Outcome::Unknown { error: ActionError::Broken { target, reason } },
            Sent::Late => Outcome::Unknown { error: ActionError::Timeout { target, limit: self.patience } },
        }
    }

    /// The connection to a server; a secret with another value gives a new one.
    async fn link(&self, server: Server, secrets: &dyn Secrets) -> Result<Arc<Link>, ActionError> {
        let fingerprint = server.fingerprint(secrets).map_err(ActionError::Nats)?;
        let cell = {
            let mut links = self.links.lock().await;
            if links.len() >= MOST && !links.contains_key(&server) {
                links.clear();
            }
            let entry = links.entry(server.clone()).or_insert_with(|| (fingerprint, Arc::default()));
            if entry.0 != fingerprint {
                *entry = (fingerprint, Arc::default());
            }
            entry.1.clone()
        };
        cell.get_or_try_init(|| Link::connect(&server, secrets)).await.cloned()
    }
}

/// Whether a message can be published under it.
fn is_subject(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word != "*" && word != ">";
    text.split('.').all(word) && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_and_blanks_are_no_subjects_of_messages() {
        assert!(is_subject("orders.dead") && is_subject("a*b"));
        for wrong in ["", "a.", "a..b", "a.*", ">", "a b", "a\r\nPUB x"] {
            assert!(!is_subject(wrong), "{wrong}");
        }
    }
}
