//! `parse-base64(s)`: the text that base64 stands for.

use super::{Example, Failure, Function, Gives, Stands, Takes, one_text, param};
use crate::json::Json;
use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;

pub(super) static FUNCTION: Function = Function {
    name: "parse-base64",
    params: &[param("s", Takes::Text)],
    gives: Gives::Text,
    doc: "The text that base64 with padding stands for; line ends in it do not count.",
    example: Example {
        written: "parse-base64(e.body.data)",
        data: r#"{"body":{"data":"w6Q/"}}"#,
        gives: r#""ä?""#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    let written = one_text(args)?.replace(['\r', '\n'], "");
    let bytes = STANDARD.decode(written).map_err(|_| Failure("the text is no base64"))?;
    String::from_utf8(bytes).map(Json::from).map_err(|_| Failure("the bytes are no text in UTF-8"))
}
