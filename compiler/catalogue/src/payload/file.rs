//! Events of `file`, `sftp` and `hdfs`.

use super::Payload;
use crate::types::{Member, Type};

pub(crate) const PAYLOAD: Payload = Payload::of(&[
    Member::new("name", Type::String, "The name of the file."),
    Member::new(
        "op",
        Type::Int,
        "What happened, as a sum: 1 made, 2 written, 4 removed, 8 renamed, 16 another mode.",
    ),
    Member::new(
        "metadata",
        Type::Union(&[Type::Map(&Type::String), Type::Null]),
        "What the source's `metadata` says, or null.",
    ),
]);
