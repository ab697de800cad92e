//! Finding where tokens end in JSON text, valid or not.

use super::value::{Kind, Value};

/// A part of the text; empty where there is none.
pub(super) fn cut(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or("")
}

/// From a place to the end.
pub(super) fn rest(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or("")
}

/// Without blanks and control characters at its ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ')
}

/// The end of the string whose text begins at `at`, behind the closing quote, and whether it has escapes.
fn string_end(json: &str, mut at: usize) -> Option<(usize, bool)> {
    let bytes = json.as_bytes();
    let mut escaped = false;
    loop {
        match bytes.get(at)? {
            b'"' => return Some((at + 1, escaped)),
            b'\\' => {
                escaped = true;
                at += 2;
            }
            _ => at += 1,
        }
    }
}

/// The string whose opening quote is at `at`: what follows it, the string with quotes, whether it has escapes.
pub(super) fn string(json: &str, at: usize) -> Option<(usize, &str, bool)> {
    let (end, escaped) = string_end(json, at + 1)?;
    Some((end, cut(json, at, end), escaped))
}

/// A number goes on to a blank, a comma or a closing bracket.
pub(super) fn number(json: &str, at: usize) -> (usize, &str) {
    let ends = |&b: &u8| b <= b' ' || matches!(b, b',' | b']' | b'}');
    let length = json.as_bytes().iter().skip(at + 1).position(ends);
    let end = length.map_or(json.len(), |length| at + 1 + length);
    (end, cut(json, at, end))
}

/// A literal goes on while there are small letters.
pub(super) fn literal(json: &str, at: usize) -> (usize, &str) {
    let length = json.as_bytes().iter().skip(at + 1).position(|b| !b.is_ascii_lowercase());
    let end = length.map_or(json.len(), |length| at + 1 + length);
    (end, cut(json, at, end))
}

/// The bracket at `at` with what is in it, whatever the kinds of brackets within. One that never closes takes the rest of
/// the text, and ends one past it if a string in it does not close either.
pub(super) fn block(json: &str, at: usize) -> (usize, &str) {
    let bytes = json.as_bytes();
    let mut i = at + 1;
    let mut depth = 1usize;
    while let Some(&b) = bytes.get(i) {
        match b {
            b'"' => match string_end(json, i + 1) {
                Some((end, _)) => i = end,
                None => return (json.len() + 1, rest(json, at)),
            },
            b'{' | b'[' | b'(' => {
                depth += 1;
                i += 1;
            }
            b'}' | b']' | b')' => {
                depth -= 1;
                i += 1;
                if depth == 0 {
                    return (i, cut(json, at, i));
                }
            }
            _ => i += 1,
        }
    }
    (json.len(), rest(json, at))
}

/// The bracket or string that the text begins with; the whole text if it does not end.
pub(super) fn squash(text: &str) -> &str {
    if text.starts_with('"') {
        return string_end(text, 1).map_or(text, |(end, _)| cut(text, 0, end));
    }
    block(text, 0).1
}

/// Whether a number begins with this byte. `n` does only where it is not `null`.
pub(super) fn begins_number(json: &str, at: usize, byte: u8) -> bool {
    match byte {
        b'+' | b'-' | b'0'..=b'9' | b'i' | b'I' | b'N' => true,
        b'n' => json.as_bytes().get(at + 1).is_some_and(|&next| next != b'u'),
        _ => false,
    }
}

/// The next value at or behind `at`, and where it ends.
pub(super) fn any(json: &str, at: usize) -> (usize, Option<Value<'_>>) {
    for (i, &b) in json.as_bytes().iter().enumerate().skip(at) {
        match b {
            b'{' | b'[' => {
                let (end, raw) = block(json, i);
                return (end, Some(Value { index: i, ..Value::of_kind(Kind::Json, raw) }));
            }
            b'"' => {
                return match string(json, i) {
                    Some((end, raw, escaped)) => (end, Some(Value::of_string(raw, escaped))),
                    None => (json.len(), None),
                };
            }
            _ if begins_number(json, i, b) => {
                let (end, raw) = number(json, i);
                return (end, Some(Value::of_number(raw)));
            }
            b'n' | b't' | b'f' => {
                let (end, raw) = literal(json, i);
                return (end, Some(Value::of_literal(raw)));
            }
            _ => {}
        }
    }
    (json.len(), None)
}

