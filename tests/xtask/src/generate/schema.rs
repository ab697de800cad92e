//! From JSON Schema (draft 7, as far as providers' schemas use it) to the shapes of the catalogue's types.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A type, as in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ty {
    Any,
    Null,
    Bool,
    Int,
    Number,
    Text,
    Base64,
    Literal(Literal),
    List(Box<Ty>),
    Map(Box<Ty>),
    /// By the name of its static.
    Record(String),
    Union(Vec<Ty>),
}

/// A type with one value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Literal {
    Text(String),
    Int(i64),
    Bool(bool),
}

/// An object whose members are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The definition it comes from, also of one that narrows it.
    pub definition: Option<String>,
    /// Name, type, and whether it may be absent.
    pub members: Vec<(String, Ty, bool)>,
    pub open: bool,
    /// The file it is written to: that of the definition it is a part of.
    pub file: String,
}

impl Record {
    fn says_the_same(&self, other: &Record) -> bool {
        self.definition == other.definition && self.members == other.members && self.open == other.open
    }
}

/// The file of what several others use.
pub const COMMON: &str = "common";

/// The records that were met, by the name of their static, in the order in which they are complete.
pub struct Types<'a> {
    definitions: &'a Map<String, Value>,
    /// The file of a definition: [`COMMON`], or one that only its own definitions use.
    file_of: Box<dyn Fn(&str) -> String + 'a>,
    /// The definitions that are being turned, from the outside in.
    inside: Vec<String>,
    pub records: Vec<(String, Record)>,
    /// What a record would be called that is another.
    pub also: BTreeMap<String, String>,
    /// What each definition became.
    pub named: BTreeMap<String, Ty>,
}

