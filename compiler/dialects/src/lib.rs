//! The little languages of Argo Events in pure Rust: gjson, sjson, govaluate, and the filters and parameters made of them.

pub mod dynamic;
pub mod filters;
pub mod gjson;
pub mod govaluate;
pub mod number;
pub mod parameters;
pub mod sjson;
pub mod template;
mod text;
