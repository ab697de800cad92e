//! Publishing: all that a source needs of a bus.

use crate::Pending;
use crate::error::BusError;
use crate::event::CloudEvent;
use bytes::Bytes;

/// Takes events.
pub trait Publish: Send + Sync {
    /// Puts an event on the bus. Once this returns `Ok` the bus has it as safely as it keeps anything; an embedded bus
    /// has synced its disk by then.
    ///
    /// An event with the source, subject and id of one that the bus has taken a short time ago is that event: it is not
    /// taken again, and the answer says so.
    ///
    /// # Errors
    /// [`BusError::TooLarge`] and [`BusError::Invalid`] concern this event; the others the bus, and pass. The event was not
    /// taken, or, after [`BusError::Away`], it is not known.
    fn publish(&self, event: Outgoing) -> Pending<'_, Result<Published, BusError>>;

    /// The most bytes that one event may have on the wire.
    fn max_event_bytes(&self) -> usize;
}

/// An event that is to be published, already in its form on the wire so that its size is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub(crate) subject: crate::Subject,
    pub(crate) id: String,
    pub(crate) wire: Bytes,
}

impl Outgoing {
    /// Encodes an event.
    pub fn new(event: &CloudEvent) -> Outgoing {
        Outgoing { subject: event.address(), id: event.id.clone(), wire: event.encode().into() }
    }

    /// Its size on the wire, in bytes.
    pub fn size(&self) -> usize {
        self.wire.len()
    }

    /// What every driver checks before it takes an event.
    pub(crate) fn check(&self, limit: usize) -> Result<(), BusError> {
        if self.wire.len() > limit {
            return Err(BusError::TooLarge { size: self.wire.len(), limit });
        }
        for (attribute, value) in
            [("id", &self.id), ("source", &self.subject.source), ("subject", &self.subject.event)]
        {
            if value.is_empty() || value.contains('\0') {
                return Err(BusError::Invalid { attribute });
            }
        }
        Ok(())
    }
}

/// The bus has the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// It had it already.
    pub duplicate: bool,
}
