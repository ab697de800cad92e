//! The functions of the language, each as its line in the reference says.

use super::numbers;
use super::value::Value;

/// The value of a call; none when it fails.
pub fn call(name: &str, args: &[Value]) -> Option<Value> {
    use Value::{Bool, List, Number, Text};
    Some(match (name, args) {
        ("text", [value]) => Text(in_text(value)),
        ("number", [Number(digits)]) => Number(digits.clone()),
        // A number has no blanks around it.
        ("number", [Text(text)]) => match Value::read(text)? {
            Number(digits) if digits == *text => Number(digits),
            _ => return None,
        },
        ("loose-number", [value]) => loose_number(value)?,
        ("loose-bool", [value]) => Bool(match value {
            Bool(value) => *value,
            Number(digits) => numbers::double(digits) != 0.0,
            Text(text) => matches!(text.to_ascii_lowercase().as_str(), "1" | "t" | "true"),
            _ => false,
        }),
        ("len", [List(items, _)]) => Number(items.len().to_string()),
        ("lower", [Text(text)]) => Text(text.chars().map(lower).collect()),
        ("upper", [Text(text)]) => Text(text.chars().map(upper).collect()),
        ("trim", [Text(text)]) => Text(text.trim_matches(is_blank).to_owned()),
        ("replace", [Text(text), Text(old), Text(new)]) => Text(replace(text, old, new)),
        ("split", [Text(text), Text(separator)]) => Value::list(split(text, separator)),
        ("join", [List(items, _), Text(separator)]) => {
            let mut joined = String::new();
            for (index, item) in items.iter().enumerate() {
                let Text(text) = item else { return None };
                joined += if index == 0 { "" } else { separator };
                joined += text;
            }
            Text(joined)
        }
        ("slice", [Text(text), Number(from), Number(to)]) => {
            let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
            let kept = text.chars().enumerate().filter(|(index, _)| (from..to).contains(index));
            Text(kept.map(|(_, letter)| letter).collect())
        }
        ("starts-with", [Text(text), Text(part)]) => Bool(text.as_bytes().starts_with(part.as_bytes())),
        ("ends-with", [Text(text), Text(part)]) => Bool(text.as_bytes().ends_with(part.as_bytes())),
        ("contains", [Text(text), Text(part)]) => {
            let (text, part) = (text.as_bytes(), part.as_bytes());
            Bool((0..=text.len()).any(|from| text[from..].starts_with(part)))
        }
        ("json", [value]) => Text(value.sorted().to_string()),
        ("parse-json", [Text(text)]) => Value::read(text)?.worked_out(),
        ("base64", [Text(text)]) => Text(to_base64(text.as_bytes())),
        ("parse-base64", [Text(text)]) => Text(String::from_utf8(from_base64(text)?).ok()?),
        ("sha256", [Text(text)]) => Text(sha256(text.as_bytes())),
        ("format-time", [Text(time), Text(layout)]) => Text(super::time::in_layout(time, layout)?),
        _ => return None,
    })
}

/// `text(v)`
pub fn in_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(digits) => numbers::in_text(digits),
        Value::List(_, Some(arrived)) | Value::Object(_, Some(arrived)) => arrived.clone(),
        other => other.to_string(),
    }
}

fn loose_number(value: &Value) -> Option<Value> {
    Some(Value::Number(match value {
        Value::Number(digits) => digits.clone(),
        Value::Bool(true) => "1".to_owned(),
        Value::Text(text) => match Value::read(text) {
            Some(Value::Number(digits)) if digits == *text => digits,
            // Go also writes `.5`, `5.` and `+5`; there is no infinity in JSON.
            _ => {
                numbers::shortest(text.parse::<f64>().or(Ok::<f64, ()>(0.0)).ok().filter(|n| n.is_finite())?)
            }
        },
        _ => "0".to_owned(),
    }))
}

