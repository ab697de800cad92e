//! Mutants of triggers: conditions, actions, options.

use aev_catalogue::{ActionBody, ActionKind, SuccessTest, Values};
use aev_language::syntax::ast::{
    Action, Body, Condition, ConditionKind, Entry, Expr, ExprKind, Field, Item, Object, Span, TextPart,
    Trigger,
};

use super::items::at_uses;
use super::mutant::{How, Verdict, Walk, at_use, here, within};
use super::shapes::Literal;
use super::types::Scope;

impl<'a> Walk<'a> {
    pub fn trigger(&mut self, item: &'a Item, trigger: &'a Trigger) {
        self.remove("trigger", self.documented(item.span), Verdict::Legal);
        self.rename("free name", trigger.name.span, Verdict::Legal);
        self.gone("free name", trigger.name.span, item.span);
        self.gone("braces", trigger.body.span, item.span);
        self.joined(&trigger.on, trigger.body.span, false);
        let mut scope = Scope::new();
        self.types.bound(&trigger.on, &mut scope);
        self.body(&trigger.body, item.span, &scope);
    }

    /// What follows `on`; `grouped` when a name outside the parentheses stands for it.
    fn joined(&mut self, on: &'a Condition, body: Span, grouped: bool) {
        if let Some(alias) = &on.alias {
            let end = match &on.kind {
                ConditionKind::Ref(reference) => reference.span.end,
                _ => self.text[..alias.span.start as usize].rfind(')').unwrap() as u32 + 1,
            };
            let span = Span { start: end, end: alias.span.end };
            let used = self.stands(&alias.value, body);
            self.remove("alias", span, at_use(&alias.value, used));
            self.rename("definition", alias.span, at_use(&alias.value, used));
            self.duplicate("alias", span, "", here());
        }
        match &on.kind {
            ConditionKind::Ref(reference) => self.named(reference, on.span),
            ConditionKind::Paren(inner) => self.joined(inner, body, grouped || on.alias.is_some()),
            ConditionKind::And(parts) | ConditionKind::Or(parts) => {
                let word = if matches!(on.kind, ConditionKind::And(_)) { " and " } else { " or " };
                for (index, part) in parts.iter().enumerate() {
                    let span = match (index.checked_sub(1).map(|before| &parts[before]), parts.get(index + 1))
                    {
                        (Some(before), _) => Span { start: before.span.end, end: part.span.end },
                        (None, Some(next)) => Span { start: part.span.start, end: next.span.start },
                        (None, None) => part.span,
                    };
                    let mut names = Vec::new();
                    if !grouped {
                        names_of(part, &mut names);
                    }
                    let names: Vec<(&str, bool)> =
                        names.into_iter().map(|name| (name, self.stands(name, body))).collect();
                    // Two names that are gone are two mistakes.
                    if names.iter().filter(|(_, used)| *used).count() < 2 {
                        self.replace("operand of a condition", How::Remove, span, "", at_uses(&names));
                    }
                    // An event that is named within parentheses may be named again outside.
                    let verdict = match part.kind {
                        ConditionKind::Paren(_) => Verdict::Legal,
                        _ => here(),
                    };
                    self.duplicate("operand of a condition", part.span, word, verdict);
                    self.joined(part, body, grouped);
                }
            }
        }
    }

    fn body(&mut self, body: &'a Body, around: Span, scope: &Scope<'a>) {
        let [action] = body.actions.as_slice() else { panic!("one action") };
        let kind = aev_catalogue::action(&action.name.value).unwrap();
        self.remove("action", action.span, within(around));
        self.duplicate("action", action.span, "\n", here());
        self.action(action, kind, around, scope);
        for option in &body.options {
            self.remove("option", option.span, Verdict::Legal);
            self.rename("option name", option.key.span, here());
            self.duplicate("option", option.span, "\n", here());
            self.gone("value", option.value.span, option.span);
            self.option(option, kind);
        }
        for fallback in &body.on_failure {
            self.remove("on-failure", fallback.span, Verdict::Legal);
            self.rename("free name", fallback.name.span, Verdict::Legal);
            self.duplicate("on-failure", fallback.span, "\n", here());
            self.body(&fallback.body, fallback.span, scope);
        }
    }

    fn option(&mut self, option: &'a Field, kind: &ActionKind) {
        let known = aev_catalogue::option(&option.key.value).unwrap();
        match (option.key.value.as_str(), kind.success, &option.value.kind) {
            ("success", Some(test), ExprKind::Object(object)) => {
                let block = match test {
                    SuccessTest::Status => &aev_catalogue::SUCCESS_STATUS,
                    SuccessTest::Labels => &aev_catalogue::SUCCESS_LABELS,
                };
                self.retype(&option.value, |_| false);
                self.block(&object.entries, block, option.span);
            }
            _ => self.shaped(&option.value, &known.field.shape),
        }
    }

