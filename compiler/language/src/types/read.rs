//! Reading a member, an element or a header of a type.

use super::ty::{Literal, Part, Record, Shapes, Ty};
use std::collections::HashSet;
use std::rc::Rc;

/// How sure it is that a path is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Absence {
    /// Every event that gets here has it.
    Never,
    /// Below an index or `any`: nobody can know. A missing value fails the attempt of an action.
    Unknown,
    /// The declaration says that it may be absent.
    Declared,
}

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The type of the value when it is there.
    pub ty: Ty,
    /// Whether it is there.
    pub absence: Absence,
}

/// Why nothing can be read.
#[derive(Clone, Debug, PartialEq)]
pub enum Unreadable {
    /// The object has no such member.
    NoMember(Vec<Record>),
    /// It is a list; a member is read of an element.
    IsList,
    /// It is a value without members, of this type.
    NoMembers(Ty),
    /// It is no list.
    NoElements(Ty),
    /// It is text in base64.
    IsBase64,
    /// Headers are read by name in brackets.
    IsHeaders,
}

impl Read {
    fn new(ty: Ty, absence: Absence) -> Read {
        Read { ty, absence }
    }
}

/// `ty.name`
pub fn member(ty: &Ty, name: &str) -> Result<Read, Unreadable> {
    match ty {
        Ty::Error => Ok(Read::new(Ty::Error, Absence::Never)),
        Ty::Any => Ok(Read::new(Ty::Any, Absence::Unknown)),
        Ty::Map(element) => Ok(Read::new(element.ty(), Absence::Unknown)),
        Ty::Record(record) => match record.member(name) {
            Some(member) if member.optional => Ok(Read::new(member.ty, Absence::Declared)),
            Some(member) => Ok(Read::new(member.ty, Absence::Never)),
            None if record.open() => Ok(Read::new(Ty::Any, Absence::Unknown)),
            None => Err(Unreadable::NoMember(vec![record.clone()])),
        },
        Ty::Union(members) => each(members, |ty| member(ty, name)),
        Ty::List(_) => Err(Unreadable::IsList),
        Ty::Base64 => Err(Unreadable::IsBase64),
        Ty::Headers(_) => Err(Unreadable::IsHeaders),
        _ => Err(Unreadable::NoMembers(ty.clone())),
    }
}

/// `ty[0]`
pub fn element(ty: &Ty, index: i64) -> Result<Read, Unreadable> {
    match ty {
        Ty::Error => Ok(Read::new(Ty::Error, Absence::Never)),
        Ty::Any => Ok(Read::new(Ty::Any, Absence::Unknown)),
        Ty::List(element) | Ty::Map(element) => Ok(Read::new(element.ty(), Absence::Unknown)),
        Ty::Record(record) => match record.member(&index.to_string()) {
            Some(found) => Ok(Read::new(found.ty, Absence::Unknown)),
            None => Err(Unreadable::NoElements(ty.clone())),
        },
        Ty::Union(members) => each(members, |ty| element(ty, index)),
        Ty::Base64 => Err(Unreadable::IsBase64),
        _ => Err(Unreadable::NoElements(ty.clone())),
    }
}

/// `ty["name"]`: unchecked, of type `any`; typed only where every key has one type.
pub fn unchecked(ty: &Ty) -> Read {
    match ty {
        Ty::Error => Read::new(Ty::Error, Absence::Never),
        Ty::Map(element) => Read::new(element.ty(), Absence::Unknown),
        _ => Read::new(Ty::Any, Absence::Unknown),
    }
}

/// The first value of the header with this canonical name.
pub fn header(known: &[(String, Literal)], canonical: &str) -> Read {
    match known.iter().find(|(name, _)| name == canonical) {
        Some((_, value)) => Read::new(Ty::Literal(value.clone()), Absence::Never),
        None => Read::new(Ty::String, Absence::Unknown),
    }
}

