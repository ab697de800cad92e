//! `let`, `...`, `[for …]` and what is computed of constants: written out before anything is checked.
//!
//! A constant is put in by its text: where `pause` stands, `5m` stands afterwards. So a place takes a constant as it would
//! take what it is made of, and no later pass knows of constants. What was put in has the span of the name that stood there,
//! and the parts of an object or list those of their own.

mod fold;
#[cfg(test)]
mod left;
mod literal;
mod merged;
mod walk;

use crate::diagnostics::problems::{constants as problems, names};
use crate::diagnostics::similar;
use crate::order::{Ordered, ordered};
use crate::report::{Reports, missed};
use crate::syntax::ast::{Entry, Expr, ExprKind, File, Ident, ItemKind, Let, ListEntry, Span, TextPart};
use std::collections::{BTreeMap, BTreeSet};

/// A constant of the file, for messages and for what is never used.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Its name.
    pub name: Ident,
    /// Something refers to it.
    pub used: bool,
}

/// What was seen while the constants of a file were written out.
#[derive(Debug)]
pub struct Expanded {
    /// In the order of the file.
    pub constants: Vec<Constant>,
    /// Aliases that nothing reads, each with the span that has the `as`, too.
    pub unused_aliases: Vec<(Ident, Span)>,
}

/// Writes out the constants of a file.
pub fn expand(file: &mut File, reports: &mut Reports) -> Expanded {
    let mut expander = Expander::new(file, reports);
    expander.resolve(file);
    expander.items(file);
    let Expander { names, used, uses, unused_aliases, .. } = expander;
    reports.put_in(uses);
    let used = |name: &Ident| used.contains(&name.value);
    let constants = names.into_iter().map(|name| Constant { used: used(&name), name }).collect();
    Expanded { constants, unused_aliases }
}

/// How much may be put in for constants, in bytes of text; an expression counts as [`NODE`].
const LARGEST: usize = 16 << 20;

/// What an expression counts for beside its text.
const NODE: usize = 64;

/// How deep lists and objects of a constant may lie in each other; as deep as brackets.
const DEEPEST: usize = 64;

/// What a name stands for within an expression.
enum Local {
    /// Something that is known only when events come.
    Opaque,
    /// An element of a constant list.
    Element(Expr),
}

/// Whether comparisons are decided here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The place takes a value: a comparison of constants is one.
    Value,
    /// The place is a `where`, where it is part of the condition.
    Condition,
}

/// What is known while constants are written out.
struct Expander<'r> {
    reports: &'r mut Reports,
    /// In the order of the file, each name once.
    names: Vec<Ident>,
    /// Values that are written out, and where they are declared.
    values: BTreeMap<String, (Expr, Span)>,
    /// Names of what is not built: nothing is said about them.
    excused: BTreeSet<String>,
    /// Any name may be one of those.
    open: bool,
    locals: Vec<(String, Local)>,
    /// Within the value of a `let`, where nothing but constants stands.
    in_let: bool,
    used: BTreeSet<String>,
    /// Names of events that something reads; of the item that is being looked at.
    read: BTreeSet<String>,
    unused_aliases: Vec<(Ident, Span)>,
    /// Where a constant was put in, and where its value stands.
    uses: Vec<(Span, Span)>,
    /// How much may still be put in.
    room: usize,
}

