//! `lower(s)`: text in lower case.

use super::{Example, Failure, Function, Gives, Stands, Takes, case, one_text, param};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "lower",
    params: &[param("s", Takes::Text)],
    gives: Gives::Text,
    doc: "Text in lower case, letter by letter, whatever the language.",
    example: Example {
        written: "lower(e.body.name)",
        data: r#"{"body":{"name":"Ärger"}}"#,
        gives: r#""ärger""#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    Ok(one_text(args)?.chars().map(case::lower).collect::<String>().into())
}
