//! `+ - * / %` and the sign before a value.

use super::operand::{Operand, type_of};
use super::path::Scope;
use super::{Check, bare};
use crate::diagnostics::problems::expressions as problems;
use crate::syntax::ast::{Expr, ExprKind, Span};
use crate::types::event::Fact;
use crate::types::read::Absence;
use crate::types::ty::{Literal, Shapes, Ty};
use aev_plan::arithmetic::reckon;
use aev_plan::expr::{self, Operator};
use aev_plan::json::Json;

impl<'a> Check<'a> {
    /// `left op right`
    pub(super) fn arithmetic(
        &mut self,
        op: Operator,
        span: Span,
        left: &'a Expr,
        right: &'a Expr,
        scope: &Scope,
    ) -> Operand {
        let text = |side: &Expr| matches!(bare(side).kind, ExprKind::Text(_));
        let put_together = op == Operator::Add && (text(left) || text(right));
        let (left, right) = (self.operand(left, scope), self.operand(right, scope));
        self.reckoned(op, span, left, right, put_together)
    }

    /// `-value`
    pub(super) fn negated(&mut self, span: Span, value: &'a Expr, scope: &Scope) -> Operand {
        let nought = Json::from(0);
        let ty = type_of(&nought);
        let right = self.operand(value, scope);
        self.reckoned(Operator::Subtract, span, Operand::constant(nought, ty, span), right, false)
    }

    fn reckoned(
        &mut self,
        op: Operator,
        span: Span,
        left: Operand,
        right: Operand,
        put_together: bool,
    ) -> Operand {
        let mut wrong = false;
        for side in [&left, &right] {
            if side.ty == Ty::Error {
                wrong = true;
            } else if side.ty.shapes().and(Shapes::NUMBER).is_empty() && !wrong {
                let at = self.reports.at(side.span);
                self.reports.add(problems::no_number(at, op, &side.ty.to_string(), put_together));
                wrong = true;
            }
        }
        if wrong {
            return Operand::error(span);
        }
        if let (expr::Expr::Const(a), expr::Expr::Const(b)) = (&left.expr, &right.expr) {
            return match reckon(op, a, b) {
                Ok(json) => {
                    let ty = type_of(&json);
                    Operand::constant(json, ty, span)
                }
                Err(why) => {
                    let at = self.reports.at(span);
                    self.reports.add(problems::no_result(at, why));
                    Operand::error(span)
                }
            };
        }
        let whole = op != Operator::Divide && is_whole(&left.ty) && is_whole(&right.ty);
        let expr = expr::Expr::Arithmetic(Box::new(expr::Arithmetic {
            op,
            left: left.expr.clone(),
            right: right.expr.clone(),
            origin: self.reports.origin(span),
        }));
        let number = || Fact::Of(Shapes::NUMBER, Vec::new());
        let ty = if whole { Ty::Int } else { Ty::Number };
        Operand::of_parts(expr, ty, vec![(left, number()), (right, number())], span)
    }
}

fn is_whole(ty: &Ty) -> bool {
    ty.members().iter().all(|ty| match ty {
        Ty::Int => true,
        Ty::Literal(Literal::Number(number)) => number.parse::<i64>().is_ok(),
        _ => false,
    })
}

impl Operand {
    /// A value that is worked out of others, and absent when one of them is.
    pub(super) fn of_parts(expr: expr::Expr, ty: Ty, parts: Vec<(Operand, Fact)>, span: Span) -> Operand {
        let absence = parts.iter().map(|(part, _)| part.absence).max().unwrap_or(Absence::Never);
        let mut missing: Vec<String> = Vec::new();
        for name in parts.iter().flat_map(|(part, _)| &part.missing) {
            if !missing.contains(name) {
                missing.push(name.clone());
            }
        }
        Operand { expr, ty, absence, missing, cursor: None, args: parts, span }
    }

    /// It is there and of this kind, whatever the event. Of what was reported nothing more is said.
    pub(super) fn surely(&self, shapes: Shapes) -> bool {
        self.ty == Ty::Error || self.sure() && self.ty.shapes() == shapes
    }

    /// It is there, whatever the event, and working it out never fails.
    pub(super) fn sure(&self) -> bool {
        let fits = |part: &Operand, fact: &Fact| match fact {
            Fact::Of(shapes, _) => shapes.or(part.ty.shapes()) == *shapes,
            _ => true,
        };
        self.absence == Absence::Never
            && self.missing.is_empty()
            && never_fails(&self.expr)
            && self.args.iter().all(|(part, fact)| part.sure() && fits(part, fact))
    }
}

/// Whether a value is there when its parts are and are what it takes.
fn never_fails(expr: &expr::Expr) -> bool {
    match expr {
        expr::Expr::Const(_) | expr::Expr::Path(_) | expr::Expr::Attribute(_) => true,
        expr::Expr::Default(default) => never_fails(&default.value) && never_fails(&default.fallback),
        expr::Expr::Text(inner) => never_fails(inner),
        expr::Expr::Concat(parts) => parts.iter().all(never_fails),
        expr::Expr::Call(call) => {
            let function = aev_plan::function::function(&call.function);
            function.is_some_and(|function| function.gives == aev_plan::function::Gives::Bool)
                && call.args.iter().all(never_fails)
        }
        _ => false,
    }
}
