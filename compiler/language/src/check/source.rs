//! `source` and `external source`: their fields, and the types of their events.

use super::contradiction::Held;
use super::fields::Braces;
use super::header::{Defaults, set_workload, text};
use super::{Check, bare};
use crate::diagnostics::problems::{kinds, structure, types as type_problems};
use crate::diagnostics::similar;
use crate::names::{EventRef, events, kubernetes};
use crate::syntax::ast::{Block, Entry, EventBody, ExprKind, Field, Ident, Source, SourceBody, Span};
use crate::types::event::{Constants, Event};
use crate::types::ty::{Literal, Member, OwnRecord, Record, Ty};
use aev_catalogue::{ByEvent, SOURCE, SOURCES, Shape, SourceKind};
use aev_plan::json::Json;
use aev_plan::model;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A source, and what its events look like to an expression.
pub(super) struct CheckedSource {
    pub plan: model::Source,
    pub events: Vec<Event>,
    /// What each event has in which place, by its own `where`.
    pub held: Vec<Vec<Held>>,
}

/// Port and endpoint of those seen so far, and where the endpoint stands.
type Endpoints = BTreeMap<(String, String), Span>;

impl<'a> Check<'a> {
    /// The sources of the file, in its order.
    pub(super) fn sources(&mut self, defaults: &Defaults) -> Vec<CheckedSource> {
        let program = self.program;
        let mut endpoints = Endpoints::new();
        let mut checked = Vec::new();
        for declared in &program.sources {
            let (item, source) = (declared.item, declared.what);
            self.fit_for_object(source.emitted(), (!source.external).then_some(kubernetes::LONGEST_SOURCE));
            let mut plan = model::Source {
                name: source.emitted().name.to_owned(),
                external: source.external,
                bus: defaults.bus.clone(),
                events: Vec::new(),
                workload: model::Workload::default(),
                service: model::Service::default(),
                description: item.doc.clone(),
                raw: None,
                origin: self.reports.origin(source.name.span),
            };
            if let SourceBody::Group(group) = &source.body {
                match &group.raw {
                    Some(raw) if source.external => {
                        let at = self.reports.at(raw.span);
                        self.reports.add(structure::external_with_raw(at, &source.name.value));
                    }
                    raw => plan.raw = self.raw(raw.as_ref()),
                }
                self.group_fields(source, &mut plan);
            }
            let mut types = Vec::new();
            let mut held = Vec::new();
            let mut strategy: Option<(bool, Span)> = None;
            for event in events(source) {
                let before = self.reports.errors();
                let (config, verify, mut ty, kind) = self.event(source, &event, &mut endpoints);
                let (condition, facts) = match &event.body.filter {
                    // What its events are like is unknown.
                    Some(written) if self.reports.errors() > before => {
                        let mut unknown = Event::error();
                        self.at_source(source, event.name, (written, item.span), &mut unknown)
                    }
                    Some(written) => self.at_source(source, event.name, (written, item.span), &mut ty),
                    None => (None, Vec::new()),
                };
                let block = event.body.block.as_ref().filter(|_| !source.external);
                let raw = self.raw(block.and_then(|block| block.raw.as_ref()));
                if let Some(kind) = kind {
                    let span = event.body.kind.span;
                    match strategy {
                        Some((elects, first)) if elects != kind.elects_leader && !source.external => {
                            let (at, first) = (self.reports.at(span), self.reports.at(first));
                            self.reports.add(structure::mixed_strategies(at, first));
                        }
                        Some(_) => {}
                        None => strategy = Some((kind.elects_leader, span)),
                    }
                }
                plan.events.push(model::Event {
                    name: event.emitted.name.to_owned(),
                    kind: event.body.kind.value.clone(),
                    config,
                    verify,
                    condition,
                    description: event.grouped.and_then(|event| event.doc.clone()),
                    raw,
                    origin: self
                        .reports
                        .origin(event.grouped.map_or(source.name.span, |event| event.name.span)),
                });
                types.push(ty);
                held.push(facts);
            }
            checked.push(CheckedSource { plan, events: types, held });
        }
        checked
    }

