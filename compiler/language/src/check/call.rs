//! Calls of functions.

use super::Check;
use super::operand::{Operand, type_of};
use super::path::{Place, Scope};
use crate::diagnostics::nearest;
use crate::diagnostics::problems::{calls as problems, names, types as type_problems};
use crate::syntax::ast::{Arg, Expr, ExprKind, Span};
use crate::types::event::Fact;
use crate::types::ty::{Shapes, Ty};
use aev_plan::expr::{self, ForeignLanguage};
use aev_plan::function::{FORMS, FUNCTIONS, Function, Gives, Takes, function, is_layout};
use aev_plan::json::Json;

/// Functions that name an object of Kubernetes; they stand where a field takes one.
const REFERENCES: [&str; 2] = ["secret", "configmap"];

impl<'a> Check<'a> {
    /// The call of a function.
    pub(super) fn call(
        &mut self,
        expr: &'a Expr,
        callee: &'a Expr,
        args: &'a [Arg],
        scope: &Scope,
    ) -> Operand {
        let ExprKind::Name(name) = &callee.kind else {
            self.unknown_call(callee);
            return Operand::error(expr.span);
        };
        if let Some(function) = function(name) {
            return self.called(function, expr.span, args, scope);
        }
        let at = self.reports.at(expr.span);
        match (name.as_str(), args) {
            ("secret" | "configmap", _) => {
                self.reports.add(type_problems::reference_misplaced(at, name, "a value that may be shown"))
            }
            ("text", [arg]) if arg.name.is_none() => {
                let operand = self.operand(&arg.value, scope);
                let text = expr::Expr::Text(Box::new(operand.expr.clone()));
                return Operand::of_parts(text, Ty::String, vec![(operand, Fact::Present)], expr.span);
            }
            ("text", _) => self.reports.add(type_problems::one_argument(at, name)),
            ("gjson", _) => return self.foreign(ForeignLanguage::Gjson, expr.span, args, scope),
            ("gotemplate", _) => return self.foreign(ForeignLanguage::GoTemplate, expr.span, args, scope),
            ("govaluate", _) if scope.place != Place::Where => self.govaluate_misplaced(expr.span),
            ("exists" | "govaluate", _) => return self.truth_value(expr, scope),
            _ => self.unknown_call(callee),
        }
        Operand::error(expr.span)
    }

    /// A call of a function of the plan. It is absent when one of its arguments is.
    fn called(&mut self, function: &'static Function, span: Span, args: &'a [Arg], scope: &Scope) -> Operand {
        if args.len() != function.params.len() || args.iter().any(|arg| arg.name.is_some()) {
            let at = self.reports.at(span);
            self.reports.add(problems::arguments(at, function));
            return Operand::error(span);
        }
        if function.only_in_where && scope.place != Place::Where {
            let at = self.reports.at(span);
            self.reports.add(type_problems::only_in_where(at, function.name));
            return Operand::error(span);
        }
        let before = self.reports.errors();
        let mut operands = Vec::with_capacity(args.len());
        for (param, arg) in function.params.iter().zip(args) {
            let operand = self.operand(&arg.value, scope);
            if operand.ty != Ty::Error && !takes(param.takes, &operand) {
                let at = self.reports.at(arg.value.span);
                self.reports.add(problems::wrong_argument(
                    at,
                    function,
                    param.takes,
                    &operand.ty.to_string(),
                ));
            }
            operands.push((operand, fact(param.takes)));
        }
        if self.reports.errors() > before || operands.iter().any(|(operand, _)| operand.ty == Ty::Error) {
            return Operand::error(span);
        }
        let args: Vec<expr::Expr> = operands.iter().map(|(operand, _)| operand.expr.clone()).collect();
        if let Some(constants) = constants(&args) {
            return match (function.run)(&constants) {
                Ok(json) => {
                    let ty = type_of(&json);
                    Operand::constant(json, ty, span)
                }
                Err(why) => {
                    let at = self.reports.at(span);
                    self.reports.add(problems::no_value(at, function, why));
                    Operand::error(span)
                }
            };
        }
        let call = expr::Call { function: function.name.to_owned(), args, origin: self.reports.origin(span) };
        Operand::of_parts(expr::Expr::Call(call), gives(function.gives), operands, span)
    }

    /// A call of something that is no function.
    pub(super) fn unknown_call(&mut self, callee: &Expr) {
        let ExprKind::Name(name) = &callee.kind else {
            if !self.excused(callee) {
                let (span, name) = match &callee.kind {
                    ExprKind::Member(_, name) => (name.span, Some(name.value.as_str())),
                    _ => (callee.span, None),
                };
                self.reports.add(names::no_methods(self.reports.at(span), name));
            }
            return;
        };
        if !self.program.names.excuses(name) {
            let mut built: Vec<&str> = names_of_functions().collect();
            built.sort_unstable();
            built.extend(REFERENCES);
            let meant = names::function_elsewhere(name).filter(|meant| built.contains(meant));
            let meant = meant.or_else(|| nearest(name, built.iter().copied()));
            let at = self.reports.at(callee.span);
            self.reports.add(names::unknown_function(at, name, meant, &built));
        }
    }
}

fn names_of_functions() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name).chain(FORMS.iter().map(|form| form.name))
}

/// Whether it is a function of the language.
pub(super) fn is_function(name: &str) -> bool {
    names_of_functions().any(|known| known == name)
}

/// Whether a value can be what a parameter takes.
fn takes(takes: Takes, operand: &Operand) -> bool {
    let constant = match &operand.expr {
        expr::Expr::Const(json) => Some(json),
        _ => None,
    };
    match takes {
        Takes::Position => matches!(constant, Some(Json::Number(number))
            if number.as_i64().is_some_and(|position| position >= 0)),
        Takes::Layout => constant.and_then(Json::as_str).is_some_and(is_layout),
        Takes::Time => matches!(&operand.expr, expr::Expr::Attribute(attribute)
            if attribute.attribute == expr::Attribute::Time),
        Takes::Text | Takes::TextOrNumber | Takes::List | Takes::Any => {
            !operand.ty.shapes().and(shapes(takes)).is_empty()
        }
    }
}

fn shapes(takes: Takes) -> Shapes {
    match takes {
        Takes::Text | Takes::Time | Takes::Layout => Shapes::TEXT,
        Takes::TextOrNumber => Shapes::ORDERED,
        Takes::List => Shapes::LIST,
        Takes::Position => Shapes::NUMBER,
        Takes::Any => Shapes::ALL,
    }
}

/// What is known of an argument when the call has a value.
fn fact(takes: Takes) -> Fact {
    match takes {
        Takes::Any => Fact::Present,
        takes => Fact::Of(shapes(takes), Vec::new()),
    }
}

fn gives(gives: Gives) -> Ty {
    match gives {
        Gives::Text => Ty::String,
        Gives::Number => Ty::Number,
        Gives::Int => Ty::Int,
        Gives::Bool => Ty::Bool,
        Gives::Texts => Ty::list(Ty::String),
        Gives::Any => Ty::Any,
    }
}

fn constants(args: &[expr::Expr]) -> Option<Vec<Json>> {
    let constant = |arg: &expr::Expr| match arg {
        expr::Expr::Const(json) => Some(json.clone()),
        _ => None,
    };
    args.iter().map(constant).collect()
}
