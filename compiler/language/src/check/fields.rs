//! What stands in braces: known fields, once each, complete, and fitting together.

use super::{Check, bare, idle};
use crate::compile::Target;
use crate::diagnostics::problems::{kinds, lints, targets};
use crate::syntax::ast::{self, Entry, Span};
use crate::types::declared::constant_text;
use aev_catalogue::{Block, Field, Rule, Shape, VERIFY};
use aev_plan::json::Json;
use std::collections::BTreeMap;

/// The entries of one pair of braces, and where they belong.
pub(super) struct Braces<'a> {
    pub entries: &'a [Entry],
    /// What `raw` says is not missing.
    pub raw: &'a [Entry],
    /// Part of it could not be read: nothing is missing.
    pub broken: bool,
    /// What the braces belong to: where something missing is reported.
    pub owner: Span,
    /// How a message calls the owner: `` `webhook` ``.
    pub name: String,
}

impl<'a> Braces<'a> {
    /// Those of an object.
    pub fn of(object: &'a ast::Object, owner: Span, name: &str) -> Braces<'a> {
        Braces { entries: &object.entries, raw: &[], broken: object.broken, owner, name: name.to_owned() }
    }

    /// Those of a block, which may be left out.
    pub fn of_block(block: Option<&'a ast::Block>, owner: Span, name: &str) -> Braces<'a> {
        Braces {
            entries: block.map_or(&[], |block| &block.entries),
            raw: block.and_then(|block| block.raw.as_ref()).map_or(&[], |raw| &raw.entries),
            broken: block.is_some_and(|block| block.broken),
            owner,
            name: name.to_owned(),
        }
    }
}

/// A field that was written.
pub(super) struct Written<T> {
    pub field: &'static Field,
    pub value: T,
}

impl<'a> Check<'a> {
    /// The constants of fields that stand beside other things in braces, by name. `special` says that it has dealt with one.
    pub(super) fn fields_beside(
        &mut self,
        fields: &'a [ast::Field],
        block: &'static Block,
        owner: &str,
        mut special: impl FnMut(&mut Self, &'a ast::Field) -> bool,
    ) -> Vec<(&'static str, Json)> {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        let mut found = Vec::new();
        for syntax in fields {
            let name = syntax.key.value.as_str();
            let at = self.reports.at(syntax.key.span);
            let Some(field) = block.field(name) else {
                let names: Vec<&str> = block.fields.iter().map(|field| field.name).collect();
                self.reports.add(kinds::unknown_field(at, owner, name, &names, None));
                continue;
            };
            if let Some(first) = seen.insert(name, syntax.key.span) {
                let first = self.reports.at(first);
                self.reports.add(kinds::field_twice(at, first, name));
                continue;
            }
            if !self.supported(syntax.key.span, name, field.targets) || special(self, syntax) {
                continue;
            }
            match field.name {
                "labels" => self.labels(&syntax.value),
                "annotations" => self.annotations(&syntax.value),
                _ => {}
            }
            found.push((field.name, self.field_constant(field, syntax)));
        }
        found
    }

    /// Checks which fields stand in braces; `each` checks the value of one.
    pub(super) fn fields<T>(
        &mut self,
        braces: &Braces<'a>,
        block: &'static Block,
        mut each: impl FnMut(&mut Self, &'static Field, &'a ast::Field) -> T,
    ) -> Vec<Written<T>> {
        let mut found: Vec<Written<T>> = Vec::new();
        let mut places: BTreeMap<&str, Span> = BTreeMap::new();
        let mut whole = !braces.broken;
        let mut absent: Option<Vec<&str>> = None;
        // A value that is missing may stand below its key, as in YAML.
        let mut below = false;
        for entry in braces.entries {
            let syntax = match entry {
                Entry::Field(syntax) => syntax,
                Entry::Spread(value) => {
                    self.not_built(value.span, "`...`");
                    whole = false;
                    continue;
                }
            };
            let name = syntax.key.value.as_str();
            let at = self.reports.at(syntax.key.span);
            let Some(field) = block.field(name) else {
                // What is wrong with `verify` is said where it is read.
                let said = name == VERIFY.name && self.reports.any_within(syntax.value.span);
                if below || said || self.reports.misplaced(syntax.key.span) {
                    whole = false;
                    continue;
                }
                let inner = block.fields.iter().find(|field| has_field(&field.shape, name));
                if let Some(inner) = inner {
                    let problem = kinds::field_of_inner(at, &braces.name, name, inner.name);
                    self.reports.add_once(format!("inner {} {}", braces.owner.start, inner.name), problem);
                    whole = false;
                    continue;
                }
                // What is missing was perhaps meant here: it is named, and not reported once more.
                let absent = absent.get_or_insert_with(|| {
                    let names = block.fields.iter().map(|f| f.name);
                    names.filter(|name| !has(braces.entries, name)).collect()
                });
                let missing =
                    block.fields.iter().find(|f| f.required && absent.contains(&f.name)).map(|f| f.name);
                self.reports.add(kinds::unknown_field(at, &braces.name, name, absent, missing));
                whole = false;
                continue;
            };
            below = matches!(syntax.value.kind, ast::ExprKind::Hole);
            if let Some(first) = places.insert(name, syntax.key.span) {
                let first = self.reports.at(first);
                self.reports.add(kinds::field_twice(at, first, name));
                continue;
            }
            if !self.supported(syntax.key.span, name, field.targets) {
                continue;
            }
            let value = each(self, field, syntax);
            self.not_empty(field, &syntax.value);
            found.push(Written { field, value });
        }
        if whole {
            self.complete(braces, block, &places);
        }
        found
    }

    /// A text that must be there says something.
    pub(super) fn not_empty(&mut self, field: &Field, value: &ast::Expr) {
        let said_nothing = field.required
            && matches!(field.shape, Shape::Text)
            && constant_text(value).is_some_and(|text| text.is_empty());
        if said_nothing && !self.reports.any_within(value.span) {
            self.reports.add(kinds::empty(self.reports.at(value.span), field.name));
        }
    }

    /// The fields of a block of constants, as Argo spells them.
    pub(super) fn constants(&mut self, braces: &Braces<'a>, block: &'static Block) -> Json {
        let fields = self.fields(braces, block, |check, field, syntax| check.field_constant(field, syntax));
        fields.into_iter().map(|written| (written.field.name, written.value)).collect()
    }

    /// The value of a field, called by its name where something is missing in it.
    pub(super) fn field_constant(&mut self, field: &'static Field, syntax: &'a ast::Field) -> Json {
        match (&field.shape, &bare(&syntax.value).kind) {
            (Shape::Record(block), ast::ExprKind::Object(object)) => {
                let braces = Braces::of(object, syntax.value.span, &format!("`{}`", field.name));
                self.constants(&braces, block)
            }
            (shape, _) => self.constant(&syntax.value, shape),
        }
    }

    fn complete(&mut self, braces: &Braces<'a>, block: &'static Block, places: &BTreeMap<&str, Span>) {
        let there = |name: &str| places.contains_key(name) || has(braces.raw, name);
        let owner = self.reports.at(braces.owner);
        let missing: Vec<&str> =
            block.fields.iter().filter(|f| f.required && !there(f.name)).map(|f| f.name).collect();
        if !missing.is_empty() {
            self.reports.add(kinds::missing_fields(owner, &braces.name, &missing));
            return;
        }
        for rule in block.rules {
            let problem = match *rule {
                Rule::ExactlyOne(groups) | Rule::AtLeastOne(groups) | Rule::AtMostOne(groups) => {
                    let present: Vec<&str> = groups
                        .iter()
                        .filter_map(|group| group.iter().copied().find(|name| there(name)))
                        .collect();
                    match (rule, present.as_slice()) {
                        (Rule::AtMostOne(_), []) => None,
                        (_, []) => Some(kinds::none_of(owner, &braces.name, groups)),
                        (Rule::AtLeastOne(_), _) | (_, [_]) => None,
                        (_, [first, second, ..]) => {
                            let place = |name: &str| places.get(name).copied().unwrap_or(braces.owner);
                            let (first_at, at) =
                                (self.reports.at(place(first)), self.reports.at(place(second)));
                            Some(kinds::both_of(at, first_at, first, second))
                        }
                    }
                }
                Rule::AllOrNone(names) => {
                    let present = names.iter().find(|name| there(name));
                    let absent = names.iter().find(|name| !there(name));
                    match (present, absent) {
                        (Some(present), Some(absent)) => {
                            let at = places.get(present).copied().unwrap_or(braces.owner);
                            Some(kinds::needs(self.reports.at(at), present, absent))
                        }
                        _ => None,
                    }
                }
                Rule::Requires(names, needed) => match names.first() {
                    Some(first) if names.iter().all(|name| there(name)) && !there(needed) => {
                        let at = places.get(first).copied().unwrap_or(braces.owner);
                        Some(kinds::needs(self.reports.at(at), first, needed))
                    }
                    _ => None,
                },
                Rule::TrueNeeds(name, needed) => match is_true(braces.entries, name) && !there(needed) {
                    true => {
                        let at = places.get(name).copied().unwrap_or(braces.owner);
                        Some(kinds::needs(self.reports.at(at), name, needed))
                    }
                    false => None,
                },
                Rule::ArgoNeedsTrue(name, why) => {
                    if !is_true(braces.entries, name) {
                        let at = self.reports.at(places.get(name).copied().unwrap_or(braces.owner));
                        self.refused(Target::Argo, targets::ignored(at, braces.name.trim_matches('`'), why));
                    }
                    None
                }
                Rule::OnlyWith(name, other) if there(name) && !there(other) => {
                    let at = places.get(name).copied().unwrap_or(braces.owner);
                    Some(kinds::needs(self.reports.at(at), name, other))
                }
                Rule::OnlyWith(..) => None,
                Rule::IdleWithout(name, object, member, effect) => {
                    let without = lacking(braces.entries, object, member);
                    // A mistake in it may be the member.
                    if there(name) && without.is_some_and(|at| !self.reports.any_within(at)) {
                        let span = places.get(name).copied().unwrap_or(braces.owner);
                        let at = self.reports.at(span);
                        self.reports.add(lints::idle_field(at, name, object, member, effect));
                        self.reports.explains(idle(span));
                    }
                    None
                }
                Rule::Not(name, unwanted, why) => braces.entries.iter().find_map(|entry| match entry {
                    Entry::Field(field) if field.key.value == name => match &field.value.kind {
                        ast::ExprKind::Number(number) if number.parse() == Ok(unwanted) => Some(
                            kinds::unwanted_number(self.reports.at(field.value.span), name, unwanted, why),
                        ),
                        _ => None,
                    },
                    _ => None,
                }),
            };
            if let Some(problem) = problem {
                self.reports.add(problem);
                return;
            }
        }
    }
}

/// Whether an object of this shape has the field.
fn has_field(shape: &Shape, name: &str) -> bool {
    matches!(shape, Shape::Record(block) if block.field(name).is_some())
}

/// Where the field `object` is written as an object without `member` in it.
fn lacking(entries: &[Entry], object: &str, member: &str) -> Option<Span> {
    entries.iter().find_map(|entry| match entry {
        Entry::Field(field) if field.key.value == object => match &bare(&field.value).kind {
            ast::ExprKind::Object(inner) => {
                (!inner.broken && !has(&inner.entries, member)).then_some(field.value.span)
            }
            _ => None,
        },
        _ => None,
    })
}

fn has(entries: &[Entry], name: &str) -> bool {
    entries.iter().any(|entry| matches!(entry, Entry::Field(field) if field.key.value == name))
}

/// Whether the field is written and is `true`.
fn is_true(entries: &[Entry], name: &str) -> bool {
    entries.iter().any(|entry| match entry {
        Entry::Field(field) => {
            field.key.value == name && matches!(bare(&field.value).kind, ast::ExprKind::Bool(true))
        }
        Entry::Spread(_) => false,
    })
}
