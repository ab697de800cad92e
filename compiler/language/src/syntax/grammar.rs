//! The parser generated from `grammar/aev.pest`.
#![expect(missing_docs, reason = "generated; the grammar says what each rule is")]

/// The generated parser.
#[derive(pest_derive::Parser)]
#[grammar = "../../grammar/aev.pest"]
pub struct Grammar;
