//! `ends-with(s, p)`: whether a text ends with another.

use super::{Example, Failure, Function, Gives, Stands, Takes, param, two_texts};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "ends-with",
    params: &[param("s", Takes::Text), param("p", Takes::Text)],
    gives: Gives::Bool,
    doc: "Whether a text ends with another.",
    example: Example {
        written: "ends-with(e.body.key, \".csv\")",
        data: r#"{"body":{"key":"a.csv"}}"#,
        gives: "true",
    },
    argo: Stands::FILTER,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    let (text, part) = two_texts(args)?;
    Ok(text.ends_with(part).into())
}
