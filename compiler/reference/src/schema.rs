//! The catalogue as a JSON Schema: a definition for each kind, of what stands in its braces.
//!
//! Values that JSON has no form for are text as aev writes it, such as `"10s"`; `secret(…)` and `configmap(…)` are objects
//! with `name` and `key`, as in Argo Events.

use crate::page::Targets;
use crate::shape::{WORDS, term};
use aev_catalogue::{
    ACTIONS, ActionBody, BUSES, Block, Field, HEADER, HMAC, LOCATIONS, OPTIONS, Rule, SENSOR, SOURCE,
    SOURCES, SUCCESS_LABELS, SUCCESS_STATUS, Shape, VERIFY, Values,
};
use serde_json::{Map, Value, json};

/// The whole schema.
pub fn schema() -> Value {
    let mut definitions = Map::new();
    for kind in SOURCES {
        define(
            &mut definitions,
            "source",
            kind.name,
            with_doc(block(kind.block), kind.doc, Some(kind.targets)),
        );
    }
    for kind in ACTIONS {
        let body = match kind.body {
            ActionBody::Fields(fields) => block(fields),
            ActionBody::Resource => json!({ "type": "object" }),
            ActionBody::Arguments => json!({ "type": "object" }),
            ActionBody::Nothing => json!({ "type": "object", "additionalProperties": false }),
        };
        define(&mut definitions, "action", kind.name, with_doc(body, kind.doc, Some(kind.targets)));
        if !kind.args.is_empty() {
            let doc = format!("What may stand in parentheses behind `{}`.", kind.name);
            define(&mut definitions, "arguments", kind.name, with_doc(properties(kind.args), &doc, None));
        }
    }
    for kind in BUSES {
        define(&mut definitions, "bus", kind.name, with_doc(block(kind.block), kind.doc, Some(kind.targets)));
    }
    for location in LOCATIONS {
        define(&mut definitions, "from", location.name, with_doc(block(location.block), location.doc, None));
    }
    for option in OPTIONS {
        let mut schema = value(&option.field);
        if option.field.name == "success" {
            schema = json!({ "anyOf": [block(&SUCCESS_STATUS), block(&SUCCESS_LABELS)] });
            schema = with_doc(schema, option.field.doc, Some(option.field.targets));
        }
        define(&mut definitions, "option", option.field.name, schema);
    }
    for (name, fields, doc) in [
        ("pipeline", &HEADER, "The header of a file."),
        ("source", &SOURCE, "The fields of a source beside its events."),
        ("sensor", &SENSOR, "The fields of a sensor beside filters and triggers."),
    ] {
        define(&mut definitions, "object", name, with_doc(block(fields), doc, None));
    }
    let hmac = json!({ "type": "object", "properties": { "hmac": block(&HMAC) }, "required": ["hmac"], "additionalProperties": false });
    define(&mut definitions, "object", VERIFY.name, with_doc(hmac, VERIFY.doc, Some(VERIFY.targets)));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Kinds of aev",
        "description": "What stands in the braces of sources, actions, buses and the rest, with values as JSON.",
        "$defs": definitions,
    })
}

fn define(definitions: &mut Map<String, Value>, sort: &str, name: &str, schema: Value) {
    definitions.insert(format!("{sort}.{name}"), schema);
}

/// A schema that says what it is of, with the targets where one of them cannot do all.
fn with_doc(mut schema: Value, doc: &str, targets: Option<aev_catalogue::Targets>) -> Value {
    if let Some(object) = schema.as_object_mut() {
        let mut described = doc.to_owned();
        for limit in targets.map(|targets| Targets::from(targets).limits()).unwrap_or_default() {
            described.push_str(&format!(" {limit}."));
        }
        object.insert("description".into(), described.into());
    }
    schema
}

fn block(block: &Block) -> Value {
    let mut schema = properties(block.fields);
    let rules: Vec<Value> = block.rules.iter().filter_map(rule).collect();
    if let (Some(object), false) = (schema.as_object_mut(), rules.is_empty()) {
        object.insert("allOf".into(), rules.into());
    }
    schema
}

fn properties(fields: &[Field]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), value(field))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let (Some(object), false) = (schema.as_object_mut(), required.is_empty()) {
        object.insert("required".into(), required.into());
    }
    schema
}

/// A field.
fn value(field: &Field) -> Value {
    // A value of an event may stand there, whose type is known only to the compiler.
    let schema = if field.values == Values::Constant { shape(&field.shape) } else { loose(&field.shape) };
    let mut schema = with_doc(schema, field.doc, Some(field.targets));
    if let (Some(object), true, Shape::Text) = (schema.as_object_mut(), field.required, field.shape) {
        object.insert("minLength".into(), 1.into());
    }
    if let (Some(object), Some(default)) = (schema.as_object_mut(), field.default) {
        let default = serde_json::from_str(default).unwrap_or_else(|_| Value::from(default));
        object.insert("default".into(), default);
    }
    schema
}

