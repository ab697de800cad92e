//! `replace(s, a, b)`: text with each `a` replaced by `b`.

use super::{Example, Failure, Function, Gives, Stands, Takes, param, text_of};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "replace",
    params: &[param("s", Takes::Text), param("a", Takes::Text), param("b", Takes::Text)],
    gives: Gives::Text,
    doc: "Text in which `b` stands for every `a`; an empty `a` is before every character and at the end.",
    example: Example {
        written: "replace(e.body.ref, \"/\", \"-\")",
        data: r#"{"body":{"ref":"a/b/c"}}"#,
        gives: r#""a-b-c""#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    let [text, from, to] = args else { return Err(Failure("it takes three values")) };
    Ok(text_of(text)?.replace(text_of(from)?, text_of(to)?).into())
}
