//! `stripe`: webhooks of Stripe.

use super::SourceKind;
use super::common::{HOOK, METADATA};
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::stripe::PAYLOAD;
use crate::target::Targets;

pub(super) static KIND: SourceKind = SourceKind {
    name: "stripe",
    event_type: "stripe",
    http: true,
    http_block: Some("webhook"),
    elects_leader: false,
    filters: false,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes webhooks of Stripe, and registers them; their signature is not checked.",
};

static BLOCK: Block = Block {
    fields: &[
        HOOK,
        Field::new("createWebhook", Shape::Bool, "Whether the webhook is registered at Stripe.")
            .default("false"),
        Field::new("apiKey", Shape::Secret, "The key for Stripe's API."),
        Field::new(
            "eventFilter",
            Shape::List(&Shape::Text),
            "The events that are wanted, such as `charge.succeeded`; without it all of them.",
        ),
        METADATA,
    ],
    rules: &[Rule::TrueNeeds("createWebhook", "apiKey"), Rule::OnlyWith("apiKey", "createWebhook")],
};
