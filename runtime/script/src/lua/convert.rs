//! Values of JSON and of Lua, one made of the other as Argo does it.
//!
//! On the way in null is left out, also from lists, whose later elements move up, and so are lists within lists. On the way
//! out a table with elements is a list and loses its other keys; an empty one is an object, unless its metatable has
//! `__is_array`.

use crate::limits::Meter;
use crate::script::{Failure, Outcome};
use crate::value::{ITEM, MEMBER, Value};
use aev_plan::document::MAX_DEPTH;
use mlua::{Lua, Table};
use std::collections::BTreeMap;
use std::sync::Arc;

/// About what a slot of a table takes in Lua.
const SLOT: usize = 40;

fn failed(error: mlua::Error) -> Failure {
    Failure::Raised(format!("Lua could not hold the event: {error}"))
}

pub(super) fn to_lua(lua: &Lua, value: &Value, meter: &mut Meter) -> Result<mlua::Value, Failure> {
    meter.allocate(SLOT)?;
    Ok(match value {
        Value::Null => mlua::Value::Nil,
        Value::Bool(value) => mlua::Value::Boolean(*value),
        Value::Number(number) => mlua::Value::Number(number.value),
        Value::Text(text) => {
            meter.allocate(text.len())?;
            mlua::Value::String(lua.create_string(&**text).map_err(failed)?)
        }
        Value::List(list) => {
            let table = lua.create_table().map_err(failed)?;
            for item in &list.items {
                if !matches!(item, Value::Null | Value::List(_)) {
                    table.raw_push(to_lua(lua, item, meter)?).map_err(failed)?;
                }
            }
            mlua::Value::Table(table)
        }
        Value::Object(object) => {
            let table = lua.create_table().map_err(failed)?;
            for (key, value) in &object.members {
                meter.allocate(key.len())?;
                table.raw_set(&**key, to_lua(lua, value, meter)?).map_err(failed)?;
            }
            mlua::Value::Table(table)
        }
    })
}

pub(super) fn from_lua(value: &mlua::Value, depth: usize, meter: &mut Meter) -> Result<Outcome, Failure> {
    if depth > MAX_DEPTH {
        return Err(Failure::Raised(crate::value::TOO_DEEP.to_owned()));
    }
    meter.allocate(ITEM)?;
    Ok(Outcome::Value(match value {
        mlua::Value::Nil => return Ok(Outcome::Nothing),
        mlua::Value::Boolean(value) => (*value).into(),
        mlua::Value::Integer(value) => (*value as f64).into(),
        mlua::Value::Number(value) => (*value).into(),
        mlua::Value::String(text) => {
            let bytes = text.as_bytes();
            meter.allocate(bytes.len())?;
            Value::Text(String::from_utf8_lossy(&bytes).into())
        }
        mlua::Value::Table(table) => return Ok(Outcome::Value(from_table(table, depth, meter)?)),
        _ => return Ok(Outcome::NoData),
    }))
}

fn inner(value: &mlua::Value, depth: usize, meter: &mut Meter) -> Result<Value, Failure> {
    match from_lua(value, depth + 1, meter)? {
        Outcome::Value(value) => Ok(value),
        Outcome::Nothing => Ok(Value::Null),
        Outcome::NoData => Err(Failure::Result("the script gave a function, which is no data")),
    }
}

fn from_table(table: &Table, depth: usize, meter: &mut Meter) -> Result<Value, Failure> {
    let length = table.raw_len();
    let marked = table.metatable().and_then(|meta| meta.raw_get::<mlua::Value>("__is_array").ok());
    if length > 0 || table.is_empty() && marked == Some(mlua::Value::Boolean(true)) {
        let mut items = Vec::new();
        for at in 1..=length {
            meter.allocate(2 * ITEM)?;
            let item: mlua::Value = table.raw_get(at).map_err(failed)?;
            items.push(inner(&item, depth, meter)?);
        }
        return Ok(Value::list(items)?);
    }
    let mut members: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    for pair in table.pairs::<mlua::Value, mlua::Value>() {
        let (key, value) = pair.map_err(failed)?;
        let key = match &key {
            mlua::Value::String(text) => String::from_utf8_lossy(&text.as_bytes()).into_owned(),
            mlua::Value::Integer(number) => number.to_string(),
            mlua::Value::Number(number) => crate::value::format_double(*number),
            mlua::Value::Boolean(value) => value.to_string(),
            _ => return Err(Failure::Result("the script gave an object with a key that is no text")),
        };
        meter.allocate(MEMBER + key.len())?;
        members.insert(key.into(), inner(&value, depth, meter)?);
    }
    Ok(Value::object(members)?)
}
