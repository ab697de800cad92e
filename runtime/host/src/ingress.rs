//! From a source to the bus.

use crate::clock::Clock;
use crate::convert;
use crate::metrics::SourceCounters;
use crate::records::entry::EventId;
use crate::records::{Records, said};
use crate::trace::{Origin, Spans, Tracer};
use aev_bus::{Bus, BusError, CloudEvent, Outgoing};
use aev_connect::publish::{Incoming, Publish, PublishError, Publishing};
use aev_connect::trace::{Context, hex};
use aev_engine::source::SourceFilter;
use aev_plan::eval::Reason;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// When a sender should try again that a full or absent bus has turned away.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Puts what comes in onto a bus.
pub(crate) struct Ingress {
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) records: Option<Records>,
    pub(crate) counters: Arc<SourceCounters>,
    pub(crate) tracer: Option<Tracer>,
    pub(crate) origin: Origin,
    /// Which events reach the bus; all of them without one.
    pub(crate) filter: Option<SourceFilter>,
}

impl Ingress {
    /// Whether the source keeps an event from the bus.
    fn keeps(&self, event: &CloudEvent, trace: Option<&Context>) -> bool {
        let Some(filter) = &self.filter else { return false };
        let reason = match convert::stored_event(event) {
            Ok(event) => filter.rejects(&event),
            Err(error) => Some(Reason::Argo(error)),
        };
        let Some(reason) = reason else { return false };
        self.counters.filtered.add(1);
        if let Some(records) = &self.records {
            let trace = trace.map(|context| hex(&context.trace));
            records.source(id(event), trace, self.clock.now(), said::kept(&reason));
        }
        tracing::debug!(place = %event.address(), id = event.id, "an event was kept from the bus");
        true
    }
}

fn id(event: &CloudEvent) -> EventId<'_> {
    EventId::new(&event.source, &event.subject, &event.id)
}

impl Publish for Ingress {
    fn publish(&self, mut event: Incoming) -> Publishing<'_> {
        Box::pin(async move {
            if self.filter.is_some()
                && self.keeps(&convert::cloud_event(event.clone()), event.trace.as_deref())
            {
                return Ok(());
            }
            let spans = self.tracer.as_ref().map(|tracer| (tracer, Spans::begin(tracer, &mut event)));
            let trace = event.trace.as_ref().map(|context| hex(&context.trace));
            let event = convert::cloud_event(event);
            let begun = Instant::now();
            let published = self.bus.publish(Outgoing::new(&event)).await;
            self.counters.took.add(begun.elapsed());
            match &published {
                Ok(published) if published.duplicate => self.counters.duplicates.add(1),
                Ok(_) => self.counters.published.add(1),
                Err(_) => self.counters.turned_away.add(1),
            }
            if let Some((tracer, spans)) = spans {
                spans.end(tracer, &self.origin, &event, &published);
            }
            if let Some(records) = &self.records {
                let taken =
                    published.as_ref().map(|published| published.duplicate).map_err(ToString::to_string);
                records.source(id(&event), trace, self.clock.now(), said::published(&taken));
            }
            match published {
                Ok(published) => {
                    tracing::debug!(place = %event.address(), id = event.id, duplicate = published.duplicate, "an event is on the bus");
                    Ok(())
                }
                Err(BusError::TooLarge { size, limit }) => Err(PublishError::TooLarge { size, limit }),
                Err(error) => {
                    // The refusal of its request is said where requests are answered, and not for every event.
                    tracing::debug!(place = %event.address(), id = event.id, %error, "an event was turned away");
                    Err(PublishError::Unavailable { retry_after: RETRY_AFTER })
                }
            }
        })
    }

    fn refused(&self, status: u16) {
        self.counters.refused(status);
    }
}
