//! Regular expressions in filters, in linear time.
//!
//! Go's syntax is checked by the crate that knows it; what it then hands down loses groups, which `match` and `capture`
//! need, so the classes that mean something else are rewritten here.

use super::{Fallible, error};
use crate::limits::Meter;
use crate::value::{ITEM, MEMBER, Value};
use aev_plan::re2;
use regex::{Captures, Regex, RegexBuilder};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Patterns of one run; the oldest goes when there are too many.
#[derive(Default)]
pub(super) struct Cache(Vec<Compiled>);

/// A pattern with what a search with it costs, in quarters of a step for each byte of text.
struct Compiled {
    source: Arc<str>,
    regex: Regex,
    weight: u64,
}

/// So many patterns are kept.
const KEPT: usize = 8;
/// The smallest bound on a compiled pattern, in bytes, and how many times larger it may be. The larger the pattern, the
/// more there is to do for each byte of text.
const COMPILED: usize = 16 << 10;
const WEIGHTS: [u64; 3] = [1, 4, 16];
/// What compiling costs, in steps: a pattern of a few letters can stand for a thousand times as many.
const COMPILE: u64 = 200_000;

/// What the letters ask for.
struct Flags {
    global: bool,
    no_empty: bool,
    /// For the pattern itself, such as `(?i)`.
    inline: String,
}

fn flags(value: &Value) -> Fallible<Flags> {
    let mut flags = Flags { global: false, no_empty: false, inline: String::new() };
    match value {
        Value::Null => {}
        Value::Text(letters) => {
            for letter in letters.chars() {
                match letter {
                    'g' => flags.global = true,
                    'n' => flags.no_empty = true,
                    'i' | 's' if !flags.inline.contains(letter) => flags.inline.push(letter),
                    'i' | 's' => {}
                    _ => return Err(error("the flags of a pattern are `g`, `i`, `n` and `s`")),
                }
            }
        }
        _ => return Err(error("the flags of a pattern are text")),
    }
    Ok(flags)
}

impl Cache {
    fn get(&mut self, pattern: &str, inline: &str, meter: &mut Meter) -> Fallible<(&Regex, u64)> {
        let source = if inline.is_empty() { pattern.to_owned() } else { format!("(?{inline}){pattern}") };
        meter.work(source.len())?;
        let known = self.0.iter().position(|known| *known.source == *source);
        let at = match known {
            Some(at) => at,
            None => {
                meter.steps(COMPILE)?;
                if self.0.len() >= KEPT {
                    self.0.remove(0);
                }
                self.0.push(Compiled::new(source)?);
                self.0.len() - 1
            }
        };
        let found = self.0.get(at).ok_or_else(|| error("a pattern is missing"))?;
        Ok((&found.regex, found.weight))
    }
}

impl Compiled {
    fn new(source: String) -> Fallible<Compiled> {
        re2::Pattern::new(&source).map_err(|refused| error(format!("in a pattern: {}", refused.message)))?;
        let rewritten = rewrite(&source);
        for weight in WEIGHTS {
            let most = COMPILED.saturating_mul(weight as usize);
            let built = RegexBuilder::new(&rewritten).size_limit(most).dfa_size_limit(1 << 20).build();
            if let Ok(regex) = built {
                return Ok(Compiled { source: source.into(), regex, weight });
            }
        }
        Err(error("a pattern is too large; write it shorter"))
    }
}

/// The classes of Perl know ASCII only, as in Go, and a `[` within brackets is a plain character.
fn rewrite(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    let mut class: Option<usize> = None;
    while let Some(c) = chars.next() {
        let first = class.is_some_and(|since| since == 0);
        if let Some(since) = class.as_mut() {
            *since += 1;
        }
        match c {
            '\\' => {
                let escaped = chars.next().unwrap_or('\\');
                let inside = class.is_some();
                match escaped {
                    'd' => out.push_str(if inside { "0-9" } else { "[0-9]" }),
                    'D' => out.push_str("[^0-9]"),
                    'w' => out.push_str(if inside { "0-9A-Za-z_" } else { "[0-9A-Za-z_]" }),
                    'W' => out.push_str("[^0-9A-Za-z_]"),
                    's' => out.push_str(if inside { r"\t\n\f\r\x20" } else { r"[\t\n\f\r\x20]" }),
                    'S' => out.push_str(r"[^\t\n\f\r\x20]"),
                    'b' | 'B' => {
                        out.push_str("(?-u:\\");
                        out.push(escaped);
                        out.push(')');
                    }
                    'Q' => {
                        let mut quoted = String::new();
                        while let Some(c) = chars.next() {
                            if c == '\\' && chars.peek() == Some(&'E') {
                                chars.next();
                                break;
                            }
                            quoted.push(c);
                        }
                        out.push_str(&regex::escape(&quoted));
                    }
                    'E' => {}
                    '0'..='7' => {
                        let mut code = escaped.to_digit(8).unwrap_or_default();
                        for _ in 0..2 {
                            let Some(digit) = chars.peek().and_then(|c| c.to_digit(8)) else { break };
                            chars.next();
                            code = code * 8 + digit;
                        }
                        out.push_str(&format!("\\x{{{code:x}}}"));
                    }
                    other => {
                        out.push('\\');
                        out.push(other);
                    }
                }
            }
            '[' if class.is_some() && chars.peek() == Some(&':') => {
                out.push('[');
                // A named class is taken over whole.
                while let Some(c) = chars.next() {
                    out.push(c);
                    if c == ':' && chars.peek() == Some(&']') {
                        out.push(']');
                        chars.next();
                        break;
                    }
                }
            }
            '[' if class.is_some() => out.push_str("\\["),
            '[' => {
                out.push('[');
                class = Some(0);
                if chars.peek() == Some(&'^') {
                    chars.next();
                    out.push('^');
                }
            }
            ']' if first => out.push_str("\\]"),
            ']' => {
                out.push(']');
                class = None;
            }
            '&' | '~' if class.is_some() => {
                out.push('\\');
                out.push(c);
            }
            '-' if class.is_some() && chars.peek() == Some(&'-') => out.push_str("\\-"),
            c => out.push(c),
        }
    }
    out
}

