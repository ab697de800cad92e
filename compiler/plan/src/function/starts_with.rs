//! `starts-with(s, p)`: whether a text begins with another.

use super::{Example, Failure, Function, Gives, Stands, Takes, param, two_texts};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "starts-with",
    params: &[param("s", Takes::Text), param("p", Takes::Text)],
    gives: Gives::Bool,
    doc: "Whether a text begins with another.",
    example: Example {
        written: "starts-with(e.body.ref, \"refs/tags/\")",
        data: r#"{"body":{"ref":"refs/tags/v1"}}"#,
        gives: "true",
    },
    argo: Stands::FILTER,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    let (text, part) = two_texts(args)?;
    Ok(text.starts_with(part).into())
}
