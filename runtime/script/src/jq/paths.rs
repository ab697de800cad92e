//! Reading, writing and deleting by path.

use super::state::Place;
use super::{Fallible, builtins, error, operators::a};
use crate::limits::Meter;
use crate::value::{ITEM, List, MEMBER, Object, Value};
use aev_plan::document::MAX_DEPTH;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const NO_PATH: &str =
    "this is no path; only what is read from the input can be assigned to or deleted";

/// A list grows to at most so many elements by writing beyond its end.
const MAX_GROWTH: usize = 1 << 20;

/// The key that a slice has in a path.
pub(super) fn slice_key(from: Value, to: Value) -> Fallible<Value> {
    for end in [&from, &to] {
        if !matches!(end, Value::Null | Value::Number(_)) {
            return Err(error("the ends of a slice are numbers"));
        }
    }
    Ok(Value::object(BTreeMap::from([("end".into(), to), ("start".into(), from)]))?)
}

/// The place after some more steps.
pub(super) fn extend(place: &Place, keys: &[Value], meter: &mut Meter) -> Fallible<Place> {
    Ok(match place {
        Place::Unasked => Place::Unasked,
        Place::Nowhere => return Err(error(NO_PATH)),
        Place::At(path) => {
            let length = path.len() + keys.len();
            if length > MAX_DEPTH {
                return Err(error(crate::value::TOO_DEEP));
            }
            meter.allocate(length * ITEM)?;
            Place::At(Arc::new(path.iter().chain(keys).cloned().collect()))
        }
    })
}

/// What has a key in a value.
pub(super) fn member(value: &Value, key: &Value, meter: &mut Meter) -> Fallible<Value> {
    match (value, key) {
        (Value::Object(object), Value::Text(key)) => {
            meter.work(key.len())?;
            Ok(object.members.get(&**key).cloned().unwrap_or(Value::Null))
        }
        (Value::List(list), Value::Number(number)) => {
            let at = position(number.value, list.items.len());
            Ok(at.and_then(|at| list.items.get(at)).cloned().unwrap_or(Value::Null))
        }
        (Value::Null, Value::Text(_) | Value::Number(_) | Value::Object(_)) => Ok(Value::Null),
        (Value::List(list), Value::Object(slice)) => {
            let (from, to) = ends(slice, list.items.len());
            let items = list.items.get(from..to).unwrap_or_default();
            meter.allocate(items.len() * ITEM)?;
            Ok(Value::list(items.to_vec())?)
        }
        (Value::Text(text), Value::Object(slice)) => {
            meter.allocate(text.len())?;
            let (from, to) = ends(slice, text.chars().count());
            Ok(Value::Text(text.chars().skip(from).take(to - from).collect::<String>().into()))
        }
        (Value::List(list), Value::List(wanted)) => builtins::indices(&list.items, &wanted.items, meter),
        (value, key) => Err(error(format!("cannot read {} of {}", by(key), a(value)))),
    }
}

fn by(key: &Value) -> &'static str {
    match key {
        Value::Text(_) => "a member",
        Value::Number(_) => "an element",
        Value::Object(_) => "a slice",
        _ => "by such a key",
    }
}

/// A position, counted from the end when negative; none before the beginning.
fn position(number: f64, length: usize) -> Option<usize> {
    if number.is_nan() {
        return None;
    }
    let at = if number < 0.0 { number.trunc() + length as f64 } else { number.trunc() };
    (at >= 0.0 && at < usize::MAX as f64).then_some(at as usize)
}

fn ends(slice: &Object, length: usize) -> (usize, usize) {
    let end = |name: &str, absent: usize, round: fn(f64) -> f64| match slice.members.get(name) {
        Some(Value::Number(number)) if !number.value.is_nan() => {
            let at = if number.value < 0.0 { number.value + length as f64 } else { number.value };
            round(at).clamp(0.0, length as f64) as usize
        }
        _ => absent,
    };
    let from = end("start", 0, f64::floor);
    (from, end("end", length, f64::ceil).max(from))
}

/// What a path leads to.
pub(super) fn get(value: &Value, path: &[Value], meter: &mut Meter) -> Fallible<Value> {
    let mut value = value.clone();
    for key in path {
        meter.steps(1)?;
        value = member(&value, key, meter)?;
    }
    Ok(value)
}

/// The list alone: in place if nobody else holds it, else a copy.
fn own_list<'l>(list: &'l mut Arc<List>, meter: &mut Meter) -> Fallible<&'l mut List> {
    if Arc::get_mut(list).is_none() {
        meter.allocate(list.items.len() * ITEM)?;
        meter.work(list.items.len())?;
    }
    Ok(Arc::make_mut(list))
}

fn own_object<'o>(object: &'o mut Arc<Object>, meter: &mut Meter) -> Fallible<&'o mut Object> {
    if Arc::get_mut(object).is_none() {
        meter.allocate(object.members.len() * MEMBER)?;
        meter.work(object.members.len())?;
    }
    Ok(Arc::make_mut(object))
}

fn deepened(depth: usize, value: &Value) -> Fallible<usize> {
    let depth = depth.max(1 + value.depth());
    if depth > MAX_DEPTH { Err(error(crate::value::TOO_DEEP)) } else { Ok(depth) }
}

