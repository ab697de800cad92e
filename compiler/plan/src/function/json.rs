//! `json(x)`: a value as JSON text.

use super::{Example, Failure, Function, Gives, Stands, Takes, one, param};
use crate::json::Json;

pub(super) static FUNCTION: Function = Function {
    name: "json",
    params: &[param("x", Takes::Any)],
    gives: Gives::Text,
    doc: "A value as JSON text without blanks, the members of objects sorted by name.",
    example: Example {
        written: "json(e.body)",
        data: r#"{"body":{"b": [1, 2.50], "a": null}}"#,
        gives: r#""{\"a\":null,\"b\":[1,2.50]}""#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    Ok(sorted(one(args)?).to_string().into())
}

fn sorted(value: &Json) -> Json {
    match value {
        Json::List(items) => items.iter().map(sorted).collect(),
        Json::Object(members) => {
            let mut members: Vec<(String, Json)> =
                members.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            Json::Object(members)
        }
        other => other.clone(),
    }
}
