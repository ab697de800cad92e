//! `loose-bool(x)`: a value as the boolean filter of Argo Events reads it.

use super::{Example, Failure, Function, Gives, Stands, Takes, one, param};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "loose-bool",
    params: &[param("x", Takes::Any)],
    gives: Gives::Bool,
    doc: "A value as the boolean filter of Argo Events reads it: numbers but 0 are true, and of text `1`, `t` and `true`.",
    example: Example {
        written: "loose-bool(e.body.draft)",
        data: r#"{"body":{"draft":"True"}}"#,
        gives: "true",
    },
    argo: Stands::NOWHERE,
    only_in_where: true,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    Ok(Json::Bool(match one(args)? {
        Json::Bool(value) => *value,
        Json::Number(number) => number.as_f64() != 0.0,
        Json::String(text) => ["1", "t", "true"].iter().any(|word| text.eq_ignore_ascii_case(word)),
        _ => false,
    }))
}
