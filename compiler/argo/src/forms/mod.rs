//! The forms that conditions and values of aev take in Argo Events, one file each.
//!
//! A form is asked with an expression and a place. It answers with a [`Fragment`], with nothing when the expression is
//! none of its kind or the place none of its own, or with a refusal when the expression is of its kind and has no
//! equivalent. `lowering.md` in the design has the tables; each file says what its form costs a naive reader.

mod alternatives;
mod attribute;
mod call;
mod constant;
mod each;
mod equal;
mod exists;
pub(crate) mod expr;
mod foreign;
pub(crate) mod jq;
mod links;
mod matches;
mod null;
mod one_of;
mod operand;
mod order;
mod path;
mod same;
mod text;

pub(crate) use attribute::name as attribute_name;
pub(crate) use call::as_match;
pub(crate) use constant::fold;
pub(crate) use each::each_of;
pub(crate) use text::{Parts, parts};

use crate::emit::scope::Scope;
use crate::refusal::{NoValueForm, Reason, Refusal};
use aev_plan::argo::{DataFilter, ExprFilter, ParameterSource};
use aev_plan::expr::Expr;
use aev_plan::origin::Origin;

/// Where a condition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    /// A conjunct of the whole `where`, for `filters.data`.
    Data,
    /// One of several conditions joined by `&&`, for `filters.exprs`.
    Exprs,
}

/// What a condition becomes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fragment {
    /// One entry of `data`.
    Data(DataFilter),
    /// Part of an entry of `exprs`; several are alternatives, each for an entry of its own.
    Exprs(Vec<Clause>),
}

/// A piece of govaluate that is an error or false unless the condition is true.
pub(crate) type Clause = Vec<Piece>;

/// A part of a [`Clause`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Piece {
    /// Text of the expression.
    Code(String),
    /// A variable.
    Field {
        /// Its gjson path.
        path: String,
        /// What it should be called if that is free.
        name: String,
    },
    /// An entry that nothing can be added to.
    Whole(ExprFilter),
}

type ConditionForm = fn(&Expr, Spot) -> Result<Option<Fragment>, Refusal>;

/// The simplest first: `lowering.md` fixes the order.
const CONDITIONS: [ConditionForm; 8] = [
    foreign::entry,
    equal::emit,
    one_of::emit,
    exists::emit,
    null::emit,
    matches::emit,
    same::emit,
    order::emit,
];

/// What a condition becomes in that spot; nothing when no form is made for it.
///
/// The condition is none of `and`, `or`, `not` (but for `not exists`), and its operands are no constants alone.
pub(crate) fn condition(expr: &Expr, spot: Spot) -> Result<Option<Fragment>, Refusal> {
    for form in CONDITIONS {
        if let Some(fragment) = form(expr, spot)? {
            return Ok(Some(fragment));
        }
    }
    Ok(None)
}

/// How a value is to arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As text, whatever it is.
    Text,
    /// As the JSON value that it is.
    Json,
}

/// Where a parameter takes its value from. Of several the last whose event is there counts: Argo skips a parameter whose
/// event is absent.
pub(crate) type Sources = Vec<ParameterSource>;

type ValueForm = fn(&Expr, Kind, &Scope<'_>) -> Result<Option<Sources>, Refusal>;

const VALUES: [ValueForm; 6] =
    [foreign::emit, constant::emit, path::emit, attribute::emit, alternatives::emit, call::emit];

/// Where a value comes from. Text that is put together from parts is not one source; [`parts`] takes it apart.
pub(crate) fn value(expr: &Expr, kind: Kind, scope: &Scope<'_>) -> Result<Sources, Refusal> {
    if let Expr::Text(inner) = expr {
        return value(inner, Kind::Text, scope);
    }
    for form in VALUES {
        if let Some(sources) = form(expr, kind, scope)? {
            return Ok(sources);
        }
    }
    let form = match expr {
        Expr::List(_) | Expr::Object(_) => NoValueForm::Structure,
        Expr::Call(call) => NoValueForm::Call { function: call.function.clone() },
        Expr::Arithmetic(_) | Expr::If(_) | Expr::Member(_) => NoValueForm::Computed,
        _ => NoValueForm::Condition,
    };
    Err(refuse(expr, Reason::NoValueForm(form)))
}

/// A refusal that points at the first event value of the expression; the caller fills in the rest.
pub(crate) fn refuse(expr: &Expr, reason: Reason) -> Refusal {
    Refusal { reason, origin: origin(expr).unwrap_or_default() }
}

/// Where the first path of an expression stands.
pub(crate) fn origin(expr: &Expr) -> Option<Origin> {
    match expr {
        Expr::Path(path) | Expr::Exists(path) => Some(path.origin),
        Expr::Const(_) | Expr::Attribute(_) => None,
        Expr::Text(inner) | Expr::Not(inner) => origin(inner),
        Expr::Concat(items) | Expr::List(items) | Expr::All(items) | Expr::Any(items) => {
            items.iter().find_map(origin)
        }
        Expr::Default(default) => origin(&default.value).or_else(|| origin(&default.fallback)),
        Expr::Object(members) => members.iter().find_map(|(_, value)| origin(value)),
        Expr::Compare(compare) => origin(&compare.left).or_else(|| origin(&compare.right)),
        Expr::In(one_of) => origin(&one_of.value),
        Expr::Matches(matches) => origin(&matches.value),
        Expr::Call(call) => Some(call.origin),
        Expr::Arithmetic(arithmetic) => Some(arithmetic.origin),
        Expr::If(choice) => Some(choice.origin),
        Expr::Quantified(quantified) => Some(quantified.origin),
        Expr::Member(member) => Some(member.origin),
        Expr::TimeRange(range) => Some(range.origin),
        Expr::Foreign(foreign) => Some(foreign.origin),
        Expr::Govaluate(asked) => Some(asked.origin),
    }
}
