//! Kleene's logic: true, false and unknown.

use super::elements::Elements;
use super::foreign::Asked;
use super::operand::{Scalar, Side};
use super::range::Range;
use super::reason::{Reason, Sample};
use super::value::Missing;
use super::{Place, Scope, Value};
use crate::expr::Comparator;
use crate::json::Json;
use crate::re2::Pattern;

/// The answer of a comparison or a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not.
    False,
    /// A path is absent, or the types cannot be compared.
    Unknown,
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

impl From<Option<bool>> for Truth {
    fn from(answer: Option<bool>) -> Truth {
        match answer {
            Some(true) => Truth::True,
            Some(false) => Truth::False,
            None => Truth::Unknown,
        }
    }
}

/// A prepared expression whose truth is wanted.
#[derive(Clone, Debug)]
pub struct Predicate(pub(super) Node);

#[derive(Clone, Debug)]
pub(super) enum Node {
    Constant(bool),
    Exists(Place),
    Not(Box<Node>),
    All(Box<[Node]>),
    Any(Box<[Node]>),
    Compare { op: Comparator, left: Side, right: Side, written: (Box<str>, Box<str>) },
    In { value: Side, members: Box<[Scalar<'static>]>, listed: Box<[Json]>, negated: bool, written: Box<str> },
    Matches { value: Side, pattern: Pattern, negated: bool, source: Box<str>, written: Box<str> },
    Elements(Elements),
    Range(Range),
    Asked(Asked),
}

impl Predicate {
    /// Whether it holds of these events. An event passes a filter when this is [`Truth::True`].
    pub fn decide(&self, scope: &Scope<'_>) -> Truth {
        self.0.decide(scope)
    }

    /// Why it does not hold. It names the first part that would have to be otherwise.
    pub fn explain(&self, scope: &Scope<'_>) -> Reason {
        self.0.explain(true, scope)
    }
}

impl Node {
    pub(super) fn decide(&self, scope: &Scope<'_>) -> Truth {
        match self {
            Node::Constant(value) => Some(*value).into(),
            Node::Exists(place) => Some(place.find(scope).is_some()).into(),
            Node::Not(inner) => !inner.decide(scope),
            Node::All(members) => decide_all(members, Truth::False, scope),
            Node::Any(members) => decide_all(members, Truth::True, scope),
            Node::Compare { op, left, right, .. } => match (left.scalar(scope), right.scalar(scope)) {
                (Some(a), Some(b)) => compare(*op, (left, &a), (right, &b)),
                _ => Truth::Unknown,
            },
            Node::In { value, members, negated, .. } => {
                let Some(found) = value.scalar(scope) else { return Truth::Unknown };
                let mut answer = Truth::False;
                for member in members {
                    match equals((value.is_null(), &found), (*member == Scalar::Null, member)) {
                        Some(true) => {
                            answer = Truth::True;
                            break;
                        }
                        Some(false) => {}
                        None => answer = Truth::Unknown,
                    }
                }
                if *negated { !answer } else { answer }
            }
            Node::Matches { value, pattern, negated, .. } => match value.scalar(scope).as_deref() {
                Some(Scalar::Text(text)) => Some(pattern.is_match(text) != *negated).into(),
                _ => Truth::Unknown,
            },
            Node::Elements(elements) => elements.decide(scope),
            Node::Range(range) => range.holds(scope).into(),
            Node::Asked(asked) => asked.decide(scope),
        }
    }

    /// Why the answer is not `wanted`.
    pub(super) fn explain(&self, wanted: bool, scope: &Scope<'_>) -> Reason {
        match self {
            Node::Elements(elements) => elements.explain(wanted, scope),
            Node::Range(range) => range.explain(wanted),
            Node::Asked(asked) => asked.explain(wanted, scope),
            Node::Constant(_) => Reason::Never,
            Node::Exists(place) if wanted => Reason::Absent { path: place.to_string() },
            Node::Exists(place) => Reason::Present { path: place.to_string() },
            Node::Not(inner) => inner.explain(!wanted, scope),
            Node::All(members) => explain_all(members, wanted, wanted, scope),
            Node::Any(members) => explain_all(members, !wanted, wanted, scope),
            Node::Compare { op, left, right, written } => {
                let Some(a) = side(left, &written.0, scope) else { return missing(left, &written.0, scope) };
                let Some(b) = side(right, &written.1, scope) else {
                    return missing(right, &written.1, scope);
                };
                if self.decide(scope) == Truth::Unknown {
                    return Reason::Incomparable { left: a, right: b };
                }
                Reason::Compared { left: a, op: if wanted { *op } else { opposite(*op) }, right: b }
            }
            Node::In { value, listed, negated, written, .. } => match side(value, written, scope) {
                None => missing(value, written, scope),
                Some(found) => {
                    let wanted = wanted != *negated;
                    if self.decide(scope) == Truth::Unknown {
                        let member = listed.first().unwrap_or(&Json::Null);
                        let right = Sample::constant(member);
                        return Reason::Incomparable { left: found, right };
                    }
                    Reason::Listed { value: found, members: listed.to_vec(), wanted }
                }
            },
            Node::Matches { value, negated, source, written, .. } => match side(value, written, scope) {
                None => missing(value, written, scope),
                Some(found) if self.decide(scope) == Truth::Unknown => Reason::NoText { value: found },
                Some(found) => {
                    Reason::Matched { value: found, pattern: source.to_string(), wanted: wanted != *negated }
                }
            },
        }
    }
}

/// `and` is decided by the first false, `or` by the first true.
fn decide_all(members: &[Node], decisive: Truth, scope: &Scope<'_>) -> Truth {
    let mut answer = !decisive;
    for member in members {
        match member.decide(scope) {
            truth if truth == decisive => return decisive,
            Truth::Unknown => answer = Truth::Unknown,
            _ => {}
        }
    }
    answer
}

/// With `every`, all members would have to be `wanted` and the first that is not is the reason; otherwise one would, and
/// none is.
fn explain_all(members: &[Node], every: bool, wanted: bool, scope: &Scope<'_>) -> Reason {
    if every {
        let other = members.iter().find(|member| member.decide(scope) != Truth::from(Some(wanted)));
        return other.map_or(Reason::Never, |member| member.explain(wanted, scope));
    }
    let mut reasons: Vec<Reason> = members.iter().map(|member| member.explain(wanted, scope)).collect();
    match reasons.len() {
        0 => Reason::Never,
        1 => reasons.pop().unwrap_or(Reason::Never),
        _ => Reason::None(reasons),
    }
}

/// None when it is absent.
fn side(side: &Side, written: &str, scope: &Scope<'_>) -> Option<Sample> {
    match side {
        Side::Constant(scalar) => Some(Sample::scalar(scalar)),
        Side::Value(value) => value.present(scope).map(|found| Sample::found(written, found)),
    }
}

/// Why there is nothing on a side.
fn missing(side: &Side, written: &str, scope: &Scope<'_>) -> Reason {
    match side {
        Side::Value(value) => missing_value(value, written, scope),
        Side::Constant(_) => Reason::Absent { path: written.to_owned() },
    }
}

pub(super) fn missing_value(value: &Value, written: &str, scope: &Scope<'_>) -> Reason {
    match value.find(scope) {
        Err(Missing::Failed { call, why }) => return Reason::Failed { call, why },
        Err(missing @ Missing::Foreign { .. }) => return Reason::Argo(missing.to_string()),
        Err(Missing::Unknown(reason)) => return *reason,
        Err(Missing::Absent { path, .. }) if !matches!(value, Value::Default { .. }) => {
            return Reason::Absent { path };
        }
        _ => {}
    }
    let path = written.strip_prefix("text(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(written);
    Reason::Absent { path: path.to_owned() }
}

/// Each side with whether it is the word `null`.
fn equals(left: (bool, &Scalar<'_>), right: (bool, &Scalar<'_>)) -> Option<bool> {
    if left.0 || right.0 {
        return Some(*left.1 == Scalar::Null && *right.1 == Scalar::Null);
    }
    left.1.equals(right.1)
}

fn compare(op: Comparator, left: (&Side, &Scalar<'_>), right: (&Side, &Scalar<'_>)) -> Truth {
    let equal = || equals((left.0.is_null(), left.1), (right.0.is_null(), right.1));
    let order = || left.1.order(right.1);
    match op {
        Comparator::Equal => equal(),
        Comparator::NotEqual => equal().map(|equal| !equal),
        Comparator::Less => order().map(|order| order.is_lt()),
        Comparator::LessOrEqual => order().map(|order| order.is_le()),
        Comparator::Greater => order().map(|order| order.is_gt()),
        Comparator::GreaterOrEqual => order().map(|order| order.is_ge()),
    }
    .into()
}

fn opposite(op: Comparator) -> Comparator {
    match op {
        Comparator::Equal => Comparator::NotEqual,
        Comparator::NotEqual => Comparator::Equal,
        Comparator::Less => Comparator::GreaterOrEqual,
        Comparator::LessOrEqual => Comparator::Greater,
        Comparator::Greater => Comparator::LessOrEqual,
        Comparator::GreaterOrEqual => Comparator::Less,
    }
}
