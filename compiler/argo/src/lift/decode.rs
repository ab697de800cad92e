//! Strict decoding: every field of an object is one that Argo Events has, and holds what Argo Events reads there.

use super::finding::{Finding, Problem};
use super::schema::{Field, PARAMETERS, SECURE_HEADERS, TRIGGER_TYPE, Type, of_shape};
use crate::node::{Entry, Node, Value};
use aev_catalogue::{ActionBody, Block, Shape, Values};

/// Looks through a value; what is wrong goes to `findings`.
pub(super) fn check(node: &Node, of: Type, path: &str, findings: &mut Vec<Finding>) {
    Walk { findings, outer: Vec::new() }.value(node, of, path);
}

struct Walk<'a> {
    findings: &'a mut Vec<Finding>,
    /// The objects around, with their paths.
    outer: Vec<(String, &'static [Field])>,
}

impl Walk<'_> {
    fn value(&mut self, node: &Node, of: Type, path: &str) {
        let fits = match (of, &node.value) {
            (_, Value::Null) | (Type::Any, _) => return,
            (Type::Text, Value::Text(_))
            | (Type::Bool, Value::Bool(_))
            | (Type::Number, Value::Number(_)) => true,
            (Type::Int, Value::Number(number)) => number.as_i64().is_some(),
            (Type::Duration, Value::Text(_) | Value::Number(_)) => true,
            (Type::List(of), Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, *of, &format!("{path}[{index}]"));
                }
                true
            }
            (Type::Map(of), Value::Map(entries)) => {
                for entry in entries {
                    self.value(&entry.value, *of, &format!("{path}.{}", entry.key));
                }
                true
            }
            (Type::Shape(Shape::List(of)), Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, of_shape(of), &format!("{path}[{index}]"));
                }
                true
            }
            (Type::Shape(Shape::Map(of)), Value::Map(entries)) => {
                for entry in entries {
                    self.value(&entry.value, of_shape(of), &format!("{path}.{}", entry.key));
                }
                true
            }
            (Type::Call(kind), Value::Map(entries)) => {
                let body = aev_catalogue::action(kind).map(|kind| kind.body);
                if let Some(ActionBody::Fields(block)) = body {
                    for entry in entries {
                        self.call(entry, block, path);
                    }
                }
                true
            }
            (Type::Location(kind), Value::Map(entries)) => {
                let fields = aev_catalogue::location(kind).map_or(&[] as &[_], |kind| kind.block.fields);
                for entry in entries {
                    // A bucket is described for sources, too.
                    let known = fields.iter().find(|field| field.name == entry.key);
                    match (known, kind) {
                        (Some(field), _) => {
                            self.value(&entry.value, of_shape(&field.shape), &format!("{path}.{}", entry.key))
                        }
                        (None, "s3") if matches!(&*entry.key, "events" | "filter" | "metadata") => {}
                        (None, _) => self.unknown(entry, path, fields.iter().map(|field| field.name)),
                    }
                }
                true
            }
            (Type::Object(fields), Value::Map(entries)) => {
                self.object(entries, fields, path);
                true
            }
            (Type::Event(block) | Type::Block(block), Value::Map(entries)) => {
                for entry in entries {
                    let inner = format!("{path}.{}", entry.key);
                    match block.field(&entry.key) {
                        Some(field) => self.value(&entry.value, of_shape(&field.shape), &inner),
                        None if matches!(of, Type::Event(_)) && entry.key == "filter" => {
                            let what = "filter".to_owned();
                            self.findings
                                .push(Finding { problem: Problem::NotBuilt { what }, origin: entry.origin });
                        }
                        None => self.unknown(entry, path, block.fields.iter().map(|field| field.name)),
                    }
                }
                true
            }
            _ => false,
        };
        if !fits {
            let problem =
                Problem::WrongType { path: path.to_owned(), expected: words(of), found: node.kind() };
            self.findings.push(Finding { problem, origin: node.origin });
        }
    }

    /// A field of an action. Where aev has values in place, Argo has lists of parameters.
    fn call(&mut self, entry: &Entry, block: &'static Block, path: &str) {
        let field = block.field(&entry.key);
        let has_headers = block.fields.iter().any(|field| field.shape == Shape::Headers);
        let of = match (entry.key.as_str(), field) {
            ("parameters", _) => PARAMETERS,
            ("secureHeaders", _) if has_headers => SECURE_HEADERS,
            ("dynamicHeaders", _) if block.field("headers").is_some_and(|f| f.values != Values::Constant) => {
                PARAMETERS
            }
            (_, Some(field)) if field.values == Values::Json => PARAMETERS,
            (_, Some(field)) if field.shape == Shape::Headers => Type::Map(&Type::Text),
            (_, Some(field)) => of_shape(&field.shape),
            (_, None) => return self.unknown(entry, path, block.fields.iter().map(|field| field.name)),
        };
        self.value(&entry.value, of, &format!("{path}.{}", entry.key));
    }

    fn object(&mut self, entries: &[Entry], fields: &'static [Field], path: &str) {
        self.outer.push((path.to_owned(), fields));
        for entry in entries {
            let inner = format!("{path}.{}", entry.key);
            match fields.iter().find(|(name, _)| *name == entry.key) {
                Some(("dlqTrigger", _)) => self.value(&entry.value, TRIGGER_TYPE, &inner),
                Some((_, of)) => self.value(&entry.value, *of, &inner),
                None => self.unknown(entry, path, fields.iter().map(|(name, _)| *name)),
            }
        }
        self.outer.pop();
    }

    fn unknown<'a>(&mut self, entry: &Entry, path: &str, known: impl Iterator<Item = &'a str>) {
        let has = |fields: &[Field]| fields.iter().any(|(name, _)| *name == entry.key);
        let owner = self.outer.iter().rev().find(|(_, fields)| has(fields));
        let problem = match owner {
            Some((belongs, _)) => {
                Problem::MisplacedField { name: entry.key.clone(), belongs: belongs.clone() }
            }
            None => Problem::UnknownField {
                name: entry.key.clone(),
                owner: path.to_owned(),
                suggestion: nearest(&entry.key, known).map(str::to_owned),
            },
        };
        self.findings.push(Finding { problem, origin: entry.origin });
    }
}

fn words(of: Type) -> &'static str {
    match of {
        Type::Text => "text",
        Type::Bool => "`true` or `false`",
        Type::Int => "a whole number",
        Type::Number => "a number",
        Type::Duration => "a duration",
        Type::List(_) | Type::Shape(Shape::List(_)) => "a list",
        Type::Map(_)
        | Type::Object(_)
        | Type::Event(_)
        | Type::Block(_)
        | Type::Call(_)
        | Type::Location(_)
        | Type::Shape(_) => "an object",
        Type::Any => "a value",
    }
}

/// The name that differs only in its case, or in at most a third of its letters.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.map(|other| {
        let distance = if other.eq_ignore_ascii_case(name) { 0 } else { distance(name, other) };
        (distance, other)
    });
    scored
        .min()
        .filter(|(distance, other)| *distance * 3 <= other.len().max(name.len()))
        .map(|(_, other)| other)
}

/// How many letters must be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((y, above), (_, left_above)) in b.chars().zip(row.iter().skip(1)).zip(row.iter().enumerate()) {
            let change = left_above + usize::from(x != y);
            let step = next.last().copied().unwrap_or_default().min(*above) + 1;
            next.push(change.min(step));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
