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
use std::collections::{HashMap, HashSet};

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
    // There may be as many conditions as filters in the file.
    let mut known = HashSet::new();
    let mut rest = Vec::new();
    // What has to be true besides, each by itself.
    let mut entries: Vec<ExprFilter> = Vec::new();
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
            Some(Fragment::Data(entry)) => {
                let DataFilter { path, kind, value, comparator, template } = entry.clone();
                data.extend(known.insert((path, kind, value, comparator, template)).then_some(entry));
            }
            _ => {
                let alternatives = expand(&conjunct)?;
                let only = alternatives.first().filter(|_| alternatives.len() == 1);
                match only.and_then(whole) {
                    Some(entry) => entries.push(entry.clone()),
                    None => rest.push(alternatives),
                }
            }
        }
    }
    let alternatives = entries.is_empty();
    let exprs = exprs(entries, &rest)?;
    let expr_operator = match &exprs {
        Some(all) if all.len() > 1 && alternatives => Operator::Or,
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
            let mut known: HashSet<Conjunction> = HashSet::new();
            for part in parts {
                for alternative in expand(part)? {
                    if known.insert(alternative.clone()) {
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
    let mut all: Vec<Begun<'_>> = vec![Begun::default()];
    for factor in factors {
        if let [only] = factor.as_slice() {
            all.iter_mut().for_each(|begun| begun.add(only));
            continue;
        }
        let extended = all.iter().flat_map(|begun| {
            factor.iter().map(move |alternative| {
                let mut whole = begun.clone();
                whole.add(alternative);
                whole
            })
        });
        all = extended.collect();
    }
    Ok(all.into_iter().map(|whole| whole.clauses.into_iter().cloned().collect()).collect())
}

/// A conjunction that is being put together, each clause once.
#[derive(Clone, Default)]
struct Begun<'a> {
    clauses: Vec<&'a Clause>,
    known: HashSet<&'a Clause>,
}

impl<'a> Begun<'a> {
    fn add(&mut self, more: &'a Conjunction) {
        let Begun { clauses, known } = self;
        clauses.extend(more.iter().filter(|clause| known.insert(clause)));
    }
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

/// The entry that a conjunction is.
fn whole(conjunction: &Conjunction) -> Option<&ExprFilter> {
    match conjunction.as_slice() {
        [clause] => match clause.as_slice() {
            [Piece::Whole(entry)] => Some(entry),
            _ => None,
        },
        _ => None,
    }
}

/// Entries that must all be true: those that are whole already, and that of the rest.
fn exprs(
    mut entries: Vec<ExprFilter>,
    rest: &[Vec<Conjunction>],
) -> Result<Option<Vec<ExprFilter>>, Refusal> {
    if !rest.is_empty() {
        let alternatives = product(rest)?;
        if alternatives.len() > 1 && !entries.is_empty() {
            return Err(beside());
        }
        for alternative in &alternatives {
            entries.push(entry(alternative)?);
        }
    }
    Ok((!entries.is_empty()).then_some(entries))
}

fn beside() -> Refusal {
    Refusal { reason: Reason::NoFilterForm(NoFilterForm::Beside), origin: Default::default() }
}

/// An entry of `exprs`, with a variable for each path.
fn entry(conjunction: &Conjunction) -> Result<ExprFilter, Refusal> {
    if let Some(entry) = whole(conjunction) {
        return Ok(entry.clone());
    }
    let mut variables = Variables::default();
    let mut expr = String::new();
    for (index, clause) in conjunction.iter().enumerate() {
        if index > 0 {
            expr.push_str(" && ");
        }
        for piece in clause {
            match piece {
                Piece::Code(code) => expr.push_str(code),
                Piece::Field { path, name } => expr.push_str(variables.of(path, name)),
                Piece::Whole(_) => return Err(beside()),
            }
        }
    }
    Ok(ExprFilter { expr, fields: variables.fields })
}

/// The variables of an entry.
#[derive(Default)]
struct Variables<'a> {
    fields: Vec<PayloadField>,
    /// Where the variable of a path is.
    places: HashMap<&'a str, usize>,
    /// Names that are taken, each with the last number behind it.
    taken: HashMap<String, usize>,
}

impl<'a> Variables<'a> {
    /// The variable of a path: called like its last key, with a number behind it when that is taken.
    fn of(&mut self, path: &'a str, name: &str) -> &str {
        let place = match self.places.get(path) {
            Some(place) => *place,
            None => {
                let name = self.free(identifier(name));
                self.places.insert(path, self.fields.len());
                self.fields.push(PayloadField { path: path.to_owned(), name });
                self.fields.len() - 1
            }
        };
        self.fields.get(place).map_or("", |field| &field.name)
    }

    /// A name that is not taken, and is from now on.
    fn free(&mut self, base: String) -> String {
        let mut number = self.taken.get(&base).copied().unwrap_or_default();
        let mut name = base.clone();
        while number > 0 && self.taken.contains_key(&name) {
            number += 1;
            name = format!("{base}{number}");
        }
        self.taken.insert(base, number.max(1));
        self.taken.entry(name.clone()).or_insert(1);
        name
    }
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
