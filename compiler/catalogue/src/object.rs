//! Fields of the objects themselves: the header, a grouped source, a sensor.

use crate::field::{Block, Field, Shape};
use crate::option::DELIVER;
use crate::target::Targets;

/// `pipeline NAME { … }`: defaults for every object of the file.
pub static HEADER: Block =
    Block { fields: &[NAMESPACE, LABELS, ANNOTATIONS, BUS, DELIVER, SERVICE_ACCOUNT, POD], rules: &[] };

/// `source NAME { event … }`: the fields beside the events.
pub static SOURCE: Block = Block {
    fields: &[
        BUS,
        NAMESPACE.on(Targets::NOT_YET),
        LABELS.on(Targets::NOT_YET),
        ANNOTATIONS.on(Targets::NOT_YET),
        REPLICAS,
        POD,
        Field::new("service", Shape::Value, "Decorates the Service of the ports; `none` leaves it out.")
            .on(Targets::NOT_YET),
    ],
    rules: &[],
};

/// `sensor NAME { … }`: the fields beside filters and triggers.
pub static SENSOR: Block = Block {
    fields: &[
        BUS.on(Targets::NOT_YET),
        NAMESPACE.on(Targets::NOT_YET),
        LABELS.on(Targets::NOT_YET),
        ANNOTATIONS.on(Targets::NOT_YET),
        DELIVER.on(Targets::NOT_YET),
        SERVICE_ACCOUNT.on(Targets::NOT_YET),
        REPLICAS,
        POD,
    ],
    rules: &[],
};

const NAMESPACE: Field = Field::new("namespace", Shape::Namespace, "The namespace of the objects.");

const LABELS: Field = Field::new("labels", Shape::Map(&Shape::Text), "Labels of the objects.");

const ANNOTATIONS: Field = Field::new("annotations", Shape::Map(&Shape::Text), "Annotations of the objects.");

const BUS: Field = Field::new("bus", Shape::Bus, "The bus that carries the events.").default("\"default\"");

const SERVICE_ACCOUNT: Field = Field::new(
    "serviceAccount",
    Shape::ObjectName,
    "The service account that actions run with; without it one with the least rights is made.",
);

const REPLICAS: Field = Field::new("replicas", Shape::Int { min: 1, max: i32::MAX as i64 }, "How many pods.")
    .default("1")
    .on(Targets::NOT_YET);

const POD: Field = Field::new("pod", Shape::Object, "The template of the pods, as Argo Events writes it.")
    .on(Targets::NOT_YET);
