//! What the source, the action and the bus on Kafka have in common.

use crate::basic::BASIC;
use crate::field::{Block, Field, Shape};

pub(crate) const URL: Field =
    Field::new("url", Shape::HostPort { several: true }, "Where the brokers listen, joined by commas.")
        .required();

pub(crate) const VERSION: Field = Field::new("version", Shape::Text, "The version of Kafka that is spoken.");

pub(crate) const SASL: Field =
    Field::new("sasl", Shape::Record(&MECHANISM), "How this client says who it is.");

static MECHANISM: Block = Block {
    fields: &[
        Field::new(
            "mechanism",
            Shape::Enum(&["PLAIN", "OAUTHBEARER", "SCRAM-SHA-256", "SCRAM-SHA-512", "GSSAPI"]),
            "The mechanism of SASL.",
        )
        .default("\"PLAIN\""),
        Field::new("userSecret", Shape::Secret, "The user.").required(),
        Field::new("passwordSecret", Shape::Secret, "The password.").required(),
    ],
    rules: &[],
};

/// The group that a source is in.
pub(crate) static GROUP: Block = Block {
    fields: &[Field::new("groupName", Shape::Text, "The name of the group.").required(), OLDEST, REBALANCE],
    rules: &[],
};

/// The group that a sensor is in.
pub(crate) static SENSOR_GROUP: Block = Block {
    fields: &[
        Field::new(
            "groupName",
            Shape::Text,
            "The name of the group; without it one is made of the sensor's namespace and name.",
        ),
        OLDEST,
        REBALANCE,
    ],
    rules: &[],
};

const OLDEST: Field =
    Field::new("oldest", Shape::Bool, "Whether a new group begins with the oldest record that is kept.")
        .default("false");

const REBALANCE: Field = Field::new(
    "rebalanceStrategy",
    Shape::Enum(&["range", "sticky", "roundrobin"]),
    "How partitions are shared among the members.",
)
.default("\"range\"");

/// Where schemas are kept.
pub(crate) static REGISTRY: Block = Block { fields: &[REGISTRY_URL, SCHEMA_ID, REGISTRY_AUTH], rules: &[] };

/// The same for who writes.
pub(crate) static WRITER: Block =
    Block { fields: &[REGISTRY_URL, SCHEMA_ID.required(), REGISTRY_AUTH], rules: &[] };

const REGISTRY_URL: Field =
    Field::new("url", Shape::Url(&["http", "https"]), "The address of the registry.").required();

const SCHEMA_ID: Field = Field::new(
    "schemaId",
    Shape::Int { min: 0, max: i32::MAX as i64 },
    "The number of the schema that is written with; a source reads it from each record.",
);

const REGISTRY_AUTH: Field = Field::new("auth", Shape::Record(&BASIC), "User and password for the registry.");
