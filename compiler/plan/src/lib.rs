//! The plan: the one data structure that everything meets in.
//!
//! The compiler lowers `.aev` files to a [`Plan`] and lifts Argo Events resources to one; the runtime executes it, and
//! the emitters turn it into manifests, graphs and JSON. Names are resolved and expressions typed before a plan exists,
//! so whoever holds one asks no more questions about its meaning.
//!
//! - [`model`]: buses, sources, streams, triggers, actions
//! - [`expr`]: aev's expressions, and [`eval`]: what they mean
//! - [`function`]: the functions that expressions call, one file each
//! - [`argo`]: filters and parameters that stay in Argo's own form, and [`patch`]: the places that parameters name
//! - [`finished`]: an action with every event value filled in
//! - [`event`]: the event that expressions read, [`header`]: how its headers are spelt, and [`time`]: when it happened
//! - [`document`]: JSON text that is read where it stands, and [`json`]: JSON as a value; both keep every digit
//! - [`re2`]: regular expressions with Go's meaning
//! - [`duration`]: spans of time in Go's form
//! - [`origin`]: where a part of a plan was written
//! - [`graph`]: a plan as a drawing, and [`wire`]: its versioned JSON form

pub mod argo;
pub mod arithmetic;
pub mod cron;
pub mod document;
pub mod duration;
pub mod eval;
pub mod event;
pub mod expr;
pub mod finished;
pub mod function;
pub mod graph;
pub mod header;
pub mod json;
pub mod model;
pub mod origin;
pub mod patch;
pub mod re2;
pub mod time;
pub mod wire;

pub use model::Plan;
