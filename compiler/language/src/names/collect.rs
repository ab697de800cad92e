//! One walk over the items of a file: who declares which name.

use super::{Declared, Emitted, Members, Names, Program};
use crate::diagnostics::problems::{kinds, names as problems, sensors, syntax, types as type_problems};
use crate::report::Reports;
use crate::syntax::ast::{File, Ident, Item, ItemKind, Sensor, SourceBody, Span, Text, TextPart};
use std::collections::BTreeMap;

/// Sorts the items of a file, reports what is not built and every name that is taken twice.
pub fn collect<'a>(file: &'a File, reports: &mut Reports) -> Program<'a> {
    let mut program = Program { header: file.header.as_ref(), ..Program::default() };
    let mut streams = Scope::new("source or filter");
    let (mut sources, mut carriers) = (Objects::new("source"), Objects::new("bus"));
    let mut buses = Scope::new("bus");
    let mut types = Scope::new("type");
    let mut sensors = Vec::new();
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
                    program.names.sources.insert(&source.name.value, program.sources.len());
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
            ItemKind::Type(declared) => {
                if types.take(&declared.name, reports) {
                    program.types.push(declared);
                } else {
                    program.names.doubtful.insert(&declared.name.value);
                }
            }
            ItemKind::Sensor(what) => sensors.push(Declared { item, what }),
            // Of a sensor, or written out before.
            ItemKind::Filter(_) | ItemKind::Trigger(_) | ItemKind::Let(_) => {}
            _ => unbuilt(item, &mut program.names, reports),
        }
    }
    members(&mut program, None, &file.items, &mut streams, reports);
    let mut names = Scope::new("sensor");
    let mut objects = Objects::new("sensor");
    for sensor in sensors {
        let mut within = Scope { outer: Some(&streams), ..Scope::new("source or filter") };
        if names.take(&sensor.what.name, reports) {
            objects.take(sensor.what.emitted(), sensor.what.named.as_ref(), reports);
            let items = &sensor.what.items;
            members(&mut program, Some(sensor), items, &mut within, reports);
        }
        program.names.unbuilt.extend(within.refused);
    }
    program.names.unbuilt.extend(streams.refused);
    program.names.unbuilt.extend(types.refused);
    program.names.unbuilt.extend(buses.refused);
    program
}

/// Takes the filters and triggers of a sensor, or of what stands outside all of them.
fn members<'a>(
    program: &mut Program<'a>,
    block: Option<Declared<'a, Sensor>>,
    items: &'a [Item],
    streams: &mut Scope<'a, '_>,
    reports: &mut Reports,
) {
    // What is emitted of filters are dependencies.
    let (mut filters, mut fired) = (Objects::new("filter"), Objects::new("trigger"));
    let mut triggers = Scope::new("trigger");
    let mut names = BTreeMap::new();
    let (first_filter, first_trigger) = (program.filters.len(), program.triggers.len());
    for item in items {
        match &item.kind {
            ItemKind::Filter(filter) => {
                let free = streams.take(&filter.name, reports);
                if free {
                    filters.take(filter.emitted(), filter.named.as_ref(), reports);
                    names.insert(filter.name.value.as_str(), program.filters.len());
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
            _ if block.is_some() => misplaced(item, &mut program.names, reports),
            _ => {}
        }
    }
    let filters = first_filter..program.filters.len();
    let triggers = first_trigger..program.triggers.len();
    program.sensors.push(Members { block, filters, triggers, names });
}

/// The names of one kind of thing.
struct Scope<'a, 'o> {
    what: &'static str,
    /// Names around it, which none of its own may be.
    outer: Option<&'o Scope<'a, 'o>>,
    /// By name with `_` for `-`, which is what Argo makes of it.
    taken: BTreeMap<String, &'a Ident>,
    /// Names of their own that were not given: their use is no second mistake.
    refused: Vec<&'a str>,
}

impl<'a> Scope<'a, '_> {
    fn new(what: &'static str) -> Self {
        Scope { what, outer: None, taken: BTreeMap::new(), refused: Vec::new() }
    }

    /// Who has a name, which is given with `_` for `-`.
    fn holder(&self, name: &str) -> Option<&'a Ident> {
        let around = || self.outer.and_then(|outer| outer.taken.get(name));
        self.taken.get(name).or_else(around).copied()
    }

    /// Takes a name; false when it was taken.
    fn take(&mut self, name: &'a Ident, reports: &mut Reports) -> bool {
        if name.value.is_empty() {
            return false;
        }
        let Some(first) = self.holder(&name.value.replace('-', "_")) else {
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

/// Reports an item that no sensor has, and remembers the names it would bring.
fn misplaced<'a>(item: &'a Item, names: &mut Names<'a>, reports: &mut Reports) {
    let word = match &item.kind {
        ItemKind::Use(_) => "use",
        ItemKind::Param(_) => "param",
        ItemKind::Let(_) => "let",
        ItemKind::Type(_) => "type",
        ItemKind::Bus(_) => "bus",
        ItemKind::Source(_) => "source",
        ItemKind::Sensor(_) => "sensor",
        ItemKind::Test(_) => "test",
        _ => return unbuilt(item, names, reports),
    };
    reports.add(sensors::misplaced(reports.at(keyword(item, word.len())), word));
    excuse(std::slice::from_ref(item), names);
}

/// Reports an item that is not built, and remembers the names it would bring.
fn unbuilt<'a>(item: &'a Item, names: &mut Names<'a>, reports: &mut Reports) {
    let construct = match &item.kind {
        ItemKind::Use(_) => "`use`",
        ItemKind::Param(_) => "`param`",
        ItemKind::For(_) => "`for`",
        ItemKind::If(_) => "`if`",
        ItemKind::Test(_) => "`test`",
        _ => {
            // A hole: what it would have declared is unknown.
            names.open |= matches!(item.kind, ItemKind::Hole);
            return;
        }
    };
    let at = reports.at(keyword(item, construct.len() - 2));
    reports.add(syntax::not_built_yet(at, construct, None));
    excuse(std::slice::from_ref(item), names);
}

/// The word that an item begins with.
fn keyword(item: &Item, length: usize) -> Span {
    let start = item.span.start;
    Span { start, end: start.saturating_add(length as u32).min(item.span.end) }
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
