//! One walk over the items of a file: who declares which name.

use super::{Declared, Emitted, Names, Program, Stream};
use crate::diagnostics::problems::{kinds, names as problems, syntax, types as type_problems};
use crate::report::Reports;
use crate::syntax::ast::{File, Ident, Item, ItemKind, SourceBody, Span, Text, TextPart};
use std::collections::BTreeMap;

/// Sorts the items of a file, reports what is not built and every name that is taken twice.
pub fn collect<'a>(file: &'a File, reports: &mut Reports) -> Program<'a> {
    let mut program = Program { header: file.header.as_ref(), ..Program::default() };
    let mut streams = Scope::new("source or filter");
    // What is emitted: sources are objects, filters dependencies.
    let (mut sources, mut filters) = (Objects::new("source"), Objects::new("filter"));
    let (mut fired, mut carriers) = (Objects::new("trigger"), Objects::new("bus"));
    let mut triggers = Scope::new("trigger");
    let mut buses = Scope::new("bus");
    let mut types = Scope::new("type");
    for item in &file.items {
        match &item.kind {
            ItemKind::Bus(bus) => {
                if buses.take(&bus.name, reports) {
                    carriers.take(bus.emitted(), bus.named.as_ref(), reports);
                    program.names.buses.insert(&bus.name.value, program.buses.len());
                    program.buses.push(Declared { item, what: bus });
                }
            }
            ItemKind::Source(source) => {
                if streams.take(&source.name, reports) {
                    program.names.streams.insert(&source.name.value, Stream::Source(program.sources.len()));
                    program.sources.push(Declared { item, what: source });
                    sources.take(source.emitted(), source.named.as_ref(), reports);
                    if let SourceBody::Group(group) = &source.body {
                        let (mut events, mut emitted) = (Scope::new("event"), Objects::new("event"));
                        for event in &group.events {
                            if events.take(&event.name, reports) {
                                emitted.take(event.emitted(), event.named.as_ref(), reports);
                            }
                        }
                    }
                }
            }
            ItemKind::Filter(filter) => {
                if streams.take(&filter.name, reports) {
                    filters.take(filter.emitted(), filter.named.as_ref(), reports);
                    program.names.streams.insert(&filter.name.value, Stream::Filter(program.filters.len()));
                    program.filters.push(Declared { item, what: filter });
                }
            }
            ItemKind::Trigger(trigger) => {
                let mut free = triggers.take(&trigger.name, reports);
                if free {
                    fired.take(trigger.emitted(), trigger.named.as_ref(), reports);
                }
                for fallback in &trigger.body.on_failure {
                    // A trigger that is repeated as a whole has been reported with its name.
                    free = free && triggers.take(&fallback.name, reports);
                    if free {
                        fired.take(fallback.emitted(), fallback.named.as_ref(), reports);
                    }
                }
                if free {
                    program.triggers.push(Declared { item, what: trigger });
                }
            }
            ItemKind::Type(declared) => {
                if types.take(&declared.name, reports) {
                    program.types.push(declared);
                } else {
                    program.names.doubtful.insert(&declared.name.value);
                }
            }
            // Written out before.
            ItemKind::Let(_) => {}
            _ => unbuilt(item, &mut program.names, reports),
        }
    }
    program.names.unbuilt.extend(streams.refused);
    program.names.unbuilt.extend(types.refused);
    program.names.unbuilt.extend(buses.refused);
    program
}

/// The names of one kind of thing.
struct Scope<'a> {
    what: &'static str,
    /// By name with `_` for `-`, which is what Argo makes of it.
    taken: BTreeMap<String, &'a Ident>,
    /// Names of their own that were not given: their use is no second mistake.
    refused: Vec<&'a str>,
}

