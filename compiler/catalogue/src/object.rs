//! Fields of the objects themselves: the header, a grouped source, a sensor.

use crate::field::{Block, Field, Shape};
use crate::option::DELIVER;
use crate::pod::{METADATA, SENSOR_POD, SOURCE_POD};
use crate::target::{Support, Targets};

/// `pipeline NAME { … }`: defaults for every object of the file.
pub static HEADER: Block =
    Block { fields: &[NAMESPACE, LABELS, ANNOTATIONS, BUS, DELIVER, SERVICE_ACCOUNT, POD], rules: &[] };

/// `source NAME { event … }`: the fields beside the events.
pub static SOURCE: Block = Block {
    fields: &[
        BUS,
        NAMESPACE,
        LABELS,
        ANNOTATIONS,
        REPLICAS.on(IN_A_CLUSTER),
        Field::new(
            "pod",
            Shape::Record(&SOURCE_POD),
            "What the template of the pods has, as Argo Events writes it.",
        )
        .on(IN_A_CLUSTER),
        Field::new(
            "service",
            Shape::Record(&SERVICE),
            "What the Service before the ports of HTTP events is like; `none` leaves it out.",
        )
        .on(IN_A_CLUSTER),
    ],
    rules: &[],
};

/// The `service` of a source. Its ports are those of the events.
static SERVICE: Block = Block {
    fields: &[
        Field::new("clusterIP", Shape::Text, "The address of the Service in the cluster; \"None\" has none."),
        Field::new("metadata", Shape::Record(&METADATA), "Labels and annotations of the Service."),
    ],
    rules: &[],
};

/// `sensor NAME { … }`: the fields beside filters and triggers.
pub static SENSOR: Block = Block {
    fields: &[BUS, NAMESPACE, LABELS, ANNOTATIONS, DELIVER, SERVICE_ACCOUNT, REPLICAS.on(IN_A_CLUSTER), POD],
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

const REPLICAS: Field =
    Field::new("replicas", Shape::Int { min: 1, max: i32::MAX as i64 }, "How many pods.").default("1");

const POD: Field = Field::new(
    "pod",
    Shape::Record(&SENSOR_POD),
    "What the template of the sensors' pods has, as Argo Events writes it.",
)
.on(IN_A_CLUSTER);

/// The runtime is started by somebody else.
const IN_A_CLUSTER: Targets = Targets {
    argo: Support::Yes,
    runtime: Support::Ignored("`aev run` makes no pods, and runs in the one that it is given"),
};
