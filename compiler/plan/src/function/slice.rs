//! `slice(s, from, to)`: the characters of a text between two positions.

use super::{Example, Failure, Function, Gives, Stands, Takes, param, text_of};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "slice",
    params: &[param("s", Takes::Text), param("from", Takes::Position), param("to", Takes::Position)],
    gives: Gives::Text,
    doc: "The characters of a text from one position, counted from 0, to before another; what is past the end is left out.",
    example: Example {
        written: "slice(e.body.sha, 0, 7)",
        data: r#"{"body":{"sha":"6dcb09b5b57875f3"}}"#,
        gives: r#""6dcb09b""#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    let [text, from, to] = args else { return Err(Failure("it takes three values")) };
    let (from, to) = (position(from)?, position(to)?);
    Ok(text_of(text)?.chars().take(to).skip(from).collect::<String>().into())
}

fn position(value: &Json) -> Result<usize, Failure> {
    let position = match value {
        Json::Number(number) => number.as_i64().and_then(|position| usize::try_from(position).ok()),
        _ => None,
    };
    position.ok_or(Failure("a position is a whole number, nought or more"))
}
