//! What the rules must know of types: enough to say which mutants of a path or a literal are still legal.

use std::collections::BTreeMap;

use aev_language::syntax::ast::{
    Condition, ConditionKind, EventBody, Expr, ExprKind, File, ItemKind, Ref, SourceBody, TypeExpr, TypeKind,
};

/// The type of a path, as coarsely as a rule needs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ty {
    Any,
    Text,
    /// One of certain texts.
    Literals,
    Number,
    Bool,
    /// A record, a list, the data itself.
    Structure,
}

/// What is known about a path.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub ty: Ty,
    /// Declared with `?`.
    pub optional: bool,
    /// A member that the type does not have is a mistake there.
    pub checked: bool,
}

/// Where the events of a name come from.
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    pub kind: &'a str,
    pub ty: Option<&'a TypeExpr>,
    /// There is an event whenever the trigger fires.
    pub sure: bool,
}

/// The declarations of a file.
pub struct Types<'a> {
    streams: BTreeMap<String, Origin<'a>>,
    types: BTreeMap<&'a str, &'a TypeExpr>,
}

impl<'a> Types<'a> {
    pub fn new(file: &'a File) -> Types<'a> {
        let mut types = Types { streams: BTreeMap::new(), types: BTreeMap::new() };
        let origin =
            |body: &'a EventBody| Origin { kind: &body.kind.value, ty: body.ty.as_ref(), sure: true };
        for item in &file.items {
            match &item.kind {
                ItemKind::Type(item) => {
                    types.types.insert(&item.name.value, &item.ty);
                }
                ItemKind::Source(source) => match &source.body {
                    SourceBody::One(body) => {
                        types.streams.insert(source.name.value.clone(), origin(body));
                    }
                    SourceBody::Group(group) => {
                        for event in &group.events {
                            let name = format!("{}.{}", source.name.value, event.name.value);
                            types.streams.insert(name, origin(&event.body));
                        }
                    }
                },
                _ => {}
            }
        }
        // A filter may stand before what it refines.
        for _ in 0..file.items.len() {
            for item in &file.items {
                if let ItemKind::Filter(filter) = &item.kind
                    && let Some(origin) = types.origin(&filter.from)
                {
                    types.streams.insert(filter.name.value.clone(), origin);
                }
            }
        }
        types
    }

    pub fn origin(&self, reference: &Ref) -> Option<Origin<'a>> {
        let name: Vec<&str> = reference.segments.iter().map(|segment| segment.value.as_str()).collect();
        self.streams.get(&name.join(".")).copied()
    }

    /// The events of a condition by their names.
    pub fn bound(&self, condition: &Condition, scope: &mut Scope<'a>) {
        match &condition.kind {
            ConditionKind::Ref(reference) => {
                let name = condition.alias.as_ref().or(reference.segments.last()).unwrap();
                scope.insert(name.value.clone(), self.origin(reference).unwrap());
            }
            ConditionKind::And(parts) => parts.iter().for_each(|part| self.bound(part, scope)),
            ConditionKind::Or(parts) => {
                let mut inner = Scope::new();
                parts.iter().for_each(|part| self.bound(part, &mut inner));
                inner.values_mut().for_each(|origin| origin.sure = false);
                scope.extend(inner);
            }
            ConditionKind::Paren(inner) => {
                let mut named = Scope::new();
                self.bound(inner, &mut named);
                if let Some(alias) = &condition.alias {
                    let first = named.values().next().copied().unwrap();
                    scope.insert(alias.value.clone(), Origin { sure: true, ..first });
                }
                scope.extend(named);
            }
        }
    }

    /// What is known about a path; nothing when it is none.
    pub fn path(&self, expr: &Expr, scope: &Scope<'a>) -> Option<Known> {
        let (root, steps) = steps(expr)?;
        let origin = scope.get(root)?;
        let known = |ty, checked| Known { ty, optional: false, checked };
        let Some((first, rest)) = steps.split_first() else { return Some(known(Ty::Structure, true)) };
        Some(match (origin.kind, *first) {
            (_, Step::Member("header" | "headers")) => {
                known(if rest.is_empty() { Ty::Structure } else { Ty::Text }, true)
            }
            ("calendar", _) => known(Ty::Text, true),
            ("github", _) => github(rest),
            _ => match origin.ty {
                None if rest.is_empty() => known(Ty::Any, true),
                None => known(Ty::Any, false),
                Some(ty) => self.within(ty, rest, false),
            },
        })
    }

    fn within(&self, ty: &'a TypeExpr, steps: &[Step<'_>], optional: bool) -> Known {
        match (&ty.kind, steps) {
            (TypeKind::Name { name, .. }, _) if self.types.contains_key(name.as_str()) => {
                self.within(self.types[name.as_str()], steps, optional)
            }
            (TypeKind::Record(fields), [Step::Member(member), rest @ ..]) => {
                let field = fields.iter().find(|field| field.name.value == *member).unwrap();
                self.within(&field.ty, rest, optional || field.optional)
            }
            (TypeKind::Name { name, argument: Some(element) }, [Step::Index, rest @ ..])
                if name == "list" =>
            {
                self.within(element, rest, optional)
            }
            (TypeKind::Name { name, .. }, []) => {
                let ty = match name.as_str() {
                    "string" => Ty::Text,
                    "number" | "int" => Ty::Number,
                    "bool" => Ty::Bool,
                    "any" => Ty::Any,
                    _ => Ty::Structure,
                };
                Known { ty, optional, checked: true }
            }
            // `string | null`
            (TypeKind::Union(members), [])
                if !members.iter().any(|of| matches!(of.kind, TypeKind::Text(_))) =>
            {
                Known { ty: Ty::Text, optional, checked: true }
            }
            (TypeKind::Union(_) | TypeKind::Text(_), []) => {
                Known { ty: Ty::Literals, optional, checked: true }
            }
            _ => Known { ty: Ty::Structure, optional, checked: true },
        }
    }
}

/// The events that expressions may read, by their names.
pub type Scope<'a> = BTreeMap<String, Origin<'a>>;

/// The fields of GitHub's events that the programs read.
fn github(steps: &[Step<'_>]) -> Known {
    let ty = match steps.last() {
        Some(Step::Member("action")) => Ty::Literals,
        Some(Step::Member("number")) => Ty::Number,
        Some(Step::Member("draft")) => Ty::Bool,
        Some(Step::Member("ref" | "sha" | "title" | "login" | "name" | "full_name")) => Ty::Text,
        _ => Ty::Structure,
    };
    Known { ty, optional: false, checked: true }
}

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step<'e> {
    Member(&'e str),
    Index,
}

/// The name that a path begins with, and what follows it.
pub fn steps(expr: &Expr) -> Option<(&str, Vec<Step<'_>>)> {
    let (base, step) = match &expr.kind {
        ExprKind::Name(name) => return Some((name, Vec::new())),
        ExprKind::Member(base, name) => (base, Step::Member(&name.value)),
        ExprKind::Index(base, _) => (base, Step::Index),
        _ => return None,
    };
    let (root, mut before) = steps(base)?;
    before.push(step);
    Some((root, before))
}
