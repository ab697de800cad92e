//! Mutants of items: header, bus, type, source, filter.

use aev_language::syntax::ast::{
    Bus, EventBody, Filter, Header, Ident, Item, ItemKind, Ref, Source, SourceBody, Span, TypeExpr, TypeKind,
};

use super::mutant::{Place, Verdict, Walk, at_use, here, join, within, words};
use super::types::Scope;

impl<'a> Walk<'a> {
    /// Every construct of the file.
    pub fn file(&mut self) {
        let file = self.file;
        if let Some(header) = &file.header {
            self.header(header);
        }
        for item in &file.items {
            self.duplicate(word(&item.kind), item.span, "\n", here());
            match &item.kind {
                ItemKind::Bus(bus) => self.bus(item, bus),
                ItemKind::Type(written) => {
                    self.declared("type", item, &written.name);
                    self.ty(&written.ty);
                }
                ItemKind::Source(source) => self.declared_source(item, source),
                ItemKind::Filter(filter) => self.filter(item, filter),
                ItemKind::Trigger(trigger) => self.trigger(item, trigger),
                _ => panic!("not part of the slice"),
            }
        }
    }

    fn header(&mut self, header: &'a Header) {
        self.duplicate("header", header.span, "\n", here());
        self.remove("header", header.span, Verdict::Legal);
        self.rename("free name", header.name.as_ref().unwrap().span, Verdict::Legal);
        if let Some(block) = &header.block {
            self.block(&block.entries, &aev_catalogue::HEADER, header.span);
        }
    }

    /// The name of an item that others use, and the item itself.
    fn declared(&mut self, what: &'static str, item: &Item, name: &Ident) {
        let used = self.used(&name.value, item.span);
        self.remove(what, self.documented(item.span), at_use(&name.value, used));
        self.gone("definition", name.span, item.span);
        self.rename("definition", name.span, at_use(&name.value, used));
    }

    /// Whether a name stands anywhere but in the item that declares it.
    fn used(&self, name: &str, own: Span) -> bool {
        let spans =
            self.file.items.iter().map(|item| item.span).chain(self.file.header.iter().map(|h| h.span));
        spans.filter(|span| *span != own).any(|span| self.stands(name, span))
    }

    fn bus(&mut self, item: &'a Item, bus: &'a Bus) {
        self.declared("bus", item, &bus.name);
        self.rename("kind", bus.kind.span, here());
        self.gone("kind", bus.kind.span, item.span);
        let kind = aev_catalogue::bus(&bus.kind.value).unwrap();
        if let Some(block) = &bus.block {
            self.block(&block.entries, kind.block, item.span);
        }
    }

    fn declared_source(&mut self, item: &'a Item, source: &'a Source) {
        self.declared("source", item, &source.name);
        match &source.body {
            SourceBody::One(body) => self.event_body(body, item.span, source.external),
            SourceBody::Group(group) => {
                for event in &group.events {
                    let used = self.used(&event.name.value, item.span);
                    // Without its only event the source itself is wrong.
                    let verdict = match group.events.len() {
                        1 => Verdict::Wrong(Place::Within(item.span)),
                        _ => at_use(&event.name.value, used),
                    };
                    self.remove("event", self.documented(event.span), verdict);
                    self.rename("definition", event.name.span, at_use(&event.name.value, used));
                    self.duplicate("event", event.span, "\n", here());
                    self.event_body(&event.body, event.span, source.external);
                }
                for field in &group.fields {
                    let known = aev_catalogue::SOURCE.field(&field.key.value).unwrap();
                    self.remove("field", field.span, Verdict::Legal);
                    self.rename("field name", field.key.span, here());
                    self.duplicate("field", field.span, "\n", here());
                    self.shaped(&field.value, &known.shape);
                }
            }
        }
    }

    fn event_body(&mut self, body: &'a EventBody, around: Span, external: bool) {
        self.rename("kind", body.kind.span, here());
        self.gone("kind", body.kind.span, around);
        let kind = aev_catalogue::source(&body.kind.value).unwrap();
        if let Some(ty) = &body.ty {
            self.ty(ty);
        }
        if let Some(block) = &body.block {
            let verdict = if external { Verdict::Legal } else { within(around) };
            self.remove("braces", block.span, verdict);
            self.block(&block.entries, kind.block, around);
        }
    }