/// The value with another one at a path.
pub(super) fn set(value: Value, path: &[Value], new: Value, meter: &mut Meter) -> Fallible<Value> {
    let Some((key, rest)) = path.split_first() else { return Ok(new) };
    if path.len() > MAX_DEPTH {
        return Err(error(crate::value::TOO_DEEP));
    }
    meter.steps(1)?;
    match (value, key) {
        (Value::Null, Value::Text(_)) => set(Value::object(BTreeMap::new())?, path, new, meter),
        (Value::Null, Value::Number(_) | Value::Object(_)) => set(Value::list(Vec::new())?, path, new, meter),
        (Value::Object(mut object), Value::Text(key)) => {
            let held = own_object(&mut object, meter)?;
            let old = match held.members.get_mut(&**key) {
                Some(slot) => std::mem::replace(slot, Value::Null),
                None => {
                    meter.allocate(MEMBER + key.len())?;
                    Value::Null
                }
            };
            let inner = set(old, rest, new, meter)?;
            held.depth = deepened(held.depth, &inner)?;
            held.members.insert(key.clone(), inner);
            Ok(Value::Object(object))
        }
        (Value::List(mut list), Value::Number(number)) => {
            let at = position(number.value, list.items.len());
            let at = at.ok_or_else(|| error("there is nothing before the beginning of a list"))?;
            if at >= list.items.len() {
                if at >= MAX_GROWTH {
                    return Err(error("this is too far beyond the end of the list"));
                }
                meter.allocate((at + 1 - list.items.len()) * ITEM)?;
            }
            let held = own_list(&mut list, meter)?;
            if at >= held.items.len() {
                held.items.resize(at + 1, Value::Null);
            }
            if let Some(slot) = held.items.get_mut(at) {
                let old = std::mem::replace(slot, Value::Null);
                *slot = set(old, rest, new, meter)?;
                held.depth = deepened(held.depth, slot)?;
            }
            Ok(Value::List(list))
        }
        (Value::List(mut list), Value::Object(slice)) => {
            let (from, to) = ends(slice, list.items.len());
            let old = list.items.get(from..to).unwrap_or_default();
            meter.allocate(old.len() * ITEM)?;
            let old = Value::list(old.to_vec())?;
            let Value::List(inner) = set(old, rest, new, meter)? else {
                return Err(error("a slice is replaced by a list"));
            };
            meter.allocate(inner.items.len() * ITEM)?;
            meter.work(list.items.len())?;
            let held = own_list(&mut list, meter)?;
            held.depth = held.depth.max(inner.depth);
            held.items.splice(from..to, inner.items.iter().cloned());
            Ok(Value::List(list))
        }
        (value, key) => Err(error(format!("cannot write {} of {}", by(key), a(&value)))),
    }
}

/// The value without what some paths lead to; of nested ones the outer one counts.
pub(super) fn delete(value: Value, mut paths: Vec<Value>, meter: &mut Meter) -> Fallible<Value> {
    // From the last to the first, so that positions stay what they are.
    builtins::sort(&mut paths, meter)?;
    let mut value = value;
    for path in paths.iter().rev() {
        let Value::List(path) = path else { return Err(error("a path is a list")) };
        value = delete_one(value, &path.items, meter)?;
    }
    Ok(value)
}

fn delete_one(value: Value, path: &[Value], meter: &mut Meter) -> Fallible<Value> {
    let Some((key, rest)) = path.split_first() else { return Ok(Value::Null) };
    if path.len() > MAX_DEPTH {
        return Err(error(crate::value::TOO_DEEP));
    }
    meter.steps(1)?;
    match (value, key) {
        (Value::Null, _) => Ok(Value::Null),
        (Value::Object(mut object), Value::Text(key)) => {
            if object.members.contains_key(&**key) {
                let held = own_object(&mut object, meter)?;
                if rest.is_empty() {
                    held.members.remove(&**key);
                } else if let Some(slot) = held.members.get_mut(&**key) {
                    let old = std::mem::replace(slot, Value::Null);
                    *slot = delete_one(old, rest, meter)?;
                }
            }
            Ok(Value::Object(object))
        }
        (Value::List(mut list), Value::Number(number)) => {
            if let Some(at) = position(number.value, list.items.len()).filter(|at| *at < list.items.len()) {
                let held = own_list(&mut list, meter)?;
                if rest.is_empty() {
                    meter.work(held.items.len())?;
                    held.items.remove(at);
                } else if let Some(slot) = held.items.get_mut(at) {
                    let old = std::mem::replace(slot, Value::Null);
                    *slot = delete_one(old, rest, meter)?;
                }
            }
            Ok(Value::List(list))
        }
        (Value::List(mut list), Value::Object(slice)) => {
            let (from, to) = ends(slice, list.items.len());
            if rest.is_empty() {
                meter.work(list.items.len())?;
                own_list(&mut list, meter)?.items.drain(from..to);
                return Ok(Value::List(list));
            }
            let part = list.items.get(from..to).unwrap_or_default();
            meter.allocate(part.len() * ITEM)?;
            let Value::List(inner) = delete_one(Value::list(part.to_vec())?, rest, meter)? else {
                return Ok(Value::List(list));
            };
            own_list(&mut list, meter)?.items.splice(from..to, inner.items.iter().cloned());
            Ok(Value::List(list))
        }
        (value, key) => Err(error(format!("cannot delete {} of {}", by(key), a(&value)))),
    }
}
