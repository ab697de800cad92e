//! Types of payloads, as constant data that shares its parts.

/// The type of a value in an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Type {
    /// Nothing is known; every path below is `any` too.
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
    /// Text that is base64 of bytes.
    Base64,
    /// One value alone.
    Literal(Literal),
    /// A list whose elements have one type.
    List(&'static Type),
    /// An object whose members are not known by name and have one type.
    Map(&'static Type),
    /// An object whose members are known.
    Record(&'static Record),
    /// One of several; no member is a union itself.
    Union(&'static [Type]),
    /// HTTP headers: a map of lists of text under Go's canonical names. `["Name"]` reads the first value, `.all("Name")` the list.
    Headers,
}

/// A type with one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Literal {
    /// `"opened"`
    String(&'static str),
    /// `3`
    Int(i64),
    /// `true`
    Bool(bool),
}

/// An object whose members are known.
#[derive(Debug, PartialEq)]
pub struct Record {
    /// What messages call it, such as `github.User`: a name that a file can write, be it of a type that this one narrows.
    pub name: Option<&'static str>,
    /// In the order of their description; names are unique.
    pub members: &'static [Member],
    /// A member that is not listed may be read too, and is `any`. Otherwise reading it is an error with a suggestion.
    /// Either way an event may hold more than is listed.
    pub open: bool,
}

impl Record {
    /// The member of that name.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|m| m.name == name)
    }
}

/// A member of a [`Record`].
#[derive(Debug, PartialEq)]
pub struct Member {
    /// As in the JSON.
    pub name: &'static str,
    /// Its type when it is there.
    pub ty: Type,
    /// It may be absent.
    pub optional: bool,
    /// What it is, a sentence or empty.
    pub doc: &'static str,
}

impl Member {
    /// A member that is always there.
    pub const fn new(name: &'static str, ty: Type, doc: &'static str) -> Member {
        Member { name, ty, optional: false, doc }
    }

    /// A member that may be absent.
    pub const fn optional(name: &'static str, ty: Type, doc: &'static str) -> Member {
        Member { name, ty, optional: true, doc }
    }
}
