//! A `where` in the shape that Argo's filters can take.
//!
//! Constants are folded and negation is pushed inwards to the conditions. Kleene's logic has De Morgan and distribution,
//! and only *true* lets an event pass; so below a positive condition unknown is as good as false.

use crate::forms::{as_match, attribute_name, refuse};
use crate::refusal::{NoFilterForm, Reason, Refusal};
use aev_plan::eval::text_of_json;
use aev_plan::expr::{Attribute, Call, Comparator, Compare, Expr, In, Matches, Path, TimeRange};
use aev_plan::json::Json;
use aev_plan::origin::Origin;
use std::collections::HashMap;

/// A `where` without negation but for `not exists`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Formula {
    /// Every event passes.
    True,
    /// No event passes.
    False,
    /// A condition on the event.
    Literal(Expr),
    /// All of these; at least two.
    All(Vec<Formula>),
    /// One of these; at least two.
    Any(Vec<Formula>),
    /// Of the elements of a list.
    Each(Box<Each>),
}

/// A condition of one or of all elements of a list, which there must be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Each {
    /// Of all; otherwise of one.
    pub(crate) all: bool,
    /// What it calls an element.
    pub(crate) name: String,
    /// The list.
    pub(crate) list: Expr,
    /// What must be true.
    pub(crate) condition: Formula,
    /// Where it was written.
    pub(crate) origin: Origin,
}

/// What an event of one source always has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Constants<'a> {
    /// Name of the source.
    pub(crate) source: &'a str,
    /// Argo's name of its kind.
    pub(crate) kind: &'a str,
    /// Name of the event within it.
    pub(crate) subject: &'a str,
}

/// The formula of a `where`, or of its negation.
pub(crate) fn formula(expr: &Expr, negated: bool, constants: &Constants<'_>) -> Result<Formula, Refusal> {
    let all = |parts: &[Expr]| {
        parts.iter().map(|part| formula(part, negated, constants)).collect::<Result<Vec<_>, _>>()
    };
    Ok(match expr {
        Expr::Not(inner) => formula(inner, !negated, constants)?,
        Expr::All(parts) if !negated => conjunction(all(parts)?),
        Expr::All(parts) => disjunction(all(parts)?),
        Expr::Any(parts) if !negated => disjunction(all(parts)?),
        Expr::Any(parts) => conjunction(all(parts)?),
        Expr::Exists(path) if path.steps.is_empty() => truth(!negated),
        Expr::Exists(_) if negated => Formula::Literal(Expr::Not(Box::new(expr.clone()))),
        Expr::Exists(_) => Formula::Literal(expr.clone()),
        Expr::Compare(compare) => comparison(compare, negated, constants)?,
        Expr::In(one_of) => one_of_formula(one_of, negated, constants)?,
        Expr::Matches(matches) => match_formula(matches, negated, constants)?,
        Expr::Const(Json::Bool(value)) => truth(*value != negated),
        Expr::Quantified(quantified) => Formula::Each(Box::new(Each {
            all: quantified.all != negated,
            name: quantified.name.clone(),
            list: fold(&quantified.list, constants)?,
            condition: formula(&quantified.condition, negated, constants)?,
            origin: quantified.origin,
        })),
        Expr::TimeRange(range) if negated => {
            // One of the ends is a part of it, so what is outside is a range too.
            let (from, to) = (range.to.clone(), range.from.clone());
            Formula::Literal(Expr::TimeRange(TimeRange { from, to, ..range.clone() }))
        }
        Expr::TimeRange(_) => Formula::Literal(expr.clone()),
        Expr::Govaluate(_) if negated => {
            return Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::Negated)));
        }
        Expr::Govaluate(_) => Formula::Literal(expr.clone()),
        Expr::Path(_)
        | Expr::Foreign(_)
        | Expr::Default(_)
        | Expr::Const(_)
        | Expr::Attribute(_)
        | Expr::Call(_)
        | Expr::If(_)
        | Expr::Member(_)
        | Expr::Arithmetic(_) => {
            let right = Expr::Const(Json::Bool(true));
            comparison(&Compare { op: Comparator::Equal, left: expr.clone(), right }, negated, constants)?
        }
        Expr::Text(_) | Expr::Concat(_) | Expr::List(_) | Expr::Object(_) => {
            return Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::NoCondition)));
        }
    })
}

fn truth(value: bool) -> Formula {
    if value { Formula::True } else { Formula::False }
}

