//! `trim(s)`: text without blanks at its ends.

use super::{Example, Failure, Function, Gives, Stands, Takes, one_text, param};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "trim",
    params: &[param("s", Takes::Text)],
    gives: Gives::Text,
    doc: "Text without the blanks at its ends; tabs, line ends and the blanks of Unicode are blanks too.",
    example: Example {
        written: "trim(e.body.name)",
        data: r#"{"body":{"name":" a b\n"}}"#,
        gives: r#""a b""#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    Ok(one_text(args)?.trim().into())
}
