//! Kubernetes' objects, and those of Argo Workflows.

mod generated;

// For the generated files.
use super::{always, maybe, text};

pub(super) use generated::{ARGO_TYPES, ARGO_UNKNOWN, BY_PATH, TYPES, UNKNOWN};
