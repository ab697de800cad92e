//! User and password, the same everywhere in Argo Events.

use crate::field::{Block, Field, Shape};

pub(crate) static BASIC: Block = Block {
    fields: &[
        Field::new("username", Shape::Secret, "The user.").required(),
        Field::new("password", Shape::Secret, "The password.").required(),
    ],
    rules: &[],
};
