//! Types that a file writes: `type` items and the `T` of `KIND<T>`.

use super::schema::{self, Left, Why};
use super::size::{self, Size};
use super::ty::{Literal, Member, OwnRecord, Part, Record, Ty};
use crate::diagnostics::problems::{files, names, types};
use crate::diagnostics::similar;
use crate::files::Reader;
use crate::infer;
use crate::order::{Ordered, ordered};
use crate::report::Reports;
use crate::syntax::ast::{
    Arg, Expr, ExprKind, Ident, RecordField, Span, Text, TextPart, TypeExpr, TypeItem, TypeKind,
};
use aev_plan::json::Json;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The `type` items of a file.
pub struct Types<'a> {
    items: BTreeMap<&'a str, &'a TypeItem>,
    done: BTreeMap<&'a str, Ty>,
    /// Names that are declared twice: which one is meant is unknown.
    pub doubtful: BTreeSet<&'a str>,
    /// The name that is being turned.
    open: &'a str,
    /// Names that are made of each other: which one may not have the other in it.
    circular: BTreeSet<(&'a str, &'a str)>,
    /// How large the types of names are. Of what has been reported, and of what is not there, nothing is said.
    sizes: BTreeMap<&'a str, Size>,
    /// An item could not be read, and may have been any type.
    pub incomplete: bool,
    /// Names that something else names.
    pub used: BTreeSet<&'a str>,
    /// Samples and schemas.
    pub files: Reader<'a>,
}

