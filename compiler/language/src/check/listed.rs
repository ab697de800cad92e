//! `in`: one of several constants, or an element of a list.

use super::operand::Operand;
use super::path::Scope;
use super::predicate::{Position, Tested, sure_to_compare};
use super::quantifier::elements;
use super::{Check, bare};
use crate::diagnostics::problems::{lints, types as type_problems};
use crate::syntax::ast::{Expr, ExprKind, ListEntry, Span};
use crate::types::event::Fact;
use crate::types::read::Absence;
use crate::types::ty::{Literal, Shapes, Ty};
use aev_plan::expr::{self, Comparator, ELEMENT};
use std::collections::{HashMap, HashSet};

impl<'a> Check<'a> {
    /// `value in [a, b]`
    pub(super) fn member_of(
        &mut self,
        written: &'a Expr,
        left: &'a Expr,
        right: &'a Expr,
        negated: bool,
        scope: &mut Scope,
        position: Position,
    ) -> Tested {
        let value = self.operand(left, scope);
        let ExprKind::List(entries) = &bare(right).kind else {
            return self.element_of(written, value, right, negated, scope, position);
        };
        let mut members = Vec::new();
        let mut literals: Vec<Literal> = Vec::new();
        let mut places: HashMap<Literal, Span> = HashMap::new();
        // Lists and unions may be long.
        let possible: HashSet<&Literal> = value.ty.literals().unwrap_or_default().into_iter().collect();
        let scalar = !value.ty.shapes().and(Shapes::SCALAR).is_empty();
        let errors = self.reports.errors();
        let mut last = Span::default();
        for entry in entries {
            let item = match entry {
                ListEntry::Value(item) => item,
                ListEntry::Spread(item) => {
                    self.not_built(item.span, "`...`");
                    continue;
                }
            };
            let before = std::mem::replace(&mut last, item.span);
            if self.excused(item) {
                continue;
            }
            let operand = self.operand(item, scope);
            let at = self.reports.at(item.span);
            let Some(literal) = operand.literal() else {
                if operand.ty != Ty::Error {
                    self.reports.add(type_problems::in_takes_a_list(at));
                }
                continue;
            };
            if !scalar {
                let at = self.reports.at(value.span);
                self.reports.add(type_problems::not_comparable(at, &value.ty.to_string()));
                return Tested::error();
            }
            let known = value.ty == Ty::Error || possible.contains(&literal);
            if !known && !self.can_be(&value, &operand, Shapes::SCALAR) {
                continue;
            }
            let shape = |literal: &Literal| Ty::Literal(literal.clone()).shapes();
            if let Some(first) = literals.first()
                && shape(first) != shape(&literal)
            {
                self.reports.add(type_problems::mixed_list(at, &first.to_string(), &literal.to_string()));
                continue;
            }
            if let Some(first) = places.get(&literal) {
                let first = self.reports.at(*first);
                self.reports.add(lints::repeated_value(at, first, before));
                continue;
            }
            if let expr::Expr::Const(json) = operand.expr {
                members.push(json);
            }
            places.insert(literal.clone(), item.span);
            literals.push(literal);
        }
        let shapes = literals.first().map_or(Shapes::SCALAR, |literal| Ty::Literal(literal.clone()).shapes());
        let fact = match negated {
            // What was meant by the wrong ones is not known.
            _ if self.reports.errors() > errors => Fact::Present,
            true => Fact::Of(shapes, literals),
            false => Fact::Is(literals),
        };
        let (traps, implied) =
            self.follow(written.span, &[(&value, fact)], negated || position.negated, scope, position);
        let sure = value.surely(shapes);
        let test = expr::In { value: value.expr, members, negated };
        Tested { traps, implied, sure, ..Tested::new(expr::Expr::In(Box::new(test))) }
    }

    /// `value in list`, where the list is a value: it has an element that is equal.
    fn element_of(
        &mut self,
        written: &'a Expr,
        value: Operand,
        right: &'a Expr,
        negated: bool,
        scope: &mut Scope,
        position: Position,
    ) -> Tested {
        if self.excused(right) || self.reports.unparsed_within(right.span) {
            return Tested::error();
        }
        let list = self.operand(right, scope);
        let Some(element) = elements(&list.ty) else {
            let at = self.reports.at(right.span);
            self.reports.add(type_problems::in_takes_a_list(at));
            return Tested::error();
        };
        let path = expr::Path {
            event: ELEMENT.to_owned(),
            steps: Vec::new(),
            certain: true,
            origin: self.reports.origin(right.span),
        };
        let element = Operand {
            expr: expr::Expr::Path(path),
            ty: element,
            absence: Absence::Never,
            missing: Vec::new(),
            cursor: None,
            args: Vec::new(),
            span: right.span,
        };
        self.comparable(Comparator::Equal, &value, &element);
        let facts =
            [(&value, Fact::Of(Shapes::SCALAR, Vec::new())), (&list, Fact::Of(Shapes::LIST, Vec::new()))];
        let (traps, implied) =
            self.follow(written.span, &facts, negated || position.negated, scope, position);
        let sure = list.surely(Shapes::LIST) && sure_to_compare(&value, &element);
        let condition = expr::Compare { op: Comparator::Equal, left: value.expr, right: element.expr };
        let found = expr::Expr::Quantified(Box::new(expr::Quantified {
            all: false,
            name: ELEMENT.to_owned(),
            list: list.expr,
            condition: expr::Expr::Compare(Box::new(condition)),
            origin: self.reports.origin(written.span),
        }));
        let expr = if negated { expr::Expr::Not(Box::new(found)) } else { found };
        Tested { traps, implied, sure, ..Tested::new(expr) }
    }
}
