//! `embedded`: in the process of the runtime, on disk.

use super::BusKind;
use crate::field::Block;
use crate::target::Targets;

pub(super) static KIND: BusKind = BusKind {
    name: "embedded",
    block: &BLOCK,
    durable: true,
    argo_warning: None,
    targets: Targets::RUNTIME_ONLY,
    doc: "A bus in the process of the aev runtime, kept on disk, for one replica.",
};

static BLOCK: Block = Block { fields: &[], rules: &[] };