impl<'a> Scope<'a> {
    fn new(what: &'static str) -> Scope<'a> {
        Scope { what, taken: BTreeMap::new(), refused: Vec::new() }
    }

    /// Takes a name; false when it was taken.
    fn take(&mut self, name: &'a Ident, reports: &mut Reports) -> bool {
        if name.value.is_empty() {
            return false;
        }
        let Some(first) = self.taken.get(&name.value.replace('-', "_")) else {
            self.taken.insert(name.value.replace('-', "_"), name);
            return true;
        };
        let (at, before) = (reports.at(name.span), reports.at(first.span));
        if first.value != name.value {
            self.refused.push(&name.value);
        }
        reports.add(match first.value == name.value {
            true => problems::defined_twice(at, before, self.what, &name.value),
            false => problems::differ_in_hyphen(at, before, self.what, &name.value, &first.value),
        });
        false
    }
}

/// The names of one kind of thing in what is emitted. They differ from the names of a file as soon as one says `named`.
struct Objects<'a> {
    what: &'static str,
    taken: BTreeMap<&'a str, Emitted<'a>>,
}

impl<'a> Objects<'a> {
    fn new(what: &'static str) -> Objects<'a> {
        Objects { what, taken: BTreeMap::new() }
    }

    /// Takes a name, and reports one that is taken or is no name.
    fn take(&mut self, emitted: Emitted<'a>, named: Option<&'a Text>, reports: &mut Reports) {
        if let Some(text) = named {
            for part in &text.parts {
                if let TextPart::Value(value) = part {
                    let at = reports.at(value.span);
                    return reports.add(type_problems::not_constant(at, "a constant"));
                }
            }
        }
        let at = reports.at(emitted.span);
        if emitted.name.is_empty() {
            // The name of an item that could not be read has been reported.
            if emitted.quoted {
                reports.add(kinds::malformed(at, "a name", "", "it is empty", None));
            }
            return;
        }
        match self.taken.get(emitted.name) {
            Some(first) => {
                let first = reports.at(first.span);
                reports.add(problems::emitted_twice(at, first, self.what, emitted.name));
            }
            None => {
                self.taken.insert(emitted.name, emitted);
            }
        }
    }
}

/// Reports an item that is not built, and remembers the names it would bring.
fn unbuilt<'a>(item: &'a Item, names: &mut Names<'a>, reports: &mut Reports) {
    let construct = match &item.kind {
        ItemKind::Use(_) => "`use`",
        ItemKind::Param(_) => "`param`",
        ItemKind::Sensor(_) => "`sensor`",
        ItemKind::For(_) => "`for`",
        ItemKind::If(_) => "`if`",
        ItemKind::Test(_) => "`test`",
        _ => {
            // A hole: what it would have declared is unknown.
            names.open |= matches!(item.kind, ItemKind::Hole);
            return;
        }
    };
    let keyword = construct.len() - 2;
    let span = Span {
        start: item.span.start,
        end: item.span.start.saturating_add(keyword as u32).min(item.span.end),
    };
    reports.add(syntax::not_built_yet(reports.at(span), construct, None));
    excuse(std::slice::from_ref(item), names);
}

/// Everything that these items declare, however deep.
fn excuse<'a>(items: &'a [Item], names: &mut Names<'a>) {
    for item in items {
        match &item.kind {
            ItemKind::Use(used) => match &used.alias {
                Some(alias) => {
                    names.unbuilt.insert(&alias.value);
                }
                None => names.open = true,
            },
            ItemKind::Param(param) => {
                names.unbuilt.insert(&param.name.value);
            }
            ItemKind::Let(constant) => {
                names.unbuilt.insert(&constant.name.value);
            }
            ItemKind::Type(declared) => {
                names.unbuilt.insert(&declared.name.value);
            }
            ItemKind::Bus(bus) => {
                names.unbuilt.insert(&bus.name.value);
            }
            ItemKind::Source(source) => {
                names.unbuilt.insert(&source.name.value);
            }
            ItemKind::Filter(filter) => {
                names.unbuilt.insert(&filter.name.value);
            }
            ItemKind::Trigger(_) | ItemKind::Test(_) => {}
            ItemKind::Hole => names.open = true,
            ItemKind::Sensor(sensor) => excuse(&sensor.items, names),
            ItemKind::For(repeated) => {
                names.unbuilt.insert(&repeated.name.value);
                excuse(&repeated.items, names);
            }
            ItemKind::If(choice) => {
                excuse(&choice.then, names);
                excuse(&choice.otherwise, names);
            }
        }
    }
}
