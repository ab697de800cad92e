//! `amqp`: messages of RabbitMQ and others.

use super::SourceKind;
use super::common::{CONNECTION_BACKOFF, JSON_BODY, METADATA};
use crate::basic::BASIC;
use crate::field::{Block, Field, Rule, Shape};
use crate::payload::amqp::PAYLOAD;
use crate::target::Targets;
use crate::tls::SECURED;

pub(super) static KIND: SourceKind = SourceKind {
    name: "amqp",
    event_type: "amqp",
    http: false,
    http_block: None,
    elects_leader: true,
    filters: true,
    block: &BLOCK,
    payload: PAYLOAD,
    targets: Targets::ARGO,
    doc: "Takes the messages of a queue that is bound to an exchange of RabbitMQ, or of another server that speaks AMQP 0.9.1.",
};

static BLOCK: Block = Block {
    fields: &[
        Field::new("url", Shape::Url(&["amqp", "amqps"]), "The address of the server."),
        Field::new("urlSecret", Shape::Secret, "The address of the server, when there is a password in it."),
        Field::new("exchangeName", Shape::Text, "The exchange; without it the server's default exchange."),
        Field::new(
            "exchangeType",
            Shape::Enum(&["direct", "fanout", "topic", "headers"]),
            "How the exchange hands messages to its queues.",
        )
        .required(),
        Field::new(
            "routingKey",
            Shape::Text,
            "The key by which messages get into the queue. Argo Events always wants one.",
        )
        .required(),
        Field::new(
            "exchangeDeclare",
            Shape::Record(&EXCHANGE),
            "How the exchange is declared; without it, durable.",
        ),
        Field::new(
            "queueDeclare",
            Shape::Record(&QUEUE),
            "How the queue is declared; without it, for this connection alone.",
        ),
        Field::new("queueBind", Shape::Record(&BINDING), "How the queue is bound to the exchange."),
        Field::new(
            "consume",
            Shape::Record(&CONSUMER),
            "How messages are taken from the queue; without it each is done when it is sent.",
        ),
        JSON_BODY,
        CONNECTION_BACKOFF,
        SECURED,
        Field::new("auth", Shape::Record(&BASIC), "User and password."),
        METADATA,
    ],
    rules: &[Rule::ExactlyOne(&[&["url"], &["urlSecret"]])],
};

static EXCHANGE: Block = Block {
    fields: &[
        Field::new("durable", Shape::Bool, "Whether the exchange outlives a restart of the server.")
            .default("false"),
        Field::new("autoDelete", Shape::Bool, "Whether the exchange goes away with its last queue.")
            .default("false"),
        Field::new("internal", Shape::Bool, "Whether only other exchanges may send to it.").default("false"),
        Field::new("noWait", Shape::Bool, "Whether the server's answer is not waited for.").default("false"),
    ],
    rules: &[],
};

static QUEUE: Block = Block {
    fields: &[
        Field::new("name", Shape::Text, "The name of the queue; without it the server makes one up."),
        Field::new("durable", Shape::Bool, "Whether the queue outlives a restart of the server.")
            .default("false"),
        Field::new("autoDelete", Shape::Bool, "Whether the queue goes away with its last consumer.")
            .default("false"),
        Field::new(
            "exclusive",
            Shape::Bool,
            "Whether the queue is for this connection alone, and ends with it.",
        )
        .default("false"),
        Field::new("noWait", Shape::Bool, "Whether the server's answer is not waited for.").default("false"),
        Field::new("arguments", Shape::Text, "More arguments of the queue, as a text of YAML."),
    ],
    rules: &[],
};

static BINDING: Block = Block {
    fields: &[
        Field::new("noWait", Shape::Bool, "Whether the server's answer is not waited for.").default("false")
    ],
    rules: &[],
};

static CONSUMER: Block = Block {
    fields: &[
        Field::new("consumerTag", Shape::Text, "How the server calls this consumer."),
        Field::new(
            "autoAck",
            Shape::Bool,
            "Whether a message is done when it is sent; else Argo Events never acknowledges it.",
        )
        .default("false"),
        Field::new("exclusive", Shape::Bool, "Whether nobody else may take messages from the queue.")
            .default("false"),
        Field::new(
            "noLocal",
            Shape::Bool,
            "Whether messages of this connection are left out; not in RabbitMQ.",
        )
        .default("false"),
        Field::new("noWait", Shape::Bool, "Whether the server's answer is not waited for.").default("false"),
    ],
    rules: &[],
};