impl<'a> Types<'a> {
    pub fn new(definitions: &'a Map<String, Value>, file_of: impl Fn(&str) -> String + 'a) -> Types<'a> {
        Types {
            definitions,
            file_of: Box::new(file_of),
            inside: Vec::new(),
            records: Vec::new(),
            also: BTreeMap::new(),
            named: BTreeMap::new(),
        }
    }

    /// The record with a static of that name.
    pub fn known(&self, name: &str) -> Option<&Record> {
        self.records.iter().find(|(known, _)| known == name).map(|(_, record)| record)
    }

    /// The type of a definition. One that refers to itself is an error: types are compared member by member.
    pub fn definition(&mut self, name: &str) -> Result<Ty, String> {
        if let Some(ty) = self.named.get(name) {
            return Ok(ty.clone());
        }
        let schema = self.definitions.get(name).ok_or_else(|| format!("no definition `{name}`"))?;
        if self.inside.iter().any(|outer| outer == name) {
            return Err(format!("`{name}` refers to itself"));
        }
        self.inside.push(name.into());
        let ty = self.convert(schema, &constant(name), Some(name))?;
        self.inside.pop();
        self.named.insert(name.into(), ty.clone());
        Ok(ty)
    }

    /// The type of a schema. `path` names what stands inside it, `definition` is set for the schema of one itself.
    fn convert(&mut self, schema: &Value, path: &str, definition: Option<&str>) -> Result<Ty, String> {
        let Some(schema) = schema.as_object() else { return Ok(Ty::Any) };
        if let Some(name) = reference(schema) {
            return self.definition(name);
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            let (merged, base) = self.merged(parts)?;
            if let Some(base) = base {
                // A message calls the record by this name, so a file can write it.
                self.definition(base)?;
            }
            return self.record(&merged, path, base);
        }
        if let Some(parts) = schema.get("oneOf").or(schema.get("anyOf")).and_then(Value::as_array) {
            let several = parts.iter().filter(|p| p.get("properties").is_some()).count() > 1;
            let mut types = Vec::new();
            for (n, part) in parts.iter().enumerate() {
                let path = if several { format!("{path}_{}", n + 1) } else { path.into() };
                types.push(self.convert(part, &path, definition)?);
            }
            return union(types).map_err(|error| format!("{path}: {error}"));
        }
        if let Some(value) = schema.get("const") {
            return literal(value);
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return union(values.iter().map(literal).collect::<Result<_, _>>()?);
        }
        match schema.get("type") {
            None if schema.contains_key("properties") => self.record(schema, path, definition),
            None => Ok(Ty::Any),
            Some(Value::Array(names)) => {
                let types = names.iter().map(|name| self.plain(name.as_str(), schema, path, definition));
                union(types.collect::<Result<_, _>>()?)
            }
            Some(name) => self.plain(name.as_str(), schema, path, definition),
        }
    }

    fn plain(
        &mut self,
        name: Option<&str>,
        schema: &Map<String, Value>,
        path: &str,
        definition: Option<&str>,
    ) -> Result<Ty, String> {
        Ok(match name {
            Some("null") => Ty::Null,
            Some("boolean") => Ty::Bool,
            Some("integer") => Ty::Int,
            Some("number") => Ty::Number,
            Some("string") if schema.get("format").is_some_and(|format| format == "byte") => Ty::Base64,
            Some("string") => Ty::Text,
            Some("array") => match schema.get("items") {
                Some(items) => Ty::List(Box::new(self.convert(items, path, None)?)),
                None => Ty::List(Box::new(Ty::Any)),
            },
            Some("object") if has_members(schema) => self.record(schema, path, definition)?,
            Some("object") => match schema.get("additionalProperties") {
                Some(values @ Value::Object(_)) => Ty::Map(Box::new(self.convert(values, path, None)?)),
                Some(Value::Bool(false)) => self.record(schema, path, definition)?,
                _ => Ty::Map(Box::new(Ty::Any)),
            },
            other => return Err(format!("{path}: type {other:?}")),
        })
    }

    /// A record; one that has the same members as another without a name of its own is that other.
    fn record(
        &mut self,
        schema: &Map<String, Value>,
        path: &str,
        definition: Option<&str>,
    ) -> Result<Ty, String> {
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let required = |name: &str| {
            schema.get("required").and_then(Value::as_array).is_some_and(|all| all.iter().any(|r| r == name))
        };
        let mut members = Vec::new();
        for (name, property) in properties {
            let ty = self.convert(property, &format!("{path}_{}", constant(name)), None)?;
            members.push((name.clone(), ty, !required(name)));
        }
        let open = schema.get("additionalProperties").is_none_or(|more| more != &Value::Bool(false));
        let file = self.inside.last().map_or_else(|| COMMON.into(), |name| (self.file_of)(name));
        let record = Record { definition: definition.map(Into::into), members, open, file };
        let shared = |known: &Record| known.file == COMMON || known.file == record.file;
        if let Some((name, _)) =
            self.records.iter().find(|(_, known)| shared(known) && known.says_the_same(&record))
        {
            let name = name.clone();
            self.also.insert(path.into(), name.clone());
            return Ok(Ty::Record(name));
        }
        if self.records.iter().any(|(name, _)| name == path) {
            return Err(format!("two different records would be called `{path}`"));
        }
        self.records.push((path.into(), record));
        Ok(Ty::Record(path.into()))
    }

    /// One schema with what all of these say, a later one being narrower than an earlier one, and the first definition.
    fn merged<'b>(&self, parts: &'b [Value]) -> Result<(Map<String, Value>, Option<&'b str>), String>
    where
        'a: 'b,
    {
        let mut all = Map::new();
        let mut base = None;
        for part in parts {
            let part = part.as_object().ok_or("a part of `allOf` is no object")?;
            let name = reference(part);
            let part = match name {
                Some(name) => {
                    self.definitions.get(name).and_then(Value::as_object).ok_or("a reference to nothing")?
                }
                None => part,
            };
            base = base.or(name);
            narrow(&mut all, part);
        }
        Ok((all, base))
    }
}

/// Members are listed: an empty list says no more than none.
fn has_members(schema: &Map<String, Value>) -> bool {
    schema.get("properties").and_then(Value::as_object).is_some_and(|members| !members.is_empty())
}

fn reference(schema: &Map<String, Value>) -> Option<&str> {
    schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/definitions/"))
}

