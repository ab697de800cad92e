//! `number(s)`: the number that a text is.

use super::{Example, Failure, Function, Gives, Stands, Takes, one, param};
use crate::json::{Json, Number};

pub(super) static FUNCTION: Function = Function {
    name: "number",
    params: &[param("s", Takes::TextOrNumber)],
    gives: Gives::Number,
    doc: "The number that a text is in JSON, with all its digits; a number stays as it is.",
    example: Example { written: "number(e.body.total)", data: r#"{"body":{"total":"1.50"}}"#, gives: "1.50" },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    let not_one = Failure("it is no number as JSON writes one");
    match one(args)? {
        number @ Json::Number(_) => Ok(number.clone()),
        Json::String(text) => Number::parse(text).map(Json::Number).ok_or(not_one),
        _ => Err(not_one),
    }
}
