//! JSON Schema, of the drafts 7 and 2020-12, as types.
//!
//! What limits a value without changing its type, such as `minLength`, says nothing here. A property that is not listed is
//! no field, unless `additionalProperties` says that there are more: most schemas say nothing about them, and a name that is
//! misspelt would never be found.

use super::ty::{Literal, Member, OwnRecord, Part, Record, Ty};
use aev_plan::document::{Cursor, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What is nested deeper is `any`.
const DEPTH: usize = 48;

/// A union of more is `any`.
const MEMBERS: usize = 256;

/// The types of all schemas of a file have so many parts together, counted as if nothing were shared; what comes after is
/// `any`. Parts that are used twice, and have parts that are used twice, would take time without end to compare.
const PARTS: usize = 16 << 20;

/// Bytes of the schema's file.
pub type Place = (u32, u32);

/// Why a file is no schema.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    /// Where.
    pub at: Place,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong with a schema.
#[derive(Debug, PartialEq, Eq)]
pub enum Why {
    /// It is none, in words.
    NoSchema(String),
    /// A `$ref` to this leads to nothing.
    Dangling(String),
    /// A `$ref` leads out of the file.
    Outside,
    /// A `$ref` stands for itself.
    Circular,
}

/// What of a schema is not in the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// What this keyword says.
    Keyword(&'static str),
    /// What it says within itself.
    Endless,
    /// What goes beyond the levels and parts that are looked at.
    TooLarge,
}

/// Keywords that say what a value is, and that are not read.
const LEFT_OUT: [&str; 8] = [
    "not",
    "if",
    "dependentSchemas",
    "dependencies",
    "dependentRequired",
    "$dynamicRef",
    "$recursiveRef",
    "unevaluatedProperties",
];

/// Keywords by which a schema is known as one.
const KEYWORDS: [&str; 22] = [
    "$schema",
    "$id",
    "$ref",
    "$defs",
    "definitions",
    "type",
    "enum",
    "const",
    "properties",
    "required",
    "items",
    "prefixItems",
    "additionalProperties",
    "patternProperties",
    "oneOf",
    "anyOf",
    "allOf",
    "title",
    "description",
    "format",
    "nullable",
    "pattern",
];

/// A schema that is read.
struct Reader<'d> {
    root: Cursor<'d>,
    /// The schemas that are being read, by where they begin, from the outside in; and whether each stands for the same value
    /// as the one before.
    open: Vec<(u32, bool)>,
    done: BTreeMap<u32, Ty>,
    left: BTreeMap<Left, Place>,
    parts: Budget,
}

/// The type that a schema describes, called `name`, and what of the schema is not in it.
///
/// # Errors
/// It is no schema.
pub fn read(root: Cursor<'_>, name: Option<&str>) -> Result<(Ty, BTreeMap<Left, Place>), Broken> {
    let none = |why: &str| Err(Broken { at: root.span(), why: Why::NoSchema(why.to_owned()) });
    match root.kind() {
        Kind::Bool => {}
        Kind::Object => {
            let mut names = root.members().map(|(name, _)| name.into_owned()).peekable();
            if names.peek().is_some()
                && !names.any(|name| KEYWORDS.contains(&name.as_str()) || LEFT_OUT.contains(&name.as_str()))
            {
                return none("none of its members is a word of JSON Schema");
            }
        }
        _ => return none("a schema is an object"),
    }
    let mut reader =
        Reader { root, open: Vec::new(), done: BTreeMap::new(), left: BTreeMap::new(), parts: Budget(PARTS) };
    let ty = reader.schema(root, false)?;
    Ok((called(ty, name), reader.left))
}

/// The same type under this name.
fn called(ty: Ty, name: Option<&str>) -> Ty {
    match (ty, name) {
        (Ty::Record(Record::Own(record)), Some(name)) => Ty::Record(Record::Own(Rc::new(OwnRecord {
            name: Some(name.to_owned()),
            members: record.members.clone(),
            open: record.open,
        }))),
        (ty, _) => ty,
    }
}