    fn group_fields(&mut self, source: &'a Source, plan: &mut model::Source) {
        let SourceBody::Group(group) = &source.body else { return };
        let at = self.reports.at(source.name.span);
        // What stands in braces that have no events and could not be read may be anything.
        if group.events.is_empty() && self.reports.unparsed_within(group.span) {
            return;
        }
        if group.events.is_empty() && !group.broken {
            let unknown = |field: &Field| SOURCE.field(&field.key.value).is_none();
            if !group.fields.is_empty() && group.fields.iter().all(unknown) {
                self.reports.add(structure::no_kind(at, &source.name.value));
                return;
            }
            self.reports.add(structure::no_events(at, &source.name.value));
        }
        let mut without = false;
        let found = self.fields_beside(&group.fields, &SOURCE, "a source with events", |check, syntax| {
            if syntax.key.value != "service" {
                return false;
            }
            check.needs_ports(source, syntax);
            let none = matches!(&bare(&syntax.value).kind, ExprKind::Name(name) if name == "none");
            without |= none;
            none
        });
        if without {
            plan.service = model::Service::Without;
        }
        for (name, value) in found {
            match name {
                "bus" => plan.bus = text(value),
                "service" => plan.service = model::Service::Like(value),
                _ => set_workload(&mut plan.workload, name, value),
            }
        }
    }

    /// Reports a `service` where no event takes requests.
    fn needs_ports(&mut self, source: &'a Source, syntax: &Field) {
        let events = events(source);
        // A kind that does not exist is a mistake of its own.
        let known = |kind: &str| aev_catalogue::source(kind).is_none_or(|kind| kind.http);
        if !events.is_empty() && !events.iter().any(|event| known(&event.body.kind.value)) {
            let at = self.reports.at(syntax.key.span);
            self.reports.add(structure::service_without_ports(at, &source.name.value));
        }
    }

    /// Configuration, signature and type of one event.
    fn event(
        &mut self,
        source: &'a Source,
        event: &EventRef<'a>,
        endpoints: &mut Endpoints,
    ) -> (Json, Option<model::Verify>, Event, Option<&'static SourceKind>) {
        let body = event.body;
        let written = body.ty.as_ref().map(|ty| {
            let Check { types, reports, .. } = self;
            (types.resolve(ty, reports), ty.span)
        });
        let Some(kind) = self.source_kind(&body.kind, source.external) else {
            return (Json::Null, None, Event::error(), None);
        };
        let verify = self.verified(source, body, kind);
        if let Some((_, span)) = &written
            && kind.payload.typed.is_empty()
        {
            let (at, kind_at) = (self.reports.at(*span), self.reports.at(body.kind.span));
            self.reports.add(type_problems::no_place_for_type(at, kind_at, kind.name));
        }
        if body.block.is_none() && self.reports.cut_short(body.kind.span) {
            // What could not be read was perhaps its type or its braces.
            return (Json::Null, verify, Event::error(), Some(kind));
        }
        let before = self.reports.errors();
        let config = self.event_config(source, body, kind, endpoints);
        // Whether the mistake is about what the body is, is unknown.
        let broken = body.block.as_ref().is_some_and(|block| self.reports.unparsed_within(block.span));
        if written.is_some() && (broken || self.reports.errors() > before) && kind.payload.json.is_some() {
            return (config, verify, Event::error(), Some(kind));
        }
        // What stands where JSON would, when the source does not ask for it.
        let without = kind.payload.json.as_ref().and_then(|json| {
            let asked = source.external || config.get(json.name) == Some(&Json::Bool(true));
            (!asked).then(|| Ty::from_type(json.without))
        });
        if let (Some((_, span)), Some(without)) = (&written, &without) {
            let at = self.reports.at(*span);
            self.reports.add(type_problems::type_without_json(at, kind.name, *without == Ty::Base64));
        }
        let wrong = body.block.as_ref().is_some_and(|block| self.reports.any_within(block.span));
        let root = root(kind, without.or(written.map(|(ty, _)| ty)), &config, wrong);
        let constants = Constants {
            source: source.emitted().name.to_owned(),
            subject: event.emitted.name.to_owned(),
            kind: kind.event_type.to_owned(),
        };
        (config, verify, Event::new(root, Some(Rc::new(constants))), Some(kind))
    }

