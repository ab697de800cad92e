//! From recordings to the definitions of a JSON Schema, as providers that have one publish it.

use super::Provider;
use aev_language::infer::{Record, Seen};
use aev_plan::json::Json;
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What the recordings of a provider have shown.
pub struct Shapes<'a> {
    provider: &'a Provider,
    /// By definition: the events, and what several places hold.
    seen: BTreeMap<String, Seen>,
    /// By definition, where its places begin.
    places: BTreeMap<String, String>,
    /// By definition, what its recordings say of themselves.
    said: BTreeMap<String, BTreeSet<String>>,
    /// The settings of the provider that were of use.
    used: RefCell<BTreeSet<&'a str>>,
}

impl<'a> Shapes<'a> {
    pub fn new(provider: &'a Provider) -> Shapes<'a> {
        Shapes {
            provider,
            seen: BTreeMap::new(),
            places: BTreeMap::new(),
            said: BTreeMap::new(),
            used: RefCell::default(),
        }
    }

    /// One more recording of an event.
    pub fn add(&mut self, stem: &str, definition: &str, body: &Json) {
        let mut seen = Seen::default();
        seen.add(body);
        self.take(definition, stem, &seen);
        if let Some(says) = self.provider.says {
            let said = body.get(says).and_then(Json::as_str).unwrap_or_default();
            self.said.entry(definition.into()).or_default().insert(said.into());
        }
    }

    /// Takes over what was seen of a definition, and what is in it of others.
    fn take(&mut self, definition: &str, place: &str, seen: &Seen) {
        self.places.entry(definition.into()).or_insert_with(|| place.into());
        self.within(seen, place);
        self.seen.entry(definition.into()).or_default().absorb(seen);
    }

    fn within(&mut self, seen: &Seen, place: &str) {
        if let Some(element) = &seen.list {
            self.at(element, &format!("{place}[]"));
        }
        for (name, member, _) in seen.record.iter().flat_map(Record::members) {
            self.at(member, &format!("{place}.{name}"));
        }
    }

    fn at(&mut self, seen: &Seen, place: &str) {
        match self.part(place) {
            Some(definition) if seen.record.is_some() => {
                let of_objects = Seen { record: seen.record.clone(), ..Seen::default() };
                self.take(definition, definition, &of_objects);
            }
            _ => self.within(seen, place),
        }
    }

    /// The definition of what stands at a place, if it is one that several places have.
    fn part(&self, place: &str) -> Option<&'a str> {
        let parts = self.provider.parts.iter().filter(|(end, _)| ends(place, end));
        let (end, definition) = parts.max_by_key(|(end, _)| end.len())?;
        self.used.borrow_mut().insert(end);
        Some(*definition).filter(|definition| !definition.is_empty())
    }

    /// The definitions by name. A setting that no recording needs is an error.
    pub fn definitions(&self) -> Result<Map<String, Value>, String> {
        let mut definitions = Map::new();
        for (name, seen) in &self.seen {
            let place = self.places.get(name).map_or("", String::as_str);
            let Some(record) = &seen.record else { return Err(format!("{name} is no object")) };
            let mut schema = self.object(record, place);
            if let Some(says) = self.provider.says
                && let Some(said) = self.said.get(name)
            {
                let [said] = Vec::from_iter(said)[..] else {
                    return Err(format!("{name} says of itself {said:?}"));
                };
                let slot = schema.pointer_mut(&format!("/properties/{says}"));
                // An event that says nothing of itself has no such member.
                if let Some(slot) = slot {
                    let also = self.provider.says_also.iter().filter(|(event, _)| *event == place);
                    let all: Vec<&str> =
                        std::iter::once(said.as_str()).chain(also.map(|(_, said)| *said)).collect();
                    *slot = json!({ "enum": all });
                }
            }
            definitions.insert(name.clone(), schema);
        }
        let provider = self.provider;
        let settings = provider.parts.iter().map(|(end, _)| *end).chain(provider.sparse.iter().copied());
        let used = self.used.borrow();
        match settings.filter(|setting| !used.contains(setting)).collect::<Vec<_>>()[..] {
            [] => Ok(definitions),
            ref idle => Err(format!("no recording has {}", idle.join(", "))),
        }
    }

    fn schema(&self, seen: &Seen, place: &str) -> Value {
        let mut types = Vec::new();
        if let Some(record) = &seen.record {
            types.push(match self.part(place) {
                Some(definition) => json!({ "$ref": format!("#/definitions/{definition}") }),
                None => self.object(record, place),
            });
        }
        if let Some(element) = &seen.list {
            let place = format!("{place}[]");
            types.push(match self.schema(element, &place) {
                Value::Object(nothing) if nothing.is_empty() => json!({ "type": "array" }),
                items => json!({ "type": "array", "items": items }),
            });
        }
        let plain = [
            (seen.text, "string"),
            (seen.number, "number"),
            (seen.int && !seen.number, "integer"),
            (seen.bool, "boolean"),
        ];
        types.extend(plain.into_iter().filter(|(there, _)| *there).map(|(_, name)| json!({ "type": name })));
        match types.len() {
            // `null` alone says nothing.
            0 => json!({}),
            1 if !seen.null => types.remove(0),
            _ => {
                types.extend(seen.null.then(|| json!({ "type": "null" })));
                json!({ "anyOf": types })
            }
        }
    }

    fn object(&self, record: &Record, place: &str) -> Value {
        let sparse = self.provider.sparse.iter().find(|end| ends(place, end));
        self.used.borrow_mut().extend(sparse);
        let mut properties = Map::new();
        let mut required = Vec::new();
        for (name, seen, missing) in record.members() {
            let alike = self.provider.alike.iter().find(|names| names.contains(&name));
            let mut seen = seen.clone();
            for (other, also, _) in record.members() {
                if alike.is_some_and(|names| names.contains(&other)) {
                    seen.absorb(also);
                }
            }
            properties.insert(name.to_owned(), self.schema(&seen, &format!("{place}.{name}")));
            if !missing && sparse.is_none() {
                required.push(name);
            }
        }
        json!({ "type": "object", "additionalProperties": properties.is_empty(), "properties": properties, "required": required })
    }
}

/// Whether a place ends with these steps.
fn ends(place: &str, end: &str) -> bool {
    place.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}
