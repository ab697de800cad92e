//! The fields of the sources, buses and actions against Argo Events' own schema: none is missing and none is invented.
//! `cargo xtask generate argo` writes the table.

use aev_catalogue::{
    ACTIONS, ActionBody, BUSES, Block, LOCATIONS, OPTIONS, SOURCE, SOURCES, SUCCESS_LABELS, Shape, Values,
};
use std::collections::{BTreeMap, BTreeSet};

const TABLE: &str = include_str!("argo-1.9.11.tsv");

/// Fields of Argo's that aev says in another way: the `where` of a source, values in place, and one `headers` object for
/// three fields. Where an object is read from a bucket, nothing happens in that bucket.
fn said_otherwise(path: &str, field: &str) -> bool {
    let action = ACTIONS.iter().any(|kind| path == format!("action {}", kind.name));
    match field {
        // MinIO, StorageGRID and Kubernetes' objects have a `filter` of another type.
        "filter" => !matches!(path, "minio" | "storageGrid" | "resource"),
        "parameters" | "secureHeaders" | "dynamicHeaders" => action,
        "events" | "metadata" => path == "from s3",
        _ => false,
    }
}

/// The kind in the table, and the type it refers to.
type Fields = BTreeMap<&'static str, (&'static str, &'static str)>;

fn types() -> BTreeMap<&'static str, Fields> {
    let mut types: BTreeMap<&str, Fields> = BTreeMap::new();
    for line in TABLE.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 5, "{line}");
        if let [ty, field, kind, refers, _] = cells.as_slice() {
            types.entry(*ty).or_default().insert(*field, (*kind, *refers));
        }
    }
    types
}

/// What the schema calls a shape.
fn kind(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "bool".into(),
        Shape::Int { .. } | Shape::Bytes | Shape::Seconds => "int".into(),
        Shape::List(of) => format!("list {}", kind(of)),
        Shape::Headers => "map text".into(),
        Shape::Map(of) => format!("map {}", kind(of)),
        Shape::Secret | Shape::ConfigMap | Shape::Record(_) | Shape::Object => "object".into(),
        _ => "text".into(),
    }
}

/// Types that the schema gives no kind to: a number or text, as Kubernetes has them.
const OPEN: [&str; 4] = ["Int64OrString", "Amount", "Quantity", "Time"];

fn block(shape: &'static Shape) -> Option<&'static Block> {
    match shape {
        Shape::Record(block) => Some(block),
        Shape::List(of) | Shape::Map(of) => block(of),
        _ => None,
    }
}

#[test]
fn the_fields_are_those_of_the_schema() {
    let types = types();
    let mut open: Vec<(String, &str, &'static Block)> = Vec::new();
    for source in SOURCES {
        let (_, ty) = types["EventSourceSpec"][source.name];
        open.push((source.name.into(), ty, source.block));
    }
    for bus in BUSES.iter().filter(|bus| bus.name != "embedded") {
        let (_, ty) = types["EventBusSpec"][bus.name];
        open.push((format!("bus {}", bus.name), ty, bus.block));
    }
    for kind in ACTIONS {
        let (_, ty) = types["TriggerTemplate"][kind.argo];
        if let ActionBody::Fields(block) = kind.body {
            open.push((format!("action {}", kind.name), ty, block));
        }
    }
    for location in LOCATIONS {
        // The text of an inline object, and a selector of Kubernetes' own, are no types of Argo's.
        let (_, ty) = types["ArtifactLocation"][location.name];
        if types.contains_key(ty) {
            open.push((format!("from {}", location.name), ty, location.block));
        }
    }
    open.push(("success".into(), "K8SResourcePolicy", &SUCCESS_LABELS));
    let pod = SOURCE.field("pod").and_then(|field| block(&field.shape));
    open.extend(pod.map(|block| ("pod".into(), "Template", block)));
    let retry = OPTIONS.iter().find(|option| option.field.name == "retry").map(|option| &option.field.shape);
    open.extend(retry.and_then(block).map(|block| ("retry".into(), "Backoff", block)));
    let (mut fields, mut otherwise) = (0, 0);
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    while let Some((path, ty, of)) = open.pop() {
        let known = &types[ty];
        if seen.insert(ty) {
            fields += known.len();
            otherwise += known.keys().filter(|field| said_otherwise(&path, field)).count();
        }
        for name in known.keys().filter(|name| !said_otherwise(&path, name) && of.field(name).is_none()) {
            wrong.push(format!("{path}: `{name}` of {ty} is missing"));
        }
        for field in of.fields {
            let here = format!("{path}.{}", field.name);
            let Some((there, refers)) = known.get(field.name) else {
                wrong.push(format!("{here} is none of {ty}"));
                continue;
            };
            if field.values == Values::Json {
                // What is made of a payload is a list of parameters.
                assert_eq!((*there, *refers), ("list object", "TriggerParameter"), "{here}");
                continue;
            }
            if *there != kind(&field.shape) && !OPEN.contains(refers) {
                wrong.push(format!("{here} is {there} there and {} here", kind(&field.shape)));
            }
            if let Some(inner) = block(&field.shape) {
                open.push((here, refers, inner));
            }
        }
    }
    println!("{fields} fields of {} types, {otherwise} said otherwise", seen.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(fields > 480 && seen.len() > 70, "{fields} fields of {} types", seen.len());
}

/// The fields of a type.
fn names(ty: &str) -> BTreeSet<&'static str> {
    types().get(ty).map(|fields| fields.keys().copied().collect()).unwrap_or_default()
}

#[test]
fn every_trigger_of_argo_has_an_action() {
    let mut here: BTreeSet<&str> = ACTIONS.iter().map(|kind| kind.argo).collect();
    assert_eq!(here.len(), 14);
    here.extend(["name", "conditions", "conditionsReset"]);
    assert_eq!(here, names("TriggerTemplate"));
}

#[test]
fn what_is_said_of_an_object_is_all_that_argo_takes() {
    let words = |text: &'static str| text.split_whitespace().collect::<BTreeSet<_>>();
    // The action's name, `from` or the braces, `with`, and the parentheses.
    assert_eq!(names("StandardK8STrigger"), words("operation source parameters liveObject patchStrategy"));
    assert_eq!(names("ArgoWorkflowTrigger"), words("operation source parameters args"));
    let mut places: BTreeSet<&str> = LOCATIONS.iter().map(|location| location.name).collect();
    places.insert("resource");
    assert_eq!(names("ArtifactLocation"), places);
}
