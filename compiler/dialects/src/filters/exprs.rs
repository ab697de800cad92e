//! `filters.exprs`.

use super::{Decision, Outcome, absent, combine};
use crate::dynamic::Dynamic;
use crate::gjson;
use crate::govaluate::{Expression, ExpressionError};
use aev_plan::argo::{ExprFilter, Operator, PayloadField};
use std::collections::BTreeMap;

/// The expression filters of a dependency.
#[derive(Clone, Debug)]
pub(super) struct Exprs {
    operator: Operator,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    source: String,
    expression: Result<Expression, ExpressionError>,
    fields: Vec<PayloadField>,
}

impl Exprs {
    pub fn prepare(entries: &[ExprFilter], operator: Operator) -> Exprs {
        let entries = entries.iter().map(|entry| Entry {
            source: entry.expr.clone(),
            expression: Expression::parse(&entry.expr),
            fields: entry.fields.clone(),
        });
        Exprs { operator, entries: entries.collect() }
    }

    pub fn decide(&self, data: &str) -> Outcome {
        combine(self.operator, self.entries.iter().map(|entry| entry.decide(data)))
    }
}

impl Entry {
    /// An entry without fields abstains.
    fn decide(&self, data: &str) -> Option<Outcome> {
        if self.fields.is_empty() { None } else { Some(self.evaluate(data)) }
    }

    fn evaluate(&self, data: &str) -> Outcome {
        let mut variables = BTreeMap::new();
        for field in &self.fields {
            let value = gjson::get(data, &field.path);
            if !value.exists() {
                return Err(absent(&field.path));
            }
            variables.insert(field.name.clone(), value.decode());
        }
        let expression = self.expression.as_ref().map_err(ToString::to_string)?;
        let value = expression.evaluate(&variables).map_err(|error| error.to_string())?;
        let holds = value == Dynamic::Bool(true);
        Ok(if holds { Decision::Passes } else { Decision::Fails(format!("`{}` is not true", self.source)) })
    }
}