/// What may stand there when an expression may.
fn loose(of: &Shape) -> Value {
    match of {
        Shape::List(_) | Shape::Map(_) | Shape::Record(_) => shape(of),
        _ => json!({}),
    }
}

fn shape(of: &Shape) -> Value {
    match of {
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Int { min, max } | Shape::QuotedInt { min, max } => bounded("integer", json!(min), json!(max)),
        Shape::Number { min, max } if *max == f64::MAX => json!({ "type": "number", "minimum": min }),
        Shape::Number { min, max } => bounded("number", json!(min), json!(max)),
        Shape::Port => bounded("integer", json!(1), json!(u16::MAX)),
        Shape::Endpoint | Shape::AbsolutePath => json!({ "type": "string", "pattern": "^/" }),
        Shape::RelativePath => json!({ "type": "string", "pattern": "^[^/]" }),
        Shape::Url(schemes) => json!({ "type": "string", "pattern": format!("^({})://", schemes.join("|")) }),
        Shape::Moment => json!({ "type": "string", "format": "date-time" }),
        Shape::Enum(texts) => json!({ "type": "string", "enum": texts }),
        Shape::Names(names) => {
            let values: Vec<&str> = names.values.iter().copied().chain(names.all).collect();
            json!({ "type": "string", "enum": values })
        }
        Shape::Secret | Shape::ConfigMap => {
            let text = json!({ "type": "string" });
            json!({
                "type": "object",
                "properties": { "name": text, "key": text },
                "required": ["name", "key"],
                "additionalProperties": false,
            })
        }
        Shape::List(element) => json!({ "type": "array", "items": shape(element) }),
        Shape::Map(element) => json!({ "type": "object", "additionalProperties": shape(element) }),
        Shape::Record(fields) => block(fields),
        Shape::Headers | Shape::Object => json!({ "type": "object" }),
        Shape::StatusCodes => {
            json!({ "anyOf": [{ "type": "array", "items": { "type": "integer" } }, { "const": "any" }] })
        }
        Shape::Value => json!({}),
        Shape::Seconds | Shape::Bytes => json!({ "type": ["string", "integer"], "examples": examples(of) }),
        Shape::Servers(_)
        | Shape::GrpcServer
        | Shape::HostPort { .. }
        | Shape::Pattern
        | Shape::Subject { .. }
        | Shape::Text
        | Shape::Joined(_)
        | Shape::ObjectName
        | Shape::Namespace
        | Shape::Bus => json!({ "type": "string" }),
        Shape::Duration | Shape::Size | Shape::Rate | Shape::Cron | Shape::Zone | Shape::ExcludedDays => {
            json!({ "type": "string", "examples": examples(of) })
        }
    }
}

/// What such a value looks like.
fn examples(of: &Shape) -> Vec<String> {
    let name = term(of);
    WORDS
        .iter()
        .filter(|word| word.name == name)
        .map(|word| word.value.trim_matches('"').to_owned())
        .collect()
}

/// Bounds, unless they are those of the type.
fn bounded(ty: &str, min: Value, max: Value) -> Value {
    let mut schema = json!({ "type": ty });
    if let Some(object) = schema.as_object_mut() {
        if min != json!(i64::MIN) {
            object.insert("minimum".into(), min);
        }
        if max != json!(i64::MAX) {
            object.insert("maximum".into(), max);
        }
    }
    schema
}

/// What a rule forbids; none for rules that only warn, and for those of one target.
fn rule(rule: &Rule) -> Option<Value> {
    let groups = |groups: &[&[&str]]| -> Vec<Value> {
        groups
            .iter()
            .map(|group| json!({ "anyOf": group.iter().map(|name| has(&[name])).collect::<Vec<_>>() }))
            .collect()
    };
    Some(match *rule {
        Rule::ExactlyOne(of) => json!({ "oneOf": groups(of) }),
        Rule::AtLeastOne(of) => json!({ "anyOf": groups(of) }),
        Rule::AtMostOne(of) => {
            let none = json!({ "not": { "anyOf": groups(of) } });
            let mut any = groups(of);
            any.push(none);
            json!({ "oneOf": any })
        }
        Rule::AllOrNone(names) => {
            let needs: Map<String, Value> =
                names.iter().map(|name| ((*name).to_owned(), json!(names))).collect();
            json!({ "dependentRequired": needs })
        }
        Rule::Requires(names, needed) => json!({ "if": has(names), "then": has(&[needed]) }),
        Rule::OnlyWith(name, other) => json!({ "if": has(&[name]), "then": has(&[other]) }),
        Rule::TrueNeeds(name, needed) => json!({
            "if": { "properties": { name: { "const": true } }, "required": [name] },
            "then": has(&[needed]),
        }),
        Rule::Not(name, number, _) => json!({ "properties": { name: { "not": { "const": number } } } }),
        Rule::IdleWithout(..) | Rule::ArgoNeedsTrue(..) => return None,
    })
}

fn has(names: &[&str]) -> Value {
    json!({ "required": names })
}
