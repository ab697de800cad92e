//! What a change may leave legal, and where it may be more than one error, each with the reason.

use super::mutant::How;

/// Groups of changes with one reason.
pub const LEGAL: &[(&str, &[&str])] = &[];

/// Changes that may be several errors: how, a construct, its place, and why.
pub const SEVERAL: &[(How, &str, &str, &str)] = &[
    (How::Rename, "name in key", "type", "a field that a type has lost is missed at each kind of use"),
    (
        How::Remove,
        "record_field in record",
        "type",
        "a field that a type has lost is missed at each kind of use",
    ),
    (How::Remove, "map in filter", "map", "a field that a type has lost is missed at each kind of use"),
    (
        How::Retype,
        "list in operand",
        "constant",
        "a constant of another type is wrong in its own way at each use",
    ),
    (
        How::Retype,
        "string in operand",
        "constant",
        "a constant of another type is wrong in its own way at each use",
    ),
    (
        How::Rename,
        "ident in event",
        "source",
        "within its own `where` an event has no source before its name",
    ),
];

/// Changes whose error may stand elsewhere.
pub const ELSEWHERE: &[(How, &str, &str, &str)] = &[(
    How::Remove,
    "member in operand",
    "where",
    "what a filter has found out of a value holds in the triggers behind it",
)];