impl<'r> Expander<'r> {
    fn new(file: &File, reports: &'r mut Reports) -> Expander<'r> {
        let mut expander = Expander {
            reports,
            names: Vec::new(),
            values: BTreeMap::new(),
            excused: BTreeSet::new(),
            open: false,
            locals: Vec::new(),
            in_let: false,
            used: BTreeSet::new(),
            read: BTreeSet::new(),
            unused_aliases: Vec::new(),
            uses: Vec::new(),
            room: LARGEST,
        };
        for item in &file.items {
            match &item.kind {
                ItemKind::Param(param) => _ = expander.excused.insert(param.name.value.clone()),
                ItemKind::Use(used) => match &used.alias {
                    Some(alias) => _ = expander.excused.insert(alias.value.clone()),
                    None => expander.open = true,
                },
                ItemKind::Hole => expander.open = true,
                _ => {}
            }
        }
        expander
    }

    /// The values of all constants, each after those that it is made of.
    fn resolve(&mut self, file: &File) {
        let lets = self.declared(file);
        let index: BTreeMap<&str, usize> =
            lets.iter().enumerate().map(|(index, constant)| (constant.name.value.as_str(), index)).collect();
        let parts: Vec<Vec<usize>> = lets
            .iter()
            .map(|constant| {
                let mut found = BTreeSet::new();
                names_in(&constant.value, &mut Vec::new(), &mut |name| found.extend(index.get(name)));
                found.into_iter().collect()
            })
            .collect();
        let Ordered { order, circles, circular, .. } = ordered(&parts);
        for circle in circles {
            let of = |index: &usize| lets.get(*index);
            let circle: Vec<_> = circle
                .iter()
                .filter_map(of)
                .map(|constant| (self.reports.at(constant.name.span), constant.name.value.as_str()))
                .collect();
            self.reports.add(problems::circular(&circle));
        }
        for index in order {
            let Some(constant) = lets.get(index) else { continue };
            let mut value = constant.value.clone();
            let before = self.reports.errors();
            match circular.get(index) {
                Some(true) => value.kind = ExprKind::Hole,
                _ => self.value_of(&mut value),
            }
            // What is made of something wrong is not the value that is meant.
            if self.reports.errors() > before || self.reports.unparsed_within(value.span) || holed(&value) {
                value.kind = ExprKind::Hole;
            }
            self.values.insert(constant.name.value.clone(), (value, constant.value.span));
        }
    }

    /// The constants that are declared, without those whose name is taken.
    fn declared<'f>(&mut self, file: &'f File) -> Vec<&'f Let> {
        let mut taken: BTreeMap<String, &Ident> = BTreeMap::new();
        let mut found: Vec<&Let> = Vec::new();
        for item in &file.items {
            let ItemKind::Let(constant) = &item.kind else { continue };
            let name = &constant.name;
            if name.value.is_empty() {
                continue;
            }
            match taken.get(&name.value.replace('-', "_")) {
                None => {
                    taken.insert(name.value.replace('-', "_"), name);
                    self.names.push(name.clone());
                    found.push(constant);
                }
                Some(first) => {
                    let (at, before) = (self.reports.at(name.span), self.reports.at(first.span));
                    self.excused.insert(name.value.clone());
                    self.reports.add(match first.value == name.value {
                        true => names::defined_twice(at, before, "constant", &name.value),
                        false => names::differ_in_hyphen(at, before, "constant", &name.value, &first.value),
                    });
                }
            }
        }
        found
    }

    /// Writes out the value of a constant; a hole when it is none.
    fn value_of(&mut self, value: &mut Expr) {
        self.in_let = true;
        self.fold(value, Mode::Value);
        self.in_let = false;
        if depth(value) > DEEPEST {
            let at = self.reports.at(value.span);
            self.reports.add_once("constants".to_owned(), problems::too_large(at));
            value.kind = ExprKind::Hole;
        } else if let Some(part) = variable(value) {
            let at = self.reports.at(part.span);
            self.reports.add(problems::not_constant(at));
            value.kind = ExprKind::Hole;
        }
    }

    /// A name that stands for a value: what it stands for, when that is known here.
    fn named(&mut self, name: &str, span: Span) -> Option<ExprKind> {
        match self.locals.iter().rev().find(|(local, _)| local == name) {
            Some((_, Local::Opaque)) => {
                self.read.insert(name.to_owned());
                return None;
            }
            Some((_, Local::Element(element))) => {
                let element = element.clone();
                return Some(self.copied(&element, span));
            }
            None => {}
        }
        if let Some((value, at)) = self.values.get(name) {
            let (value, at) = (value.clone(), *at);
            self.used.insert(name.to_owned());
            self.uses.push((span, at));
            return Some(self.copied(&value, span));
        }
        if !self.in_let || self.open {
            return None;
        }
        self.unknown(name, span);
        Some(ExprKind::Hole)
    }

    /// A name that is no constant; one that stands in several places is missed once.
    fn unknown(&mut self, name: &str, span: Span) {
        if !self.excused.contains(name) {
            let meant = similar(name, self.names.iter().map(|name| name.value.as_str()));
            let problem = problems::unknown(self.reports.at(span), name, &meant);
            self.reports.add_once(missed(name), problem);
        }
    }

    /// A copy of a constant, as long as there is room.
    fn copied(&mut self, value: &Expr, span: Span) -> ExprKind {
        match self.room.checked_sub(weight(value)) {
            Some(room) => {
                self.room = room;
                value.kind.clone()
            }
            None => {
                let at = self.reports.at(span);
                self.reports.add_once("constants".to_owned(), problems::too_large(at));
                ExprKind::Hole
            }
        }
    }

    /// Does something while a name stands for something else.
    fn with_local<T>(&mut self, name: &Ident, local: Local, run: impl FnOnce(&mut Self) -> T) -> T {
        self.locals.push((name.value.clone(), local));
        let done = run(self);
        self.locals.pop();
        done
    }

    /// Says that a name is that of a constant, too: no name stands for two things.
    fn clash(&mut self, name: &Ident) {
        if let Some(first) = self.names.iter().find(|first| first.value == name.value) {
            let (at, first) = (self.reports.at(name.span), self.reports.at(first.span));
            self.used.insert(name.value.clone());
            let key = format!("constant {}", name.value);
            self.reports.add_once(key, names::same_as_constant(at, first, &name.value));
        }
    }
}

