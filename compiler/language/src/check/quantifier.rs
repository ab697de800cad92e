//! `any x in l: p` and `all x in l: p`.

use super::Check;
use super::path::Scope;
use super::predicate::{Position, Tested};
use crate::diagnostics::problems::expressions as problems;
use crate::syntax::ast::{Expr, Quantifier};
use crate::types::event::{Event, Fact};
use crate::types::ty::{Shapes, Ty};
use aev_plan::expr;

impl<'a> Check<'a> {
    pub(super) fn quantified(
        &mut self,
        written: &'a Expr,
        quantifier: &'a Quantifier,
        scope: &mut Scope,
        position: Position,
    ) -> Tested {
        let list = self.operand(&quantifier.list, scope);
        let name = &quantifier.name;
        if let Some(element) = elements(&list.ty) {
            if scope.event(&name.value).is_some() {
                let at = self.reports.at(name.span);
                self.reports.add(problems::name_taken(at, &name.value));
                return Tested::error();
            }
            // What holds of one element holds of no other, and not behind the quantifier.
            let mut inner = scope.clone();
            let mut event = Event::new(element, None);
            event.doubtful = scope.events.iter().any(|(_, event)| event.doubtful);
            inner.elements.push(name.value.clone());
            inner.events.push((name.value.clone(), event));
            let position = Position { conjunct: true, ..position };
            let tested = self.test(&quantifier.condition, &mut inner, position);
            let facts = [(&list, Fact::Of(Shapes::LIST, Vec::new()))];
            let (mut traps, implied) = self.follow(written.span, &facts, position.negated, scope, position);
            traps.extend(tested.traps);
            let sure = list.surely(Shapes::LIST) && tested.sure;
            let expr = expr::Expr::Quantified(Box::new(expr::Quantified {
                all: quantifier.all,
                name: name.value.clone(),
                list: list.expr,
                condition: tested.expr,
                origin: self.reports.origin(written.span),
            }));
            return Tested { traps, implied, sure, ..Tested::new(expr) };
        }
        let at = self.reports.at(quantifier.list.span);
        self.reports.add(problems::no_list(at, quantifier.all, &list.ty.to_string()));
        Tested::error()
    }
}

/// The type of an element of what is a list; none of what never is.
pub(super) fn elements(ty: &Ty) -> Option<Ty> {
    let element = |ty: &Ty| match ty {
        Ty::List(element) => Some(element.ty()),
        Ty::Any => Some(Ty::Any),
        Ty::Error => Some(Ty::Error),
        _ => None,
    };
    let elements: Vec<Ty> = ty.members().iter().filter_map(element).collect();
    (!elements.is_empty()).then(|| Ty::union(elements))
}
