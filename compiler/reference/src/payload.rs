//! What events hold.

use crate::page::Row;
use aev_catalogue::{ByEvent, Literal, Member, SourceKind, Type};

/// As deep as types without a name are written out.
const DEPTH: usize = 8;

/// The roots of a kind's events.
pub fn rows(kind: &SourceKind) -> Vec<Row> {
    kind.payload.roots.iter().map(|root| row(root, DEPTH)).collect()
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

fn row(member: &Member, depth: usize) -> Row {
    let inside = depth.checked_sub(1).map(|depth| (depth, members(&member.ty)));
    Row {
        name: member.name.to_owned(),
        ty: term(&member.ty),
        required: false,
        default: None,
        notes: if member.optional { vec!["may be absent".into()] } else { Vec::new() },
        doc: member.doc.to_owned(),
        rows: inside
            .map(|(depth, members)| members.iter().map(|member| row(member, depth)).collect())
            .unwrap_or_default(),
        rules: Vec::new(),
    }
}

/// The members of a type without a name.
fn members(ty: &Type) -> &'static [Member] {
    match ty {
        Type::Record(record) if record.name.is_none() => record.members,
        Type::List(element) | Type::Map(element) => members(element),
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