/// The same step in each member of a union. Null has nothing to read, so what is below may be absent.
fn each(members: &Rc<[Ty]>, step: impl Fn(&Ty) -> Result<Read, Unreadable>) -> Result<Read, Unreadable> {
    let mut types = Vec::new();
    let mut absence = Absence::Never;
    let mut failure: Option<Unreadable> = None;
    for ty in members.iter() {
        if *ty == Ty::Null {
            absence = Absence::Declared;
            continue;
        }
        match step(ty) {
            Ok(read) => {
                types.push(read.ty);
                absence = absence.max(read.absence);
            }
            Err(Unreadable::NoMember(more)) => match &mut failure {
                Some(Unreadable::NoMember(records)) => records.extend(more),
                _ => failure = Some(Unreadable::NoMember(more)),
            },
            Err(other) => failure = failure.or(Some(other)),
        }
    }
    match failure {
        Some(failure) if types.is_empty() => Err(failure),
        Some(_) => Ok(Read::new(Ty::union(types), Absence::Declared)),
        None if types.is_empty() => Err(Unreadable::NoMembers(Ty::Null)),
        None => Ok(Read::new(Ty::union(types), absence)),
    }
}

impl Ty {
    /// The values of this type that are equal to one of `wanted`; none when it has none of them.
    pub fn only(&self, wanted: &[Literal]) -> Option<Ty> {
        let mut kept = Vec::new();
        let known: HashSet<&Literal> = wanted.iter().collect();
        for ty in self.members() {
            if let Ty::Literal(own) = ty {
                kept.extend(known.contains(own).then(|| ty.clone()));
                continue;
            }
            for literal in wanted {
                let narrowed = Ty::Literal(literal.clone());
                if !ty.shapes().and(narrowed.shapes()).is_empty() {
                    kept.push(if *ty == Ty::Error { Ty::Error } else { narrowed });
                }
            }
        }
        (!kept.is_empty()).then(|| Ty::union(kept))
    }

    /// The values of this type that are of one of these kinds, without `unwanted`; none when there is none.
    pub fn of(&self, shapes: Shapes, unwanted: &[Literal]) -> Option<Ty> {
        let mut kept = Vec::new();
        let unwanted: HashSet<&Literal> = unwanted.iter().collect();
        for ty in self.members() {
            match ty {
                Ty::Any if shapes == Shapes::TEXT => kept.push(Ty::String),
                Ty::Any if shapes == Shapes::NUMBER => kept.push(Ty::Number),
                Ty::Any if shapes == Shapes::BOOL => kept.push(Ty::Bool),
                Ty::Any if shapes == Shapes::NULL => kept.push(Ty::Null),
                Ty::Literal(own) if unwanted.contains(own) => {}
                other if other.shapes().and(shapes).is_empty() => {}
                other => kept.push(other.clone()),
            }
        }
        (!kept.is_empty()).then(|| Ty::union(kept))
    }
}

impl From<Ty> for Part {
    fn from(ty: Ty) -> Part {
        Part::Own(Rc::new(ty))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::ty::{Member, OwnRecord};

    fn record(members: &[(&str, Ty, bool)]) -> Ty {
        let member = |(name, ty, optional): &(&str, Ty, bool)| Member {
            name: (*name).to_owned(),
            ty: ty.clone(),
            optional: *optional,
        };
        let members = members.iter().map(member).collect();
        Ty::Record(Record::Own(Rc::new(OwnRecord { name: None, members, open: false })))
    }

    #[test]
    fn what_some_members_have_may_be_absent() {
        let union = Ty::union([record(&[("a", Ty::Int, false)]), record(&[("b", Ty::Int, false)])]);
        assert_eq!(member(&union, "a"), Ok(Read::new(Ty::Int, Absence::Declared)));
        assert!(matches!(member(&union, "c"), Err(Unreadable::NoMember(records)) if records.len() == 2));
        let nullable = Ty::union([record(&[("a", Ty::Int, false)]), Ty::Null]);
        assert_eq!(member(&nullable, "a"), Ok(Read::new(Ty::Int, Absence::Declared)));
    }

    #[test]
    fn narrowing_keeps_what_fits() {
        let action = Ty::union([Ty::text("opened"), Ty::text("closed"), Ty::Null]);
        let opened = Literal::Text("opened".into());
        assert_eq!(action.only(std::slice::from_ref(&opened)), Some(Ty::text("opened")));
        assert_eq!(action.only(&[Literal::Text("opend".into())]), None);
        assert_eq!(action.of(Shapes::TEXT, &[opened]), Some(Ty::text("closed")));
        assert_eq!(Ty::Any.of(Shapes::NUMBER, &[]), Some(Ty::Number));
    }
}
