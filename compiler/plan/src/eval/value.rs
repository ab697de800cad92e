//! Values of an action.

use super::foreign::Read;
use super::place::Steps;
use super::text::{text_of, text_of_json};
use super::{Place, Predicate, Scope, Truth};
use crate::arithmetic::reckon;
use crate::document::{Cursor, Document, Kind};
use crate::expr::{Attribute, Operator};
use crate::function::{Failure, Function};
use crate::json::Json;
use std::borrow::Cow;
use std::fmt;

/// A prepared expression whose value is wanted.
#[derive(Clone, Debug)]
pub enum Value {
    /// A constant.
    Constant(Json),
    /// Data of an event.
    Path(Place),
    /// An attribute of the event at a position.
    Attribute {
        /// Which event.
        slot: usize,
        /// Which attribute.
        attribute: Attribute,
        /// As it is written.
        written: Box<str>,
    },
    /// See [`crate::expr::Expr::Text`].
    Text(Box<Value>),
    /// See [`crate::expr::Expr::Concat`].
    Concat(Box<[Value]>),
    /// See [`crate::expr::Default`].
    Default {
        /// Taken when it is there.
        value: Box<Value>,
        /// Taken otherwise.
        fallback: Box<Value>,
        /// Null is not there either.
        null_is_absent: bool,
    },
    /// See [`crate::expr::Expr::List`].
    List(Box<[Value]>),
    /// See [`crate::expr::Expr::Object`].
    Object(Box<[(String, Value)]>),
    /// A condition as a value: `true` or `false`.
    Condition(Box<Predicate>),
    /// See [`crate::expr::Call`].
    Call {
        /// What is called.
        function: &'static Function,
        /// What it is given.
        args: Box<[Value]>,
    },
    /// See [`crate::expr::Arithmetic`].
    Arithmetic {
        /// How.
        op: Operator,
        /// Left operand.
        left: Box<Value>,
        /// Right operand.
        right: Box<Value>,
    },
    /// See [`crate::expr::If`].
    If {
        /// Decides.
        condition: Box<Predicate>,
        /// The value when it is true.
        then: Box<Value>,
        /// The value when it is false.
        otherwise: Box<Value>,
    },
    /// See [`crate::expr::Member`].
    Member {
        /// The value.
        value: Box<Value>,
        /// From it inwards.
        steps: Steps,
        /// As it is written.
        written: Box<str>,
    },
    /// See [`crate::expr::Foreign`].
    Foreign(Read),
}

/// A value that an action needs and the event does not have: it fails the attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing is at this path.
    Absent {
        /// As it is written.
        path: String,
        /// The event as a whole did not take part in this firing.
        no_event: bool,
    },
    /// A condition that is neither true nor false, and why.
    Unknown(Box<super::Reason>),
    /// A function has no value for what it is given.
    Failed {
        /// The call, as it is written.
        call: String,
        /// Why; it has no value of an event.
        why: Failure,
    },
    /// An expression in another language has no value.
    Foreign {
        /// The expression, as it is written.
        call: String,
        /// Why; it has no value of an event.
        why: String,
    },
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missing::Absent { path, no_event: false } => {
                write!(f, "`{path}` is absent; give it a default with `??`, or let a filter ask for it")
            }
            Missing::Absent { path, no_event: true } => {
                write!(f, "`{path}` is absent: its event did not take part; give it a default with `??`")
            }
            Missing::Foreign { call, why } => write!(f, "`{call}` has no value: {why}"),
            Missing::Failed { call, why } => write!(f, "`{call}` has no value: {why}"),
            Missing::Unknown(reason) => write!(f, "a condition is neither true nor false: {reason}"),
        }
    }
}

impl std::error::Error for Missing {}

