//! `match`: which events belong together.

use super::condition::CheckedCondition;
use super::operand::Operand;
use super::path::Scope;
use super::source::CheckedSource;
use super::{Check, bare};
use crate::diagnostics::problems::{clauses as problems, types as type_problems};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Span};
use crate::types::ty::{Shapes, Ty};
use aev_plan::expr::{self, Comparator, Path};
use aev_plan::model::{Binding, KeyPart, Match};

/// Which names there are, and which streams bring the event of each.
pub(super) struct Names {
    streams: Vec<String>,
    bindings: Vec<Binding>,
}

impl Names {
    /// Those of a condition.
    pub fn of(on: &CheckedCondition, sources: &[CheckedSource], check: &Check<'_>) -> Names {
        let streams = on.streams.iter().map(|origin| check.stream_name(*origin, sources)).collect();
        Names { streams, bindings: on.bindings.clone() }
    }

    /// One more.
    pub fn add(&mut self, binding: &Binding) {
        self.streams.extend(binding.streams.iter().cloned());
        self.bindings.push(binding.clone());
    }

    fn brings(&self, name: &str, stream: &String) -> bool {
        self.bindings.iter().any(|binding| binding.name == name && binding.streams.contains(stream))
    }

    /// What an event of the stream is called; the name that most streams share.
    fn name_of(&self, stream: &String) -> Option<&str> {
        let of = self.bindings.iter().filter(|binding| binding.streams.contains(stream));
        of.max_by_key(|binding| binding.streams.len()).map(|binding| binding.name.as_str())
    }
}

/// Paths that must have equal values, and where they stand.
type Class = Vec<(Path, Span)>;

impl<'a> Check<'a> {
    /// The key of a trigger; none where a mistake was reported. Unless the condition is whole, nothing is missing.
    pub(super) fn matching(
        &mut self,
        written: &'a Expr,
        clause: Span,
        scope: &Scope,
        names: &Names,
        whole: bool,
    ) -> Option<Match> {
        let before = self.reports.errors();
        let mut classes: Vec<Class> = Vec::new();
        let mut all = true;
        for part in conjuncts(written) {
            match self.equality(part, scope) {
                Some(paths) => unite(&mut classes, paths),
                None => all = false,
            }
        }
        if !all || self.reports.errors() != before || !whole {
            return None;
        }
        for class in &classes {
            self.complete_key(class, names);
        }
        let parts = classes
            .into_iter()
            .map(|class| KeyPart { paths: class.into_iter().map(|(path, _)| path).collect() });
        let parts = parts.collect();
        (self.reports.errors() == before).then(|| Match { parts, origin: self.reports.origin(clause) })
    }

    /// `a.x == b.x`, or one path alone.
    fn equality(&mut self, part: &'a Expr, scope: &Scope) -> Option<Class> {
        if let ExprKind::Binary(op, left, right) = &part.kind
            && op.value == BinaryOp::Equal
        {
            let (left, right) = (self.key(left, scope), self.key(right, scope));
            let ((left, left_path), (right, right_path)) = (left?, right?);
            self.comparable(Comparator::Equal, &left, &right);
            if left_path.event == right_path.event {
                let at = self.reports.at(part.span);
                self.reports.add(problems::one_event_twice(at, &left_path.event));
                return None;
            }
            return Some(vec![(left_path, left.span), (right_path, right.span)]);
        }
        let (operand, path) = self.key(part, scope)?;
        if operand.ty.shapes().and(Shapes::SCALAR).is_empty() {
            let at = self.reports.at(operand.span);
            self.reports.add(type_problems::not_comparable(at, &operand.ty.to_string()));
            return None;
        }
        Some(vec![(path, operand.span)])
    }

    /// A path into the data of an event.
    fn key(&mut self, written: &'a Expr, scope: &Scope) -> Option<(Operand, Path)> {
        let written = bare(written);
        if self.excused(written) || self.reports.cut_short(written.span) {
            return None;
        }
        if !Self::is_path(written) {
            let at = self.reports.at(written.span);
            self.reports.add(problems::no_key(at, compares(written)));
            return None;
        }
        let operand = self.operand(written, scope);
        match (&operand.expr, &operand.ty) {
            (_, Ty::Error) => None,
            (expr::Expr::Path(path), _) => {
                let path = path.clone();
                Some((operand, path))
            }
            _ => {
                let at = self.reports.at(written.span);
                self.reports.add(problems::attribute_as_key(at));
                None
            }
        }
    }

    /// Each event has one path in each part of the key.
    fn complete_key(&mut self, class: &Class, names: &Names) {
        let Some((first, first_span)) = class.first() else { return };
        let mut lacking: Vec<&str> = Vec::new();
        for stream in &names.streams {
            let mut own = class.iter().filter(|(path, _)| names.brings(&path.event, stream));
            match (own.next(), own.next()) {
                (None, _) => {
                    let name = names.name_of(stream).unwrap_or(stream);
                    if !lacking.contains(&name) {
                        lacking.push(name);
                    }
                }
                (Some((_, before)), Some((path, again))) => {
                    let (at, before) = (self.reports.at(*again), self.reports.at(*before));
                    self.reports.add(problems::two_keys(at, before, &path.event));
                    return;
                }
                (Some(_), None) => {}
            }
        }
        if !lacking.is_empty() {
            let at = self.reports.at(*first_span);
            self.reports.add(problems::without_key(at, &lacking, &first.event, &below(first)));
        }
    }
}

/// What follows the event in a path, as it is written.
fn below(path: &Path) -> String {
    let steps = path.steps.iter().map(|step| match step {
        expr::Step::Key(key) => format!(".{key}"),
        expr::Step::Index(index) => format!("[{index}]"),
    });
    steps.collect()
}

/// The parts that `and` joins.
fn conjuncts(written: &Expr) -> Vec<&Expr> {
    match &bare(written).kind {
        ExprKind::Binary(op, left, right) if op.value == BinaryOp::And => {
            let mut parts = conjuncts(left);
            parts.extend(conjuncts(right));
            parts
        }
        _ => vec![bare(written)],
    }
}

/// Whether it is a comparison, or several.
fn compares(written: &Expr) -> bool {
    matches!(&written.kind, ExprKind::Binary(op, ..) if super::operator(op.value).is_none())
        || matches!(&written.kind, ExprKind::Unary(..) | ExprKind::Quantifier(_) | ExprKind::Range(_))
}

/// Adds paths of equal value: parts that share one of them are one part.
fn unite(classes: &mut Vec<Class>, paths: Class) {
    let shares = |class: &Class| paths.iter().any(|(path, _)| class.iter().any(|(known, _)| known == path));
    let (shared, rest): (Vec<Class>, Vec<Class>) = std::mem::take(classes).into_iter().partition(shares);
    let mut united: Class = Vec::new();
    for (path, span) in shared.into_iter().flatten().chain(paths.clone()) {
        if !united.iter().any(|(known, _)| *known == path) {
            united.push((path, span));
        }
    }
    *classes = rest;
    classes.push(united);
}
