//! What Argo keeps of the literal part of an object. It reads that part as doubles, writes it as YAML and reads it again, so
//! that integers beyond 53 bits lose digits, and every event fails where a text has a character that YAML has not. What
//! parameters bring goes another way, which keeps both.

use aev_plan::json::{Json, Number};

/// Argo keeps the text as it is.
pub(super) fn text(text: &str) -> bool {
    !text.chars().any(
        |c| matches!(c, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{feff}' | '\u{fffe}'..='\u{ffff}'),
    )
}

/// Argo keeps the value, and what is in it, as it is.
pub(super) fn value(literal: &Json) -> bool {
    match literal {
        Json::Null | Json::Bool(_) => true,
        Json::Number(number) => self::number(number),
        Json::String(string) => text(string),
        Json::List(items) => items.iter().all(value),
        Json::Object(members) => members.iter().all(|(key, member)| text(key) && value(member)),
    }
}

/// Beyond 64 bits, Kubernetes has doubles, too.
fn number(number: &Number) -> bool {
    number.as_i64().is_none_or(|integer| (integer as f64) as i64 == integer && integer != i64::MAX)
}
