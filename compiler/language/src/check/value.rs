//! Values in an action: in text places as text, elsewhere as JSON, with event values anywhere inside.

use super::path::Scope;
use super::{Check, bare};
use crate::diagnostics::problems::lints;
use crate::syntax::ast::{Expr, ExprKind, ListEntry, Object, Text, TextPart};
use aev_catalogue::Key;
use aev_plan::eval::text_of_json;
use aev_plan::expr;
use aev_plan::json::Json;

/// Which places of a value are text.
#[derive(Clone, Copy)]
pub(super) enum Places<'p> {
    /// This one.
    Text,
    /// The elements of this list.
    Texts,
    /// None.
    Json,
    /// Those of a Kubernetes object that its API types as text.
    Resource {
        /// Its `apiVersion`.
        api_version: &'p str,
        /// Its `kind`.
        kind: &'p str,
    },
}

impl Places<'_> {
    fn is_text(self, path: &[Key<'_>]) -> bool {
        match self {
            Places::Text => true,
            Places::Texts => matches!(path, [Key::Index]),
            Places::Json => false,
            Places::Resource { api_version, kind } => aev_catalogue::is_text_place(api_version, kind, path),
        }
    }
}

impl<'a> Check<'a> {
    /// A value without text places.
    pub(super) fn json(&mut self, expr: &'a Expr, scope: &Scope) -> expr::Expr {
        self.value(expr, scope, Places::Json, &mut Vec::new())
    }

    /// A value; `path` leads from the outermost object to it.
    pub(super) fn value(
        &mut self,
        expr: &'a Expr,
        scope: &Scope,
        places: Places<'_>,
        path: &mut Vec<Key<'a>>,
    ) -> expr::Expr {
        let text = places.is_text(path);
        let value = match &bare(expr).kind {
            ExprKind::List(entries) => {
                self.list_value(entries, scope, if text { Places::Json } else { places }, path)
            }
            ExprKind::Object(object) => {
                self.object_value(object, scope, if text { Places::Json } else { places }, path)
            }
            _ => {
                if let ExprKind::Text(literal) = &bare(expr).kind {
                    self.unrendered(literal, scope, matches!(places, Places::Resource { .. }));
                }
                let operand = self.operand(expr, scope);
                self.needed(&operand, scope);
                operand.expr
            }
        };
        match value {
            expr::Expr::Const(json) if text => expr::Expr::text(text_of_json(&json)),
            value @ (expr::Expr::Concat(_) | expr::Expr::Text(_)) => value,
            value if text && !matches!(value, expr::Expr::Const(_)) => expr::Expr::Text(Box::new(value)),
            value => value,
        }
    }

    /// Warns of text that is sent as it stands and was probably not meant so. In an object of Kubernetes `{{ … }}` may be for
    /// whoever reads it, such as Argo Workflows, where nothing begins with a dot.
    fn unrendered(&mut self, text: &Text, scope: &Scope, resource: bool) {
        let go_template = |literal: &str| {
            literal.split_once("{{").is_some_and(|(_, inner)| inner.trim_start().starts_with('.'))
        };
        if resource
            && !text.parts.iter().any(|part| matches!(part, TextPart::Literal(text) if go_template(text)))
            || !self.braces_in_text(text)
        {
            self.path_in_text(text, scope);
        }
    }

    /// Warns of text that names a value of an event.
    pub(super) fn path_in_text(&mut self, text: &Text, scope: &Scope) {
        let named = text.parts.iter().any(|part| match part {
            TextPart::Literal(literal) => scope.events.iter().any(|(name, event)| {
                literal.contains(name.as_str())
                    && event.roots().iter().any(|root| names_path(literal, &format!("{name}.{root}")))
            }),
            TextPart::Value(_) => false,
        });
        if named {
            let at = self.reports.at(text.span);
            self.reports.add(lints::path_in_text(at));
        }
    }

    pub(super) fn list_value(
        &mut self,
        entries: &'a [ListEntry],
        scope: &Scope,
        places: Places<'_>,
        path: &mut Vec<Key<'a>>,
    ) -> expr::Expr {
        let mut items = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry {
                ListEntry::Value(value) => {
                    path.push(Key::Index);
                    items.push(self.value(value, scope, places, path));
                    path.pop();
                }
                ListEntry::Spread(value) => self.not_built(value.span, "`...`"),
            }
        }
        folded_list(items)
    }

    pub(super) fn object_value(
        &mut self,
        object: &'a Object,
        scope: &Scope,
        places: Places<'_>,
        path: &mut Vec<Key<'a>>,
    ) -> expr::Expr {
        let mut members = Vec::with_capacity(object.entries.len());
        for field in self.object_fields(&object.entries) {
            path.push(Key::Name(&field.key.value));
            members.push((field.key.value.clone(), self.value(&field.value, scope, places, path)));
            path.pop();
        }
        folded_object(members)
    }
}

/// Whether a text is the path, or holds it behind `{` or `$`, as other languages put values into text.
fn names_path(text: &str, path: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let whole = text.strip_prefix(path).is_some_and(ends) && !text.contains(char::is_whitespace);
    whole
        || text.match_indices(path).any(|(index, _)| {
            let (before, rest) = text.split_at(index);
            before.trim_end().ends_with(['{', '$']) && rest.strip_prefix(path).is_some_and(ends)
        })
}

/// An object; a constant when its members are.
pub(super) fn folded_object<K: Into<String>>(
    members: impl IntoIterator<Item = (K, expr::Expr)>,
) -> expr::Expr {
    let members: Vec<(String, expr::Expr)> =
        members.into_iter().map(|(key, value)| (key.into(), value)).collect();
    let constants: Option<Vec<(String, Json)>> =
        members.iter().map(|(key, value)| Some((key.clone(), constant(value)?))).collect();
    constants.map_or(expr::Expr::Object(members), |members| expr::Expr::Const(Json::Object(members)))
}

/// A list; a constant when its elements are.
pub(super) fn folded_list(items: Vec<expr::Expr>) -> expr::Expr {
    let constants: Option<Vec<Json>> = items.iter().map(constant).collect();
    constants.map_or(expr::Expr::List(items), |items| expr::Expr::Const(Json::List(items)))
}

fn constant(value: &expr::Expr) -> Option<Json> {
    match value {
        expr::Expr::Const(json) => Some(json.clone()),
        _ => None,
    }
}
