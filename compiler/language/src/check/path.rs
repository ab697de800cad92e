//! Paths into events: `e.body.items[0].sku`, `e.headers["X-Id"]`, `e::id`.

use super::condition::met_without;
use super::{Check, bare};
use crate::diagnostics::problems::{clauses, names as problems, types as type_problems};
use crate::diagnostics::{nearest, similar};
use crate::report::missed;
use crate::syntax::ast::{Arg, Expr, ExprKind, Ident, Span};
use crate::types::declared::constant_text;
use crate::types::event::{Cursor, Event};
use crate::types::read::{Absence, Unreadable};
use crate::types::ty::{Record, Ty};
use aev_plan::expr::{Attribute, AttributeRef, Path};
use aev_plan::model::{Binding, Condition};

/// The events that an expression may name.
#[derive(Clone)]
pub(super) struct Scope {
    pub events: Vec<(String, Event)>,
    /// Which of the names stand for elements of lists.
    pub elements: Vec<String>,
    /// Which item it is: names that are unknown in one are reported once.
    pub item: Span,
    /// What the expression is for.
    pub place: Place,
    /// It is a condition, or a part of one: what may be absent may stand there.
    pub condition: bool,
    /// What it reads could not be found, and may have given a name.
    pub broken: bool,
    /// Of a trigger: when it fires, and which streams bring each event.
    pub fires: Option<(Condition, Vec<Binding>)>,
    /// Of a trigger: what the event is called that must not come.
    pub without: Option<String>,
}

/// What an expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A filter decides by it. Null never stands for what is absent.
    Where,
    /// A filter makes other data with it. What is absent becomes null.
    Map,
    /// An action needs its value.
    Action,
}

impl Scope {
    /// One of an item, without events.
    pub fn new(item: Span) -> Scope {
        Scope {
            events: Vec::new(),
            elements: Vec::new(),
            item,
            place: Place::Action,
            condition: false,
            broken: false,
            fires: None,
            without: None,
        }
    }

    /// What may be absent need not have a default.
    pub fn bears_absence(&self) -> bool {
        self.condition || self.place == Place::Map
    }

    /// Whether the trigger can fire without all of these events.
    pub fn fires_without(&self, events: &[String]) -> bool {
        let Some((condition, bindings)) = &self.fires else { return false };
        let of = bindings.iter().filter(|binding| events.contains(&binding.name));
        let streams: Vec<String> = of.flat_map(|binding| binding.streams.iter().cloned()).collect();
        met_without(condition, &streams)
    }

    pub fn event(&self, name: &str) -> Option<&Event> {
        self.events.iter().find(|(own, _)| own == name).map(|(_, event)| event)
    }
}

/// What a path leads to.
pub(super) enum Reached {
    /// Data of an event.
    Data { event: String, cursor: Cursor },
    /// An attribute.
    Attribute { attribute: AttributeRef, ty: Ty },
}

impl<'a> Check<'a> {
    /// Whether an expression has the form of a path.
    pub(super) fn is_path(expr: &Expr) -> bool {
        match &bare(expr).kind {
            ExprKind::Name(_) => true,
            ExprKind::Member(base, _) | ExprKind::Index(base, _) | ExprKind::Attribute(base, _) => {
                // What an attribute holds is a value, as that of a call is.
                Self::is_path(base) && !matches!(bare(base).kind, ExprKind::Attribute(..))
            }
            ExprKind::Call(callee, _) => {
                matches!(&callee.kind, ExprKind::Member(base, name) if name.value == "all" && Self::is_path(base))
            }
            _ => false,
        }
    }

