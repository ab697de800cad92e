//! The `where` of a filter as the `filters` of a dependency.
//!
//! In Argo every error rejects the event. So an error is a safe way to say "not true" within one conjunction, and
//! nowhere else: conditions that Argo's data filter says exactly go there, the others become a disjunction of
//! conjunctions, each an entry of `exprs`.

use super::normal::{Constants, Formula, formula};
use crate::forms::{Clause, Fragment, Piece, Spot, condition, each_of, refuse};
use crate::refusal::{NoFilterForm, Reason, Refusal};
use aev_plan::argo::{DataFilter, ExprFilter, Filters, Operator, PayloadField, TimeFilter};
use aev_plan::expr::{Expr, TimeRange};

/// The most entries that a filter gets.
const LIMIT: usize = 32;

/// The filters of a formula; nothing when every event passes.
pub(crate) fn filters(formula: Formula) -> Result<Option<Filters>, Refusal> {
    let conjuncts = match formula {
        Formula::True => return Ok(None),
        // An empty filter rejects everything when its kinds are joined by `or`.
        Formula::False => return Ok(Some(Filters { operator: Operator::Or, ..Filters::default() })),
        Formula::All(parts) => parts,
        other => vec![other],
    };
    let mut data: Vec<DataFilter> = Vec::new();
    let mut rest = Vec::new();
    let mut time = None;
    for conjunct in conjuncts {
        let entry = match &conjunct {
            Formula::Literal(Expr::TimeRange(range)) => {
                if time.replace(span(range)).is_some() {
                    let reason = Reason::NoFilterForm(NoFilterForm::Times);
                    return Err(Refusal { reason, origin: range.origin });
                }
                continue;
            }
            Formula::Literal(expr) => condition(expr, Spot::Data)?,
            Formula::Each(each) => each_of(each).map(Fragment::Data),
            _ => None,
        };
        match entry {
            Some(Fragment::Data(entry)) if data.contains(&entry) => {}
            Some(Fragment::Data(entry)) => data.push(entry),
            _ => rest.push(expand(&conjunct)?),
        }
    }
    let exprs = match rest.is_empty() {
        true => None,
        false => Some(product(&rest)?.iter().map(entry).collect::<Vec<_>>()),
    };
    let expr_operator = match &exprs {
        Some(entries) if entries.len() > 1 => Operator::Or,
        _ => Operator::And,
    };
    let data = (!data.is_empty()).then_some(data);
    Ok(Some(Filters { data, exprs, expr_operator, time, ..Filters::default() }))
}

/// Whether a condition of a filter is for jq: it asks about elements in a way that no filter of data has.
pub(crate) fn is_for_jq(formula: &Formula) -> bool {
    let within = |parts: &[Formula]| parts.iter().any(has_elements);
    match formula {
        Formula::Each(each) => each_of(each).is_none(),
        Formula::All(parts) | Formula::Any(parts) => within(parts),
        Formula::True | Formula::False | Formula::Literal(_) => false,
    }
}

/// Whether part of a `where` becomes jq, which writes the numbers of the event anew.
pub fn is_decided_by_jq(condition: &Expr) -> bool {
    let constants = Constants { source: "", kind: "", subject: "" };
    match formula(condition, false, &constants) {
        Ok(Formula::All(parts)) => parts.iter().any(is_for_jq),
        Ok(other) => is_for_jq(&other),
        Err(_) => false,
    }
}

fn has_elements(formula: &Formula) -> bool {
    match formula {
        Formula::Each(_) => true,
        Formula::All(parts) | Formula::Any(parts) => parts.iter().any(has_elements),
        Formula::True | Formula::False | Formula::Literal(_) => false,
    }
}

fn span(range: &TimeRange) -> TimeFilter {
    TimeFilter {
        start: range.from.clone(),
        stop: range.to.clone(),
        timezone: range.zone.clone().unwrap_or_default(),
    }
}

