//! The aev language: text to tree to names to types to plan, and the diagnostics on the way.

mod allow;
mod check;
pub mod compile;
mod constants;
pub mod decode;
pub mod diagnostics;
pub mod files;
pub mod fix;
pub mod format;
pub mod infer;
mod names;
mod order;
mod report;
pub mod syntax;
pub mod target;
mod types;