impl<'d> Reader<'d> {
    /// The type of a schema; `same` when it is one for the same value as the schema around it.
    fn schema(&mut self, at: Cursor<'d>, same: bool) -> Result<Ty, Broken> {
        match at.kind() {
            Kind::Bool => return Ok(Ty::Any),
            Kind::Object => {}
            _ => return Err(broken(at, "a schema is an object, `true` or `false`")),
        }
        let start = at.span().0;
        if let Some(index) = self.open.iter().position(|(open, _)| *open == start) {
            if same && self.open.iter().skip(index + 1).all(|(_, same)| *same) {
                return Err(Broken { at: at.span(), why: Why::Circular });
            }
            self.left.entry(Left::Endless).or_insert(at.span());
            return Ok(Ty::Any);
        }
        if let Some(done) = self.done.get(&start) {
            return Ok(done.clone());
        }
        if self.open.len() >= DEPTH {
            self.left.entry(Left::TooLarge).or_insert(at.span());
            return Ok(Ty::Any);
        }
        self.open.push((start, same));
        let ty = self.combined(at);
        self.open.pop();
        let mut ty = ty?;
        if !self.parts.covers(&ty) {
            self.left.entry(Left::TooLarge).or_insert(at.span());
            ty = Ty::Any;
        }
        self.done.insert(start, ty.clone());
        Ok(ty)
    }

    /// All that the keywords of a schema say of its value.
    fn combined(&mut self, at: Cursor<'d>) -> Result<Ty, Broken> {
        for keyword in LEFT_OUT {
            if let Some(value) = at.member(keyword) {
                self.left.entry(Left::Keyword(keyword)).or_insert(value.span());
            }
        }
        let mut ty = self.own(at)?;
        if let Some(reference) = at.member("$ref") {
            let target = self.target(reference)?;
            let target = self.schema(target, true)?;
            ty = self.parts.both(ty, target);
        }
        for part in list(at, "allOf")? {
            let part = self.schema(part, true)?;
            ty = self.parts.both(ty, part);
        }
        for keyword in ["oneOf", "anyOf"] {
            let parts = list(at, keyword)?;
            if !parts.is_empty() {
                let parts =
                    parts.into_iter().map(|part| self.schema(part, true)).collect::<Result<Vec<_>, _>>()?;
                ty = self.parts.both(ty, union(parts));
            }
        }
        match at.member("nullable").and_then(|nullable| nullable.as_bool()) {
            Some(true) => Ok(union(vec![ty, Ty::Null])),
            _ => Ok(ty),
        }
    }

    /// What a schema says itself.
    fn own(&mut self, at: Cursor<'d>) -> Result<Ty, Broken> {
        if let Some(value) = at.member("const") {
            return Ok(literal(value));
        }
        if at.member("enum").is_some() {
            let values = list(at, "enum")?;
            return Ok(if values.is_empty() {
                Ty::Any
            } else {
                union(values.into_iter().map(literal).collect())
            });
        }
        let object = ["properties", "required", "additionalProperties", "patternProperties"];
        let Some(types) = at.member("type") else {
            return match at {
                _ if object.iter().any(|keyword| at.member(keyword).is_some()) => self.object(at),
                _ if at.member("items").or(at.member("prefixItems")).is_some() => self.list(at),
                _ => Ok(Ty::Any),
            };
        };
        let types = match types.kind() {
            Kind::List => types.elements().collect(),
            _ => vec![types],
        };
        let types = types.into_iter().map(|name| match name.as_text().as_deref() {
            Some("null") => Ok(Ty::Null),
            Some("boolean") => Ok(Ty::Bool),
            Some("integer") => Ok(Ty::Int),
            Some("number") => Ok(Ty::Number),
            Some("string") => Ok(Ty::String),
            Some("array") => self.list(at),
            Some("object") => self.object(at),
            Some(other) => Err(broken(name, &format!("`{other}` is no type of JSON Schema"))),
            None => Err(broken(name, "the name of a type is text")),
        });
        let types = types.collect::<Result<Vec<_>, _>>()?;
        Ok(if types.is_empty() { Ty::Any } else { union(types) })
    }

