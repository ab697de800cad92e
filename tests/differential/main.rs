//! Two roads lead from a file to a decision, and share no evaluator: the plan of the compiler is executed as it is, or it
//! becomes manifests, which are lifted and decided by Argo's own filters, parameters and templates. They must agree on
//! every event.
//!
//! `AEV_DIFFERENTIAL_PIPELINES` sets how many pipelines are tried, `AEV_DIFFERENTIAL_SEED` where they begin; a failure names
//! the seed that brings its pipeline back alone. `AEV_DIFFERENTIAL_EXPORT` writes the decisions to a file.
//! Argo Events itself is asked about `AEV_DIFFERENTIAL_ASKED` of them.

#![cfg(test)]
#![expect(clippy::string_slice, reason = "the texts are cut at signs that were found in them")]

mod action;
mod agree;
mod at_source;
mod bugs;
mod condition;
mod export;
mod forms;
mod known;
mod oracle;
mod path;
mod pipeline;
mod random;
mod roads;
mod source;
mod table;
mod tree;
mod trigger;
