//! Names on a NATS server: subjects, durable consumers, buckets and keys.
//!
//! Argo Events' names are used as they are. Where they hold characters that NATS does not take there, Argo fails; here each
//! such byte is written as `=` and two hexadecimal digits, or in the names of streams with `_` instead.

use crate::event::Subject;
use crate::lane::LaneSpec;
use std::borrow::Cow;
use std::fmt::Write as _;

/// The stream of all events.
pub(crate) const STREAM: &str = "default";
/// Its subjects.
pub(crate) const SUBJECTS: &str = "default.*.*";
/// The stream of dead letters.
pub(crate) const DEAD: &str = "aev-dead";
/// The bucket that knows the lanes.
pub(crate) const LANES: &str = "aev-lanes";

/// `default.<source>.<event>`.
pub(crate) fn subject(subject: &Subject) -> String {
    let part =
        |name| escape(name, '=', |c| !matches!(c, '.' | '*' | '>') && !c.is_whitespace() && !c.is_control());
    format!("{STREAM}.{}.{}", part(&subject.source), part(&subject.event))
}

/// The two names in a subject of the stream.
pub(crate) fn of_subject(text: &str) -> Subject {
    let mut parts = text.split('.').skip(1).map(of_token);
    Subject::new(parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// The durable consumer of a dependency, as Argo names it.
pub(crate) fn durable(lane: &LaneSpec, dependency: &str) -> String {
    format!("group-{}", fnv1a(format!("{}-{}-{dependency}", lane.sensor, lane.trigger).as_bytes()))
}

/// FNV-1a with 32 bits.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

fn escape(text: &str, mark: char, plain: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().all(&plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if plain(c) {
            escaped.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            // Writing to a text does not fail.
            let _ = write!(escaped, "{mark}{byte:02X}");
        }
    }
    Cow::Owned(escaped)
}

/// A part of a key: one token.
pub(crate) fn token(text: &str) -> Cow<'_, str> {
    escape(text, '=', |c| c.is_ascii_alphanumeric() || "-_/".contains(c))
}

/// What [`token`] was made of.
pub(crate) fn of_token(token: &str) -> String {
    let mut bytes = Vec::with_capacity(token.len());
    let mut rest = token.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        let hex =
            || std::str::from_utf8(tail.get(..2)?).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (*first == b'=').then(hex).flatten() {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The bucket of a sensor's state: its name.
pub(crate) fn bucket(sensor: &str) -> String {
    escape(sensor, '_', |c| c.is_ascii_alphanumeric() || "-_".contains(c)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durables_are_argos() {
        let lane = LaneSpec {
            pipeline: "p".into(),
            sensor: "webhook".into(),
            trigger: "trigger-1".into(),
            subjects: Vec::new(),
        };
        assert_eq!(durable(&lane, "dep1"), "group-272320688");
        assert_eq!(durable(&lane, "dep1&&dep2"), "group-3340893253");
    }

    #[test]
    fn each_name_is_one_part_of_a_subject() {
        assert_eq!(subject(&Subject::new("a", "b")), "default.a.b");
        assert_eq!(subject(&Subject::new("a", "b.c")), "default.a.b=2Ec");
        assert_eq!(of_subject("default.a.b=2Ec"), Subject::new("a", "b.c"));
    }

    proptest! {
        #[test]
        fn tokens_can_be_read_back(text in ".{0,20}") {
            let token = token(&text);
            prop_assert!(!token.contains(['.', ' ', '*', '>']));
            prop_assert_eq!(of_token(&token), text);
        }
    }
}
