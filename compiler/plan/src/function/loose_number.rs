//! `loose-number(x)`: a value as the number filter of Argo Events reads it.

use super::{Example, Failure, Function, Gives, Stands, Takes, one, param};
use crate::json::{Json, Number};

pub(super) static FUNCTION: Function = Function {
    name: "loose-number",
    params: &[param("x", Takes::Any)],
    gives: Gives::Number,
    doc: "A value as the number filter of Argo Events reads it: `true` is 1, and what is no number is 0.",
    example: Example { written: "loose-number(e.body.n)", data: r#"{"body":{"n":"20"}}"#, gives: "20" },
    argo: Stands::NOWHERE,
    only_in_where: true,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    Ok(match one(args)? {
        number @ Json::Number(_) => number.clone(),
        Json::Bool(true) => 1.into(),
        Json::String(text) => match Number::parse(text) {
            Some(number) => Json::Number(number),
            None => other(text)?,
        },
        _ => 0.into(),
    })
}

/// A number as Go writes one and JSON does not, such as `.5`; 0 when it is none.
fn other(text: &str) -> Result<Json, Failure> {
    let number = text.parse::<f64>().unwrap_or_default();
    Number::parse(&number.to_string()).map(Json::Number).ok_or(Failure("it is no number that JSON can write"))
}
