//! What can be written in aev: kinds, fields, types, defaults, documentation and targets, as constant data.
//!
//! The checker, completion, the documentation and the runtime's configuration read it here, so nothing about a kind is
//! said twice. Names and defaults are those of Argo Events 1.9.11; one file a kind, all with the same inner order.

mod action;
mod basic;
mod bus;
mod field;
mod kafka;
mod kubernetes;
mod meant;
mod nats;
mod object;
mod option;
mod payload;
mod pod;
mod pulsar;
mod resource;
mod s3;
mod source;
mod target;
mod tls;
mod types;
mod verify;
mod words;

pub use action::{ACTIONS, ActionBody, ActionKind, ActionTarget, SuccessTest, action, action_of_argo};
pub use bus::{BUSES, BusKind, bus};
pub use field::{Block, Field, Names, Rule, Shape, Values};
pub use kubernetes::{Key, KubernetesKind, is_text_place, kubernetes_kind, plural};
pub use meant::{MEANT, meant};
pub use object::{HEADER, SENSOR, SOURCE};
pub use option::{DONE_STATUSES, ON_FAILURE, OPTIONS, SUCCESS_LABELS, SUCCESS_STATUS, TriggerOption, option};
pub use payload::{
    ByEvent, ByFields, EventHeader, EventType, JsonField, Payload, github, named_type, type_names,
    unknown_places,
};
pub use resource::{LOCATIONS, Location, location};
pub use source::{SOURCES, SourceKind, source};
pub use target::{Support, Targets};
pub use types::{Literal, Member, Record, Type};
pub use verify::{HMAC, VERIFY};
pub use words::{CLAUSES, ITEMS, PLAIN_TYPES, Word};
