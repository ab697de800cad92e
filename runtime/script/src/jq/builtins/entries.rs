//! Objects as lists of their members, and lists turned over.

use super::items;
use crate::jq::operators::a;
use crate::jq::{Fallible, error, formats};
use crate::limits::Meter;
use crate::value::{ITEM, MEMBER, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn entry(key: Value, value: Value, meter: &mut Meter) -> Fallible<Value> {
    meter.allocate(2 * MEMBER)?;
    Ok(Value::object(BTreeMap::from([("key".into(), key), ("value".into(), value)]))?)
}

pub(super) fn to_entries(value: &Value, meter: &mut Meter) -> Fallible<Value> {
    let mut entries = Vec::new();
    match value {
        Value::Object(object) => {
            for (key, value) in &object.members {
                entries.push(entry(Value::Text(key.clone()), value.clone(), meter)?);
            }
        }
        Value::List(list) => {
            for (at, value) in list.items.iter().enumerate() {
                entries.push(entry(at.into(), value.clone(), meter)?);
            }
        }
        other => return Err(error(format!("{} has no entries", a(other)))),
    }
    Ok(Value::list(entries)?)
}

pub(super) fn from_entries(value: &Value, meter: &mut Meter) -> Fallible<Value> {
    let mut members = BTreeMap::new();
    for item in items(value, meter)? {
        let Value::Object(entry) = &item else {
            return Err(error("an entry is an object with key and value"));
        };
        let first = |names: &[&str]| {
            let mut held = names.iter().filter_map(|name| entry.members.get(*name));
            held.clone().find(|value| value.is_true()).or_else(|| held.next_back()).cloned()
        };
        let key: Arc<str> = match first(&["key", "Key", "k", "K", "name", "Name"]) {
            Some(Value::Text(key)) => key,
            None | Some(Value::Null) => "null".into(),
            Some(key @ (Value::Bool(_) | Value::Number(_))) => formats::text(&key, meter)?,
            Some(key) => return Err(error(format!("{} cannot be a key", a(&key)))),
        };
        let names = ["value", "Value", "v", "V"];
        let value = names.iter().find_map(|name| entry.members.get(*name)).cloned().unwrap_or(Value::Null);
        meter.allocate(MEMBER + key.len())?;
        members.insert(key, value);
    }
    Ok(Value::object(members)?)
}

pub(super) fn transpose(value: &Value, meter: &mut Meter) -> Fallible<Value> {
    let rows = items(value, meter)?;
    let mut columns: Vec<Vec<Value>> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let Value::List(row) = row else { return Err(error("`transpose` takes a list of lists")) };
        if row.items.len() > columns.len() {
            meter.allocate((row.items.len() - columns.len()) * (rows.len() + 1) * ITEM)?;
            columns.resize_with(row.items.len(), || vec![Value::Null; rows.len()]);
        }
        for (column, item) in columns.iter_mut().zip(&row.items) {
            if let Some(slot) = column.get_mut(at) {
                *slot = item.clone();
            }
        }
    }
    let lists: Result<Vec<Value>, _> = columns.into_iter().map(Value::list).collect();
    Ok(Value::list(lists?)?)
}