    fn object(&mut self, at: Cursor<'d>) -> Result<Ty, Broken> {
        let required: BTreeSet<String> = list(at, "required")?
            .into_iter()
            .map(|name| {
                name.as_text()
                    .map(|name| name.into_owned())
                    .ok_or_else(|| broken(name, "the name of a property is text"))
            })
            .collect::<Result<_, _>>()?;
        let mut members: Vec<Member> = Vec::new();
        for (name, property) in object(at, "properties")? {
            let ty = self.schema(property, false)?;
            members.push(Member { optional: !required.contains(&name), name, ty });
        }
        let more = at.member("additionalProperties");
        if members.is_empty() && required.is_empty() {
            let mut values = Vec::new();
            for (_, pattern) in object(at, "patternProperties")? {
                values.push(self.schema(pattern, false)?);
            }
            match more {
                Some(more) => values.push(self.schema(more, false)?),
                None if values.is_empty() => values.push(Ty::Any),
                None => {}
            }
            return Ok(Ty::Map(Part::Own(Rc::new(union(values)))));
        }
        for name in required {
            if !members.iter().any(|member| member.name == name) {
                members.push(Member { name, ty: Ty::Any, optional: false });
            }
        }
        let open = more.is_some_and(|more| more.as_bool() != Some(false));
        Ok(Ty::Record(Record::Own(Rc::new(OwnRecord { name: None, members, open }))))
    }

    fn list(&mut self, at: Cursor<'d>) -> Result<Ty, Broken> {
        let mut elements = list(at, "prefixItems")?;
        match at.member("items") {
            // How the older draft writes what stands in which place.
            Some(items) if items.kind() == Kind::List => {
                elements.extend(items.elements());
                elements.extend(at.member("additionalItems"));
            }
            items => elements.extend(items),
        }
        let elements = elements.into_iter().filter(|element| element.as_bool() != Some(false));
        let elements = elements.map(|element| self.schema(element, false)).collect::<Result<Vec<_>, _>>()?;
        Ok(Ty::list(if elements.is_empty() { Ty::Any } else { union(elements) }))
    }

    /// What a `$ref` names.
    fn target(&self, reference: Cursor<'d>) -> Result<Cursor<'d>, Broken> {
        let Some(text) = reference.as_text() else { return Err(broken(reference, "a `$ref` is text")) };
        let here = self.root.member("$id").and_then(|id| id.as_text());
        let (document, path) = text.split_once('#').unwrap_or((&text, ""));
        if !document.is_empty() && here.as_deref().is_none_or(|here| here.trim_end_matches('#') != document) {
            return Err(Broken { at: reference.span(), why: Why::Outside });
        }
        let mut found = Some(self.root);
        for step in path.split('/').skip(1) {
            let step = unescaped(step);
            found = found.and_then(|at| match at.kind() {
                Kind::List => at.element(step.parse().ok()?),
                _ => at.member(&step),
            });
        }
        let pointer = path.is_empty() || path.starts_with('/');
        found
            .filter(|_| pointer)
            .ok_or_else(|| Broken { at: reference.span(), why: Why::Dangling(text.clone().into_owned()) })
    }
}

/// A step of a pointer without its escapes.
fn unescaped(step: &str) -> String {
    let mut bytes = Vec::with_capacity(step.len());
    let mut rest = step.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let mut ahead = rest.clone();
        match (byte, ahead.next().and_then(digit), ahead.next().and_then(digit)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high * 16 + low);
                rest = ahead;
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).replace("~1", "/").replace("~0", "~")
}

fn broken(at: Cursor<'_>, why: &str) -> Broken {
    Broken { at: at.span(), why: Why::NoSchema(why.to_owned()) }
}

/// The elements of a list below a keyword; none when it is not there.
fn list<'d>(at: Cursor<'d>, keyword: &str) -> Result<Vec<Cursor<'d>>, Broken> {
    match at.member(keyword) {
        Some(value) if value.kind() == Kind::List => Ok(value.elements().collect()),
        Some(value) => Err(broken(value, &format!("`{keyword}` is a list"))),
        None => Ok(Vec::new()),
    }
}

/// The members of an object below a keyword; none when it is not there.
fn object<'d>(at: Cursor<'d>, keyword: &str) -> Result<Vec<(String, Cursor<'d>)>, Broken> {
    match at.member(keyword) {
        Some(value) if value.kind() == Kind::Object => {
            Ok(value.members().map(|(name, value)| (name.into_owned(), value)).collect())
        }
        Some(value) => Err(broken(value, &format!("`{keyword}` is an object"))),
        None => Ok(Vec::new()),
    }
}