/// Adds what the second object schema says to the first.
fn narrow(schema: &mut Map<String, Value>, by: &Map<String, Value>) {
    for (key, value) in by {
        match (key.as_str(), schema.get_mut(key), value) {
            ("properties", Some(Value::Object(properties)), Value::Object(narrower)) => {
                for (name, value) in narrower {
                    match (properties.get_mut(name), value) {
                        (Some(Value::Object(known)), Value::Object(value))
                            if known.contains_key("properties") && value.contains_key("properties") =>
                        {
                            narrow(known, value);
                        }
                        (Some(Value::Object(known)), Value::Object(value))
                            if reference(known).is_some() && value.contains_key("properties") =>
                        {
                            *known = Map::from_iter([("allOf".into(), json!([known, value]))]);
                        }
                        _ => {
                            properties.insert(name.clone(), value.clone());
                        }
                    }
                }
            }
            ("required", Some(Value::Array(names)), Value::Array(more)) => names.extend(more.iter().cloned()),
            _ => {
                schema.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
    }
}

fn literal(value: &Value) -> Result<Ty, String> {
    match value {
        Value::Null => Ok(Ty::Null),
        Value::Bool(value) => Ok(Ty::Literal(Literal::Bool(*value))),
        Value::String(text) => Ok(Ty::Literal(Literal::Text(text.clone()))),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Ok(Ty::Literal(Literal::Int(number))),
            None => Err(format!("the literal {number}")),
        },
        other => Err(format!("the literal {other}")),
    }
}

/// One type for several: flat, without repetition. What says nothing beside what says something would hide it.
fn union(types: Vec<Ty>) -> Result<Ty, String> {
    let mut flat: Vec<Ty> = Vec::new();
    for ty in types {
        let several = if let Ty::Union(members) = ty { members } else { vec![ty] };
        for ty in several {
            if !flat.contains(&ty) {
                flat.push(ty);
            }
        }
    }
    match flat.len() {
        1 => Ok(flat.remove(0)),
        _ if flat.contains(&Ty::Any) => Err("one of several types says nothing".into()),
        _ => Ok(Ty::Union(flat)),
    }
}

/// `pull_request$opened` as a Rust constant: `PULL_REQUEST_OPENED`.
pub fn constant(name: &str) -> String {
    let parts: Vec<_> =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    parts.join("_").to_uppercase()
}

/// `pull_request$opened` of `github` as a name of a type: `github.PullRequestOpenedEvent`.
pub fn title(provider: &str, definition: &str) -> String {
    let mut name = format!("{provider}.");
    for part in definition.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut chars = part.chars();
        name.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(chars.as_str());
    }
    if definition.contains('$') && !definition.ends_with("$event") {
        name.push_str("Event");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(definitions: Value, name: &str) -> (Ty, Vec<(String, Record)>) {
        let definitions = definitions.as_object().unwrap().clone();
        let mut types = Types::new(&definitions, |_| COMMON.into());
        let ty = types.definition(name).unwrap();
        (ty, types.records)
    }

    #[test]
    fn names_follow_the_definition() {
        assert_eq!(title("github", "pull_request$opened"), "github.PullRequestOpenedEvent");
        assert_eq!(title("github", "push$event"), "github.PushEvent");
        assert_eq!(title("github", "installation-lite"), "github.InstallationLite");
        assert_eq!(constant("X-GitHub-Event"), "X_GITHUB_EVENT");
    }

    #[test]
    fn a_part_of_all_of_narrows_a_member() {
        let (ty, records) = types(
            json!({
                "issue": { "type": "object", "required": ["state"], "additionalProperties": false, "properties": {
                    "state": { "enum": ["open", "closed"] }, "closed_at": { "type": ["string", "null"] },
                } },
                "closed": { "allOf": [{ "$ref": "#/definitions/issue" }, { "required": ["closed_at"], "properties": {
                    "closed_at": { "type": "string" },
                } }] },
            }),
            "closed",
        );
        assert_eq!(ty, Ty::Record("CLOSED".into()));
        let (_, record) = records.iter().find(|(name, _)| name == "CLOSED").unwrap();
        assert_eq!(record.definition.as_deref(), Some("issue"));
        let open = ["open", "closed"].map(|s| Ty::Literal(Literal::Text(s.into()))).to_vec();
        assert_eq!(
            record.members,
            [("state".into(), Ty::Union(open), false), ("closed_at".into(), Ty::Text, false)]
        );
    }

    #[test]
    fn equal_records_without_a_name_are_one() {
        let point = json!({ "type": "object", "additionalProperties": false, "properties": { "x": { "type": "integer" } } });
        let (_, records) = types(
            json!({ "line": { "type": "object", "properties": { "from": point, "to": point } } }),
            "line",
        );
        assert_eq!(records.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["LINE_FROM", "LINE"]);
    }

    #[test]
    fn a_union_is_flat() {
        let (ty, _) =
            types(json!({ "a": { "oneOf": [{ "type": ["string", "null"] }, { "type": "null" }] } }), "a");
        assert_eq!(ty, Ty::Union(vec![Ty::Text, Ty::Null]));
    }
}
