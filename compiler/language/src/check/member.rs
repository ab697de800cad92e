//! A field or an element of a value that is worked out: `parse-json(t).p`, `split(s, ",")[0]`, `e::context.id`.

use super::Check;
use super::operand::Operand;
use super::path::Scope;
use crate::syntax::ast::{Expr, ExprKind};
use crate::types::event::{Cursor, Event, Fact};
use aev_plan::expr::{self, Attribute, AttributeRef};

impl<'a> Check<'a> {
    pub(super) fn member(&mut self, written: &'a Expr, scope: &Scope) -> Operand {
        let Some((value, _, cursor)) = self.inside(written, scope) else {
            return Operand::error(written.span);
        };
        let expr = match (attribute_of(&value, &cursor), value.expr.clone()) {
            (Some(attribute), _) => expr::Expr::Attribute(attribute),
            (None, value) => expr::Expr::Member(Box::new(expr::Member {
                value,
                steps: cursor.steps(),
                origin: self.reports.origin(written.span),
            })),
        };
        let absence = value.absence.max(cursor.read.absence);
        let parts = vec![(value, Fact::Present)];
        Operand { absence, ..Operand::of_parts(expr, cursor.read.ty, parts, written.span) }
    }

    /// The value, as if it were the data of an event, and where in it the path has come to.
    fn inside(&mut self, written: &'a Expr, scope: &Scope) -> Option<(Operand, Event, Cursor)> {
        match &super::bare(written).kind {
            ExprKind::Member(base, name) => {
                let (value, event, at) = self.inside(base, scope)?;
                let step = event.member(&at, &name.value);
                let cursor = self.readable(step, &at, name.span, Some(&name.value), &event)?;
                Some((value, event, cursor))
            }
            ExprKind::Index(base, index) => {
                let (value, event, at) = self.inside(base, scope)?;
                let cursor = self.index(&at, index, &event)?;
                Some((value, event, cursor))
            }
            _ => {
                let before = self.reports.errors();
                let value = self.operand(written, scope);
                if self.reports.errors() > before {
                    return None;
                }
                let event = Event::new(value.ty.clone(), None);
                let cursor = event.start();
                Some((value, event, cursor))
            }
        }
    }
}

/// `e::context.id` is `e::id`.
fn attribute_of(value: &Operand, cursor: &Cursor) -> Option<AttributeRef> {
    let expr::Expr::Attribute(AttributeRef { event, attribute: Attribute::Context }) = &value.expr else {
        return None;
    };
    Some(AttributeRef { event: event.clone(), attribute: Attribute::named(cursor.only_name()?)? })
}
