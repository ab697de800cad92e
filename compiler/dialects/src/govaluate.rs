//! Expressions of the `exprs` filter, as govaluate reads and evaluates them (the version of October 2017).
//!
//! Values are nil, booleans, doubles, text, lists and maps. What people stumble over, and what therefore is the same here:
//! text that looks like a date is a number of seconds, either quote closes a string, `\` takes any sign literally, `-` in
//! a name must be escaped, `==` compares any two values and `<` only two of one kind, `in` needs a list of at least two,
//! and what follows a complete expression behind `)` is ignored.
//!
//! Where govaluate would panic (a `\` at the end, a list sought in a list of lists) this is an error. Dates without a zone
//! count as UTC, whatever the zone of the machine. `**` may differ in the last digit. An expression nests [`MAX_NESTING`] brackets deep.

mod date;
mod evaluate;
mod lex;
mod token;
mod tree;

pub(crate) use date::parse_clock;

use crate::dynamic::Dynamic;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How deep brackets may nest.
pub const MAX_NESTING: usize = 100;

/// An expression, ready to be evaluated.
#[derive(Clone, Debug)]
pub struct Expression {
    tree: tree::Tree,
}

/// Why an expression cannot be read or has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError(String);

impl ExpressionError {
    fn new(message: impl Into<String>) -> ExpressionError {
        ExpressionError(message.into())
    }
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ExpressionError {}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// It is no expression of govaluate, or nests too deeply.
    pub fn parse(source: &str) -> Result<Expression, ExpressionError> {
        let tokens = lex::tokens(source)?;
        Ok(Expression { tree: tree::plan(tokens)? })
    }

    /// The names of its variables.
    pub fn variables(&self) -> BTreeSet<&str> {
        self.tree.variables()
    }

    /// Its value with these variables.
    ///
    /// # Errors
    /// A variable is missing, or an operator meets a value of the wrong type.
    pub fn evaluate(&self, variables: &BTreeMap<String, Dynamic>) -> Result<Dynamic, ExpressionError> {
        evaluate::evaluate(&self.tree, variables)
    }
}
