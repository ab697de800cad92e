//! What Argo Events puts into the template of the pods that it makes.

use crate::field::{Block, Field, Shape};
use crate::target::{Support, Targets};

/// The `pod` of a source.
pub(crate) static SOURCE_POD: Block = Block {
    fields: &[
        ACCOUNT,
        POD_METADATA,
        MAIN,
        VOLUMES,
        SECURITY_CONTEXT,
        NODE_SELECTOR,
        TOLERATIONS,
        IMAGE_PULL_SECRETS,
        PRIORITY_CLASS_NAME,
        PRIORITY,
        AFFINITY,
    ],
    rules: &[],
};

/// The `pod` of a sensor, whose account has a field of its own.
pub(crate) static SENSOR_POD: Block = Block {
    fields: &[
        POD_METADATA,
        MAIN,
        VOLUMES,
        SECURITY_CONTEXT,
        NODE_SELECTOR,
        TOLERATIONS,
        IMAGE_PULL_SECRETS,
        PRIORITY_CLASS_NAME,
        PRIORITY,
        AFFINITY,
    ],
    rules: &[],
};

const ACCOUNT: Field = Field::new(
    "serviceAccountName",
    Shape::ObjectName,
    "The service account of the pods; without it one is made where an event needs rights.",
);

const POD_METADATA: Field =
    Field::new("metadata", Shape::Record(&METADATA), "Labels and annotations of the pods.");

const MAIN: Field =
    Field::new("container", Shape::Record(&CONTAINER), "The container that runs Argo Events.");

const VOLUMES: Field =
    Field::new("volumes", Shape::List(&Shape::Object), "Volumes, for the container to mount.");

const SECURITY_CONTEXT: Field = Field::new("securityContext", Shape::Object, "As whom the containers run.");

const NODE_SELECTOR: Field =
    Field::new("nodeSelector", Shape::Map(&Shape::Text), "Labels that a node has to have.");

const TOLERATIONS: Field =
    Field::new("tolerations", Shape::List(&Shape::Object), "Taints of nodes that do not matter.");

const IMAGE_PULL_SECRETS: Field =
    Field::new("imagePullSecrets", Shape::List(&Shape::Object), "Secrets that the image is fetched with.");

const PRIORITY_CLASS_NAME: Field =
    Field::new("priorityClassName", Shape::ObjectName, "The priority class of the pods.");

const PRIORITY: Field = Field::new(
    "priority",
    Shape::Int { min: i32::MIN as i64, max: i32::MAX as i64 },
    "The priority of the pods.",
);

const AFFINITY: Field = Field::new("affinity", Shape::Object, "Nodes and pods to be near, or far from.");

pub(crate) static METADATA: Block = Block {
    fields: &[
        Field::new("labels", Shape::Map(&Shape::Text), "Labels."),
        Field::new("annotations", Shape::Map(&Shape::Text), "Annotations."),
    ],
    rules: &[],
};

static CONTAINER: Block = Block {
    fields: &[
        Field::new("env", Shape::List(&Shape::Object), "Environment variables."),
        Field::new("envFrom", Shape::List(&Shape::Object), "Where more of them come from."),
        Field::new("volumeMounts", Shape::List(&Shape::Object), "Where the volumes are mounted."),
        Field::new("resources", Shape::Object, "Processor time and memory that it asks for, and its limits."),
        Field::new("securityContext", Shape::Object, "As whom it runs, and what it may do."),
        Field::new(
            "imagePullPolicy",
            Shape::Enum(&["Always", "IfNotPresent", "Never"]),
            "When the image is fetched; Argo Events 1.9 does not look at it.",
        )
        .on(PULL),
    ],
    rules: &[],
};

const PULL: Targets = Targets {
    argo: Support::Ignored("Argo Events sets a policy of its own before it looks at this one"),
    runtime: Support::Yes,
};
