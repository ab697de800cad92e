//! The parser generated from `grammar/aev.pest`.

/// The generated parser.
#[derive(pest_derive::Parser)]
#[grammar = "../../grammar/aev.pest"]
pub struct Grammar;
