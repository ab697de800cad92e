//! The functions of Lua's library that are written here, because in C nothing could count them.

use super::pattern::{self, Capture, Match, Stop};
use super::{Run, Shared};
use mlua::{Function, Lua, LuaString, MultiValue, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// Calls of `gsub` within what another one calls; each takes stack outside of Lua's own.
const MAX_NESTED: usize = 16;

/// Prepares a state: what is dangerous goes, what is long is counted.
pub(super) fn install(lua: &Lua, shared: &Shared, sandbox: &str) -> mlua::Result<()> {
    let run = Rc::clone(shared);
    let charge = lua.create_function(move |_, size: f64| run.borrow_mut().charge(size as u64 / 8))?;
    let run = Rc::clone(shared);
    let check = lua.create_function(move |_, ()| run.borrow().check())?;
    let run = Rc::clone(shared);
    let exhausted = lua.create_function(move |_, ()| {
        let mut run = run.borrow_mut();
        run.met = Some(crate::limits::Bound::Memory);
        run.check()
    })?;
    lua.load(sandbox).set_name("=sandbox").call::<()>((charge, check, exhausted))?;

    let string: mlua::Table = lua.globals().get("string")?;
    let run = Rc::clone(shared);
    string.set(
        "rep",
        lua.create_function(move |lua, (text, times): (LuaString, f64)| rep(lua, &run, &text, times))?,
    )?;
    let run = Rc::clone(shared);
    let find =
        move |lua: &Lua, (text, pattern, init, plain): (LuaString, LuaString, Option<f64>, Option<bool>)| {
            locate(lua, &run, (&text, &pattern), init, plain.unwrap_or_default(), true)
        };
    string.set("find", lua.create_function(find)?)?;
    let run = Rc::clone(shared);
    let matched = move |lua: &Lua, (text, pattern, init): (LuaString, LuaString, Option<f64>)| {
        locate(lua, &run, (&text, &pattern), init, false, false)
    };
    string.set("match", lua.create_function(matched)?)?;
    let run = Rc::clone(shared);
    let gmatch = move |lua: &Lua, (text, pattern): (LuaString, LuaString)| gmatch(lua, &run, text, pattern);
    string.set("gmatch", lua.create_function(gmatch)?)?;
    let run = Rc::clone(shared);
    let gsub = move |lua: &Lua, (text, pattern, by, most): (LuaString, LuaString, Value, Option<f64>)| {
        gsub(lua, &run, (&text, &pattern), &by, most)
    };
    string.set("gsub", lua.create_function(gsub)?)
}

fn rep(lua: &Lua, run: &RefCell<Run>, text: &LuaString, times: f64) -> mlua::Result<LuaString> {
    let bytes = text.as_bytes();
    let times = if bytes.is_empty() { 0 } else { times.max(0.0) as usize };
    run.borrow_mut().allocate(bytes.len().saturating_mul(times))?;
    lua.create_string(bytes.repeat(times))
}

impl Run {
    /// Counts bytes that are made outside of the state.
    fn allocate(&mut self, bytes: usize) -> mlua::Result<()> {
        if self.met.is_none() {
            self.met = self.meter.allocate(bytes).err();
        }
        self.check()
    }

    fn search(&mut self, text: &[u8], pattern: &[u8], from: usize) -> mlua::Result<Option<Match>> {
        self.check()?;
        match pattern::find(text, pattern, from, &mut self.meter) {
            Ok(found) => Ok(found),
            Err(Stop::Malformed(message)) => Err(mlua::Error::runtime(message)),
            Err(Stop::Bound(bound)) => {
                self.met = Some(bound);
                Err(mlua::Error::runtime(bound))
            }
        }
    }
}

/// Where a search begins: positions count from 1, negative ones from the end.
fn start(init: Option<f64>, length: usize) -> usize {
    let init = init.unwrap_or(1.0);
    let init = if init < 0.0 { init + length as f64 } else { init - 1.0 };
    init.clamp(0.0, length as f64) as usize
}

/// What a match gives to the script: its captures, or the whole when it has none and `whole` is set.
fn captures(lua: &Lua, text: &[u8], found: &Match, whole: bool) -> mlua::Result<Vec<Value>> {
    if found.captures.is_empty() && whole {
        let text = text.get(found.start..found.end).unwrap_or_default();
        return Ok(vec![Value::String(lua.create_string(text)?)]);
    }
    let one = |capture: &Capture| match capture {
        Capture::Position(at) => Ok(Value::Number((at + 1) as f64)),
        Capture::Closed(from, to) => {
            Ok(Value::String(lua.create_string(text.get(*from..*to).unwrap_or_default())?))
        }
        Capture::Open(_) => Err(mlua::Error::runtime("unfinished capture")),
    };
    found.captures.iter().map(one).collect()
}

/// `find` tells where, `match` what.
fn locate(
    lua: &Lua,
    run: &RefCell<Run>,
    (text, pattern): (&LuaString, &LuaString),
    init: Option<f64>,
    plain: bool,
    positions: bool,
) -> mlua::Result<MultiValue> {
    let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let (text, pattern): (&[u8], &[u8]) = (&text, &pattern);
    let from = start(init, text.len());
    let found = if plain {
        plainly(run, text, pattern, from)?
    } else {
        run.borrow_mut().search(text, pattern, from)?
    };
    let Some(found) = found else { return Ok(MultiValue::from_iter([Value::Nil])) };
    let mut values = Vec::new();
    if positions {
        values = vec![Value::Number((found.start + 1) as f64), Value::Number(found.end as f64)];
    }
    values.extend(captures(lua, text, &found, !positions)?);
    Ok(MultiValue::from_iter(values))
}

fn plainly(run: &RefCell<Run>, text: &[u8], wanted: &[u8], from: usize) -> mlua::Result<Option<Match>> {
    for at in from..=text.len() {
        run.borrow_mut().charge(1 + wanted.len() as u64 / 16)?;
        if text.get(at..).is_some_and(|rest| rest.starts_with(wanted)) {
            return Ok(Some(Match { start: at, end: at + wanted.len(), captures: Vec::new() }));
        }
    }
    Ok(None)
}

fn gmatch(lua: &Lua, run: &Shared, text: LuaString, pattern: LuaString) -> mlua::Result<Function> {
    let run = Rc::clone(run);
    let at = RefCell::new(0);
    lua.create_function(move |lua, _: MultiValue| {
        let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
        let from = *at.borrow();
        if from > text.len() {
            return Ok(MultiValue::from_iter([Value::Nil]));
        }
        let found = run.borrow_mut().search(&text, &pattern, from)?;
        let Some(found) = found else {
            *at.borrow_mut() = text.len() + 1;
            return Ok(MultiValue::from_iter([Value::Nil]));
        };
        *at.borrow_mut() = if found.end > found.start { found.end } else { found.end + 1 };
        Ok(MultiValue::from_iter(captures(lua, &text, &found, true)?))
    })
}

fn gsub(
    lua: &Lua,
    run: &RefCell<Run>,
    (text, pattern): (&LuaString, &LuaString),
    by: &Value,
    most: Option<f64>,
) -> mlua::Result<(LuaString, f64)> {
    let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let (text, pattern): (&[u8], &[u8]) = (&text, &pattern);
    let most = most.unwrap_or(f64::INFINITY);
    let mut out: Vec<u8> = Vec::new();
    let (mut at, mut count) = (0, 0.0);
    while count < most {
        let found = run.borrow_mut().search(text, pattern, at)?;
        let Some(found) = found else { break };
        count += 1.0;
        out.extend_from_slice(text.get(at..found.start).unwrap_or_default());
        let before = out.len();
        {
            let mut run = run.borrow_mut();
            run.nested += 1;
            if run.nested > MAX_NESTED {
                run.nested -= 1;
                return Err(mlua::Error::runtime("stack overflow"));
            }
        }
        let replaced = replacement(lua, by, text, &found, &mut out);
        run.borrow_mut().nested -= 1;
        replaced?;
        run.borrow_mut().allocate(found.start - at + out.len() - before + 16)?;
        at = found.end;
        if found.end == found.start {
            let Some(next) = text.get(at) else { break };
            out.push(*next);
            at += 1;
        }
        if pattern.starts_with(b"^") {
            break;
        }
    }
    out.extend_from_slice(text.get(at..).unwrap_or_default());
    run.borrow_mut().allocate(text.len())?;
    Ok((lua.create_string(&out)?, count))
}

/// Writes what comes in the place of a match.
fn replacement(lua: &Lua, by: &Value, text: &[u8], found: &Match, out: &mut Vec<u8>) -> mlua::Result<()> {
    let whole = text.get(found.start..found.end).unwrap_or_default();
    let caught = captures(lua, text, found, true)?;
    let new = match by {
        Value::Table(table) => table.get(caught.into_iter().next().unwrap_or(Value::Nil))?,
        Value::Function(function) => function.call::<Value>(MultiValue::from_iter(caught))?,
        by => {
            let Some(template) = lua.coerce_string(by.clone())? else {
                return Err(mlua::Error::runtime(
                    "bad argument #3 to 'gsub' (string/function/table expected)",
                ));
            };
            let template = template.as_bytes();
            let mut bytes = template.iter();
            while let Some(byte) = bytes.next() {
                match (byte, if *byte == b'%' { bytes.next() } else { None }) {
                    (b'%', Some(b'0')) => out.extend_from_slice(whole),
                    (b'%', Some(digit @ b'1'..=b'9')) => {
                        let value = caught.get(usize::from(digit - b'1'));
                        let value = value.ok_or_else(|| mlua::Error::runtime("invalid capture index"))?;
                        if let Some(text) = lua.coerce_string(value.clone())? {
                            out.extend_from_slice(&text.as_bytes());
                        }
                    }
                    (b'%', Some(other)) => out.push(*other),
                    (byte, _) => out.push(*byte),
                }
            }
            return Ok(());
        }
    };
    match new {
        Value::Nil | Value::Boolean(false) => out.extend_from_slice(whole),
        new => match lua.coerce_string(new)? {
            Some(text) => out.extend_from_slice(&text.as_bytes()),
            None => return Err(mlua::Error::runtime("invalid replacement value")),
        },
    }
    Ok(())
}
