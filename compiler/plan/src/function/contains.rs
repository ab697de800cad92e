//! `contains(s, p)`: whether a text has another in it.

use super::{Example, Failure, Function, Gives, Stands, Takes, param, two_texts};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "contains",
    params: &[param("s", Takes::Text), param("p", Takes::Text)],
    gives: Gives::Bool,
    doc: "Whether a text has another in it.",
    example: Example {
        written: "contains(e.body.title, \"[skip ci]\")",
        data: r#"{"body":{"title":"typo [skip ci]"}}"#,
        gives: "true",
    },
    argo: Stands::FILTER,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    let (text, part) = two_texts(args)?;
    Ok(text.contains(part).into())
}
