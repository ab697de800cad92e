//! What is known about a value before an event is there.

use aev_catalogue as catalogue;
use std::collections::HashSet;
use std::fmt;
use std::rc::Rc;

/// A type. Types of the catalogue are turned into this one level at a time, so large payloads cost nothing until read.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    /// Something was wrong and has been said. Fits everywhere.
    Error,
    /// Nothing is known.
    Any,
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number without a fraction.
    Int,
    /// A number.
    Number,
    /// Text.
    String,
    /// Bytes as text; no field of it can be read.
    Base64,
    /// One value alone.
    Literal(Literal),
    /// A list of one type.
    List(Part),
    /// An object with any keys and values of one type.
    Map(Part),
    /// An object with known members.
    Record(Record),
    /// One of these; flat, without repetition.
    Union(Rc<[Ty]>),
    /// HTTP headers, by canonical name; the values that are known before an event is there.
    Headers(Rc<[(String, Literal)]>),
}

/// A type with one value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Literal {
    /// Text.
    Text(Rc<str>),
    /// A number as written.
    Number(Rc<str>),
    /// `true` or `false`
    Bool(bool),
}

/// The type of what a list or a map holds.
#[derive(Clone, Debug)]
pub enum Part {
    /// From the catalogue.
    Known(&'static catalogue::Type),
    /// From the file.
    Own(Rc<Ty>),
}

/// The members of an object.
#[derive(Clone, Debug)]
pub enum Record {
    /// From the catalogue.
    Known(&'static catalogue::Record),
    /// From the file.
    Own(Rc<OwnRecord>),
}

/// A record that a file declares.
#[derive(Debug, Default, PartialEq)]
pub struct OwnRecord {
    /// The name of its `type` item.
    pub name: Option<String>,
    /// In the order of the file.
    pub members: Vec<Member>,
    /// A member that is not listed may be read too.
    pub open: bool,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its type when it is there.
    pub ty: Ty,
    /// It may be absent.
    pub optional: bool,
}

impl Part {
    /// The type itself.
    pub fn ty(&self) -> Ty {
        match self {
            Part::Known(ty) => Ty::from(*ty),
            Part::Own(ty) => ty.as_ref().clone(),
        }
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Part) -> bool {
        match (self, other) {
            (Part::Known(a), Part::Known(b)) if std::ptr::eq(*a, *b) => true,
            // What is shared at each level would take time without end to compare.
            (Part::Own(a), Part::Own(b)) if Rc::ptr_eq(a, b) => true,
            _ => self.ty() == other.ty(),
        }
    }
}

impl Record {
    /// The member of that name.
    pub fn member(&self, name: &str) -> Option<Member> {
        match self {
            Record::Known(record) => record.member(name).map(Member::from),
            Record::Own(record) => record.members.iter().find(|m| m.name == name).cloned(),
        }
    }

    /// The names of its members, in their order.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Record::Known(record) => record.members.iter().map(|m| m.name).collect(),
            Record::Own(record) => record.members.iter().map(|m| m.name.as_str()).collect(),
        }
    }

    /// Whether members that are not listed may be read.
    pub fn open(&self) -> bool {
        match self {
            Record::Known(record) => record.open,
            Record::Own(record) => record.open,
        }
    }

    /// The name under which a file can write it.
    pub fn name(&self) -> Option<&str> {
        match self {
            Record::Known(record) => record.name,
            Record::Own(record) => record.name.as_deref(),
        }
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Record) -> bool {
        match (self, other) {
            (Record::Known(a), Record::Known(b)) => std::ptr::eq(*a, *b),
            (Record::Own(a), Record::Own(b)) => Rc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}

impl From<&catalogue::Member> for Member {
    fn from(member: &catalogue::Member) -> Member {
        Member { name: member.name.to_owned(), ty: Ty::from_type(member.ty), optional: member.optional }
    }
}

impl From<&'static catalogue::Type> for Ty {
    fn from(ty: &'static catalogue::Type) -> Ty {
        Ty::from_type(*ty)
    }
}

impl From<catalogue::Literal> for Literal {
    fn from(literal: catalogue::Literal) -> Literal {
        match literal {
            catalogue::Literal::String(text) => Literal::Text(text.into()),
            catalogue::Literal::Int(number) => Literal::Number(number.to_string().into()),
            catalogue::Literal::Bool(value) => Literal::Bool(value),
        }
    }
}

impl Ty {
    /// A type of the catalogue.
    pub fn from_type(ty: catalogue::Type) -> Ty {
        use catalogue::Type;
        match ty {
            Type::Any => Ty::Any,
            Type::Null => Ty::Null,
            Type::Bool => Ty::Bool,
            Type::Int => Ty::Int,
            Type::Number => Ty::Number,
            Type::String => Ty::String,
            Type::Base64 => Ty::Base64,
            Type::Literal(literal) => Ty::Literal(literal.into()),
            Type::List(element) => Ty::List(Part::Known(element)),
            Type::Map(element) => Ty::Map(Part::Known(element)),
            Type::Record(record) => Ty::Record(Record::Known(record)),
            Type::Union(members) => Ty::union(members.iter().map(Ty::from)),
            Type::Headers => Ty::Headers(Rc::new([])),
        }
    }

