//! What one object says of itself and of its pods.

use crate::json::Json;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is particular to the object of a source or a sensor. It says nothing of events, and only a cluster makes use of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workload {
    /// Its namespace, if it is not the pipeline's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its labels beside those of the pipeline; of two with one key this one counts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Its annotations, likewise.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// How many pods; Argo Events makes one unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i64>,
    /// What Argo Events puts into the template of the pods: an object in its spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<Json>,
}

/// Which Service stands before the ports of a source. Only a cluster makes use of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Service {
    /// One with the ports of its HTTP events, if there are any.
    #[default]
    OfPorts,
    /// None.
    Without,
    /// One with the ports of its HTTP events, which is like this: an object in Argo's spelling.
    Like(Json),
}

impl Service {
    /// Nothing is said of it.
    pub fn is_of_ports(&self) -> bool {
        *self == Service::OfPorts
    }
}

impl Workload {
    /// One that says nothing.
    pub const PLAIN: &Workload = &Workload {
        namespace: None,
        labels: BTreeMap::new(),
        annotations: BTreeMap::new(),
        replicas: None,
        pod: None,
    };

    /// It says nothing.
    pub fn is_plain(&self) -> bool {
        self == Workload::PLAIN
    }
}
