//! How often an action is done, when it counts as done, and what happens when it does not.

use crate::duration::GoDuration;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How sure an action is to happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// The event is acknowledged once the action is done or has failed for good.
    #[default]
    AtLeastOnce,
    /// The event is acknowledged before the action starts.
    AtMostOnce,
}

/// How often a failed action is tried, and when. Before attempt `k + 1` passes `duration · factor^(k-1) · (1 + u)` with
/// `u` from 0 to `jitter`. What the file does not say is absent here, and has Argo's default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Attempts in all; 5 when nothing or nought is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u32>,
    /// Before the second attempt; 1 s when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<GoDuration>,
    /// By which each pause is longer than the last; 1 when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// Share of the pause that may be added to it; 1 when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter: Option<f64>,
}

/// When an action counts as done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Success {
    /// The HTTP status is one of these.
    Status(Vec<u16>),
    /// Whatever the HTTP status is.
    AnyStatus,
    /// The object has all of these labels.
    Labels(LabelPolicy),
}

/// When a created object counts as done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelPolicy {
    /// All must be there.
    pub labels: BTreeMap<String, String>,
    /// How often it is looked, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backoff: Option<Retry>,
    /// Not to see them in that time is a failure.
    #[serde(default)]
    pub error_on_backoff_timeout: bool,
}
