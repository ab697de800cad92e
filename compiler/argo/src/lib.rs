//! Argo Events' resources, and both directions between them and a plan.
//!
//! - [`emit`](emit()): a plan becomes [`Manifests`], or a list of [`Refusal`]s
//! - [`lift`](lift()): manifests become a plan whose filters and actions stay in Argo's own form
//! - [`validate`](validate()): the rules of Argo Events' admission webhook
//! - [`node`] and [`yaml`]: values with their origins, written and read as YAML

pub mod lift;
pub mod manifests;
pub mod node;
pub mod refusal;
pub mod validate;
pub mod yaml;

mod emit;
mod forms;
mod gjson;

pub use emit::{emit, is_decided_by_jq};
pub use lift::lift;
pub use manifests::{Manifests, Object};
pub use refusal::Refusal;
pub use validate::validate;