fn is_blank(letter: char) -> bool {
    matches!(letter, '\t'..='\r' | ' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}')
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// One letter for one letter; what would be several stays.
fn single(letter: char, mut cased: impl Iterator<Item = char>) -> char {
    match (cased.next(), cased.next()) {
        (Some(only), None) => only,
        _ => letter,
    }
}

fn lower(letter: char) -> char {
    if letter == 'İ' { 'i' } else { single(letter, letter.to_lowercase()) }
}

fn upper(letter: char) -> char {
    single(letter, letter.to_uppercase())
}

fn replace(text: &str, old: &str, new: &str) -> String {
    if old.is_empty() {
        return text.chars().map(|letter| format!("{new}{letter}")).collect::<String>() + new;
    }
    let (mut made, mut rest) = (String::new(), text);
    while let Some(letter) = rest.chars().next() {
        if let Some(behind) = rest.strip_prefix(old) {
            made += new;
            rest = behind;
        } else {
            made.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    made
}

fn split(text: &str, separator: &str) -> Vec<Value> {
    if separator.is_empty() {
        return text.chars().map(|letter| Value::Text(letter.to_string())).collect();
    }
    let (mut parts, mut part, mut rest) = (Vec::new(), String::new(), text);
    while let Some(letter) = rest.chars().next() {
        if let Some(behind) = rest.strip_prefix(separator) {
            parts.push(Value::Text(std::mem::take(&mut part)));
            rest = behind;
        } else {
            part.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    parts.push(Value::Text(part));
    parts
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn to_base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let three = [chunk[0], *chunk.get(1).unwrap_or(&0), *chunk.get(2).unwrap_or(&0)];
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let text: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let (whole, mut bytes) = (text.len() / 4, Vec::new());
    for (index, four) in text.chunks(4).enumerate() {
        let padding = match four {
            [_, _, b'=', b'='] => 2,
            [_, _, _, b'='] => 1,
            [_, _, _, _] => 0,
            _ => return None,
        };
        if padding > 0 && index + 1 != whole {
            return None;
        }
        let mut bits = 0u32;
        for letter in &four[..4 - padding] {
            bits = bits << 6 | LETTERS.iter().position(|known| known == letter)? as u32;
        }
        bits <<= 6 * padding;
        let three = &bits.to_be_bytes()[1..];
        // What the padding stands for is nought.
        if three[3 - padding..].iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend(&three[..3 - padding]);
    }
    Some(bytes)
}

/// FIPS 180-4, with its constants worked out from the primes.
fn sha256(message: &[u8]) -> String {
    let primes: Vec<u32> = (2u32..).filter(|n| (2..*n).all(|d| n % d != 0)).take(64).collect();
    let fraction = |root: f64| ((root.fract()) * 4_294_967_296.0) as u32;
    let constants: Vec<u32> = primes.iter().map(|prime| fraction(f64::from(*prime).cbrt())).collect();
    let mut hash: Vec<u32> = primes[..8].iter().map(|prime| fraction(f64::from(*prime).sqrt())).collect();
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut words: Vec<u32> =
            block.chunks(4).map(|four| u32::from_be_bytes(four.try_into().unwrap())).collect();
        for at in 16..64 {
            let (a, b) = (words[at - 15], words[at - 2]);
            let small = a.rotate_right(7) ^ a.rotate_right(18) ^ a >> 3;
            let large = b.rotate_right(17) ^ b.rotate_right(19) ^ b >> 10;
            words.push(words[at - 16].wrapping_add(small).wrapping_add(words[at - 7]).wrapping_add(large));
        }
        let mut state = hash.clone();
        for at in 0..64 {
            let (a, e) = (state[0], state[4]);
            let choice = e & state[5] ^ !e & state[6];
            let majority = a & state[1] ^ a & state[2] ^ state[1] & state[2];
            let first = state[7]
                .wrapping_add(e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25))
                .wrapping_add(choice)
                .wrapping_add(constants[at])
                .wrapping_add(words[at]);
            let second = (a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22)).wrapping_add(majority);
            state.rotate_right(1);
            state[0] = first.wrapping_add(second);
            state[4] = state[4].wrapping_add(first);
        }
        for (sum, part) in hash.iter_mut().zip(state) {
            *sum = sum.wrapping_add(part);
        }
    }
    hash.iter().map(|word| format!("{word:08x}")).collect()
}

#[test]
fn the_hash_is_that_of_the_standard() {
    assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(to_base64("ä?".as_bytes()), "w6Q/");
    assert_eq!(from_base64("w6Q/"), Some("ä?".as_bytes().to_vec()));
}