impl<'a> Types<'a> {
    /// The types of a file; names are unique.
    pub fn new(items: impl IntoIterator<Item = &'a TypeItem>, files: Reader<'a>) -> Types<'a> {
        let items = items.into_iter().map(|item| (item.name.value.as_str(), item)).collect();
        Types {
            items,
            done: BTreeMap::new(),
            doubtful: BTreeSet::new(),
            open: "",
            circular: BTreeSet::new(),
            sizes: BTreeMap::new(),
            incomplete: false,
            used: BTreeSet::new(),
            files,
        }
    }

    /// Checks every item, used or not; each after those that it names.
    pub fn check_all(&mut self, reports: &mut Reports) {
        let names: Vec<&'a str> = self.items.keys().copied().collect();
        let places: BTreeMap<&str, usize> = names.iter().copied().zip(0..).collect();
        let parts = |item: &&'a TypeItem| {
            let mut parts = Vec::new();
            size::names(&item.ty, &mut |name, _| {
                parts.extend(places.get(name).filter(|_| !self.doubtful.contains(name)));
            });
            parts
        };
        let parts: Vec<Vec<usize>> = self.items.values().map(parts).collect();
        let Ordered { order, circles, circular, back } = ordered(&parts);
        let name = |index: usize| names.get(index).copied().unwrap_or_default();
        self.circular = back.into_iter().map(|(whole, part)| (name(whole), name(part))).collect();
        // The others of a circle are part of the same mistake.
        let closing = circles.iter().filter_map(|circle| Some((*circle.last()?, *circle.first()?)));
        let closing: BTreeSet<_> = closing.map(|(whole, part)| (name(whole), name(part))).collect();
        for (whole, part) in closing {
            let mut at = None;
            if let Some(item) = self.items.get(whole) {
                size::names(&item.ty, &mut |name, span| at = at.or((name == part).then_some(span)));
            }
            if let Some(at) = at {
                reports.add(types::type_contains_itself(reports.at(at), part));
            }
        }
        for index in order {
            self.item(name(index), circular.get(index) == Some(&true), reports);
        }
    }

    /// What a written type means.
    pub fn resolve(&mut self, written: &'a TypeExpr, reports: &mut Reports) -> Ty {
        let size = self.size(written);
        if size.is_too_large() {
            if size != Size::UNKNOWN {
                reports.add(types::too_large(reports.at(written.span), size));
            }
            return Ty::Error;
        }
        self.typed(written, reports)
    }

    fn size(&self, written: &TypeExpr) -> Size {
        Size::of(written, &|name| self.sizes.get(name).copied().unwrap_or_default())
    }

    /// What a written type means that is not too large.
    fn typed(&mut self, written: &'a TypeExpr, reports: &mut Reports) -> Ty {
        match &written.kind {
            TypeKind::Name { name, argument } => self.name(written, name, argument.as_deref(), reports),
            TypeKind::Union(members) => {
                Ty::union(members.iter().map(|member| self.typed(member, reports)).collect::<Vec<_>>())
            }
            TypeKind::Record(fields) => {
                let record = self.record(None, fields, reports);
                match reports.unparsed_within(written.span) {
                    // What could not be read may be the member that is looked for.
                    true => Ty::Error,
                    false => Ty::Record(Record::Own(Rc::new(record))),
                }
            }
            TypeKind::Text(text) => match literal_text(text) {
                Some(value) => Ty::text(&value),
                None => {
                    reports.add(types::type_is_not_constant(reports.at(text.span)));
                    Ty::Error
                }
            },
            TypeKind::Number(number) => Ty::Literal(Literal::Number(number.as_str().into())),
            TypeKind::From { function, args } => self.described(written, function, args, None, reports),
            TypeKind::Hole => Ty::Error,
        }
    }

    fn record(&mut self, name: Option<&str>, fields: &'a [RecordField], reports: &mut Reports) -> OwnRecord {
        let mut record = OwnRecord { name: name.map(str::to_owned), ..OwnRecord::default() };
        let mut seen = BTreeMap::new();
        for field in fields {
            if let Some(first) = seen.insert(field.name.value.as_str(), field.name.span) {
                reports.add(names::defined_twice(
                    reports.at(field.name.span),
                    reports.at(first),
                    "member",
                    &field.name.value,
                ));
                continue;
            }
            let ty = self.typed(&field.ty, reports);
            record.members.push(Member { name: field.name.value.clone(), ty, optional: field.optional });
        }
        record
    }

    fn name(
        &mut self,
        at: &'a TypeExpr,
        name: &'a str,
        argument: Option<&'a TypeExpr>,
        reports: &mut Reports,
    ) -> Ty {
        let container = matches!(name, "list" | "map");
        let inner = argument.map(|argument| self.typed(argument, reports));
        let known = container
            || self.items.contains_key(name)
            || aev_catalogue::PLAIN_TYPES.contains(&name)
            || aev_catalogue::named_type(name).is_some();
        if known && container != inner.is_some() {
            reports.add(types::type_arguments(reports.at(at.span), name, container));
            return Ty::Error;
        }
        match (name, inner) {
            ("list", Some(inner)) => Ty::List(Part::from(inner)),
            ("map", Some(inner)) => Ty::Map(Part::from(inner)),
            ("any", _) => Ty::Any,
            ("null", _) => Ty::Null,
            ("bool", _) => Ty::Bool,
            ("int", _) => Ty::Int,
            ("number", _) => Ty::Number,
            // In JSON these are text.
            ("string" | "duration" | "size" | "rate" | "time", _) => Ty::String,
            ("base64", _) => Ty::Base64,
            ("secret" | "configmap", _) => {
                reports.add(types::no_type_of_data(reports.at(at.span), name));
                Ty::Error
            }
            _ => match self.items.get_key_value(name).map(|(key, _)| *key) {
                Some(own) if self.doubtful.contains(own) => Ty::Error,
                Some(own) => {
                    self.used.insert(own);
                    match self.circular.contains(&(self.open, own)) {
                        true => Ty::Error,
                        false => self.done.get(own).cloned().unwrap_or(Ty::Error),
                    }
                }
                None => match aev_catalogue::named_type(name) {
                    Some(known) => Ty::from_type(known),
                    None if self.incomplete => Ty::Error,
                    None => {
                        let mut known: Vec<&str> = self.items.keys().copied().collect();
                        known.extend(aev_catalogue::PLAIN_TYPES);
                        for other in aev_catalogue::type_names() {
                            known.push(other);
                        }
                        let meant = similar(name, known);
                        let key = format!("type {name}");
                        // Without what stands in `<…>`.
                        let end = at.span.start.saturating_add(name.len() as u32).min(at.span.end);
                        let at = reports.at(Span { end, ..at.span });
                        reports.add_once(key, names::unknown_type(at, name, &meant));
                        Ty::Error
                    }
                },
            },
        }
    }

    /// `sample("…", …)` and `schema("…")`
    fn described(
        &mut self,
        written: &TypeExpr,
        function: &Ident,
        args: &[Arg],
        name: Option<&str>,
        reports: &mut Reports,
    ) -> Ty {
        let schema = function.value == "schema";
        let path = |arg: &Arg| match arg.name {
            None => constant_text(&arg.value).map(|path| (path, reports.at(arg.value.span))),
            Some(_) => None,
        };
        let paths: Option<Vec<_>> = args.iter().map(path).collect();
        let Some(paths) = paths.filter(|paths| !paths.is_empty() && (!schema || paths.len() == 1)) else {
            let hole = |arg: &Arg| matches!(arg.value.kind, ExprKind::Hole);
            if !args.iter().any(hole) {
                reports.add(files::arguments(reports.at(written.span), &function.value));
            }
            return Ty::Error;
        };
        let mut loaded = Vec::new();
        for (path, at) in &paths {
            // All that are missing are said at once.
            loaded.extend(self.files.json(path, *at, reports).map(|file| (file, *at)));
        }
        if loaded.len() < paths.len() {
            return Ty::Error;
        }
        if !schema {
            let samples: Vec<Json> = loaded.iter().map(|(file, _)| file.document.root().to_json()).collect();
            return infer::type_of(&bodies(samples), name);
        }
        let Some((file, at)) = loaded.first() else { return Ty::Error };
        match schema::read(file.document.root(), name) {
            Ok((ty, left)) => {
                for (left, there) in left {
                    let there = file.at(there);
                    reports.add(match left {
                        Left::Keyword(keyword) => files::left_out(*at, &file.name, there, keyword),
                        Left::Endless => files::endless(*at, &file.name, there),
                        Left::TooLarge => files::past_parts(*at, &file.name, there),
                    });
                }
                ty
            }
            Err(broken) => {
                let there = file.at(broken.at);
                reports.add(match broken.why {
                    Why::NoSchema(why) => files::no_schema(*at, &file.name, there, &why),
                    Why::Dangling(reference) => files::dangling(*at, &file.name, there, &reference),
                    Why::Outside => files::outside(*at, &file.name, there),
                    Why::Circular => files::circular(*at, &file.name, there),
                });
                Ty::Error
            }
        }
    }

    /// Turns an item into its type. What is made of itself has been reported, and may be of any size.
    fn item(&mut self, name: &'a str, circular: bool, reports: &mut Reports) {
        let Some(item) = self.items.get(name).copied() else { return };
        let size = self.size(&item.ty);
        if size.is_too_large() {
            if size != Size::UNKNOWN && !circular {
                reports.add(types::too_large(reports.at(item.name.span), size));
            }
            self.sizes.insert(name, Size::UNKNOWN);
            return;
        }
        self.sizes.insert(name, size);
        self.open = name;
        let ty = match &item.ty.kind {
            TypeKind::Record(fields) => {
                let record = self.record(Some(name), fields, reports);
                match reports.unparsed_within(item.ty.span) {
                    true => Ty::Error,
                    false => Ty::Record(Record::Own(Rc::new(record))),
                }
            }
            TypeKind::From { function, args } => {
                self.described(&item.ty, function, args, Some(name), reports)
            }
            _ => self.typed(&item.ty, reports),
        };
        self.open = "";
        self.done.insert(name, ty);
    }
}

/// What the samples have below `body`, when all of them hold the data of an event with its roots.
fn bodies(samples: Vec<Json>) -> Vec<Json> {
    let whole = |sample: &Json| match sample {
        Json::Object(members) => aev_catalogue::SOURCES.iter().any(|kind| {
            let root = |name: &str| kind.payload.roots.iter().any(|root| root.name == name);
            let has_body = members.iter().any(|(name, _)| name == "body");
            root("body") && has_body && members.iter().all(|(name, _)| root(name))
        }),
        _ => false,
    };
    match samples.iter().all(whole) {
        true => samples.iter().filter_map(|sample| sample.get("body").cloned()).collect(),
        false => samples,
    }
}

/// The text of a literal without values in it.
pub fn literal_text(text: &Text) -> Option<String> {
    text.parts.iter().try_fold(String::new(), |mut all, part| match part {
        TextPart::Literal(literal) => {
            all.push_str(literal);
            Some(all)
        }
        TextPart::Value(_) => None,
    })
}

/// The text of an expression that is such a literal.
pub fn constant_text(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Text(text) => literal_text(text),
        ExprKind::Paren(inner) => constant_text(inner),
        _ => None,
    }
}
