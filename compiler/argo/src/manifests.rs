//! What `build` writes: Kubernetes objects in the order in which they are to be applied.

use crate::node::Node;
use crate::yaml;

/// The objects of one pipeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifests {
    /// Buses first, then sources, then sensors; the account that one of them runs as stands before it.
    pub objects: Vec<Object>,
}

/// One Kubernetes object.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// The whole of it, `apiVersion` and `kind` included.
    pub node: Node,
}

impl Object {
    /// Such as `Sensor`.
    pub fn kind(&self) -> &str {
        self.node.text_at(&["kind"])
    }

    /// `metadata.name`
    pub fn name(&self) -> &str {
        self.node.text_at(&["metadata", "name"])
    }

    /// `metadata.namespace`; empty when it is applied wherever one is.
    pub fn namespace(&self) -> &str {
        self.node.text_at(&["metadata", "namespace"])
    }

    /// One YAML document, the same bytes for the same object.
    pub fn to_yaml(&self) -> String {
        yaml::document(&self.node)
    }
}

impl Manifests {
    /// All objects as one stream of YAML documents, the same bytes for the same plan.
    pub fn to_yaml(&self) -> String {
        yaml::stream(self.objects.iter().map(|object| &object.node))
    }

    /// A file for each object, with its name: `sensor-pr-ci.yaml`, and the namespace behind it where another object has
    /// the same kind and name.
    pub fn files(&self) -> Vec<(String, &Object)> {
        let same = |a: &Object, b: &Object| a.kind() == b.kind() && a.name() == b.name();
        let file = |object: &'_ Object| {
            let stem = format!("{}-{}", object.kind().to_ascii_lowercase(), object.name());
            match self.objects.iter().filter(|other| same(object, other)).count() {
                0 | 1 => format!("{stem}.yaml"),
                _ => format!("{stem}-{}.yaml", object.namespace()),
            }
        };
        self.objects.iter().map(|object| (file(object), object)).collect()
    }
}
