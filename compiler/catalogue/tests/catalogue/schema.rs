//! The fields of the sources and buses against Argo Events' own schema: none is missing and none is invented.
//! `cargo xtask generate argo` writes the table.

use aev_catalogue::{BUSES, Block, SOURCES, Shape};
use std::collections::{BTreeMap, BTreeSet};

const TABLE: &str = include_str!("argo-1.9.11.tsv");

/// Fields of Argo's that aev says in another way.
fn said_otherwise(ty: &str, field: &str) -> bool {
    // The `where` of a source; MinIO, StorageGRID and Kubernetes' objects have a `filter` of another type.
    field == "filter" && !matches!(ty, "S3Artifact" | "StorageGridEventSource" | "ResourceEventSource")
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
    let (mut fields, mut otherwise) = (0, 0);
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    while let Some((path, ty, of)) = open.pop() {
        let known = &types[ty];
        if seen.insert(ty) {
            fields += known.len();
            otherwise += known.keys().filter(|field| said_otherwise(ty, field)).count();
        }
        for name in known.keys().filter(|name| !said_otherwise(ty, name) && of.field(name).is_none()) {
            wrong.push(format!("{path}: `{name}` of {ty} is missing"));
        }
        for field in of.fields {
            let here = format!("{path}.{}", field.name);
            let Some((there, refers)) = known.get(field.name) else {
                wrong.push(format!("{here} is none of {ty}"));
                continue;
            };
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
    assert!(fields > 350 && seen.len() > 50, "{fields} fields of {} types", seen.len());
}
