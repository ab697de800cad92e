//! What events hold.

use crate::page::Row;
use aev_catalogue::{ByEvent, Literal, Member, SourceKind, Type};

/// As deep as types without a name are written out.
const DEPTH: usize = 8;

/// The roots of a kind's events. Types with a name are written out where they are few.
pub fn rows(kind: &SourceKind) -> Vec<Row> {
    let few = kind.payload.by_event.is_none();
    kind.payload.roots.iter().map(|root| row(root, DEPTH, true, few)).collect()
}

/// The types that have names: those of the events that a source can ask for, and the others.
pub fn types(kind: &SourceKind) -> Vec<Row> {
    let own = format!("{}.", kind.name);
    let names = || aev_catalogue::type_names().filter(|name| name.starts_with(&own));
    let events = kind.payload.by_event.iter().flat_map(|by| by.events);
    let of_events = events.map(|event| {
        let doc = match event.name == event.said {
            true => String::new(),
            false => format!("It says that it is `{}`.", event.said),
        };
        // A union of many is called by the one name that it has.
        let name = names().find(|name| aev_catalogue::named_type(name) == Some(event.ty));
        named(event.name, name.map_or_else(|| term(&event.ty), str::to_owned), doc)
    });
    let mut rows: Vec<Row> = of_events.collect();
    let known = |rows: &[Row], name: &str| rows.iter().any(|row| row.ty == name);
    for name in names() {
        if !known(&rows, name) {
            rows.push(named(name, "object".into(), String::new()));
        }
    }
    rows
}

/// The members of a type that has a name, with those inside them that have none.
pub fn inside(ty: &Type) -> Vec<Row> {
    members(ty, true).iter().map(|member| row(member, DEPTH, false, false)).collect()
}

/// What sort of type it is, a sentence.
pub fn doc(ty: &Type) -> String {
    match ty {
        Type::Record(record) if record.open => "An object that may hold more than what is listed.".into(),
        Type::Record(_) => "An object.".into(),
        other => format!("`{}`.", term(other)),
    }
}

fn named(name: &str, ty: String, doc: String) -> Row {
    Row {
        name: name.to_owned(),
        ty,
        required: false,
        default: None,
        notes: Vec::new(),
        doc,
        rows: Vec::new(),
        rules: Vec::new(),
    }
}

/// What the types of the roots follow from, a sentence each.
pub fn facts(kind: &SourceKind) -> Vec<String> {
    let payload = &kind.payload;
    let mut facts = Vec::new();
    for path in payload.typed {
        match path {
            [] => facts.push(format!("In `{}<T>`, T is the type of the whole event.", kind.name)),
            path => facts.push(format!("In `{}<T>`, T is the type of `{}`.", kind.name, path.join("."))),
        }
    }
    if let Some(json) = &payload.json {
        facts.push(format!("Without `{}: true`, that is `{}`.", json.name, term(&json.without)));
    }
    if let Some(by) = &payload.by_fields {
        facts.push(format!(
            "Without T that type follows from `{}` where they name one of {} kinds that are known.",
            by.fields.join("`, `"),
            by.types.len()
        ));
    }
    if let Some(by) = &payload.by_event {
        facts.push(format!(
            "The type of `{}` is that of the event, of those that `{}` asks for; {} of them are known. {}",
            by.root,
            by.field,
            by.events.len(),
            told(by)
        ));
    }
    if payload.open {
        facts.push("Other roots may be read, too; their type is `any`.".into());
    }
    facts
}

/// Where an event says which one it is.
fn told(by: &ByEvent) -> String {
    let header = by.header.as_ref().map(|header| format!("the header `{}`", header.name));
    let member = by.member.map(|member| format!("the member `{member}`"));
    let places: Vec<String> = header.into_iter().chain(member).collect();
    format!("Which one it is stands in {}.", places.join(" and "))
}

/// `open` writes out the members of a type with a name, `few` those of the ones inside it.
fn row(member: &Member, depth: usize, open: bool, few: bool) -> Row {
    let inside = depth.checked_sub(1).map(|depth| (depth, members(&member.ty, open)));
    let rows =
        inside.map(|(depth, members)| members.iter().map(|member| row(member, depth, few, few)).collect());
    Row {
        notes: if member.optional { vec!["may be absent".into()] } else { Vec::new() },
        rows: rows.unwrap_or_default(),
        ..named(member.name, term(&member.ty), member.doc.to_owned())
    }
}

/// The members of a type, of one with a name only when it is written out.
fn members(ty: &Type, open: bool) -> &'static [Member] {
    match ty {
        Type::Record(record) if open || record.name.is_none() => record.members,
        Type::List(element) | Type::Map(element) => members(element, open),
        _ => &[],
    }
}

fn term(ty: &Type) -> String {
    match ty {
        Type::Any => "any".into(),
        Type::Null => "null".into(),
        Type::Bool => "bool".into(),
        Type::Int => "int".into(),
        Type::Number => "number".into(),
        Type::String => "string".into(),
        Type::Base64 => "base64".into(),
        Type::Literal(Literal::String(text)) => format!("\"{text}\""),
        Type::Literal(Literal::Int(number)) => number.to_string(),
        Type::Literal(Literal::Bool(value)) => value.to_string(),
        Type::List(element) => format!("list<{}>", term(element)),
        Type::Map(element) => format!("map<{}>", term(element)),
        Type::Record(record) => record.name.unwrap_or("object").to_owned(),
        Type::Union(types) => types.iter().map(term).collect::<Vec<_>>().join(" | "),
        Type::Headers => "headers".into(),
    }
}