    /// A list of `element`.
    pub fn list(element: Ty) -> Ty {
        Ty::List(Part::Own(Rc::new(element)))
    }

    /// Text that is this one.
    pub fn text(value: &str) -> Ty {
        Ty::Literal(Literal::Text(value.into()))
    }

    /// `e::context`
    pub fn context() -> Ty {
        let names = ["id", "source", "specversion", "type", "datacontenttype", "subject", "time"];
        Ty::object(names.map(|name| (name, Ty::String)))
    }

    /// `e::envelope`
    pub fn envelope() -> Ty {
        Ty::object([("context", Ty::context()), ("data", Ty::Base64)])
    }

    fn object<const N: usize>(members: [(&str, Ty); N]) -> Ty {
        let members = members.map(|(name, ty)| Member { name: name.to_owned(), ty, optional: false });
        Ty::Record(Record::Own(Rc::new(OwnRecord { name: None, members: members.into(), open: false })))
    }

    /// One of `types`. What has been reported absorbs all, then what is unknown does. Of none it is an error's type.
    pub fn union(types: impl IntoIterator<Item = Ty>) -> Ty {
        let mut flat: Vec<Ty> = Vec::new();
        for ty in types {
            match ty {
                Ty::Union(members) => flat.extend(members.iter().cloned()),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 {
            return flat.pop().unwrap_or(Ty::Error);
        }
        for absorbing in [Ty::Error, Ty::Any] {
            if flat.contains(&absorbing) {
                return absorbing;
            }
        }
        let has = |ty: &Ty| flat.contains(ty);
        let (text, number, truth) = (
            has(&Ty::String),
            has(&Ty::Number),
            has(&Ty::Bool) || [true, false].iter().all(|value| has(&Ty::Literal(Literal::Bool(*value)))),
        );
        let mut members: Vec<Ty> = Vec::with_capacity(flat.len());
        let (mut literals, mut others) = (HashSet::new(), Vec::new());
        for ty in flat {
            // A type takes in what is part of it.
            let ty = match ty {
                Ty::Literal(Literal::Bool(_)) if truth => Ty::Bool,
                Ty::Literal(Literal::Text(_)) if text => Ty::String,
                Ty::Int | Ty::Literal(Literal::Number(_)) if number => Ty::Number,
                other => other,
            };
            let new = match &ty {
                Ty::Literal(literal) => literals.insert(literal.clone()),
                other => {
                    let new = !others.contains(other);
                    others.extend(new.then(|| other.clone()));
                    new
                }
            };
            members.extend(new.then_some(ty));
        }
        match members.len() {
            0 => Ty::Error,
            1 => members.pop().unwrap_or(Ty::Error),
            _ => Ty::Union(members.into()),
        }
    }

    /// The members of a union; otherwise the type itself.
    pub fn members(&self) -> &[Ty] {
        match self {
            Ty::Union(members) => members,
            other => std::slice::from_ref(other),
        }
    }

    /// The declaration says that it may be null.
    pub fn nullable(&self) -> bool {
        self.members().contains(&Ty::Null)
    }

    /// With the type of each literal in its place.
    pub fn plain(&self) -> Ty {
        Ty::union(self.members().iter().map(|ty| match ty {
            Ty::Literal(Literal::Text(_)) => Ty::String,
            Ty::Literal(Literal::Number(_)) => Ty::Number,
            Ty::Literal(Literal::Bool(_)) => Ty::Bool,
            other => other.clone(),
        }))
    }

    /// Without null; what is only null stays.
    pub fn without_null(&self) -> Ty {
        match self {
            Ty::Union(members) => Ty::union(members.iter().filter(|ty| **ty != Ty::Null).cloned()),
            other => other.clone(),
        }
    }

    /// The kinds of JSON value that it can be.
    pub fn shapes(&self) -> Shapes {
        match self {
            Ty::Error | Ty::Any => Shapes::ALL,
            Ty::Null => Shapes::NULL,
            Ty::Bool | Ty::Literal(Literal::Bool(_)) => Shapes::BOOL,
            Ty::Int | Ty::Number | Ty::Literal(Literal::Number(_)) => Shapes::NUMBER,
            Ty::String | Ty::Base64 | Ty::Literal(Literal::Text(_)) => Shapes::TEXT,
            Ty::List(_) => Shapes::LIST,
            Ty::Map(_) | Ty::Record(_) | Ty::Headers(_) => Shapes::OBJECT,
            Ty::Union(members) => members.iter().fold(Shapes::NONE, |all, ty| all.or(ty.shapes())),
        }
    }

    /// Its values, when it is one or several literals and nothing else (but null).
    pub fn literals(&self) -> Option<Vec<&Literal>> {
        let mut found = Vec::new();
        for ty in self.members() {
            match ty {
                Ty::Literal(literal) => found.push(literal),
                Ty::Null => {}
                _ => return None,
            }
        }
        (!found.is_empty()).then_some(found)
    }
}

/// A set of kinds of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shapes(u8);

impl Shapes {
    /// No value.
    pub const NONE: Shapes = Shapes(0);
    /// `null`
    pub const NULL: Shapes = Shapes(1);
    /// `true` and `false`
    pub const BOOL: Shapes = Shapes(2);
    /// Numbers
    pub const NUMBER: Shapes = Shapes(4);
    /// Text
    pub const TEXT: Shapes = Shapes(8);
    /// Lists
    pub const LIST: Shapes = Shapes(16);
    /// Objects
    pub const OBJECT: Shapes = Shapes(32);
    /// Every value.
    pub const ALL: Shapes = Shapes(63);
    /// What `==` compares.
    pub const SCALAR: Shapes = Shapes(2 | 4 | 8);
    /// What `<` compares.
    pub const ORDERED: Shapes = Shapes(4 | 8);

    /// Those of either.
    pub const fn or(self, other: Shapes) -> Shapes {
        Shapes(self.0 | other.0)
    }

    /// Those of both.
    pub const fn and(self, other: Shapes) -> Shapes {
        Shapes(self.0 & other.0)
    }

    /// None at all.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Text(text) => write!(f, "{text:?}"),
            Literal::Number(number) => f.write_str(number),
            Literal::Bool(value) => write!(f, "{value}"),
        }
    }
}

/// As a file would write it; records by name, or their first members.
impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ty::Error | Ty::Any => f.write_str("any"),
            Ty::Null => f.write_str("null"),
            Ty::Bool => f.write_str("bool"),
            Ty::Int => f.write_str("int"),
            Ty::Number => f.write_str("number"),
            Ty::String => f.write_str("string"),
            Ty::Base64 => f.write_str("base64"),
            Ty::Literal(literal) => literal.fmt(f),
            Ty::List(element) => write!(f, "list<{}>", element.ty()),
            Ty::Map(element) => write!(f, "map<{}>", element.ty()),
            Ty::Headers(_) => f.write_str("headers"),
            Ty::Record(record) => match record.name() {
                Some(name) => f.write_str(name),
                None => {
                    let names = record.names();
                    let more = if names.len() > 6 { ", …" } else { "" };
                    let shown = names.into_iter().take(6).collect::<Vec<_>>().join(", ");
                    write!(f, "{{ {shown}{more} }}")
                }
            },
            Ty::Union(members) => {
                let more = if members.len() > 6 { " | …" } else { "" };
                let shown = members.iter().take(6).map(Ty::to_string).collect::<Vec<_>>().join(" | ");
                write!(f, "{shown}{more}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_is_flat_and_absorbed() {
        let inner = Ty::union([Ty::Int, Ty::Null]);
        assert_eq!(Ty::union([inner.clone(), Ty::Int, Ty::String]).members().len(), 3);
        assert_eq!(Ty::union([inner.clone(), Ty::Any]), Ty::Any);
        assert_eq!(Ty::union([inner.clone(), Ty::Any, Ty::Error]), Ty::Error);
        assert_eq!(inner.without_null(), Ty::Int);
        assert!(inner.nullable());
        let truth = Ty::union([true, false].map(|value| Ty::Literal(Literal::Bool(value))));
        assert_eq!(truth, Ty::Bool);
        assert_eq!(Ty::union([Ty::text("a"), Ty::String, Ty::Null]).to_string(), "string | null");
        assert_eq!(Ty::union([Ty::Int, Ty::Number]), Ty::Number);
    }

    #[test]
    fn prints_what_a_file_would_say() {
        let ty = Ty::union([Ty::text("a"), Ty::list(Ty::Int), Ty::Null]);
        assert_eq!(ty.to_string(), "\"a\" | list<int> | null");
    }
}