/// Clauses that must all be true.
type Conjunction = Vec<Clause>;

/// A formula as alternatives.
fn expand(formula: &Formula) -> Result<Vec<Conjunction>, Refusal> {
    match formula {
        Formula::Each(each) => {
            // These have been sifted out.
            let reason = Reason::NoFilterForm(NoFilterForm::NoCondition);
            Err(Refusal { reason, origin: each.origin })
        }
        Formula::True => Ok(vec![Vec::new()]),
        Formula::False => Ok(Vec::new()),
        Formula::Literal(expr) => match condition(expr, Spot::Exprs)? {
            Some(Fragment::Exprs(alternatives)) => {
                Ok(alternatives.into_iter().map(|clause| vec![clause]).collect())
            }
            _ if matches!(expr, Expr::TimeRange(_)) => {
                Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::Time)))
            }
            _ => Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::NoCondition))),
        },
        Formula::Any(parts) => {
            let mut all: Vec<Conjunction> = Vec::new();
            for part in parts {
                for alternative in expand(part)? {
                    if !all.contains(&alternative) {
                        all.push(alternative);
                    }
                }
            }
            check(all.len())?;
            Ok(all)
        }
        Formula::All(parts) => product(&parts.iter().map(expand).collect::<Result<Vec<_>, _>>()?),
    }
}

/// One alternative of each factor, in all ways.
fn product(factors: &[Vec<Conjunction>]) -> Result<Vec<Conjunction>, Refusal> {
    check(factors.iter().fold(1, |count, factor| count.saturating_mul(factor.len())))?;
    let mut all: Vec<Conjunction> = vec![Vec::new()];
    for factor in factors {
        let extended = all.iter().flat_map(|begun| {
            factor.iter().map(move |alternative| {
                let mut whole = begun.clone();
                whole.extend(alternative.iter().filter(|clause| !begun.contains(clause)).cloned());
                whole
            })
        });
        all = extended.collect();
    }
    Ok(all)
}

fn check(count: usize) -> Result<(), Refusal> {
    match count > LIMIT {
        true => Err(Refusal {
            reason: Reason::TooManyAlternatives { count, limit: LIMIT },
            origin: Default::default(),
        }),
        false => Ok(()),
    }
}

/// An entry of `exprs`, with a variable for each path.
fn entry(conjunction: &Conjunction) -> ExprFilter {
    let mut fields: Vec<PayloadField> = Vec::new();
    let mut expr = String::new();
    for (index, clause) in conjunction.iter().enumerate() {
        if index > 0 {
            expr.push_str(" && ");
        }
        for piece in clause {
            match piece {
                Piece::Code(code) => expr.push_str(code),
                Piece::Field { path, name } => expr.push_str(&variable(&mut fields, path, name)),
            }
        }
    }
    ExprFilter { expr, fields }
}

/// The variable of a path: called like its last key, with a number behind it when that is taken.
fn variable(fields: &mut Vec<PayloadField>, path: &str, name: &str) -> String {
    if let Some(field) = fields.iter().find(|field| field.path == path) {
        return field.name.clone();
    }
    let base = identifier(name);
    let mut name = base.clone();
    let mut number = 1;
    while fields.iter().any(|field| field.name == name) {
        number += 1;
        name = format!("{base}{number}");
    }
    fields.push(PayloadField { path: path.to_owned(), name: name.clone() });
    name
}

/// A name as govaluate takes it: a letter, then letters, digits and `_`; none of its words.
fn identifier(name: &str) -> String {
    let mapped: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let trimmed = mapped.trim_matches('_');
    match trimmed {
        "" => "value".to_owned(),
        "in" | "IN" | "true" | "false" => format!("{trimmed}_value"),
        _ if trimmed.starts_with(|c: char| c.is_ascii_digit()) => format!("n{trimmed}"),
        _ => trimmed.to_owned(),
    }
}