    fn action(&mut self, action: &'a Action, kind: &'static ActionKind, around: Span, scope: &Scope<'a>) {
        // Behind a name that is none, a path is no target.
        let path = action.target.as_ref().is_some_and(|target| !matches!(target.kind, ExprKind::Text(_)));
        self.rename("action name", action.name.span, if path { within(action.span) } else { here() });
        self.gone("action name", action.name.span, around);
        for arg in &action.args {
            let name = arg.name.as_ref().unwrap();
            let known = kind.args.iter().find(|field| field.name == name.value).unwrap();
            let span = Span { start: name.span.start, end: arg.value.span.end };
            self.rename("argument name", name.span, here());
            self.duplicate("argument", span, ", ", here());
            self.shaped(&arg.value, &known.shape);
        }
        if let Some(target) = &action.target {
            self.remove("target", target.span, within(action.span));
            match &target.kind {
                _ if plain(target) => {
                    self.rename("free text", target.span, Verdict::Legal);
                    self.retype(target, |_| false);
                }
                ExprKind::Text(text) => self.interpolated(text, scope),
                _ => self.value(target, scope),
            }
        }
        let Some(object) = &action.object else { return };
        match kind.body {
            ActionBody::Arguments => {
                self.remove("braces", object.span, Verdict::Legal);
                self.free(&object.entries, |walk, value| walk.value(value, scope));
            }
            ActionBody::Resource => {
                self.remove("braces", object.span, within(action.span));
                self.resource(object, action.span, kind.name.starts_with("workflow.submit"), scope);
            }
            ActionBody::Fields(block) => {
                let required = block.fields.iter().any(|field| field.required);
                let verdict = if required { within(action.span) } else { Verdict::Legal };
                self.remove("braces", object.span, verdict);
                self.block(&object.entries, block, action.span);
                for entry in &object.entries {
                    let Entry::Field(field) = entry else { continue };
                    let known = block.field(&field.key.value).unwrap();
                    if known.values != Values::Constant {
                        self.field_value(field, scope);
                    }
                }
            }
            ActionBody::Nothing => {}
        }
    }

    /// The fields of an action that take values of events.
    fn field_value(&mut self, field: &'a Field, scope: &Scope<'a>) {
        match (field.key.value.as_str(), &field.value.kind) {
            ("headers", ExprKind::Object(object)) => {
                self.free(&object.entries, |walk, value| match &value.kind {
                    ExprKind::Call(..) if walk.source(value.span).starts_with(['s', 'c']) => {
                        walk.reference(value)
                    }
                    _ => walk.value(value, scope),
                })
            }
            (_, ExprKind::Text(text)) => self.interpolated(text, scope),
            _ => self.value(&field.value, scope),
        }
    }

    /// An object of Kubernetes: it needs `apiVersion`, `kind` and a name, the rest is anything.
    fn resource(&mut self, object: &'a Object, around: Span, submits: bool, scope: &Scope<'a>) {
        for entry in &object.entries {
            let Entry::Field(field) = entry else { continue };
            let needed = matches!(field.key.value.as_str(), "apiVersion" | "kind" | "metadata");
            let verdict = if needed { within(around) } else { Verdict::Legal };
            self.remove("entry", field.span, verdict.clone());
            self.rename("key", field.key.span, verdict);
            self.duplicate("entry", field.span, "\n", here());
            match &field.value.kind {
                ExprKind::Object(metadata) if field.key.value == "metadata" => {
                    self.retype(&field.value, |_| false);
                    self.metadata(metadata, around, scope);
                }
                _ if needed => {
                    let known = submits && field.key.value == "kind";
                    self.rename("free text", field.value.span, if known { here() } else { Verdict::Legal });
                    self.retype(&field.value, |_| false);
                }
                _ => self.value(&field.value, scope),
            }
        }
    }

    fn metadata(&mut self, object: &'a Object, around: Span, scope: &Scope<'a>) {
        for entry in &object.entries {
            let Entry::Field(field) = entry else { continue };
            let needed = matches!(field.key.value.as_str(), "name" | "generateName");
            let verdict = if needed { within(around) } else { Verdict::Legal };
            self.remove("entry", field.span, verdict.clone());
            self.rename("key", field.key.span, verdict);
            self.duplicate("entry", field.span, "\n", here());
            match needed {
                true if plain(&field.value) => self.named_object(&field.value),
                _ => self.value(&field.value, scope),
            }
        }
    }

    fn named_object(&mut self, value: &'a Expr) {
        self.rename("free text", value.span, Verdict::Legal);
        self.retype(value, |literal| literal == Literal::Text);
    }
}

/// Whether it is text without values in it.
fn plain(value: &Expr) -> bool {
    matches!(&value.kind, ExprKind::Text(text) if text.parts.len() < 2 && !matches!(text.parts.as_slice(), [TextPart::Value(_)]))
}

/// The names that a part of a condition gives to events.
fn names_of<'c>(on: &'c Condition, names: &mut Vec<&'c str>) {
    match (&on.kind, &on.alias) {
        (_, Some(alias)) => names.push(&alias.value),
        (ConditionKind::Ref(reference), None) => {
            names.extend(reference.segments.last().map(|s| s.value.as_str()))
        }
        (ConditionKind::Paren(inner), None) => names_of(inner, names),
        (ConditionKind::And(parts) | ConditionKind::Or(parts), None) => {
            parts.iter().for_each(|part| names_of(part, names));
        }
    }
}
