//! `filters.data`.

use super::{Decision, Outcome, absent, combine};
use crate::gjson::{self, Value};
use crate::number::{parse_bool, parse_float};
use aev_plan::argo::{DataFilter, Operator};
use aev_plan::re2::Pattern;

/// The data filters of a dependency.
#[derive(Clone, Debug)]
pub(super) struct Data {
    operator: Operator,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    path: String,
    test: Result<Test, String>,
    comparator: String,
}

/// What the value must fit; each alternative may be wrong in itself, which shows when it is its turn.
#[derive(Clone, Debug)]
enum Test {
    Bool(Vec<Result<bool, String>>),
    Number(Vec<Result<f64, String>>),
    Text(Vec<Result<Pattern, String>>),
}

impl Data {
    pub fn prepare(entries: &[DataFilter], operator: Operator) -> Data {
        Data { operator, entries: entries.iter().map(Entry::prepare).collect() }
    }

    pub fn decide(&self, data: &str) -> Outcome {
        // No entries pass, under `or` too.
        if self.entries.is_empty() {
            return Ok(Decision::Passes);
        }
        combine(self.operator, self.entries.iter().map(|entry| Some(entry.decide(data))))
    }
}

impl Entry {
    fn prepare(entry: &DataFilter) -> Entry {
        let test = if entry.value.is_empty() {
            Err(format!("the data filter on `{}` has no `value`", entry.path))
        } else if !entry.template.is_empty() {
            Err("templates in data filters are not executed yet".to_owned())
        } else {
            let values = entry.value.iter();
            match entry.kind.as_str() {
                "bool" => Ok(Test::Bool(
                    values
                        .map(|value| parse_bool(value).ok_or(format!("`{value}` is neither true nor false")))
                        .collect(),
                )),
                "number" => Ok(Test::Number(
                    values
                        .map(|value| parse_float(value).map_err(|_| format!("`{value}` is no number")))
                        .collect(),
                )),
                "string" => Ok(Test::Text(
                    values.map(|value| Pattern::new(value).map_err(|error| error.message)).collect(),
                )),
                kind => Err(format!("a data filter cannot be of type `{kind}`; use bool, number or string")),
            }
        };
        Entry { path: entry.path.clone(), test, comparator: entry.comparator.clone() }
    }

    fn decide(&self, data: &str) -> Outcome {
        let value = gjson::get(data, &self.path);
        if !value.exists() {
            return Err(absent(&self.path));
        }
        let fits = match self.test.as_ref().map_err(Clone::clone)? {
            // The comparator does not matter here.
            Test::Bool(expected) => any(expected, |expected| *expected == value.bool()),
            Test::Number(expected) => {
                let actual = value.float();
                any(expected, |expected| self.compares(actual, *expected))
            }
            Test::Text(patterns) => self.matches(&value, patterns),
        }?;
        Ok(if fits { Decision::Passes } else { Decision::Fails(format!("`{}` does not fit", self.path)) })
    }

    fn compares(&self, actual: f64, expected: f64) -> bool {
        match self.comparator.as_str() {
            ">=" => actual >= expected,
            ">" => actual > expected,
            "<" => actual < expected,
            "<=" => actual <= expected,
            "!=" => actual != expected,
            "=" | "" => actual == expected,
            _ => false,
        }
    }

    fn matches(&self, value: &Value<'_>, patterns: &[Result<Pattern, String>]) -> Result<bool, String> {
        let text = value.string();
        any(patterns, |pattern| match self.comparator.as_str() {
            "=" | "" => pattern.is_match(&text),
            "!=" => !pattern.is_match(&text),
            _ => false,
        })
    }
}

/// One of the alternatives holds; a wrong one before it is an error.
fn any<T>(alternatives: &[Result<T, String>], holds: impl Fn(&T) -> bool) -> Result<bool, String> {
    for alternative in alternatives {
        if holds(alternative.as_ref().map_err(Clone::clone)?) {
            return Ok(true);
        }
    }
    Ok(false)
}