    /// A type.
    fn ty(&mut self, ty: &'a TypeExpr) {
        match &ty.kind {
            TypeKind::Name { name, argument } => {
                let end = ty.span.start + name.len() as u32;
                self.rename("type name", Span { start: ty.span.start, end }, here());
                if let Some(argument) = argument {
                    self.ty(argument);
                }
            }
            TypeKind::Record(fields) => {
                for field in fields {
                    let span = join(field.name.span, field.ty.span);
                    let member = format!(".{}", field.name.value);
                    let used = self.text.match_indices(&member).any(|(at, _)| {
                        words(&self.text[at + 1..]).next().is_some_and(|(_, word)| word == field.name.value)
                    });
                    self.remove("record field", span, at_use(&field.name.value, used));
                    self.rename("definition", field.name.span, at_use(&field.name.value, used));
                    self.duplicate("record field", span, ", ", here());
                    self.gone("type name", field.ty.span, span);
                    self.gone("definition", field.name.span, span);
                    self.ty(&field.ty);
                }
            }
            TypeKind::Union(members) => {
                for member in members {
                    let TypeKind::Text(_) = &member.kind else { continue };
                    let quoted = self.source(member.span);
                    let name = quoted.trim_matches('"');
                    let compared = self.text.matches(quoted).count() > 1;
                    self.rename("union member", member.span, at_use(name, compared));
                    self.duplicate("union member", member.span, " | ", Verdict::Legal);
                }
                for pair in members.windows(2) {
                    let [first, second] = pair else { continue };
                    let TypeKind::Text(_) = &second.kind else { continue };
                    let quoted = self.source(second.span);
                    let compared = self.text.matches(quoted).count() > 1;
                    let span = Span { start: first.span.end, end: second.span.end };
                    self.remove("union member", span, at_use(quoted.trim_matches('"'), compared));
                }
            }
            _ => {}
        }
    }

    /// What `from` or `on` names.
    pub fn named(&mut self, reference: &'a Ref, around: Span) {
        for segment in &reference.segments {
            self.rename("use", segment.span, here());
        }
        // `as` and what follows may then be read as a name, and the error is what follows that.
        self.gone("use", reference.span, around);
    }

    fn filter(&mut self, item: &'a Item, filter: &'a Filter) {
        self.declared("filter", item, &filter.name);
        self.named(&filter.from, item.span);
        let from = Span { start: filter.name.span.end, end: filter.from.span.end };
        self.remove("clause", from, within(item.span));
        let default = filter.from.segments.last().unwrap();
        let name = filter.alias.as_ref().unwrap_or(default);
        let used =
            filter.condition.as_ref().is_some_and(|condition| self.stands(&name.value, condition.span));
        if let Some(alias) = &filter.alias {
            let span = Span { start: filter.from.span.end, end: alias.span.end };
            self.remove("alias", span, at_use(&alias.value, used && alias.value != default.value));
            self.rename("definition", alias.span, at_use(&alias.value, used));
            self.duplicate("alias", span, "", here());
        }
        if let Some(condition) = &filter.condition {
            let before = self.text[..condition.span.start as usize].rfind("where").unwrap() as u32;
            let span = Span { start: before, end: condition.span.end };
            let mut scope = Scope::new();
            scope.insert(name.value.clone(), self.types.origin(&filter.from).unwrap());
            let verdict = self.narrowed(condition, &scope);
            self.remove("clause", span, verdict);
            self.duplicate("clause", span, " ", here());
            self.condition(condition, &scope);
        }
    }
}

fn word(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Bus(_) => "bus",
        ItemKind::Type(_) => "type",
        ItemKind::Source(_) => "source",
        ItemKind::Filter(_) => "filter",
        _ => "trigger",
    }
}

/// On a use of any of these names, if one is used.
pub fn at_uses(names: &[(&str, bool)]) -> Verdict {
    let places: Vec<Place> =
        names.iter().filter(|(_, used)| *used).map(|(name, _)| Place::Use((*name).to_owned())).collect();
    if places.is_empty() { Verdict::Legal } else { Verdict::Wrong(Place::Either(places)) }
}