/// The type with this one value.
fn literal(value: Cursor<'_>) -> Ty {
    match value.kind() {
        Kind::Null => Ty::Null,
        Kind::Bool => Ty::Literal(Literal::Bool(value.as_bool().unwrap_or_default())),
        Kind::Number => Ty::Literal(Literal::Number(value.raw().into())),
        Kind::Text => Ty::text(&value.as_text().unwrap_or_default()),
        Kind::List => Ty::list(Ty::Any),
        Kind::Object => Ty::Map(Part::Own(Rc::new(Ty::Any))),
    }
}

/// One of these; `any` when they are too many to tell apart.
fn union(types: Vec<Ty>) -> Ty {
    match types.iter().map(|ty| ty.members().len()).sum::<usize>() {
        ..=MEMBERS => Ty::union(types),
        _ => Ty::Any,
    }
}

/// So many parts of types may still be looked at.
struct Budget(usize);

impl Budget {
    /// Pays for all parts of a type; false when there is not enough left.
    fn covers(&mut self, ty: &Ty) -> bool {
        if self.0 == 0 {
            return false;
        }
        self.0 -= 1;
        match ty {
            Ty::List(part) | Ty::Map(part) => self.covers(&part.ty()),
            Ty::Record(Record::Own(record)) => record.members.iter().all(|member| self.covers(&member.ty)),
            Ty::Union(members) => members.iter().all(|member| self.covers(member)),
            _ => true,
        }
    }

    /// What is of both types. Where nothing is, the first.
    fn both(&mut self, a: Ty, b: Ty) -> Ty {
        let pairs = a.members().len().saturating_mul(b.members().len());
        match (&a, &b) {
            (Ty::Any, _) => return b,
            (_, Ty::Any) => return a,
            _ if pairs > (MEMBERS * MEMBERS).min(self.0) => return Ty::Any,
            _ => self.0 -= pairs,
        }
        let mut found = Vec::new();
        for a in a.members() {
            found.extend(b.members().iter().filter_map(|b| self.single(a, b)));
        }
        if found.is_empty() { a } else { union(found) }
    }

    /// What is of both types, neither of which is a union.
    fn single(&mut self, a: &Ty, b: &Ty) -> Option<Ty> {
        Some(match (a, b) {
            (a, b) if a == b => a.clone(),
            (Ty::Any, other) | (other, Ty::Any) => other.clone(),
            (Ty::Int, Ty::Number) | (Ty::Number, Ty::Int) => Ty::Int,
            (Ty::Literal(Literal::Text(_)), Ty::String)
            | (Ty::Literal(Literal::Number(_)), Ty::Int | Ty::Number)
            | (Ty::Literal(Literal::Bool(_)), Ty::Bool) => a.clone(),
            (Ty::String, Ty::Literal(Literal::Text(_)))
            | (Ty::Int | Ty::Number, Ty::Literal(Literal::Number(_)))
            | (Ty::Bool, Ty::Literal(Literal::Bool(_))) => b.clone(),
            (Ty::List(a), Ty::List(b)) => Ty::list(self.both(a.ty(), b.ty())),
            (Ty::Map(a), Ty::Map(b)) => Ty::Map(Part::Own(Rc::new(self.both(a.ty(), b.ty())))),
            (Ty::Record(_), Ty::Map(_)) => a.clone(),
            (Ty::Map(_), Ty::Record(_)) => b.clone(),
            (Ty::Record(Record::Own(a)), Ty::Record(Record::Own(b))) => {
                let mut members = a.members.clone();
                for member in &b.members {
                    match members.iter_mut().find(|known| known.name == member.name) {
                        Some(known) => {
                            known.ty = self.both(known.ty.clone(), member.ty.clone());
                            known.optional &= member.optional;
                        }
                        None => members.push(member.clone()),
                    }
                }
                Ty::Record(Record::Own(Rc::new(OwnRecord { name: None, members, open: a.open || b.open })))
            }
            _ => return None,
        })
    }
}