    fn event_config(
        &mut self,
        source: &'a Source,
        body: &'a EventBody,
        kind: &'static SourceKind,
        endpoints: &mut Endpoints,
    ) -> Json {
        if source.external {
            if let Some(block) = &body.block
                && (!block.entries.is_empty() || block.verify.is_some() || block.raw.is_some())
            {
                let at = self.reports.at(block.span);
                self.reports.add(structure::external_with_fields(at, &source.name.value));
            }
            return Json::Null;
        }
        let name = format!("`{}`", kind.name);
        let braces = Braces::of_block(body.block.as_ref(), body.kind.span, &name);
        let config = self.constants(&braces, kind.block);
        if kind.http {
            self.endpoint(body.block.as_ref(), kind, &config, endpoints);
        }
        config
    }

    /// Two endpoints that are one cannot be told apart.
    fn endpoint(
        &mut self,
        block: Option<&'a Block>,
        kind: &'static SourceKind,
        config: &Json,
        endpoints: &mut Endpoints,
    ) {
        let inner = match kind.http_block {
            Some(name) => config.get(name),
            None => Some(config),
        };
        let text = |name| inner.and_then(|inner| inner.get(name)).and_then(Json::as_str);
        let (Some(port), Some(path)) = (text("port"), text("endpoint")) else { return };
        let span = block.and_then(|block| place_of(&block.entries, kind.http_block)).unwrap_or_default();
        match endpoints.get(&(port.to_owned(), path.to_owned())) {
            Some(first) => {
                let (at, first) = (self.reports.at(span), self.reports.at(*first));
                self.reports.add(kinds::same_endpoint(at, first, path, port));
            }
            None => {
                endpoints.insert((port.to_owned(), path.to_owned()), span);
            }
        }
    }

    fn source_kind(&mut self, kind: &Ident, external: bool) -> Option<&'static SourceKind> {
        let name = kind.value.as_str();
        let at = self.reports.at(kind.span);
        let Some(known) = aev_catalogue::source(name) else {
            let names: Vec<&str> = SOURCES.iter().map(|kind| kind.name).collect();
            let meant = similar(name, names.iter().copied());
            self.reports.add(kinds::unknown_kind(at, "source", name, &meant, &names));
            return None;
        };
        // Somebody else runs an external source.
        if !external {
            self.source_on_targets(kind.span, known);
        }
        Some(known)
    }

    fn source_on_targets(&mut self, span: Span, kind: &'static SourceKind) {
        use crate::compile::Target;
        use crate::diagnostics::problems::targets;
        let at = self.reports.at(span);
        if !kind.targets.runtime.accepts() {
            self.refused(Target::Plan, targets::source_not_in_runtime_yet(at, kind.name));
        }
    }
}

/// Where the endpoint is written.
fn place_of(entries: &[Entry], within: Option<&str>) -> Option<Span> {
    entries.iter().find_map(|entry| {
        let Entry::Field(field) = entry else { return None };
        match (within, &field.value.kind) {
            (None, _) if field.key.value == "endpoint" => Some(field.value.span),
            (Some(name), ExprKind::Object(object)) if field.key.value == name => {
                place_of(&object.entries, None)
            }
            _ => None,
        }
    })
}

