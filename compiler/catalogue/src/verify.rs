//! `verify: hmac { … }`: requests that are signed.

use crate::field::{Block, Field, Shape};
use crate::target::Targets;

/// What stands in the braces behind `verify: hmac`, in the block of any kind that takes HTTP requests.
pub static HMAC: Block = Block {
    fields: &[
        Field::new("header", Shape::Text, "The header that has the signature.").required(),
        Field::new(
            "algorithm",
            Shape::Enum(&["sha1", "sha256", "sha512"]),
            "The hash that the HMAC is made with.",
        )
        .required(),
        Field::new("secret", Shape::Secret, "The key that sender and receiver share.").required(),
        Field::new("prefix", Shape::Text, "What stands before the signature, such as `sha256=`."),
        Field::new("encoding", Shape::Enum(&["hex", "base64"]), "How the signature is written.")
            .default("\"hex\""),
    ],
    rules: &[],
};

/// What it does, and which target can do it.
pub const VERIFY: Field = Field::new(
    "verify",
    Shape::Record(&HMAC),
    "The HMAC of the raw body must equal a header of the request; otherwise it is refused with 401.",
)
.on(Targets::RUNTIME_ONLY);