/// A value where it stands, as long as nothing has to be built.
pub(super) enum Found<'v> {
    Event(Cursor<'v>),
    Borrowed(&'v Json),
    Text(Cow<'v, str>),
    Built(Json),
    Read(Document),
}

impl<'v> Found<'v> {
    pub(super) fn is_null(&self) -> bool {
        match self {
            Found::Event(cursor) => cursor.kind() == Kind::Null,
            Found::Borrowed(json) => **json == Json::Null,
            Found::Text(_) => false,
            Found::Built(json) => *json == Json::Null,
            Found::Read(document) => document.root().kind() == Kind::Null,
        }
    }

    pub(super) fn into_json(self) -> Json {
        match self {
            Found::Event(cursor) => cursor.to_json(),
            Found::Borrowed(json) => json.clone(),
            Found::Text(text) => Json::String(text.into_owned()),
            Found::Built(json) => json,
            Found::Read(document) => document.root().to_json(),
        }
    }

    /// As JSON text.
    pub(super) fn into_raw(self) -> Cow<'v, str> {
        match self {
            Found::Event(cursor) => Cow::Borrowed(cursor.raw()),
            other => Cow::Owned(other.into_json().to_string()),
        }
    }

    fn into_text(self) -> Cow<'v, str> {
        match self {
            Found::Event(cursor) => text_of(cursor),
            Found::Borrowed(json) => text_of_json(json),
            Found::Text(text) => text,
            Found::Built(json) => Cow::Owned(text_of_json(&json).into_owned()),
            Found::Read(document) => Cow::Owned(text_of(document.root()).into_owned()),
        }
    }
}

impl Value {
    /// The value as JSON.
    ///
    /// # Errors
    /// It reads something that is not there.
    pub fn json(&self, scope: &Scope<'_>) -> Result<Json, Missing> {
        Ok(self.find(scope)?.into_json())
    }

    /// The value as JSON, where what is absent is null: as a whole, as an element and as a member.
    ///
    /// # Errors
    /// A part of it fails.
    pub fn json_or_null(&self, scope: &Scope<'_>) -> Result<Json, Missing> {
        match self {
            Value::List(items) => items.iter().map(|item| item.json_or_null(scope)).collect(),
            Value::Object(members) => {
                let members =
                    members.iter().map(|(key, value)| Ok((key.clone(), value.json_or_null(scope)?)));
                members.collect()
            }
            Value::Path(place) => Ok(place.find(scope).map_or(Json::Null, |cursor| cursor.to_json())),
            Value::Text(_)
            | Value::Concat(_)
            | Value::Default { .. }
            | Value::Call { .. }
            | Value::Arithmetic { .. }
            | Value::If { .. }
            | Value::Foreign(_)
            | Value::Member { .. } => match self.find(scope) {
                Ok(found) => Ok(found.into_json()),
                Err(Missing::Absent { .. }) => Ok(Json::Null),
                Err(other) => Err(other),
            },
            other => other.json(scope),
        }
    }

    /// The value as a text place takes it.
    ///
    /// # Errors
    /// It reads something that is not there.
    pub fn text(&self, scope: &Scope<'_>) -> Result<String, Missing> {
        Ok(self.find(scope)?.into_text().into_owned())
    }

    pub(super) fn find<'v>(&'v self, scope: &Scope<'v>) -> Result<Found<'v>, Missing> {
        let absent = |slot: usize, written: &dyn fmt::Display| Missing::Absent {
            path: written.to_string(),
            no_event: !matches!(scope.get(slot), Some(Some(_))),
        };
        Ok(match self {
            Value::Constant(json) => Found::Borrowed(json),
            Value::Path(place) => Found::Event(place.find(scope).ok_or_else(|| absent(place.slot, place))?),
            Value::Attribute { slot, attribute, written } => match scope.get(*slot).copied().flatten() {
                None => return Err(absent(*slot, written)),
                Some(event) => match attribute {
                    Attribute::Id => Found::Text(Cow::Borrowed(&event.id)),
                    Attribute::Source => Found::Text(Cow::Borrowed(&event.source)),
                    Attribute::Type => Found::Text(Cow::Borrowed(&event.kind)),
                    Attribute::Subject => Found::Text(Cow::Borrowed(&event.subject)),
                    other => Found::Built(event.attribute(*other)),
                },
            },
            Value::Text(value) => Found::Text(value.find(scope)?.into_text()),
            Value::Concat(parts) => {
                let mut text = String::new();
                for part in parts {
                    text.push_str(&part.find(scope)?.into_text());
                }
                Found::Text(Cow::Owned(text))
            }
            Value::Default { value, fallback, null_is_absent } => match value.find(scope) {
                Err(Missing::Absent { .. }) => fallback.find(scope)?,
                Ok(found) if *null_is_absent && found.is_null() => fallback.find(scope)?,
                other => other?,
            },
            Value::List(items) => {
                Found::Built(Json::List(items.iter().map(|item| item.json(scope)).collect::<Result<_, _>>()?))
            }
            Value::Object(members) => {
                let members = members.iter().map(|(key, value)| Ok((key.clone(), value.json(scope)?)));
                Found::Built(Json::Object(members.collect::<Result<_, _>>()?))
            }
            Value::Call { function, args } => {
                let given = args.iter().map(|arg| arg.json(scope)).collect::<Result<Vec<_>, _>>()?;
                let value = (function.run)(&given);
                Found::Built(value.map_err(|why| Missing::Failed { call: self.written(), why })?)
            }
            Value::Foreign(read) => read.find(scope)?,
            Value::Condition(predicate) => Found::Built(Json::Bool(decided(predicate, scope)?)),
            Value::Arithmetic { op, left, right } => {
                let (left, right) = (left.json(scope)?, right.json(scope)?);
                let value = reckon(*op, &left, &right);
                Found::Built(value.map_err(|why| Missing::Failed { call: self.written(), why })?)
            }
            Value::If { condition, then, otherwise } => match decided(condition, scope)? {
                true => then.find(scope)?,
                false => otherwise.find(scope)?,
            },
            Value::Member { value, steps, written } => {
                let absent = || Missing::Absent { path: written.to_string(), no_event: false };
                match value.find(scope)? {
                    Found::Event(cursor) => Found::Event(steps.follow(cursor).ok_or_else(absent)?),
                    Found::Text(_) => return Err(absent()),
                    found => {
                        let document =
                            Document::parse(found.into_json().to_string()).map_err(|_| absent())?;
                        Found::Built(steps.follow(document.root()).ok_or_else(absent)?.to_json())
                    }
                }
            }
        })
    }

