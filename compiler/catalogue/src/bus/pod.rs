//! Fields of the pods that Argo Events runs a bus in.

use crate::field::{Block, Field, Shape};

pub(super) const PERSISTENCE: Field = Field::new(
    "persistence",
    Shape::Record(&VOLUME),
    "Keeps messages on a volume; without it they end with the pod.",
);

pub(super) const METADATA: Field =
    Field::new("metadata", Shape::Record(&LABELS), "Labels and annotations of the pods.");

pub(super) const NODE_SELECTOR: Field =
    Field::new("nodeSelector", Shape::Map(&Shape::Text), "Labels of the nodes that the pods may run on.");

pub(super) const TOLERATIONS: Field = Field::new(
    "tolerations",
    Shape::List(&Shape::Object),
    "Taints that the pods bear, as Kubernetes writes them.",
);

pub(super) const AFFINITY: Field =
    Field::new("affinity", Shape::Object, "Where the pods like to run, as Kubernetes writes it.");

pub(super) const SECURITY_CONTEXT: Field = Field::new(
    "securityContext",
    Shape::Object,
    "The security context of the pods, as Kubernetes writes it.",
);

pub(super) const IMAGE_PULL_SECRETS: Field = Field::new(
    "imagePullSecrets",
    Shape::List(&Shape::Object),
    "Secrets for the registry that images come from, as Kubernetes writes them.",
);

pub(super) const PRIORITY_CLASS: Field =
    Field::new("priorityClassName", Shape::ObjectName, "The priority class of the pods.");

pub(super) const PRIORITY: Field = Field::new(
    "priority",
    Shape::Int { min: i32::MIN as i64, max: i32::MAX as i64 },
    "The priority of the pods.",
);

pub(super) const SERVICE_ACCOUNT: Field =
    Field::new("serviceAccountName", Shape::ObjectName, "The service account of the pods.");

/// A container of such a pod.
pub(super) const fn container(name: &'static str, doc: &'static str) -> Field {
    Field::new(name, Shape::Record(&CONTAINER), doc)
}

static VOLUME: Block = Block {
    fields: &[
        Field::new("storageClassName", Shape::ObjectName, "The storage class of the volume."),
        Field::new(
            "accessMode",
            Shape::Enum(&["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]),
            "How the volume may be mounted.",
        )
        .default("\"ReadWriteOnce\""),
        Field::new("volumeSize", Shape::Size, "How large the volume is."),
    ],
    rules: &[],
};

static LABELS: Block = Block {
    fields: &[
        Field::new("labels", Shape::Map(&Shape::Text), "Labels by name."),
        Field::new("annotations", Shape::Map(&Shape::Text), "Annotations by name."),
    ],
    rules: &[],
};

static CONTAINER: Block = Block {
    fields: &[
        Field::new(
            "resources",
            Shape::Object,
            "What the container asks for and may use, as Kubernetes writes it.",
        ),
        Field::new(
            "imagePullPolicy",
            Shape::Enum(&["Always", "IfNotPresent", "Never"]),
            "When the image is pulled.",
        ),
        Field::new(
            "securityContext",
            Shape::Object,
            "The security context of the container, as Kubernetes writes it.",
        ),
    ],
    rules: &[],
};
