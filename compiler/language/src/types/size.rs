//! How large a type is, before it is made: types that are made of types grow with each level.

use crate::syntax::ast::{Span, TypeExpr, TypeKind};

/// Records, lists and maps may lie in each other so deep; as deep as brackets.
pub const LEVELS: usize = 64;

/// A type may have so many parts, counted as if nothing were shared.
pub const PARTS: usize = 1 << 20;

/// The size of a type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// How deep it goes.
    pub levels: usize,
    /// All that it is made of.
    pub parts: usize,
}

impl Size {
    /// Of what is not known, or has been reported as too large; and of all that is made of it.
    pub const UNKNOWN: Size = Size { levels: usize::MAX, parts: usize::MAX };

    /// The size of what is written, by the sizes of the types that it names.
    pub fn of(written: &TypeExpr, named: &dyn Fn(&str) -> Size) -> Size {
        let one = Size { levels: 0, parts: 1 };
        match &written.kind {
            TypeKind::Name { name, argument: None } => one.and(named(name)),
            TypeKind::Name { argument: Some(argument), .. } => one.around(Size::of(argument, named)),
            TypeKind::Union(members) => {
                members.iter().fold(one, |size, member| size.and(Size::of(member, named)))
            }
            TypeKind::Record(fields) => {
                fields.iter().fold(one, |size, field| size.around(Size::of(&field.ty, named)))
            }
            // What files describe has bounds of its own.
            TypeKind::Text(_) | TypeKind::Number(_) | TypeKind::From { .. } | TypeKind::Hole => one,
        }
    }

    /// Nothing is made of what is larger.
    pub fn is_too_large(self) -> bool {
        self.levels > LEVELS || self.parts > PARTS
    }

    /// With another beside it.
    fn and(self, other: Size) -> Size {
        Size { levels: self.levels.max(other.levels), parts: self.parts.saturating_add(other.parts) }
    }

    /// With another one level within it.
    fn around(self, inner: Size) -> Size {
        self.and(Size { levels: inner.levels.saturating_add(1), ..inner })
    }
}

/// The names that a type is made of, and where they stand.
pub fn names<'a>(written: &'a TypeExpr, found: &mut dyn FnMut(&'a str, Span)) {
    match &written.kind {
        TypeKind::Name { name, argument } => {
            found(name, written.span);
            if let Some(argument) = argument {
                names(argument, found);
            }
        }
        TypeKind::Union(members) => members.iter().for_each(|member| names(member, found)),
        TypeKind::Record(fields) => fields.iter().for_each(|field| names(&field.ty, found)),
        TypeKind::Text(_) | TypeKind::Number(_) | TypeKind::From { .. } | TypeKind::Hole => {}
    }
}
