//! An action of a kind that the catalogue describes.

use super::{Header, Patch};
use crate::expr::Expr;
use crate::json::Json;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An action of a kind that has no form of its own in a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Call {
    /// Kind in the catalogue: `kafka`, `k8s.patch`, `workflow.stop`.
    pub kind: String,
    /// What stands in the parentheses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, Json>,
    /// The kind's own fields, in the order written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<CallField>,
    /// Headers of what is sent, in the order written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// The object that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// What is changed in that object, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patches: Vec<Patch>,
}

/// A field of an action or a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallField {
    /// As Argo spells it.
    pub name: String,
    /// As Argo has it, secrets as `{name, key}`; values of events may stand in it.
    pub value: Expr,
}

/// The Kubernetes object that an action is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Resource {
    /// It stands in the file.
    Object(Expr),
    /// It comes from outside, at every firing anew.
    From(Location),
}

/// Where a Kubernetes object comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Place in the catalogue: `configmap`, `file`, `git`, `inline`, `s3`, `url`.
    pub kind: String,
    /// What is said of it, in the order written.
    pub fields: Vec<CallField>,
}
