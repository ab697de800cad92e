//! The aev language: text to tree to names to types to plan, and the diagnostics on the way.

pub mod diagnostics;
pub mod infer;
pub mod syntax;
