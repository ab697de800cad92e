//! `email`: a mail.

use super::{ActionBody, ActionKind};
use crate::field::{Block, Field, Rule, Shape, Values};
use crate::target::Targets;

pub(super) static KIND: ActionKind = ActionKind {
    name: "email",
    argo: "email",
    operation: None,
    args: &[],
    target: None,
    body: ActionBody::Fields(&BLOCK),
    from: false,
    with: false,
    success: None,
    targets: Targets::ARGO,
    doc: "Sends a mail over SMTP to each address.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("host", Shape::Text, "The mail server.").required().takes(Values::Text),
        Field::new("port", Shape::Int { min: 1, max: 65535 }, "The port of the mail server.").required(),
        Field::new("username", Shape::Text, "The user at the mail server.").takes(Values::Text),
        Field::new("smtpPassword", Shape::Secret, "The password of that user."),
        Field::new("from", Shape::Text, "The address of the sender.").required().takes(Values::Text),
        Field::new("to", Shape::List(&Shape::Text), "The addresses that the mail goes to.")
            .required()
            .takes(Values::Text),
        Field::new("subject", Shape::Text, "The subject of the mail.").required().takes(Values::Text),
        Field::new("body", Shape::Text, "The text of the mail.").required().takes(Values::Text),
    ],
    rules: &[Rule::OnlyWith("smtpPassword", "username")],
};