/// The type of the data object of a kind; of a `wrong` configuration nothing is known that depends on it.
fn root(kind: &'static SourceKind, written: Option<Ty>, config: &Json, wrong: bool) -> Ty {
    let payload = &kind.payload;
    let plain = |replaced: &[(&[&str], Ty)]| {
        let mut whole = OwnRecord { name: None, members: Vec::new(), open: payload.open };
        whole.members.extend(payload.roots.iter().map(|member| {
            let mut member = Member::from(member);
            if member.name == "metadata" && config.get("metadata").is_some() {
                member.optional = false;
            }
            member
        }));
        let whole = Ty::Record(Record::Own(Rc::new(whole)));
        replaced.iter().fold(whole, |whole, (path, ty)| replaced_at(whole, path, ty))
    };
    if let Some(ty) = written {
        let replaced: Vec<(&[&str], Ty)> = payload.typed.iter().map(|path| (*path, ty.clone())).collect();
        return plain(&replaced);
    }
    if let Some(by_fields) = &payload.by_fields {
        let texts: Vec<&str> = by_fields
            .fields
            .iter()
            .map(|field| config.get(field).and_then(Json::as_str).unwrap_or_default())
            .collect();
        let ty = match by_fields.of(&texts) {
            None if wrong => Some(Ty::Error),
            known => known.map(Ty::from_type),
        };
        let replaced: Vec<(&[&str], Ty)> =
            ty.iter().flat_map(|ty| payload.typed.iter().map(|path| (*path, ty.clone()))).collect();
        return plain(&replaced);
    }
    let Some(by_event) = &payload.by_event else { return plain(&[]) };
    let names: Vec<&str> = match config.get(by_event.field) {
        // What is no text was reported, too: it is a name that nobody has.
        Some(Json::List(names)) => names.iter().map(|name| name.as_str().unwrap_or_default()).collect(),
        _ => Vec::new(),
    };
    // A name that nobody has was reported; which event was meant is unknown.
    if names.is_empty() || names.contains(&"*") || !names.iter().all(|name| is_event(kind, by_event, name)) {
        if wrong {
            return Ty::Error;
        }
        return plain(&[]);
    }
    Ty::union(names.iter().map(|name| {
        let known = by_event.of(name);
        let said: Rc<str> = known.map_or(*name, |event| event.said).into();
        let mut whole = plain(&[(&[by_event.root], Ty::from_type(known.map_or(by_event.common, |e| e.ty)))]);
        if let Some(header) = &by_event.header {
            let told = (header.name.to_owned(), Literal::Text(said.clone()));
            whole = replaced_at(whole, &[header.root], &Ty::Headers(Rc::new([told])));
        }
        if let Some(member) = by_event.member
            && known.is_none()
        {
            // In the types that are known it is a literal already.
            whole = replaced_at(whole, &[by_event.root, member], &Ty::Literal(Literal::Text(said)));
        }
        whole
    }))
}

/// Whether a name is one of those that the field of a kind takes.
fn is_event(kind: &SourceKind, by_event: &ByEvent, name: &str) -> bool {
    match kind.block.field(by_event.field).map(|field| field.shape) {
        Some(Shape::List(Shape::Names(names))) => names.has(name),
        _ => true,
    }
}

/// The type with another one at a path of members. What could be null still can.
fn replaced_at(whole: Ty, path: &[&str], ty: &Ty) -> Ty {
    let Some((step, rest)) = path.split_first() else {
        return match whole {
            Ty::Union(members) if members.contains(&Ty::Null) => Ty::union([ty.clone(), Ty::Null]),
            _ => ty.clone(),
        };
    };
    let Ty::Record(record) = whole else { return whole };
    let members = record.names().into_iter().filter_map(|name| {
        let mut member = record.member(name)?;
        if member.name == *step {
            member.ty = replaced_at(member.ty, rest, ty);
        }
        Some(member)
    });
    let members = members.collect();
    let name = record.name().map(str::to_owned);
    Ty::Record(Record::Own(Rc::new(OwnRecord { name, members, open: record.open() })))
}
