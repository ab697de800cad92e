//! `upper(s)`: text in upper case.

use super::{Example, Failure, Function, Gives, Stands, Takes, case, one_text, param};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "upper",
    params: &[param("s", Takes::Text)],
    gives: Gives::Text,
    doc: "Text in upper case, letter by letter, whatever the language.",
    example: Example {
        written: "upper(e.body.name)",
        data: r#"{"body":{"name":"größe"}}"#,
        gives: r#""GRÖßE""#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    Ok(one_text(args)?.chars().map(case::upper).collect::<String>().into())
}
