//! Conditions of one event that exclude each other: no event passes them all.

use super::Check;
use crate::diagnostics::Place;
use crate::diagnostics::problems::lints;
use crate::syntax::ast::Span;
use aev_plan::expr::{Comparator, Expr, Path, Step};
use aev_plan::json::Json;
use aev_plan::model::Predicate;
use aev_plan::origin::Origin;
use std::cmp::Ordering;

/// So many facts are kept of an event that passes filter after filter: each filter has those of all before it.
const MOST: usize = 64;

/// So many pairs of values are compared for one warning.
const PAIRS: usize = 1 << 16;

/// What an event that passed has in one place.
#[derive(Clone, Debug)]
pub(super) struct Held {
    steps: Vec<Step>,
    rule: Rule,
    origin: Origin,
}

#[derive(Clone, Debug)]
enum Rule {
    /// One of these values.
    OneOf(Vec<Json>),
    /// Something of the same kind that is none of these.
    NoneOf(Vec<Json>),
    /// Less than this; or equal, when the second is true.
    Below(Json, bool),
    /// More than this; or equal, when the second is true.
    Above(Json, bool),
    There,
    Absent,
}

impl Check<'_> {
    /// Adds what a `where` says of its event to what is known of it, and warns of what excludes each other.
    pub(super) fn contradictions(&mut self, predicate: &Predicate, mut held: Vec<Held>) -> Vec<Held> {
        let condition = match predicate {
            Predicate::Aev(condition) => condition,
            Predicate::Scripted(scripted) => &scripted.condition,
            _ => return held,
        };
        let mut found = Vec::new();
        conjuncts(condition, &mut found);
        for new in found {
            let other = held.iter().find(|old| old.steps == new.steps && excluded(&old.rule, &new.rule));
            if let Some(other) = other {
                let place =
                    |origin: Origin| Place::new(origin.file, Span { start: origin.start, end: origin.end });
                self.reports.add(lints::never_both(place(new.origin), place(other.origin)));
                return held;
            }
            if held.len() < MOST {
                held.push(new);
            }
        }
        held
    }
}

/// What the parts of a condition that all must hold say of one path each.
fn conjuncts(condition: &Expr, found: &mut Vec<Held>) {
    let (path, rule) = match condition {
        Expr::All(parts) => return parts.iter().for_each(|part| conjuncts(part, found)),
        Expr::Compare(compare) => match (&compare.left, &compare.right) {
            (Expr::Path(path), Expr::Const(value)) => (path, rule(compare.op, value.clone())),
            (Expr::Const(value), Expr::Path(path)) => (path, rule(turned(compare.op), value.clone())),
            _ => return,
        },
        Expr::In(test) => match (&test.value, test.negated) {
            (Expr::Path(path), false) => (path, Rule::OneOf(test.members.clone())),
            (Expr::Path(path), true) => (path, Rule::NoneOf(test.members.clone())),
            _ => return,
        },
        Expr::Exists(path) => (path, Rule::There),
        Expr::Path(path) => (path, Rule::OneOf(vec![Json::Bool(true)])),
        Expr::Not(inner) => match inner.as_ref() {
            Expr::Exists(path) => (path, Rule::Absent),
            Expr::Path(path) => (path, Rule::OneOf(vec![Json::Bool(false)])),
            _ => return,
        },
        _ => return,
    };
    let Path { steps, origin, .. } = path;
    found.push(Held { steps: steps.clone(), rule, origin: *origin });
}

fn rule(op: Comparator, value: Json) -> Rule {
    match op {
        Comparator::Equal => Rule::OneOf(vec![value]),
        Comparator::NotEqual => Rule::NoneOf(vec![value]),
        Comparator::Less => Rule::Below(value, false),
        Comparator::LessOrEqual => Rule::Below(value, true),
        Comparator::Greater => Rule::Above(value, false),
        Comparator::GreaterOrEqual => Rule::Above(value, true),
    }
}

/// The comparison with its sides exchanged.
fn turned(op: Comparator) -> Comparator {
    match op {
        Comparator::Less => Comparator::Greater,
        Comparator::LessOrEqual => Comparator::GreaterOrEqual,
        Comparator::Greater => Comparator::Less,
        Comparator::GreaterOrEqual => Comparator::LessOrEqual,
        same => same,
    }
}

/// Whether no value fits both.
fn excluded(a: &Rule, b: &Rule) -> bool {
    match (a, b) {
        (Rule::Absent, Rule::Absent) => false,
        // Whatever is compared is there.
        (Rule::Absent, _) | (_, Rule::Absent) => true,
        // Of very long lists nothing is said.
        (Rule::OneOf(a), Rule::OneOf(b) | Rule::NoneOf(b)) | (Rule::NoneOf(a), Rule::OneOf(b))
            if a.len().saturating_mul(b.len()) > PAIRS =>
        {
            false
        }
        (Rule::OneOf(values), other) | (other, Rule::OneOf(values)) => {
            !values.iter().any(|value| fits(value, other))
        }
        (Rule::Below(upper, closed), Rule::Above(lower, open))
        | (Rule::Above(lower, open), Rule::Below(upper, closed)) => match compared(lower, upper) {
            Some(Ordering::Less) => false,
            Some(Ordering::Equal) => !(*closed && *open),
            Some(Ordering::Greater) | None => true,
        },
        _ => false,
    }
}

/// Whether a value is as the rule has it. Values of different kinds are neither equal nor unequal, but for null.
fn fits(value: &Json, rule: &Rule) -> bool {
    match rule {
        Rule::OneOf(values) => values.iter().any(|other| compared(value, other) == Some(Ordering::Equal)),
        Rule::NoneOf(values) => values.iter().all(|other| match (value, other) {
            (Json::Null, Json::Null) => false,
            (_, Json::Null) => true,
            _ => compared(value, other).is_some_and(|order| order.is_ne()),
        }),
        Rule::Below(upper, closed) => {
            ordered(value, upper).is_some_and(|order| order.is_lt() || *closed && order.is_eq())
        }
        Rule::Above(lower, closed) => {
            ordered(value, lower).is_some_and(|order| order.is_gt() || *closed && order.is_eq())
        }
        Rule::There => true,
        Rule::Absent => false,
    }
}

fn ordered(a: &Json, b: &Json) -> Option<Ordering> {
    compared(a, b).filter(|_| !matches!(a, Json::Bool(_) | Json::Null))
}

fn compared(a: &Json, b: &Json) -> Option<Ordering> {
    match (a, b) {
        (Json::Null, Json::Null) => Some(Ordering::Equal),
        (Json::Bool(a), Json::Bool(b)) => Some(a.cmp(b)),
        (Json::String(a), Json::String(b)) => Some(a.cmp(b)),
        (Json::Number(a), Json::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()),
        _ => None,
    }
}
