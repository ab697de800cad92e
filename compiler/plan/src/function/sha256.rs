//! `sha256(s)`: the SHA-256 of text.

use super::{Example, Failure, Function, Gives, Stands, Takes, one_text, param};
use crate::json::Json;
use sha2::{Digest, Sha256};
use std::fmt::Write;

pub(super) static FUNCTION: Function = Function {
    name: "sha256",
    params: &[param("s", Takes::Text)],
    gives: Gives::Text,
    doc: "The SHA-256 of the bytes of a text, in lower-case hex.",
    example: Example {
        written: "sha256(e.body.name)",
        data: r#"{"body":{"name":"abc"}}"#,
        gives: r#""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

fn run(args: &[Json]) -> Result<Json, Failure> {
    let mut hex = String::new();
    for byte in Sha256::digest(one_text(args)?) {
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(hex.into())
}
