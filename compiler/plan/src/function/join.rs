//! `join(l, sep)`: the texts of a list in one.

use super::{Example, Failure, Function, Gives, Stands, Takes, param, text_of};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "join",
    params: &[param("l", Takes::List), param("sep", Takes::Text)],
    gives: Gives::Text,
    doc: "The texts of a list in one, with a separator between them.",
    example: Example {
        written: "join(e.body.labels, \",\")",
        data: r#"{"body":{"labels":["ci","bug"]}}"#,
        gives: r#""ci,bug""#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    let [Json::List(items), separator] = args else { return Err(Failure("only a list can be joined")) };
    let texts = items.iter().map(text_of).collect::<Result<Vec<_>, _>>()?;
    Ok(texts.join(text_of(separator)?).into())
}
