//! `base64(s)`: base64 of text.

use super::{Example, Failure, Function, Gives, Stands, Takes, one_text, param};
use crate::json::Json;
use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;

pub(super) static FUNCTION: Function = Function {
    name: "base64",
    params: &[param("s", Takes::Text)],
    gives: Gives::Text,
    doc: "Base64 of the bytes of a text, with `+`, `/` and padding.",
    example: Example {
        written: "base64(e.body.name)",
        data: r#"{"body":{"name":"ä?"}}"#,
        gives: r#""w6Q/""#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    Ok(STANDARD.encode(one_text(args)?).into())
}