pub(crate) fn conjunction(parts: Vec<Formula>) -> Formula {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Formula::False => return Formula::False,
            Formula::True => {}
            Formula::All(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match (flat.len(), flat.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            flat.push(last);
            Formula::All(flat)
        }
        (_, None) => Formula::True,
    }
}

fn disjunction(parts: Vec<Formula>) -> Formula {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Formula::True => return Formula::True,
            Formula::False => {}
            Formula::Any(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    let mut flat = merge(flat);
    match (flat.len(), flat.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            flat.push(last);
            Formula::Any(flat)
        }
        (_, None) => Formula::False,
    }
}

/// `p == "a" or p == "b"` reads better as `p in ["a", "b"]`, and is one entry instead of two.
fn merge(parts: Vec<Formula>) -> Vec<Formula> {
    let mut merged: Vec<Formula> = Vec::new();
    // There may be very many paths.
    let mut places: HashMap<Path, usize> = HashMap::new();
    for part in parts {
        let Some((value, members)) = text_alternatives(&part) else {
            merged.push(part);
            continue;
        };
        let same = match value {
            Expr::Path(path) => places.get(path).copied(),
            _ => merged
                .iter()
                .position(|other| text_alternatives(other).is_some_and(|(other, _)| other == value)),
        };
        match same.and_then(|place| merged.get_mut(place)) {
            Some(Formula::Literal(Expr::In(one_of))) => one_of.members.extend_from_slice(members),
            Some(other) => {
                let mut all = text_alternatives(other).map_or_else(Vec::new, |(_, members)| members.to_vec());
                all.extend_from_slice(members);
                let value = value.clone();
                *other = Formula::Literal(Expr::In(Box::new(In { value, members: all, negated: false })));
            }
            None => {
                if let Expr::Path(path) = value {
                    places.insert(path.clone(), merged.len());
                }
                merged.push(part);
            }
        }
    }
    merged
}

/// The value that a formula compares with texts, and the texts.
fn text_alternatives(formula: &Formula) -> Option<(&Expr, &[Json])> {
    let (value, members) = match formula {
        Formula::Literal(Expr::Compare(compare)) if compare.op == Comparator::Equal => match &compare.right {
            Expr::Const(text) => (&compare.left, std::slice::from_ref(text)),
            _ => return None,
        },
        Formula::Literal(Expr::In(one_of)) if !one_of.negated => (&one_of.value, one_of.members.as_slice()),
        _ => return None,
    };
    members.iter().all(|member| member.as_str().is_some()).then_some((value, members))
}

/// An operand with its constants in place.
pub(crate) fn fold(expr: &Expr, constants: &Constants<'_>) -> Result<Expr, Refusal> {
    Ok(match expr {
        Expr::Attribute(reference) => Expr::text(match reference.attribute {
            Attribute::Source => constants.source,
            Attribute::Type => constants.kind,
            Attribute::Subject => constants.subject,
            Attribute::DataContentType => "application/json",
            other => {
                let attribute = attribute_name(other);
                return Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::Attribute { attribute })));
            }
        }),
        Expr::Default(default) => match fold(&default.value, constants)? {
            always @ Expr::Const(_) => always,
            _ => expr.clone(),
        },
        Expr::Text(inner) => match fold(inner, constants)? {
            Expr::Const(value) => Expr::text(text_of_json(&value)),
            _ => expr.clone(),
        },
        Expr::Concat(parts) => {
            let mut text = String::new();
            for part in parts {
                match fold(part, constants)? {
                    Expr::Const(value) => text.push_str(&text_of_json(&value)),
                    _ => return Ok(expr.clone()),
                }
            }
            Expr::text(text)
        }
        Expr::Call(call) => {
            let args = call.args.iter().map(|arg| fold(arg, constants)).collect::<Result<Vec<_>, _>>()?;
            folded_call(call, args)
        }
        other => other.clone(),
    })
}

/// A call with constants alone is what it gives.
fn folded_call(call: &Call, args: Vec<Expr>) -> Expr {
    let constants = args.iter().map(|arg| match arg {
        Expr::Const(value) => Some(value.clone()),
        _ => None,
    });
    let value = constants
        .collect::<Option<Vec<_>>>()
        .and_then(|args| (aev_plan::function::function(&call.function)?.run)(&args).ok());
    match value {
        Some(value) => Expr::Const(value),
        None => Expr::Call(Call { args, ..call.clone() }),
    }
}

