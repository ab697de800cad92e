//! `with { … }`: what is changed in a resource that comes from outside.

use super::path::Scope;
use super::value::Places;
use super::{Check, bare};
use crate::diagnostics::problems::{kinds, structure};
use crate::syntax::ast::{
    self, BinaryOp, Expr, ExprKind, PatchEntry, PatchStep, PatchStepKind, Span, Text, TextPart,
};
use aev_catalogue::Key;
use aev_plan::argo::Operation;
use aev_plan::expr;
use aev_plan::model::Patch;
use aev_plan::patch::{Place, destination};
use std::collections::BTreeMap;

/// What stands there now.
const OLD: &str = "old";

impl<'a> Check<'a> {
    /// The changes, one after the other.
    pub(super) fn patches(&mut self, with: &'a ast::Patch, scope: &Scope, places: Places<'_>) -> Vec<Patch> {
        let mut patches = Vec::new();
        let mut seen = BTreeMap::new();
        for entry in &with.entries {
            let (path, value, span) = match entry {
                PatchEntry::Field { path, value, span } => (path, value, *span),
                PatchEntry::Spread(value) => {
                    self.not_built(value.span, "`...`");
                    continue;
                }
            };
            let mut keys: Vec<Key<'a>> = path.iter().map(key).collect();
            let path: Option<Vec<Place>> = path.iter().map(|step| self.place(step)).collect();
            let (operation, value) = self.patched(value, scope, places, &mut keys);
            if operation.is_overwrite()
                && let Some(path) = &path
            {
                self.written_again(path, span, &mut seen);
            }
            let origin = self.reports.origin(span);
            patches.extend(path.map(|path| Patch { path, operation, value, origin }));
        }
        patches
    }

    /// Refuses a value that puts an earlier one out of the way; each `+` behind a list is a new element.
    fn written_again(&mut self, path: &[Place], at: Span, seen: &mut BTreeMap<String, Span>) {
        if path.contains(&Place::Last) {
            return;
        }
        let name = destination(path);
        if let Some(first) = seen.insert(name.clone(), at) {
            let (at, first) = (self.reports.at(at), self.reports.at(first));
            self.reports.add(kinds::field_twice(at, first, &name));
        }
    }

    fn place(&mut self, step: &PatchStep) -> Option<Place> {
        let at = self.reports.at(step.span);
        match &step.kind {
            PatchStepKind::Key(key) if key.is_empty() => {
                self.reports.add(structure::patch_step(at, "a key is empty"));
                None
            }
            PatchStepKind::Key(key) => Some(Place::Key(key.clone())),
            PatchStepKind::Index(index) => Some(Place::Index(usize::try_from(*index).unwrap_or(usize::MAX))),
            PatchStepKind::Append => Some(Place::Last),
            PatchStepKind::ByName { member, value } => match literal(value) {
                Some(value) if !value.contains(['"', '\\', '(', ')', '|']) => {
                    Some(Place::Named { member: member.clone(), value })
                }
                _ => {
                    let why = "what a member is compared with is a constant text without quotes, backslashes, brackets and `|`";
                    self.reports.add(structure::patch_step(at, why));
                    None
                }
            },
        }
    }

    /// What is put there, and how: `old + v` and `v + old` keep what stands there.
    fn patched(
        &mut self,
        value: &'a Expr,
        scope: &Scope,
        places: Places<'_>,
        path: &mut Vec<Key<'a>>,
    ) -> (Operation, expr::Expr) {
        let mut terms = Vec::new();
        sum(value, &mut terms);
        let (operation, rest): (Operation, &[&'a Expr]) = match terms.as_slice() {
            [first, rest @ ..] if is_old(first) && !rest.is_empty() => (Operation::Append, rest),
            [rest @ .., last] if is_old(last) && !rest.is_empty() => (Operation::Prepend, rest),
            _ => (Operation::Overwrite, &[]),
        };
        if operation.is_overwrite() {
            if let Some(old) = terms.iter().find(|term| is_old(term)) {
                let at = self.reports.at(old.span);
                self.reports.add(structure::misplaced_old(at));
                return (operation, expr::Expr::text(""));
            }
            return (operation, self.value(value, scope, places, path));
        }
        let mut parts = Vec::new();
        for term in rest {
            if is_old(term) {
                let at = self.reports.at(term.span);
                self.reports.add(structure::misplaced_old(at));
                continue;
            }
            parts.push(self.value(term, scope, Places::Text, &mut Vec::new()));
        }
        let only = if parts.len() == 1 { parts.pop() } else { None };
        (operation, only.unwrap_or(expr::Expr::Concat(parts)))
    }
}

/// A step as the catalogue names places.
fn key(step: &PatchStep) -> Key<'_> {
    match &step.kind {
        PatchStepKind::Key(key) => Key::Name(key),
        _ => Key::Index,
    }
}

/// The terms of a sum, in order.
fn sum<'e>(value: &'e Expr, terms: &mut Vec<&'e Expr>) {
    match &bare(value).kind {
        ExprKind::Binary(op, left, right) if op.value == BinaryOp::Add => {
            sum(left, terms);
            sum(right, terms);
        }
        _ => terms.push(bare(value)),
    }
}

fn is_old(value: &Expr) -> bool {
    matches!(&value.kind, ExprKind::Name(name) if name == OLD)
}

/// The text, when no values stand in it.
fn literal(text: &Text) -> Option<String> {
    let parts = text.parts.iter().map(|part| match part {
        TextPart::Literal(literal) => Some(literal.as_str()),
        TextPart::Value(_) => None,
    });
    parts.collect()
}
