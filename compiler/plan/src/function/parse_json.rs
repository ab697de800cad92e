//! `parse-json(s)`: the value that JSON text stands for.

use super::{Example, Failure, Function, Gives, Stands, Takes, one_text, param};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "parse-json",
    params: &[param("s", Takes::Text)],
    gives: Gives::Any,
    doc: "The value that JSON text stands for; numbers keep their digits.",
    example: Example {
        written: "parse-json(e.body.message)",
        data: r#"{"body":{"message":"{\"n\": 1.0}"}}"#,
        gives: r#"{"n":1.0}"#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    Json::parse(one_text(args)?).map_err(|_| Failure("the text is no JSON"))
}