/// The first value of a text. Unlike [`any`] it takes an unterminated string, and all that follows a bracket.
pub(super) fn parse(json: &str) -> Value<'_> {
    let Some(at) = json.bytes().position(|b| b > b' ') else { return Value::default() };
    let tail = rest(json, at);
    let value = match tail.as_bytes().first() {
        Some(b'{' | b'[') => Value::of_kind(Kind::Json, tail),
        Some(b'"') => loose_string(tail),
        Some(&b) if begins_number(json, at, b) => Value::of_number(number(tail, 0).1),
        Some(b'n' | b't' | b'f') => Value::of_literal(literal(tail, 0).1),
        _ => return Value::default(),
    };
    Value { index: if value.exists() { at } else { 0 }, ..value }
}

/// A string that may lack its closing quote.
fn loose_string(text: &str) -> Value<'_> {
    match string(text, 0) {
        Some((_, raw, escaped)) => Value::of_string(raw, escaped),
        None => {
            let inner = rest(text, 1);
            let unescaped = if inner.contains('\\') { unescape(inner).into() } else { inner.into() };
            Value { text: unescaped, ..Value::of_kind(Kind::String, text) }
        }
    }
}

/// The values directly within a bracket, keys and values of an object alike.
pub(super) fn tokens(json: &str) -> impl Iterator<Item = Value<'_>> {
    let start = json.bytes().position(|b| b > b' ');
    let bracket =
        start.and_then(|start| json.as_bytes().get(start)).is_some_and(|b| matches!(b, b'{' | b'['));
    let mut at = if bracket { start.map_or(json.len(), |start| start + 1) } else { json.len() };
    std::iter::from_fn(move || {
        loop {
            let tail = rest(json, at);
            let value = match *tail.as_bytes().first()? {
                b']' | b'}' => return None,
                b'{' | b'[' => Value::of_kind(Kind::Json, squash(tail)),
                b'"' => loose_string(tail),
                b'0'..=b'9' | b'-' => Value::of_number(number(tail, 0).1),
                b'n' | b't' | b'f' => Value::of_literal(literal(tail, 0).1),
                _ => {
                    at += tail.chars().next().map_or(1, char::len_utf8);
                    continue;
                }
            };
            at += value.raw.len().max(1);
            return Some(value);
        }
    })
}

/// The text of a string without its escapes. It ends at the first thing that cannot stand in a string.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let plain = rest.find(|c: char| c < ' ' || c == '\\').unwrap_or(rest.len());
        out.push_str(cut(rest, 0, plain));
        rest = self::rest(rest, plain);
        let Some(tail) = rest.strip_prefix('\\') else { return out };
        let Some(&letter) = tail.as_bytes().first() else { return out };
        rest = self::rest(tail, 1);
        out.push(match letter {
            b'\\' | b'/' | b'"' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => match code_unit(rest) {
                Some((unit, tail)) => {
                    rest = tail;
                    if (0xD800..0xE000).contains(&unit) {
                        // What follows is taken for the other half, right or wrong.
                        let low = rest.strip_prefix("\\u").and_then(code_unit);
                        if let Some((_, tail)) = low {
                            rest = tail;
                        }
                        low.and_then(|(low, _)| join(unit, low)).unwrap_or(char::REPLACEMENT_CHARACTER)
                    } else {
                        char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
                    }
                }
                None => return out,
            },
            _ => return out,
        });
    }
}

/// Four characters as a hexadecimal number; nought when they are none.
fn code_unit(text: &str) -> Option<(u32, &str)> {
    let digits = text.as_bytes().get(..4)?;
    let valid = digits.iter().all(u8::is_ascii_hexdigit);
    let unit = if valid { u32::from_str_radix(cut(text, 0, 4), 16).unwrap_or(0) } else { 0 };
    Some((unit, rest(text, 4)))
}

fn join(high: u32, low: u32) -> Option<char> {
    let halves = (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low);
    halves.then(|| char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))).flatten()
}
