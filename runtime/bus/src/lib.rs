//! Buses: the traits of publishing and consuming, and the embedded driver.
//!
//! - [`event`]: a CloudEvent and its form on the wire, which is Argo Events' own
//! - [`publish`]: the small trait that sources need
//! - [`lane`]: the trait that triggers need: one cursor, whose unit is a commit
//! - [`bus`]: what a driver offers besides: opening lanes, dead letters, its state
//! - [`dead`]: what failed for good, and why
//! - [`error`]: what can go wrong, in words for people
//! - [`embedded`]: the driver that lives in the process and on its disk
//! - [`nats`]: core NATS, and how a NATS server is reached
//! - [`jetstream`]: the driver on JetStream, in the form of Argo Events
//! - `conformance`: the tests that every driver passes (feature `conformance`)

pub mod bus;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod dead;
pub mod embedded;
pub mod error;
pub mod event;
pub mod jetstream;
pub mod lane;
pub mod nats;
pub mod publish;

pub use bus::{Bus, BusStatus, Guarantee, LaneStatus, Span};
pub use dead::{DeadId, DeadLetter};
pub use embedded::{Embedded, Options};
pub use error::{BusError, CommitError};
pub use event::{CloudEvent, Subject};
pub use jetstream::JetStream;
pub use lane::{Commit, Delivery, Kept, Key, Lane, LaneSpec, Position, Reads, Record, Revision, Stored};
pub use nats::{ConnectOptions, Nats};
pub use publish::{Outgoing, Publish, Published};

/// A future in a box: what the methods of the bus traits return, so that drivers can be exchanged at run time.
pub type Pending<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
