//! From a source to the bus.

use crate::convert;
use aev_bus::{Bus, BusError, Outgoing};
use aev_connect::publish::{Incoming, Publish, PublishError, Publishing};
use std::sync::Arc;
use std::time::Duration;

/// When a sender should try again that a full or absent bus has turned away.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Puts what comes in onto a bus.
pub(crate) struct Ingress(pub(crate) Arc<dyn Bus>);

impl Publish for Ingress {
    fn publish(&self, event: Incoming) -> Publishing<'_> {
        Box::pin(async move {
            let event = convert::cloud_event(event);
            let place = event.address();
            match self.0.publish(Outgoing::new(&event)).await {
                Ok(published) => {
                    tracing::debug!(%place, id = event.id, duplicate = published.duplicate, "an event is on the bus");
                    Ok(())
                }
                Err(BusError::TooLarge { size, limit }) => Err(PublishError::TooLarge { size, limit }),
                Err(error) => {
                    tracing::warn!(%place, id = event.id, %error, "an event was turned away");
                    Err(PublishError::Unavailable { retry_after: RETRY_AFTER })
                }
            }
        })
    }
}
