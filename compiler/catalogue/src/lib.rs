//! What can be written in aev: kinds, fields, types, defaults, documentation and targets, as constant data.
//!
//! The checker, completion, the documentation and the runtime's configuration read it here, so nothing about a kind is
//! said twice. Names and defaults are those of Argo Events 1.9.11; one file a kind, all with the same inner order.

mod action;
mod bus;
mod field;
mod kubernetes;
mod nats;
mod object;
mod option;
mod payload;
mod source;
mod target;
mod tls;
mod types;
mod words;

pub use action::{ACTIONS, ACTIONS_LATER, ActionBody, ActionKind, ActionTarget, SuccessTest, action};
pub use bus::{BUSES, BUSES_LATER, BusKind, bus};
pub use field::{Block, Field, Rule, Shape, Values};
pub use kubernetes::{Key, KubernetesKind, is_text_place, kubernetes_kind, plural};
pub use object::{HEADER, SENSOR, SOURCE};
pub use option::{DONE_STATUSES, ON_FAILURE, OPTIONS, SUCCESS_LABELS, SUCCESS_STATUS, TriggerOption, option};
pub use payload::{ByEvent, Payload, github, named_type, type_names};
pub use source::{SOURCES, SOURCES_LATER, SourceKind, source};
pub use target::{Support, Targets};
pub use types::{Literal, Member, Record, Type};
pub use words::{CLAUSES, FUNCTIONS, ITEMS, PLAIN_TYPES, Word};
