//! The state machine of a trigger: events in, decisions out.
//!
//! All that is known about one trigger is its [`Record`]; [`step()`] takes it from one state to the next and says what is
//! to be done about it. It is a pure function: time is an input, jitter a hash, and carrying out is the caller's. So
//! tests, trials and production run the same code.
//!
//! - [`trigger`]: a trigger of a plan, prepared; its [`filter`]s with their [`script`]s, its [`condition`] and its [`action`]s
//! - [`source`]: which events of a source reach the bus
//! - [`record`]: what is known; [`firing`]: one firing and its id
//! - [`input`] and [`effect`]: what goes into a step and what comes out; [`note`]: what it says it has decided
//! - [`step()`]: the state machine; [`backoff`]: when it tries again
//! - [`trial`]: deciding events without bus, network or clock

pub mod action;
pub mod backoff;
pub mod condition;
pub mod effect;
pub mod filter;
pub mod firing;
pub mod input;
pub mod note;
pub mod record;
pub mod script;
pub mod source;
mod step;
pub mod trial;
pub mod trigger;

pub use aev_plan::event::Event;
pub use aev_plan::time::Timestamp;
pub use effect::Effect;
pub use firing::{FiringId, Place};
pub use input::{Arrival, Input, Outcome, Part, Position, Redriven};
pub use note::{Decision, Note};
pub use record::Record;
pub use script::{NoScripts, Scripted, Scripts};
pub use step::step;
pub use trigger::Trigger;
