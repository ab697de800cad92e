//! `map`: what a filter makes of the data of its events, and what it looks like then.

use super::Check;
use super::bare;
use super::path::Scope;
use super::value::{folded_list, folded_object};
use crate::diagnostics::problems::types as problems;
use crate::syntax::ast::{Expr, ExprKind, Foreign, ListEntry, Mapping, Object};
use crate::types::event::{Event, Rewritten};
use crate::types::read::Absence;
use crate::types::ty::{Member, OwnRecord, Record, Ty};
use aev_plan::expr;
use aev_plan::model::{Script, ScriptLanguage, Transform};
use std::rc::Rc;

impl<'a> Check<'a> {
    /// A `map`. Afterwards the event in scope is what it gives.
    pub(super) fn map(&mut self, map: &'a Mapping, scope: &mut Scope) -> Option<Transform> {
        let (transform, ty, by) = match map {
            Mapping::Object(object) => {
                let (value, ty) = self.mapped_object(object, scope);
                (Some(Transform::Object(value)), ty, Rewritten::Jq)
            }
            Mapping::Foreign(foreign) => {
                let script = self.script(foreign);
                let by = match script.as_ref().map(|script| script.language) {
                    Some(ScriptLanguage::Lua) => Rewritten::Lua,
                    _ => Rewritten::Jq,
                };
                let ty = if script.is_some() { Ty::Any } else { Ty::Error };
                (script.map(Transform::Script), ty, by)
            }
        };
        if let Some((_, event)) = scope.events.first_mut() {
            let before = std::mem::replace(event, Event::new(ty, event.constants.clone()));
            event.doubtful = before.doubtful;
            // What Lua has rounded stays rounded.
            event.rewritten = before.rewritten.filter(|before| *before == Rewritten::Lua).or(Some(by));
        }
        transform
    }

    /// A script in a language that can transform; nothing when it is another, which is reported.
    fn script(&mut self, foreign: &Foreign) -> Option<Script> {
        let language = match foreign.language.value.as_str() {
            "jq" => ScriptLanguage::Jq,
            "lua" => ScriptLanguage::Lua,
            other => {
                let at = self.reports.at(foreign.language.span);
                self.reports.add(problems::no_map(at, other));
                return None;
            }
        };
        Some(self.script_of(foreign, language))
    }

    pub(super) fn script_of(&self, foreign: &Foreign, language: ScriptLanguage) -> Script {
        Script { language, text: foreign.text.clone(), origin: self.reports.origin(foreign.span) }
    }

    fn mapped_object(&mut self, object: &'a Object, scope: &Scope) -> (expr::Expr, Ty) {
        let mut values = Vec::with_capacity(object.entries.len());
        let mut members = Vec::with_capacity(object.entries.len());
        for field in self.object_fields(&object.entries) {
            let (value, ty) = self.mapped(&field.value, scope);
            let name = field.key.value.clone();
            values.push((name.clone(), value));
            members.push(Member { name, ty, optional: false });
        }
        let record = Record::Own(Rc::new(OwnRecord { name: None, members, open: object.broken }));
        (folded_object(values), Ty::Record(record))
    }

    /// A value. What may be absent may be null here.
    fn mapped(&mut self, written: &'a Expr, scope: &Scope) -> (expr::Expr, Ty) {
        match &bare(written).kind {
            ExprKind::Object(object) => self.mapped_object(object, scope),
            ExprKind::List(entries) => {
                let (mut items, mut types) = (Vec::with_capacity(entries.len()), Vec::new());
                for entry in entries {
                    match entry {
                        ListEntry::Value(value) => {
                            let (item, ty) = self.mapped(value, scope);
                            items.push(item);
                            types.push(ty);
                        }
                        ListEntry::Spread(value) => self.not_built(value.span, "`...`"),
                    }
                }
                let element = if types.is_empty() { Ty::Any } else { Ty::union(types) };
                (folded_list(items), Ty::list(element))
            }
            _ => {
                let operand = self.operand(written, scope);
                let ty = match operand.absence {
                    Absence::Never => operand.ty,
                    _ => Ty::union([operand.ty, Ty::Null]),
                };
                (operand.expr, ty)
            }
        }
    }
}
