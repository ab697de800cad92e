//! Every expression of the items that are built.

use super::{Expander, Local, Mode};
use crate::syntax::ast::{
    Action, Block, Body, Bus, ClauseKind, Condition, ConditionKind, Event, EventBody, Field, File, Filter,
    FromArgs, Ident, Item, ItemKind, Mapping, Patch, PatchEntry, PatchStepKind, Ref, Sensor, Source,
    SourceBody, Span, Trigger, TypeExpr, TypeKind,
};

impl Expander<'_> {
    /// Writes out the constants of all items.
    pub(super) fn items(&mut self, file: &mut File) {
        if let Some(block) = file.header.as_mut().and_then(|header| header.block.as_mut()) {
            self.block(block);
        }
        self.clashes(&file.items);
        self.within(&mut file.items);
    }

    /// Names of items that constants have, too.
    fn clashes(&mut self, items: &[Item]) {
        for item in items {
            match &item.kind {
                ItemKind::Bus(Bus { name, .. })
                | ItemKind::Source(Source { name, .. })
                | ItemKind::Filter(Filter { name, .. }) => self.clash(name),
                ItemKind::Sensor(sensor) => self.clashes(&sensor.items),
                _ => {}
            }
        }
    }

    fn within(&mut self, items: &mut [Item]) {
        for item in items {
            match &mut item.kind {
                ItemKind::Bus(bus) => {
                    bus.named.iter_mut().for_each(|text| self.text(text));
                    bus.block.iter_mut().for_each(|block| self.block(block));
                }
                ItemKind::Source(source) => self.source(source),
                ItemKind::Filter(filter) => self.filter(filter),
                ItemKind::Trigger(trigger) => self.trigger(trigger),
                ItemKind::Type(declared) => self.ty(&mut declared.ty),
                ItemKind::Sensor(sensor) => self.sensor(sensor),
                _ => {}
            }
        }
    }

    fn sensor(&mut self, sensor: &mut Sensor) {
        let Sensor { named, items, fields, raw, .. } = sensor;
        named.iter_mut().for_each(|text| self.text(text));
        self.fields(fields);
        raw.iter_mut().for_each(|raw| self.object(raw));
        self.within(items);
    }

    /// Constants may stand in the paths of files.
    fn ty(&mut self, ty: &mut TypeExpr) {
        match &mut ty.kind {
            TypeKind::From { args, .. } => {
                args.iter_mut().for_each(|arg| self.fold(&mut arg.value, Mode::Value));
            }
            TypeKind::Name { argument, .. } => argument.iter_mut().for_each(|ty| self.ty(ty)),
            TypeKind::Union(members) => members.iter_mut().for_each(|ty| self.ty(ty)),
            TypeKind::Record(fields) => fields.iter_mut().for_each(|field| self.ty(&mut field.ty)),
            TypeKind::Text(_) | TypeKind::Number(_) | TypeKind::Hole => {}
        }
    }

    fn block(&mut self, block: &mut Block) {
        self.entries(&mut block.entries, &mut block.broken);
        if let Some(verify) = &mut block.verify {
            self.object(&mut verify.object);
        }
        if let Some(raw) = &mut block.raw {
            self.object(raw);
        }
    }

    fn source(&mut self, source: &mut Source) {
        source.named.iter_mut().for_each(|text| self.text(text));
        match &mut source.body {
            SourceBody::One(body) => {
                let name = source.name.clone();
                self.event(&name, body);
            }
            SourceBody::Group(group) => {
                for Event { name, named, body, .. } in &mut group.events {
                    named.iter_mut().for_each(|text| self.text(text));
                    if body.filter.is_some() {
                        self.clash(name);
                    }
                    self.event(name, body);
                }
                self.fields(&mut group.fields);
                if let Some(raw) = &mut group.raw {
                    self.object(raw);
                }
            }
        }
    }

    fn event(&mut self, name: &Ident, body: &mut EventBody) {
        if let Some(ty) = &mut body.ty {
            self.ty(ty);
        }
        if let Some(block) = &mut body.block {
            self.block(block);
        }
        if let Some(filter) = &mut body.filter {
            self.with_local(name, Local::Opaque, |expander| expander.fold(filter, Mode::Condition));
        }
    }

    fn fields(&mut self, fields: &mut [Field]) {
        for field in fields {
            self.fold(&mut field.value, Mode::Value);
        }
    }

    fn filter(&mut self, filter: &mut Filter) {
        let Filter { named, from, alias, map, condition, raw, .. } = filter;
        named.iter_mut().for_each(|text| self.text(text));
        let only_maps = condition.is_none();
        let mut inner = |expander: &mut Self| {
            if let Some(Mapping::Object(object)) = map {
                expander.object(object);
            }
            if let Some(condition) = condition {
                expander.fold(condition, Mode::Condition);
            }
            if let Some(raw) = raw {
                expander.object(raw);
            }
        };
        let Some(name) = name(alias.as_ref(), from) else { return inner(self) };
        if alias.is_some() || from.segments.len() > 1 {
            self.clash(&name);
        }
        self.read.clear();
        self.with_local(&name, Local::Opaque, inner);
        // What is wrong with a `where` that does not read its event is said of the `where`.
        if let Some(alias) = alias.as_ref().filter(|_| only_maps) {
            self.unread(from.span, alias);
        }
    }

    fn trigger(&mut self, trigger: &mut Trigger) {
        trigger.named.iter_mut().for_each(|text| self.text(text));
        let mut names = Vec::new();
        events(&trigger.on, &mut names);
        for clause in &trigger.clauses {
            if let ClauseKind::After { without, alias, .. } = &clause.kind {
                named(alias.as_ref(), without, &mut names);
            }
        }
        let before = self.locals.len();
        for (name, own) in &names {
            if *own {
                self.clash(name);
            }
            self.locals.push((name.value.clone(), Local::Opaque));
        }
        for clause in &mut trigger.clauses {
            match &mut clause.kind {
                ClauseKind::Reset { cron, zone } => {
                    self.text(cron);
                    zone.iter_mut().for_each(|zone| self.text(zone));
                }
                ClauseKind::Match(condition) => self.fold(condition, Mode::Condition),
                ClauseKind::Within(value) | ClauseKind::Count(value) => self.fold(value, Mode::Value),
                ClauseKind::After { wait, .. } => self.fold(wait, Mode::Value),
            }
        }
        self.body(&mut trigger.body);
        self.locals.truncate(before);
    }

    /// Notes an alias behind `named` when nothing reads it.
    fn unread(&mut self, named: Span, alias: &Ident) {
        if !self.read.contains(&alias.value) {
            let whole = Span { start: named.end, end: alias.span.end };
            self.unused_aliases.push((alias.clone(), whole));
        }
    }

    fn body(&mut self, body: &mut Body) {
        for action in &mut body.actions {
            self.action(action);
        }
        self.fields(&mut body.options);
        for failure in &mut body.on_failure {
            failure.named.iter_mut().for_each(|text| self.text(text));
            self.body(&mut failure.body);
        }
        if let Some(raw) = &mut body.raw {
            self.object(raw);
        }
    }

    fn action(&mut self, action: &mut Action) {
        let Action { args, target, from, object, with, .. } = action;
        let args = args.iter_mut().map(|arg| &mut arg.value);
        for value in args.chain(target.as_mut()) {
            self.fold(value, Mode::Value);
        }
        match from.as_mut().map(|from| &mut from.args) {
            Some(FromArgs::Object(object)) => self.object(object),
            Some(FromArgs::Call(args)) => {
                args.iter_mut().for_each(|arg| self.fold(&mut arg.value, Mode::Value));
            }
            Some(FromArgs::Foreign(_)) | None => {}
        }
        if let Some(object) = object {
            self.object(object);
        }
        if let Some(patch) = with {
            self.patch(patch);
        }
    }

    fn patch(&mut self, patch: &mut Patch) {
        // What stood there before has this name in a patch, whatever else has it.
        self.locals.push(("old".to_owned(), Local::Opaque));
        for entry in &mut patch.entries {
            match entry {
                PatchEntry::Field { path, value, .. } => {
                    for step in path {
                        if let PatchStepKind::ByName { value, .. } = &mut step.kind {
                            self.text(value);
                        }
                    }
                    self.fold(value, Mode::Value);
                }
                PatchEntry::Spread(value) => self.fold(value, Mode::Value),
            }
        }
        self.locals.pop();
    }
}

/// The name of an event where it is read: its alias, or the last part of what it is called.
fn name(alias: Option<&Ident>, event: &Ref) -> Option<Ident> {
    alias.or(event.segments.last()).cloned()
}

/// Adds the name of an event, and whether it is another than that of a source or filter: those are looked at where they are
/// declared.
fn named(alias: Option<&Ident>, event: &Ref, found: &mut Vec<(Ident, bool)>) {
    let own = alias.is_some() || event.segments.len() > 1;
    found.extend(name(alias, event).map(|name| (name, own)));
}

/// The names of the events of a condition.
fn events(condition: &Condition, found: &mut Vec<(Ident, bool)>) {
    let alias = condition.alias.as_ref();
    match &condition.kind {
        ConditionKind::Ref(event) => named(alias, event, found),
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            found.extend(alias.map(|alias| (alias.clone(), true)));
            parts.iter().for_each(|part| events(part, found));
        }
        ConditionKind::Paren(inner) => {
            found.extend(alias.map(|alias| (alias.clone(), true)));
            events(inner, found);
        }
    }
}