    /// Whether it is there, without building it, for comparisons. `None` when it is absent.
    pub(super) fn present<'v>(&'v self, scope: &Scope<'v>) -> Option<Found<'v>> {
        match self {
            // The error of an absent path has its name, and naming allocates.
            Value::Path(place) => place.find(scope).map(Found::Event),
            Value::Text(value) => value.present(scope).map(|found| Found::Text(found.into_text())),
            Value::Default { value, fallback, null_is_absent } => match value.present(scope) {
                Some(found) if !(*null_is_absent && found.is_null()) => Some(found),
                None if value.fails(scope) => None,
                _ => fallback.present(scope),
            },
            other => other.find(scope).ok(),
        }
    }

    /// Whether it is missing for another reason than that something is absent.
    fn fails(&self, scope: &Scope<'_>) -> bool {
        !matches!(self, Value::Path(_))
            && matches!(
                self.find(scope),
                Err(Missing::Failed { .. } | Missing::Foreign { .. } | Missing::Unknown(_))
            )
    }

    /// As it is written, near enough for a reason.
    pub(super) fn written(&self) -> String {
        match self {
            Value::Constant(json) => json.to_string(),
            Value::Path(place) => place.to_string(),
            Value::Attribute { written, .. } => written.to_string(),
            Value::Text(value) => format!("text({})", value.written()),
            Value::Default { value, fallback, .. } => {
                format!("{} ?? {}", value.written(), fallback.written())
            }
            Value::Concat(_) => "the text put together".to_owned(),
            Value::List(_) => "the list".to_owned(),
            Value::Object(_) => "the object".to_owned(),
            Value::Condition(_) => "the condition".to_owned(),
            Value::If { .. } => "what `if` chooses".to_owned(),
            Value::Member { written, .. } => written.to_string(),
            Value::Foreign(read) => read.written.to_string(),
            Value::Arithmetic { op, left, right } => {
                format!("{} {} {}", left.written(), op.sign(), right.written())
            }
            Value::Call { function, args } => {
                // A reason that hides the value hides what it is compared with too.
                let written = |arg: &Value| match arg {
                    Value::Constant(Json::String(_)) => "…".to_owned(),
                    arg => arg.written(),
                };
                let args: Vec<String> = args.iter().map(written).collect();
                format!("{}({})", function.name, args.join(", "))
            }
        }
    }
}

/// The answer of a condition; unknown is none.
fn decided(predicate: &Predicate, scope: &Scope<'_>) -> Result<bool, Missing> {
    match predicate.decide(scope) {
        Truth::True => Ok(true),
        Truth::False => Ok(false),
        Truth::Unknown => Err(Missing::Unknown(Box::new(predicate.explain(scope)))),
    }
}
