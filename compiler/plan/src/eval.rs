//! What aev's expressions mean.
//!
//! An expression is prepared once ([`Predicate::prepare`], [`Value::prepare`]): names become positions, patterns are
//! compiled. Deciding then allocates nothing on the passing path; the [`Reason`] of an event that does not pass is worked
//! out afterwards, by looking a second time.

mod elements;
mod foreign;
mod operand;
mod place;
mod predicate;
mod prepare;
mod range;
mod reason;
mod text;
mod value;

pub use foreign::{Dialects, NoDialects, Read, Reading, Test};
pub use place::Place;
pub use predicate::{Predicate, Truth};
pub use prepare::PrepareError;
pub use reason::{Reason, Sample};
pub use text::{text_of, text_of_json};
pub use value::{Missing, Value};

use crate::event::Event;

/// The events of an expression, by the position of their name. An event that did not take part, under `or`, is none.
pub type Scope<'e> = [Option<&'e Event>];