    /// Follows a path. Nothing when a mistake was reported.
    pub(super) fn path(&mut self, expr: &'a Expr, scope: &Scope) -> Option<Reached> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.path(inner, scope),
            ExprKind::Name(name) => match scope.event(name) {
                Some(event) => Some(Reached::Data { event: name.clone(), cursor: event.start() }),
                None => {
                    self.unknown_in_scope(expr, name, scope);
                    None
                }
            },
            ExprKind::Member(base, name) => {
                let (event, at) = self.data(base, scope)?;
                let step = scope.event(&event)?.member(&at, &name.value);
                let cursor = self.readable(step, &at, name.span, Some(&name.value), scope.event(&event)?)?;
                Some(Reached::Data { event, cursor })
            }
            ExprKind::Index(base, index) => {
                let (event, at) = self.data(base, scope)?;
                let cursor = self.index(&at, index, scope.event(&event)?)?;
                Some(Reached::Data { event, cursor })
            }
            ExprKind::Call(callee, args) => match &callee.kind {
                ExprKind::Member(base, name) if name.value == "all" => {
                    let (event, at) = self.data(base, scope)?;
                    let cursor = self.all_headers(expr, &at, args, scope.event(&event)?)?;
                    Some(Reached::Data { event, cursor })
                }
                _ => None,
            },
            ExprKind::Attribute(base, name) => self.attribute(base, name, scope),
            _ => None,
        }
    }

    fn data(&mut self, expr: &'a Expr, scope: &Scope) -> Option<(String, Cursor)> {
        match self.path(expr, scope)? {
            Reached::Data { event, cursor } => Some((event, cursor)),
            Reached::Attribute { ty, .. } => {
                let at = self.reports.at(expr.span);
                self.reports.add(type_problems::no_members(at, &ty.to_string()));
                None
            }
        }
    }

    pub(super) fn index(&mut self, at: &Cursor, index: &'a Expr, event: &Event) -> Option<Cursor> {
        if let Some(key) = constant_text(index) {
            let headers = at.read.ty.members().iter().any(|ty| matches!(ty, Ty::Headers(_)));
            if headers {
                self.header_name(index, &key);
                return Some(event.header(at, &key));
            }
            return Some(event.unchecked(at, &key));
        }
        let number: Option<i64> = super::constant::negative(index).and_then(|number| number.parse().ok());
        match number {
            Some(number) => {
                let step = event.element(at, number);
                self.readable(step, at, index.span, None, event)
            }
            None => {
                if !self.excused(index) {
                    let at = self.reports.at(index.span);
                    self.reports.add(type_problems::index_not_constant(at));
                }
                None
            }
        }
    }

    fn all_headers(&mut self, call: &Expr, at: &Cursor, args: &'a [Arg], event: &Event) -> Option<Cursor> {
        let headers = at.read.ty.members().iter().any(|ty| matches!(ty, Ty::Headers(_)));
        let place = self.reports.at(call.span);
        if !headers {
            if at.read.ty != Ty::Error {
                self.reports.add(type_problems::all_needs_headers(place));
            }
            return None;
        }
        match args {
            [arg] if arg.name.is_none() => {
                let Some(name) = constant_text(&arg.value) else {
                    self.reports.add(type_problems::index_not_constant(self.reports.at(arg.value.span)));
                    return None;
                };
                self.header_name(&arg.value, &name);
                Some(event.headers(at, &name))
            }
            _ => {
                self.reports.add(type_problems::all_needs_headers(place));
                None
            }
        }
    }

    fn header_name(&mut self, expr: &Expr, name: &str) {
        if !aev_plan::header::is_name(name) {
            let at = self.reports.at(expr.span);
            self.reports.add(type_problems::bad_header_name(at, name));
        }
    }

    /// Reports a step that cannot be made.
    pub(super) fn readable(
        &mut self,
        step: Result<Cursor, Unreadable>,
        at: &Cursor,
        span: Span,
        name: Option<&str>,
        event: &Event,
    ) -> Option<Cursor> {
        let why = match step {
            Ok(cursor) => return Some(cursor),
            Err(why) => why,
        };
        let place = self.reports.at(span);
        let name = name.unwrap_or_default();
        let problem = match why {
            Unreadable::NoMember(records) => {
                let mut known: Vec<String> = Vec::new();
                for record in &records {
                    known.extend(record.names().into_iter().map(str::to_owned));
                }
                let meant = nearest(name, known.iter().map(String::as_str));
                // A field of the body that was looked for beside it.
                let below = match event.member(at, "body") {
                    Ok(body) if at.is_root() => event
                        .member(&body, name)
                        .is_ok_and(|found| found.read.absence != Absence::Unknown || meant.is_none()),
                    _ => false,
                };
                let owner = match at.is_root() {
                    true => "the event".to_owned(),
                    false => {
                        name_of_all(&records).map_or("this object".to_owned(), |name| format!("`{name}`"))
                    }
                };
                let key = format!("member {owner} {name} {}", known.join(" "));
                let attribute = at.is_root() && Attribute::named(name).is_some();
                let problem = match below {
                    true => type_problems::member_of_body(place, name, attribute),
                    false => type_problems::no_such_member(place, &owner, name, meant, &known, attribute),
                };
                self.reports.add_once(key, problem);
                self.reports.explains(format!("no member {name}"));
                return None;
            }
            Unreadable::IsList => type_problems::member_of_list(place, name),
            Unreadable::NoMembers(ty) => {
                let problem = type_problems::no_members(place, &ty.plain().to_string());
                self.reports.add_once(format!("no members {ty}"), problem);
                return None;
            }
            Unreadable::NoElements(ty) => type_problems::no_elements(place, &ty.to_string()),
            Unreadable::IsBase64 => type_problems::inside_base64(place),
            Unreadable::IsHeaders => type_problems::headers_by_name(place, name),
        };
        self.reports.add(problem);
        None
    }

    fn attribute(&mut self, base: &'a Expr, name: &Ident, scope: &Scope) -> Option<Reached> {
        let (event, cursor) = self.data(base, scope)?;
        let place = self.reports.at(name.span);
        if scope.event(&event).is_some_and(|event| event.batched) {
            self.reports.add(clauses::attribute_of_batch(place, &event, &name.value));
            return None;
        }
        if !cursor.is_root() {
            let whole = Span { start: base.span.start, end: name.span.end };
            self.reports.add(type_problems::attribute_of_data(place, whole, &event, &name.value));
            return None;
        }
        let Some(attribute) = Attribute::named(&name.value) else {
            let names: Vec<&str> = Attribute::ALL.iter().map(|attribute| attribute.name()).collect();
            let meant = nearest(&name.value, names.iter().copied());
            self.reports.add(type_problems::unknown_attribute(place, &name.value, meant, &names));
            return None;
        };
        if scope.elements.contains(&event) {
            let whole = Span { start: base.span.start, end: name.span.end };
            let event = scope.events.first().map_or("e", |(name, _)| name);
            self.reports.add(type_problems::attribute_of_data(place, whole, event, &name.value));
            return None;
        }
        let ty = match attribute {
            Attribute::Context => Ty::context(),
            Attribute::Envelope => Ty::envelope(),
            _ => Ty::String,
        };
        let attribute = AttributeRef { event, attribute };
        Some(Reached::Attribute { attribute, ty })
    }

    /// A name that stands for no event here.
    fn unknown_in_scope(&mut self, expr: &Expr, name: &str, scope: &Scope) {
        if scope.broken || self.program.names.excuses(name) {
            return;
        }
        if scope.without.as_deref() == Some(name) {
            let key = format!("name {} {name}", scope.item.start);
            self.reports.add_once(key, problems::never_came(self.reports.at(expr.span), name));
            return;
        }
        let events: Vec<&str> = scope.events.iter().map(|(name, _)| name.as_str()).collect();
        let elsewhere = self.program.stream(self.sensor, name).is_some();
        let constants = self.program.constants.iter().map(|constant| constant.name.value.as_str());
        let meant = similar(name, events.iter().copied().chain(constants));
        let at = self.reports.at(expr.span);
        if let Some(constant) = constant_elsewhere(name)
            && meant.is_empty()
        {
            self.reports.add(problems::constant_elsewhere(at, name, constant));
            return;
        }
        if let [(event, known)] = scope.events.as_slice()
            && known.start().read.ty != Ty::Any
            && known.member(&known.start(), name).is_ok_and(|found| found.read.absence != Absence::Unknown)
        {
            let key = format!("name {} {name}", scope.item.start);
            self.reports.add_once(key, problems::root_without_event(at, name, event));
            return;
        }
        let problem = problems::unknown_in_expression(at, name, &meant, &events, elsewhere);
        self.reports.add_once(missed(name), problem);
    }

    /// A path of the plan.
    pub(super) fn plan_path(&self, event: String, cursor: &Cursor, span: Span) -> Path {
        Path {
            event,
            steps: cursor.steps(),
            certain: cursor.read.absence == Absence::Never,
            origin: self.reports.origin(span),
        }
    }
}

/// What other languages write for `true`, `false` and `null`.
fn constant_elsewhere(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "true" | "yes" => Some("true"),
        "false" | "no" => Some("false"),
        "null" | "nil" | "none" | "undefined" => Some("null"),
        _ => None,
    }
}

/// The name of a record; of several, that of the known type they are all part of.
fn name_of_all(records: &[Record]) -> Option<String> {
    let ([first], []) = records.split_at_checked(1)? else {
        let all = |name: &&str| {
            let ty = aev_catalogue::named_type(name).map(Ty::from_type);
            ty.is_some_and(|ty| {
                let part = |record: &Record| ty.members().contains(&Ty::Record(record.clone()));
                records.iter().all(part)
            })
        };
        return aev_catalogue::type_names().find(all).map(str::to_owned);
    };
    first.name().map(str::to_owned)
}
