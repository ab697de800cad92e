//! `split(s, sep)`: the parts of a text between separators.

use super::{Example, Failure, Function, Gives, Stands, Takes, param, two_texts};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "split",
    params: &[param("s", Takes::Text), param("sep", Takes::Text)],
    gives: Gives::Texts,
    doc: "The parts of a text between separators; with an empty separator its characters.",
    example: Example {
        written: "split(e.body.path, \"/\")",
        data: r#"{"body":{"path":"a/b"}}"#,
        gives: r#"["a","b"]"#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    let (text, separator) = two_texts(args)?;
    if separator.is_empty() {
        return Ok(text.chars().map(|c| Json::String(c.into())).collect());
    }
    Ok(text.split(separator).map(Json::from).collect())
}
