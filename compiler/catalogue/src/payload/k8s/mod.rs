//! Kubernetes' objects.

mod generated;

// For the generated files.
use super::{always, maybe, text};

pub(super) use generated::{BY_PATH, TYPES, UNKNOWN};
