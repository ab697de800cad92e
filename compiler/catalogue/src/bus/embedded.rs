//! `embedded`: in the process of the runtime, on disk.

use super::BusKind;
use crate::field::{Block, Field, Shape};
use crate::target::Targets;

pub(super) static KIND: BusKind = BusKind {
    name: "embedded",
    block: &BLOCK,
    durable: true,
    argo_warning: None,
    targets: Targets::RUNTIME_ONLY,
    doc: "A bus in the process of the aev runtime, kept on disk, for one replica.",
};

static BLOCK: Block = Block {
    fields: &[Field::new(
        "path",
        Shape::Text,
        "The directory that events are kept in, relative to the file; without it `.aev/bus` where the command runs.",
    )],
    rules: &[],
};
