//! Values and conditions in Argo Events' own languages: `gjson(e, r"…")`, `gotemplate(e, r"…")` and `govaluate(r"…", …)`.

use super::operand::{Operand, may_be_missing};
use super::path::{Place, Reached, Scope};
use super::predicate::{Position, Tested};
use super::{Check, bare};
use crate::compile::Target;
use crate::diagnostics::problems::{foreign as problems, targets};
use crate::syntax::ast::{Arg, ExprKind, Span};
use crate::types::declared::literal_text;
use crate::types::event::Fact;
use crate::types::read::Absence;
use crate::types::ty::Ty;
use aev_dialects::foreign::executes;
use aev_dialects::govaluate::Expression;
use aev_plan::expr::{Attribute, Expr, Foreign, ForeignLanguage, Govaluate};

impl<'a> Check<'a> {
    /// `gjson(e, r"…")` and `gotemplate(e, r"…")`.
    pub(super) fn foreign(
        &mut self,
        language: ForeignLanguage,
        span: Span,
        args: &'a [Arg],
        scope: &Scope,
    ) -> Operand {
        let name = language.name();
        let [Arg { name: None, value: of }, text @ Arg { name: None, .. }] = args else {
            let at = self.reports.at(span);
            self.reports.add(problems::wrong_form(at, name));
            return Operand::error(span);
        };
        if language == ForeignLanguage::GoTemplate && scope.place != Place::Action {
            let at = self.reports.at(span);
            self.reports.add(problems::template_misplaced(at));
            return Operand::error(span);
        }
        let event = self.whole_event(name, of, scope);
        let text = self.raw_text(name, text);
        let (Some((event, context)), Some(text)) = (event, text) else { return Operand::error(span) };
        let origin = self.reports.origin(span);
        let missing = may_be_missing(scope, event.clone());
        let foreign = Foreign { language, text, event, context, origin };
        if !executes(&foreign) {
            let at = self.reports.at(span);
            self.refused(Target::Plan, targets::not_in_runtime_yet(at, name));
        }
        let (ty, absence) = match language {
            ForeignLanguage::Gjson => (Ty::Any, Absence::Unknown),
            ForeignLanguage::GoTemplate => (Ty::String, Absence::Never),
        };
        let expr = Expr::Foreign(Box::new(foreign));
        Operand { absence, missing, ..Operand::of_parts(expr, ty, Vec::new(), span) }
    }

    /// `e`, or with true `e::context`. Nothing when it is neither, which is reported.
    fn whole_event(
        &mut self,
        name: &str,
        written: &'a crate::syntax::ast::Expr,
        scope: &Scope,
    ) -> Option<(String, bool)> {
        let written = bare(written);
        let found = match Self::is_path(written) {
            true => match self.path(written, scope)? {
                Reached::Data { event, cursor } if cursor.is_root() => Some((event, false)),
                Reached::Attribute { attribute, .. } if attribute.attribute == Attribute::Context => {
                    Some((attribute.event, true))
                }
                _ => None,
            },
            false => None,
        };
        let one = |event: &str| {
            !scope.elements.iter().any(|element| element == event)
                && !scope.event(event).is_some_and(|event| event.batched)
        };
        let found = found.filter(|(event, _)| one(event));
        if found.is_none() && !self.excused(written) {
            let at = self.reports.at(written.span);
            self.reports.add(problems::no_whole_event(at, name));
        }
        found
    }

    /// The text of a foreign expression. Nothing when it is none, which is reported.
    fn raw_text(&mut self, name: &str, arg: &'a Arg) -> Option<String> {
        let written = bare(&arg.value);
        let text = match &written.kind {
            ExprKind::Text(text) if text.raw => literal_text(text),
            _ => None,
        };
        let at = self.reports.at(written.span);
        match text {
            Some(text) if text.trim().is_empty() => {
                self.reports.add(problems::not_read(at, name, "it is empty"))
            }
            Some(text) => return Some(text),
            None if self.excused(written) => {}
            None => self.reports.add(problems::no_raw_text(at, name)),
        }
        None
    }

    /// `govaluate(r"…", a: e.body.a)`
    pub(super) fn govaluate(
        &mut self,
        span: Span,
        args: &'a [Arg],
        scope: &mut Scope,
        position: Position,
    ) -> Tested {
        let at = self.reports.at(span);
        let (text, fields) = match args {
            [text @ Arg { name: None, .. }, fields @ ..] if !fields.is_empty() => (text, fields),
            _ => {
                self.reports.add(problems::wrong_form(at, "govaluate"));
                return Tested::error();
            }
        };
        let before = self.reports.errors();
        let written = self.raw_text("govaluate", text);
        let read = written.as_deref().map(Expression::parse);
        let mut given: Vec<(String, Operand)> = Vec::new();
        for arg in fields {
            let at = self.reports.at(arg.value.span);
            let Some(name) = &arg.name else {
                self.reports.add(problems::field_without_name(at));
                continue;
            };
            let operand = self.operand(&arg.value, scope);
            if operand.ty != Ty::Error && !is_field(&operand.expr) {
                self.reports.add(problems::no_field(at));
            }
            let at = self.reports.at(name.span);
            let known = |expression: &Expression| expression.variables().contains(name.value.as_str());
            if given.iter().any(|(other, _)| *other == name.value) {
                self.reports.add(problems::field_twice(at, &name.value));
            } else if matches!(&read, Some(Ok(expression)) if !known(expression)) {
                self.reports.add(problems::field_in_vain(at, &name.value));
            }
            given.push((name.value.clone(), operand));
        }
        let at = self.reports.at(text.value.span);
        match &read {
            Some(Err(error)) => self.reports.add(problems::not_read(at, "govaluate", &error.to_string())),
            // One mistake, one message: what has another name is both, missing and in vain.
            Some(Ok(expression)) if self.reports.errors() == before => {
                let wanted = expression.variables();
                let lacking = wanted.iter().find(|name| !given.iter().any(|(given, _)| given == *name));
                if let Some(name) = lacking {
                    self.reports.add(problems::field_missing(at, name));
                }
            }
            _ => {}
        }
        let Some(text) = written.filter(|_| self.reports.errors() == before) else { return Tested::error() };
        let facts: Vec<(&Operand, Fact)> =
            given.iter().map(|(_, operand)| (operand, Fact::Present)).collect();
        let (traps, implied) = self.follow(span, &facts, position.negated, scope, position);
        let origin = self.reports.origin(span);
        let fields = given.into_iter().map(|(name, operand)| (name, operand.expr)).collect();
        let expr = Expr::Govaluate(Box::new(Govaluate { text, fields, origin }));
        Tested { traps, implied, sure: false, ..Tested::new(expr) }
    }

    /// `govaluate(…)` where a value is wanted.
    pub(super) fn govaluate_misplaced(&mut self, span: Span) {
        let at = self.reports.at(span);
        self.reports.add(problems::govaluate_misplaced(at));
    }
}

/// Whether a value can be a field: what a filter of Argo Events reads is at a path in the data.
fn is_field(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Foreign(foreign) => foreign.language == ForeignLanguage::Gjson && !foreign.context,
        _ => false,
    }
}
