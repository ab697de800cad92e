//! `raw`: constants that are merged into a manifest of Argo Events as they are.

use super::{Check, bare};
use crate::compile::Target;
use crate::diagnostics::problems::targets;
use crate::syntax::ast::{Expr, ExprKind, ListEntry, Object};
use aev_catalogue::{ACTIONS, Shape};
use aev_plan::json::Json;
use aev_plan::model::Raw;

impl<'a> Check<'a> {
    /// What stands in the braces. Nothing of it is checked but that it is constant.
    pub(super) fn raw(&mut self, raw: Option<&'a Object>) -> Option<Raw> {
        let raw = raw?;
        let at = self.reports.at(raw.span);
        self.refused(Target::Plan, targets::raw_in_runtime(at));
        self.raw.push(raw);
        Some(Raw { fields: self.raw_object(raw), origin: self.reports.origin(raw.span) })
    }

    fn raw_object(&mut self, object: &'a Object) -> Json {
        let fields = self.object_fields(&object.entries);
        fields.into_iter().map(|field| (field.key.value.clone(), self.raw_value(&field.value))).collect()
    }

    /// A constant. `secret(…)` and `configmap(…)` are what Argo writes for them.
    fn raw_value(&mut self, value: &'a Expr) -> Json {
        const ANY: &Shape = &Shape::Value;
        let value = bare(value);
        match &value.kind {
            ExprKind::Object(object) => self.raw_object(object),
            ExprKind::List(entries) => {
                let items = entries.iter().filter_map(|entry| match entry {
                    ListEntry::Value(value) => Some(value),
                    // Written out before.
                    ListEntry::Spread(_) => None,
                });
                items.map(|item| self.raw_value(item)).collect()
            }
            ExprKind::Call(..) => match self.selector(value) {
                Some(selector) => selector,
                None => self.constant(value, ANY),
            },
            _ => self.constant(value, ANY),
        }
    }
}

/// Whether it says what a trigger does.
pub(super) fn acts(raw: Option<&Raw>) -> bool {
    let template = raw.and_then(|raw| raw.fields.get("template"));
    template.is_some_and(|template| ACTIONS.iter().any(|action| template.get(action.argo).is_some()))
}
