//! `len(l)`: how many elements a list has.

use super::{Example, Failure, Function, Gives, Stands, Takes, one, param};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "len",
    params: &[param("l", Takes::List)],
    gives: Gives::Int,
    doc: "How many elements a list has.",
    example: Example {
        written: "len(e.body.commits)",
        data: r#"{"body":{"commits":["a","b"]}}"#,
        gives: "2",
    },
    argo: Stands::EVERYWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    match one(args)? {
        Json::List(items) => Ok(i64::try_from(items.len()).unwrap_or(i64::MAX).into()),
        _ => Err(Failure("only a list has a length")),
    }
}
