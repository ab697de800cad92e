//! What the source and the action on NATS have in common.

use crate::basic::BASIC;
use crate::field::{Block, Field, Rule, Shape};

pub(crate) const URL: Field = Field::new(
    "url",
    Shape::Servers(&["nats", "tls", "ws", "wss"]),
    "The address of the server, or those of a cluster joined by commas.",
)
.required();

pub(crate) const AUTH: Field = Field::new(
    "auth",
    Shape::Record(&WAYS),
    "How this client says who it is: a user with a password, a token, a key or a credentials file.",
);

static WAYS: Block = Block {
    fields: &[
        Field::new("basic", Shape::Record(&BASIC), "User and password."),
        Field::new("token", Shape::Secret, "A token."),
        Field::new("nkey", Shape::Secret, "The seed of a key, `SU…`."),
        Field::new("credential", Shape::Secret, "The text of a credentials file."),
    ],
    rules: &[Rule::ExactlyOne(&[&["basic"], &["token"], &["nkey"], &["credential"]])],
};