/// All names in an expression that may be those of constants.
fn names_in(expr: &Expr, bound: &mut Vec<String>, found: &mut dyn FnMut(&str)) {
    let name = match &expr.kind {
        ExprKind::Name(name) => {
            if !bound.contains(name) {
                found(name);
            }
            return;
        }
        ExprKind::Comprehension(list) => &list.name.value,
        ExprKind::Quantifier(quantifier) => &quantifier.name.value,
        _ => return expr.parts(&mut |part| names_in(part, bound, found)),
    };
    // The list itself stands outside.
    let mut inside = false;
    expr.parts(&mut |part| {
        if inside {
            bound.push(name.clone());
        }
        names_in(part, bound, found);
        bound.truncate(bound.len() - usize::from(inside));
        inside = true;
    });
}

/// What an expression takes, with all its parts.
fn weight(expr: &Expr) -> usize {
    let own = match &expr.kind {
        ExprKind::Text(text) => {
            let literal = |part: &TextPart| match part {
                TextPart::Literal(text) => text.len(),
                TextPart::Value(_) => 0,
            };
            text.parts.iter().map(literal).sum()
        }
        ExprKind::Foreign(foreign) => foreign.text.len(),
        ExprKind::Object(object) => object.entries.len() * NODE,
        _ => 0,
    };
    let mut sum = NODE + own;
    expr.parts(&mut |part| sum += weight(part));
    sum
}

/// How deep the parts of an expression lie.
fn depth(expr: &Expr) -> usize {
    let mut deepest = 0;
    expr.parts(&mut |part| deepest = deepest.max(1 + depth(part)));
    deepest
}

/// The first part of a value that is no constant.
fn variable(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Foreign(_) | ExprKind::Hole => None,
        _ if literal::is_literal(expr) => None,
        ExprKind::Text(text) => text.parts.iter().find_map(|part| match part {
            TextPart::Literal(_) => None,
            TextPart::Value(value) => variable(value).or(Some(value)).filter(|value| !is_hole(value)),
        }),
        ExprKind::List(entries) => entries.iter().find_map(|entry| match entry {
            ListEntry::Value(value) | ListEntry::Spread(value) => variable(value),
        }),
        ExprKind::Object(object) => object.entries.iter().find_map(|entry| match entry {
            Entry::Field(field) => variable(&field.value),
            Entry::Spread(value) => variable(value),
        }),
        ExprKind::Paren(inner) => variable(inner),
        ExprKind::Call(callee, args) => match &callee.kind {
            ExprKind::Name(name) if matches!(name.as_str(), "secret" | "configmap") => {
                args.iter().find_map(|arg| variable(&arg.value))
            }
            _ => Some(expr),
        },
        _ => Some(expr),
    }
}

/// Whether a value has a part that has been reported.
fn holed(expr: &Expr) -> bool {
    let mut found = is_hole(expr);
    expr.parts(&mut |part| found |= holed(part));
    found
}

fn is_hole(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Hole)
}
