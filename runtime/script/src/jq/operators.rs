//! `+ - * / %` and comparisons.

use super::syntax::Op;
use super::{Fallible, error};
use crate::limits::Meter;
use crate::value::{ITEM, List, MEMBER, Object, Value};
use std::sync::Arc;

/// A value in a message: its type only.
pub(super) fn a(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::Text(_) => "text",
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
    }
}

pub(super) fn apply(op: Op, left: Value, right: Value, meter: &mut Meter) -> Fallible<Value> {
    let order = match op {
        Op::Add => return add(left, right, meter),
        Op::Subtract => return subtract(left, &right, meter),
        Op::Multiply => return multiply(left, right, meter),
        Op::Divide => return divide(&left, &right, meter),
        Op::Modulo => return modulo(&left, &right),
        _ => left.compare(&right, meter)?,
    };
    Ok(match op {
        Op::Equal => order.is_eq(),
        Op::Unequal => order.is_ne(),
        Op::Less => order.is_lt(),
        Op::AtMost => order.is_le(),
        Op::Greater => order.is_gt(),
        _ => order.is_ge(),
    }
    .into())
}

pub(super) fn add(left: Value, right: Value, meter: &mut Meter) -> Fallible<Value> {
    match (left, right) {
        (Value::Null, other) | (other, Value::Null) => Ok(other),
        (Value::Number(a), Value::Number(b)) => Ok((a.value + b.value).into()),
        (Value::Text(a), Value::Text(b)) => {
            meter.allocate(a.len() + b.len())?;
            Ok(Value::Text([&*a, &*b].concat().into()))
        }
        (Value::List(mut a), Value::List(b)) => {
            let depth = a.depth.max(b.depth);
            match Arc::get_mut(&mut a) {
                Some(held) => {
                    meter.allocate(2 * b.items.len() * ITEM)?;
                    held.items.extend(b.items.iter().cloned());
                    held.depth = depth;
                    Ok(Value::List(a))
                }
                None => {
                    meter.allocate((a.items.len() + b.items.len()) * ITEM)?;
                    let items = a.items.iter().chain(&b.items).cloned().collect();
                    Ok(Value::List(Arc::new(List { items, depth })))
                }
            }
        }
        (Value::Object(mut a), Value::Object(b)) => {
            meter.allocate(b.members.len() * MEMBER)?;
            if Arc::get_mut(&mut a).is_none() {
                meter.allocate(a.members.len() * MEMBER)?;
            }
            let held = Arc::make_mut(&mut a);
            held.depth = held.depth.max(b.depth);
            held.members.extend(b.members.iter().map(|(key, value)| (key.clone(), value.clone())));
            Ok(Value::Object(a))
        }
        (left, right) => Err(unfit("add", &left, &right)),
    }
}

fn unfit(what: &str, left: &Value, right: &Value) -> super::Raise {
    error(format!("cannot {what} {} and {}", a(left), a(right)))
}

fn subtract(left: Value, right: &Value, meter: &mut Meter) -> Fallible<Value> {
    match (&left, right) {
        (Value::Number(a), Value::Number(b)) => Ok((a.value - b.value).into()),
        (Value::List(a), Value::List(b)) => {
            meter.allocate(a.items.len() * ITEM)?;
            let mut items = Vec::new();
            for item in &a.items {
                let mut found = false;
                for other in &b.items {
                    if item.compare(other, meter)?.is_eq() {
                        found = true;
                        break;
                    }
                }
                if !found {
                    items.push(item.clone());
                }
            }
            Ok(Value::list(items)?)
        }
        _ => Err(unfit("subtract", &left, right)),
    }
}

fn multiply(left: Value, right: Value, meter: &mut Meter) -> Fallible<Value> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => Ok((a.value * b.value).into()),
        (Value::Text(text), Value::Number(times)) | (Value::Number(times), Value::Text(text)) => {
            let times = times.value;
            if times.is_nan() || times < 0.0 {
                return Ok(Value::Null);
            }
            // Saturates; a negative count was answered above.
            let times = times.floor() as usize;
            meter.allocate(text.len().saturating_mul(times))?;
            Ok(Value::Text(text.repeat(if text.is_empty() { 0 } else { times }).into()))
        }
        (Value::Object(a), Value::Object(b)) => Ok(Value::Object(merge(a, &b, meter)?)),
        (left, right) => Err(unfit("multiply", &left, &right)),
    }
}

/// Objects member by member, as deep as both have objects.
fn merge(mut left: Arc<Object>, right: &Object, meter: &mut Meter) -> Fallible<Arc<Object>> {
    meter.allocate(left.members.len().saturating_add(right.members.len()) * MEMBER)?;
    let held = Arc::make_mut(&mut left);
    for (key, value) in &right.members {
        let merged = match (held.members.get(key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => Value::Object(merge(old.clone(), new, meter)?),
            _ => value.clone(),
        };
        held.depth = held.depth.max(1 + merged.depth());
        held.members.insert(key.clone(), merged);
    }
    Ok(left)
}

fn divide(left: &Value, right: &Value, meter: &mut Meter) -> Fallible<Value> {
    match (left, right) {
        (Value::Number(_), Value::Number(b)) if b.value == 0.0 => Err(error("cannot divide by zero")),
        (Value::Number(a), Value::Number(b)) => Ok((a.value / b.value).into()),
        (Value::Text(text), Value::Text(separator)) => split(text, separator, meter),
        _ => Err(unfit("divide", left, right)),
    }
}

pub(super) fn split(text: &str, separator: &str, meter: &mut Meter) -> Fallible<Value> {
    meter.allocate(text.len() + text.len() * (ITEM + 16) / separator.len().max(1))?;
    let parts: Vec<Value> = if text.is_empty() {
        Vec::new()
    } else if separator.is_empty() {
        text.chars().map(|c| Value::Text(c.to_string().into())).collect()
    } else {
        text.split(separator).map(Value::from).collect()
    };
    Ok(Value::list(parts)?)
}

/// Both sides lose their fraction first, as in gojq.
fn modulo(left: &Value, right: &Value) -> Fallible<Value> {
    let (Value::Number(left), Value::Number(right)) = (left, right) else {
        return Err(unfit("take the remainder of", left, right));
    };
    if left.value.is_nan() || right.value.is_nan() {
        return Ok(f64::NAN.into());
    }
    let (a, b) = (left.value.trunc(), right.value.trunc());
    if b == 0.0 { Err(error("cannot divide by zero")) } else { Ok((a % b + 0.0).into()) }
}