fn comparison(compare: &Compare, negated: bool, constants: &Constants<'_>) -> Result<Formula, Refusal> {
    let op = if negated { opposite(compare.op) } else { compare.op };
    let (left, right) = (fold(&compare.left, constants)?, fold(&compare.right, constants)?);
    Ok(match (left, right) {
        (Expr::Const(left), Expr::Const(right)) => truth(holds(op, &left, &right)),
        (Expr::Call(call), Expr::Const(Json::Bool(value)))
        | (Expr::Const(Json::Bool(value)), Expr::Call(call))
            if matches!(op, Comparator::Equal | Comparator::NotEqual) =>
        {
            // Equal to true, or not equal to false.
            let holds = value == (op == Comparator::Equal);
            let test = as_match(&call, !holds).map(|test| Formula::Literal(Expr::Matches(Box::new(test))));
            test.unwrap_or_else(|| literal(op, Expr::Call(call), Expr::Const(Json::Bool(value))))
        }
        (left @ Expr::Const(_), right) => literal(mirrored(op), right, left),
        (left, right) => literal(op, left, right),
    })
}

/// A condition, unless no value can make it true.
fn literal(op: Comparator, left: Expr, right: Expr) -> Formula {
    let ordered = !matches!(op, Comparator::Equal | Comparator::NotEqual);
    match &right {
        Expr::Const(Json::List(_) | Json::Object(_)) => Formula::False,
        Expr::Const(Json::Null | Json::Bool(_)) if ordered => Formula::False,
        _ => Formula::Literal(Expr::Compare(Box::new(Compare { op, left, right }))),
    }
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

fn mirrored(op: Comparator) -> Comparator {
    match op {
        Comparator::Less => Comparator::Greater,
        Comparator::LessOrEqual => Comparator::GreaterOrEqual,
        Comparator::Greater => Comparator::Less,
        Comparator::GreaterOrEqual => Comparator::LessOrEqual,
        same => same,
    }
}

/// Whether a comparison of two constants is true.
fn holds(op: Comparator, left: &Json, right: &Json) -> bool {
    let order = match (left, right) {
        (Json::String(a), Json::String(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Json::Number(a), Json::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()),
        _ => None,
    };
    match (op, order) {
        (Comparator::Equal, Some(order)) => order.is_eq(),
        (Comparator::NotEqual, Some(order)) => order.is_ne(),
        (Comparator::Less, Some(order)) => order.is_lt(),
        (Comparator::LessOrEqual, Some(order)) => order.is_le(),
        (Comparator::Greater, Some(order)) => order.is_gt(),
        (Comparator::GreaterOrEqual, Some(order)) => order.is_ge(),
        (Comparator::Equal, None) => same_kind(left, right) && left == right,
        (Comparator::NotEqual, None) => same_kind(left, right) && left != right,
        _ => false,
    }
}

/// Booleans compare with booleans, and anything with null.
fn same_kind(left: &Json, right: &Json) -> bool {
    matches!((left, right), (Json::Bool(_), Json::Bool(_)) | (Json::Null, _) | (_, Json::Null))
}

fn one_of_formula(one_of: &In, negated: bool, constants: &Constants<'_>) -> Result<Formula, Refusal> {
    let negated = one_of.negated != negated;
    let op = if negated { Comparator::NotEqual } else { Comparator::Equal };
    let value = fold(&one_of.value, constants)?;
    if let Expr::Const(value) = &value {
        let mut outcomes = one_of.members.iter().map(|member| holds(op, value, member));
        return Ok(truth(if negated { outcomes.all(|holds| holds) } else { outcomes.any(|holds| holds) }));
    }
    let comparable = |member: &&Json| !matches!(member, Json::List(_) | Json::Object(_));
    let members: Vec<Json> = one_of.members.iter().filter(comparable).cloned().collect();
    Ok(match members.as_slice() {
        _ if negated && members.len() < one_of.members.len() => Formula::False,
        [] => truth(negated),
        [only] => literal(op, value, Expr::Const(only.clone())),
        _ => Formula::Literal(Expr::In(Box::new(In { value, members, negated }))),
    })
}

fn match_formula(matches: &Matches, negated: bool, constants: &Constants<'_>) -> Result<Formula, Refusal> {
    let negated = matches.negated != negated;
    Ok(match fold(&matches.value, constants)? {
        Expr::Const(value) => {
            let matched = value.as_str().and_then(|text| {
                aev_plan::re2::Pattern::new(&matches.pattern).ok().map(|pattern| pattern.is_match(text))
            });
            truth(matched == Some(!negated))
        }
        value => Formula::Literal(Expr::Matches(Box::new(Matches {
            value,
            pattern: matches.pattern.clone(),
            negated,
        }))),
    })
}
