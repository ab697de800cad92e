//! Making room in a stream that refuses new messages when it is full: what every consumer has acknowledged goes, oldest first.
//! Argo's consumers count like ours. Nothing that somebody still has to read is touched.

use super::api::ConsumerInfo;
use super::inner::Inner;
use super::name::STREAM;
use crate::error::BusError;
use std::time::Duration;
use tokio::time::Instant;

/// What making room needs to know of the last time.
#[derive(Default)]
pub(super) struct Room {
    /// When it was made last, and whether there was something to let go of.
    last: tokio::sync::Mutex<Option<(Instant, bool)>>,
}

/// So often it is looked for room at most.
const PAUSE: Duration = Duration::from_millis(250);

/// The sequence number before which a consumer needs nothing: of the stream's messages as it was at `last`.
fn needs_from(consumer: &ConsumerInfo, last: u64) -> u64 {
    match (consumer.num_ack_pending, consumer.num_pending) {
        (0, 0) => last + 1,
        (0, _) => consumer.delivered.stream_seq + 1,
        _ => consumer.ack_floor.stream_seq + 1,
    }
}

/// A filter takes a subject.
fn takes(filter: &str, subject: &str) -> bool {
    let mut parts = subject.split('.');
    for part in filter.split('.') {
        match part {
            ">" => return parts.next().is_some(),
            "*" if parts.next().is_some() => {}
            part if parts.next() == Some(part) => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}

impl Inner {
    /// Makes room in the stream of events. Gives whether anything went.
    pub(super) async fn make_room(&self) -> Result<bool, BusError> {
        let began = Instant::now();
        let mut last = self.room.last.lock().await;
        // Whoever waited for the lock has what was done meanwhile; and where nothing could go, it is not looked again at once.
        if let Some((when, made)) = *last
            && (when > began || !made && when.elapsed() < PAUSE)
        {
            return Ok(made);
        }
        let made = self.let_go().await;
        *last = Some((Instant::now(), matches!(made, Ok(true))));
        made
    }

    async fn let_go(&self) -> Result<bool, BusError> {
        // The state of the stream comes first: what is published later is newer than `last_seq` and stays.
        let info = self.api.stream(STREAM).await?;
        if info.config.retention != "limits" || info.config.discard != "new" || info.state.messages == 0 {
            return Ok(false);
        }
        let (first, last) = (info.state.first_seq, info.state.last_seq);
        let consumers = self.api.consumers(STREAM).await?;
        let subjects = self.api.stream_with_subjects(STREAM, ">").await?;
        // Each subject with the place up to which everybody is done with it.
        let done = subjects.keys().map(|subject| {
            let readers = consumers.iter().filter(|consumer| {
                let config = &consumer.config;
                let all = config.filter_subject.is_empty() && config.filter_subjects.is_empty();
                all || config
                    .filter_subjects
                    .iter()
                    .chain([&config.filter_subject])
                    .any(|f| takes(f, subject))
            });
            (subject, readers.map(|reader| needs_from(reader, last)).min().unwrap_or(last + 1))
        });
        let done: Vec<_> = done.collect();
        // A quarter, so that as much as possible can still be sent again; all of it when that has nothing to let go.
        for upto in [first + (last - first) / 4 + 1, last + 1] {
            for (subject, done) in &done {
                if *done > first {
                    self.api.purge(STREAM, subject, (*done).min(upto)).await?;
                }
            }
            let now = self.api.stream(STREAM).await?.state;
            if now.messages < info.state.messages {
                tracing::debug!(
                    messages = info.state.messages - now.messages,
                    "made room in the stream of the bus"
                );
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::takes;

    #[test]
    fn filters_take_subjects() {
        for (filter, subject, wanted) in [
            ("default.a.b", "default.a.b", true),
            ("default.a.*", "default.a.b", true),
            ("default.>", "default.a.b", true),
            (">", "default.a.b", true),
            ("default.a", "default.a.b", false),
            ("default.a.b.c", "default.a.b", false),
            ("default.x.*", "default.a.b", false),
        ] {
            assert_eq!(takes(filter, subject), wanted, "{filter} {subject}");
        }
    }
}
