//! Metrics in the form that Prometheus reads. Every series exists before the first event, with the names of the plans as labels
//! and nothing that an event brings.
//!
//! - [`counters`]: what is counted; `page`: the text form; `process`: what the system says of this process
//! - `ours`, `argo`: the page under aev's names, and under those of Argo Events
//! - [`serve`]: where the page is had, with what Kubernetes asks of a process

mod argo;
pub mod counters;
mod ours;
mod page;
mod process;
pub mod serve;

pub use counters::{Counter, SourceCounters, TriggerCounters};
pub use serve::{Names, Scraping};
