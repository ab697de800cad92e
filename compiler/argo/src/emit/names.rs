//! Names that Argo's conditions misread. Argo compiles a condition with a text trick through another expression
//! language; where that fails it drops the trigger, writes one line to the log, and looks healthy.

use super::Output;
use crate::refusal::Reason;
use aev_plan::model::Stream;
use std::collections::BTreeMap;

/// Words of that language.
const WORDS: [&str; 12] = [
    "in",
    "not",
    "and",
    "or",
    "let",
    "matches",
    "contains",
    "startsWith",
    "endsWith",
    "nil",
    "true",
    "false",
];

/// Its functions. They work in a condition of one name, until another name is added.
#[rustfmt::skip]
const FUNCTIONS: [&str; 58] = [
    "all", "none", "any", "one", "filter", "map", "find", "findIndex", "findLast", "findLastIndex", "count", "groupBy",
    "reduce", "len", "type", "abs", "ceil", "floor", "round", "int", "float", "string", "trim", "trimPrefix",
    "trimSuffix", "upper", "lower", "split", "splitAfter", "replace", "repeat", "join", "indexOf", "lastIndexOf",
    "hasPrefix", "hasSuffix", "max", "min", "sum", "mean", "median", "toJSON", "fromJSON", "toBase64", "fromBase64",
    "now", "duration", "date", "first", "last", "get", "take", "keys", "values", "toPairs", "fromPairs", "sort",
    "sortBy",
];

/// Refuses the names of dependencies that cannot stand in a condition.
pub(super) fn check(streams: &[&Stream], out: &mut Output<'_>) {
    // By what Argo makes of the name.
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for stream in streams {
        let name = &stream.name;
        let first = *taken.entry(name.replace('-', "_")).or_insert(name);
        if !std::ptr::eq(first, name.as_str()) {
            out.refuse(Reason::NamesCollide { name: name.clone(), other: first.to_owned() }, stream.origin);
        } else if WORDS.contains(&name.as_str()) || FUNCTIONS.contains(&name.as_str()) {
            let suggestion = format!("{name}-event");
            out.refuse(Reason::ReservedName { name: name.clone(), suggestion }, stream.origin);
        } else if !is_fit(name) {
            out.refuse(Reason::UnfitName { name: name.clone(), suggestion: fit(name) }, stream.origin);
        }
    }
}

fn is_fit(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

fn fit(name: &str) -> String {
    let mapped: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let trimmed = mapped.trim_matches('-');
    match trimmed.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        true => trimmed.to_owned(),
        false => format!("event-{trimmed}").trim_end_matches('-').to_owned(),
    }
}
