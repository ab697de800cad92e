//! Events that were parsed a short time ago: what several triggers read is parsed once for all of them.

use crate::convert;
use aev_bus::Delivery;
use aev_engine::Event;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of events that are kept for triggers that come to them a little later.
const KEPT: usize = 8 << 20;

/// The last events of a bus, in a bounded number of bytes.
#[derive(Default)]
pub struct Parsed(Mutex<Ring>);

#[derive(Default)]
struct Ring {
    events: HashMap<u64, Arc<Event>>,
    /// Positions and bytes, the oldest first.
    order: VecDeque<(u64, usize)>,
    bytes: usize,
}

impl Parsed {
    /// The event of a delivery; or why it is none.
    pub(crate) fn event(&self, delivery: &Delivery) -> Result<Arc<Event>, String> {
        let position = delivery.position.0;
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).events.get(&position).cloned();
        if let Some(event) = known {
            return Ok(event);
        }
        // Parsed without the lock: that two do it at once is rarer than that one waits for the other.
        let event = Arc::new(convert::event(delivery)?);
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ring.add(position, event.clone(), delivery.wire.len());
        Ok(event)
    }
}

impl Ring {
    fn add(&mut self, position: u64, event: Arc<Event>, bytes: usize) {
        if self.events.insert(position, event).is_some() {
            return;
        }
        self.order.push_back((position, bytes));
        self.bytes += bytes;
        while self.bytes > KEPT {
            let Some((oldest, bytes)) = self.order.pop_front() else { return };
            self.events.remove(&oldest);
            self.bytes -= bytes;
        }
    }
}
