//! What a comparison sees of a value.

use super::value::Found;
use super::{Scope, Value};
use crate::document::{Cursor, Kind};
use crate::json::Json;
use std::borrow::Cow;
use std::cmp::Ordering;

/// One side of a comparison.
#[derive(Clone, Debug)]
pub(super) enum Side {
    /// Worked out when the expression was prepared.
    Constant(Scalar<'static>),
    /// Read from the events.
    Value(Value),
}

/// A value in the kinds that comparisons tell apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar<'v> {
    Null,
    Bool(bool),
    Number(f64),
    Text(Cow<'v, str>),
    /// An object or a list.
    Compound,
}

impl Side {
    pub(super) fn new(value: Value) -> Side {
        match value {
            Value::Constant(json) => Side::Constant(Scalar::of(&json).owned()),
            value => Side::Value(value),
        }
    }

    /// None when it is absent.
    pub(super) fn scalar<'v>(&'v self, scope: &Scope<'v>) -> Option<Cow<'v, Scalar<'v>>> {
        match self {
            Side::Constant(scalar) => Some(Cow::Borrowed(scalar)),
            Side::Value(value) => Some(Cow::Owned(Scalar::found(value.present(scope)?))),
        }
    }

    /// It is the word `null`, which every value that is there can be compared with.
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Side::Constant(Scalar::Null))
    }
}

impl<'v> Scalar<'v> {
    pub(super) fn of(json: &'v Json) -> Scalar<'v> {
        match json {
            Json::Null => Scalar::Null,
            Json::Bool(value) => Scalar::Bool(*value),
            Json::Number(number) => Scalar::Number(number.as_f64()),
            Json::String(text) => Scalar::Text(Cow::Borrowed(text)),
            Json::List(_) | Json::Object(_) => Scalar::Compound,
        }
    }

    fn found(found: Found<'v>) -> Scalar<'v> {
        match found {
            Found::Text(text) => Scalar::Text(text),
            Found::Borrowed(json) => Scalar::of(json),
            Found::Built(json) => Scalar::of(&json).owned(),
            Found::Read(document) => Scalar::at(document.root()).owned(),
            Found::Event(cursor) => Scalar::at(cursor),
        }
    }

    fn at(cursor: Cursor<'v>) -> Scalar<'v> {
        match cursor.kind() {
            Kind::Null => Scalar::Null,
            Kind::Bool => Scalar::Bool(cursor.as_bool().unwrap_or_default()),
            Kind::Number => Scalar::Number(cursor.as_f64().unwrap_or(f64::NAN)),
            Kind::Text => Scalar::Text(cursor.as_text().unwrap_or_default()),
            Kind::List | Kind::Object => Scalar::Compound,
        }
    }

    pub(super) fn owned(self) -> Scalar<'static> {
        match self {
            Scalar::Null => Scalar::Null,
            Scalar::Bool(value) => Scalar::Bool(value),
            Scalar::Number(value) => Scalar::Number(value),
            Scalar::Text(text) => Scalar::Text(Cow::Owned(text.into_owned())),
            Scalar::Compound => Scalar::Compound,
        }
    }

    /// Equal or not, for two of one kind.
    pub(super) fn equals(&self, other: &Scalar<'_>) -> Option<bool> {
        match (self, other) {
            (Scalar::Bool(a), Scalar::Bool(b)) => Some(a == b),
            (Scalar::Number(a), Scalar::Number(b)) => Some(a == b),
            (Scalar::Text(a), Scalar::Text(b)) => Some(a == b),
            _ => None,
        }
    }

    /// Which comes first, for two numbers or two texts.
    pub(super) fn order(&self, other: &Scalar<'_>) -> Option<Ordering> {
        match (self, other) {
            (Scalar::Number(a), Scalar::Number(b)) => a.partial_cmp(b),
            (Scalar::Text(a), Scalar::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            _ => None,
        }
    }
}