/// The matches of a pattern in text, as jq describes them; or only whether there is one.
pub(super) fn matches(
    text: &Value,
    mut pattern: Value,
    mut letters: Value,
    only_test: bool,
    cache: &mut Cache,
    meter: &mut Meter,
) -> Fallible<Value> {
    if let Value::List(both) = &pattern {
        let mut both = both.items.iter().cloned();
        let (first, second) = (both.next().unwrap_or(Value::Null), both.next());
        pattern = first;
        letters = second.unwrap_or(letters);
    }
    let (Value::Text(text), Value::Text(pattern)) = (text, &pattern) else {
        return Err(error("a pattern and what it is tried on are text"));
    };
    let flags = flags(&letters)?;
    let (regex, weight) = cache.get(pattern, &flags.inline, meter)?;
    if only_test {
        meter.steps(1 + weight * text.len() as u64 / 4)?;
        return Ok(regex.is_match(text).into());
    }
    let mut found = Vec::new();
    // Characters before the byte `counted`.
    let (mut characters, mut counted) = (0, 0);
    let (mut start, mut last_end) = (0, None);
    while start <= text.len() {
        // Each search may look at everything that is left.
        meter.steps(4 + weight * (text.len() - start) as u64 / 4)?;
        let Some(groups) = regex.captures_at(text, start) else { break };
        let Some(whole) = groups.get(0) else { break };
        let empty = whole.is_empty();
        let next_start = if empty {
            let rest = text.get(whole.end()..).unwrap_or_default();
            whole.end() + rest.chars().next().map_or(1, char::len_utf8)
        } else {
            whole.end()
        };
        // Go takes no empty match directly after another match.
        let repeats = empty && last_end == Some(whole.end());
        if !(repeats || empty && flags.no_empty) {
            characters += text.get(counted..whole.start()).unwrap_or_default().chars().count();
            counted = whole.start();
            meter.allocate((groups.len() + 1) * 4 * MEMBER + (groups.len() + 1) * whole.len())?;
            found.push(describe(&groups, regex, characters, meter)?);
            if !flags.global {
                break;
            }
        }
        last_end = Some(whole.end());
        start = next_start;
    }
    meter.allocate(2 * found.len() * ITEM)?;
    Ok(Value::list(found)?)
}

fn describe(groups: &Captures<'_>, regex: &Regex, offset: usize, meter: &mut Meter) -> Fallible<Value> {
    let whole = groups.get(0).map_or((0, ""), |whole| (whole.start(), whole.as_str()));
    let one = |offset: Value, text: Option<&str>| {
        let string = text.map_or(Value::Null, Value::from);
        let length = Value::from(text.map_or(0, |text| text.chars().count()));
        BTreeMap::from([("offset".into(), offset), ("length".into(), length), ("string".into(), string)])
    };
    let mut captures = Vec::new();
    for (at, name) in regex.capture_names().enumerate().skip(1) {
        let name = name.map_or(Value::Null, Value::from);
        let mut capture = match groups.get(at) {
            Some(group) => {
                meter.work(group.start() - whole.0)?;
                let before = whole.1.get(..group.start() - whole.0).unwrap_or_default();
                one((offset + before.chars().count()).into(), Some(group.as_str()))
            }
            None => one((-1.0).into(), None),
        };
        capture.insert("name".into(), name);
        captures.push(Value::object(capture)?);
    }
    let mut described = one(offset.into(), Some(whole.1));
    described.insert("captures".into(), Value::list(captures)?);
    Ok(Value::object(described)?)
}
