//! `if c then a else b`, and a condition where a value is wanted.

use super::operand::Operand;
use super::path::Scope;
use super::predicate::{Position, Tested};
use super::{Check, bare};
use crate::diagnostics::problems::expressions as problems;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Span, UnaryOp};
use crate::types::read::Absence;
use crate::types::ty::{Shapes, Ty};
use aev_plan::expr;
use aev_plan::json::Json;

impl<'a> Check<'a> {
    /// Whether an expression has the form of a condition.
    pub(super) fn is_condition(expr: &Expr) -> bool {
        match &bare(expr).kind {
            ExprKind::Bool(_) | ExprKind::Quantifier(_) | ExprKind::Range(_) => true,
            ExprKind::Unary(op, _) => op.value == UnaryOp::Not,
            ExprKind::Binary(op, ..) => matches!(
                op.value,
                BinaryOp::Or
                    | BinaryOp::And
                    | BinaryOp::Equal
                    | BinaryOp::NotEqual
                    | BinaryOp::Less
                    | BinaryOp::LessOrEqual
                    | BinaryOp::Greater
                    | BinaryOp::GreaterOrEqual
                    | BinaryOp::In
                    | BinaryOp::NotIn
                    | BinaryOp::Matches
                    | BinaryOp::NotMatches
            ),
            _ => false,
        }
    }

    /// `if condition then a else b`
    pub(super) fn choice(
        &mut self,
        span: Span,
        condition: &'a Expr,
        then: &'a Expr,
        otherwise: &'a Expr,
        scope: &Scope,
    ) -> Operand {
        let (tested, inner) = self.decided_value(condition, scope);
        let (then, otherwise) = (self.operand(then, &inner), self.operand(otherwise, scope));
        let Some(tested) = tested else { return Operand::error(span) };
        match tested.expr {
            expr::Expr::Const(Json::Bool(true)) => return Operand { span, ..then },
            expr::Expr::Const(Json::Bool(false)) => return Operand { span, ..otherwise },
            _ => {}
        }
        let mut missing = then.missing;
        missing.extend(otherwise.missing);
        Operand {
            expr: expr::Expr::If(Box::new(expr::If {
                condition: tested.expr,
                then: then.expr,
                otherwise: otherwise.expr,
                origin: self.reports.origin(span),
            })),
            ty: Ty::union([then.ty, otherwise.ty]),
            absence: then.absence.max(otherwise.absence),
            missing,
            cursor: None,
            args: Vec::new(),
            span,
        }
    }

    /// `left or right` as a value, where `left` is no comparison: `a or b` of two truth values.
    pub(super) fn either(&mut self, op: Span, left: &'a Expr, right: &'a Expr, scope: &Scope) -> Operand {
        let span = Span { start: left.span.start, end: right.span.end };
        let value = self.operand(left, scope);
        if value.ty == Ty::Error {
            return Operand::error(span);
        }
        if value.ty.shapes() != Shapes::BOOL {
            let at = self.reports.at(op);
            self.reports.add(problems::default_meant(at));
            return Operand::error(span);
        }
        if !value.sure() {
            let at = self.reports.at(left.span);
            self.reports.add(problems::may_be_unknown(at));
            return Operand::error(span);
        }
        let (Some(tested), _) = self.decided_value(right, scope) else { return Operand::error(span) };
        let yes = expr::Expr::Const(Json::Bool(true));
        let compare = expr::Compare { op: expr::Comparator::Equal, left: value.expr, right: yes };
        let parts = vec![expr::Expr::Compare(Box::new(compare)), tested.expr];
        Operand { expr: expr::Expr::Any(parts), ..Operand::constant(Json::Null, Ty::Bool, span) }
    }

    /// A condition as a value: `true` or `false`.
    pub(super) fn truth_value(&mut self, condition: &'a Expr, scope: &Scope) -> Operand {
        let span = condition.span;
        let (Some(tested), _) = self.decided_value(condition, scope) else { return Operand::error(span) };
        Operand {
            expr: tested.expr,
            ty: Ty::Bool,
            absence: Absence::Never,
            missing: Vec::new(),
            cursor: None,
            args: Vec::new(),
            span,
        }
    }

    /// A condition within a value, and what is known when it is true. Outside a `where` it must be true or false: unknown is
    /// no value, and has no branch.
    fn decided_value(&mut self, condition: &'a Expr, scope: &Scope) -> (Option<Tested>, Scope) {
        let before = self.reports.errors();
        let mut inner = scope.clone();
        inner.condition = true;
        let tested = self.test(condition, &mut inner, Position::WHOLE);
        inner.condition = scope.condition;
        if self.reports.errors() > before {
            return (None, inner);
        }
        if !tested.sure && !scope.condition {
            let at = self.reports.at(condition.span);
            self.reports.add(problems::may_be_unknown(at));
            return (None, inner);
        }
        (Some(tested), inner)
    }
}
