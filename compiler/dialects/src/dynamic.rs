//! A decoded JSON value as Go programs hold it: every number is a double.

use crate::number::format_general;
use std::collections::BTreeMap;
use std::fmt;

/// A value of govaluate and of templates.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Dynamic {
    /// `nil`, JSON's null.
    #[default]
    Nil,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Dynamic>),
    /// An object; of members with one key the first counts.
    Map(BTreeMap<String, Dynamic>),
}

/// As `%v` of Go's `fmt` prints it.
impl fmt::Display for Dynamic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dynamic::Nil => f.write_str("<nil>"),
            Dynamic::Bool(value) => write!(f, "{value}"),
            Dynamic::Number(value) => f.write_str(&format_general(*value)),
            Dynamic::Text(text) => f.write_str(text),
            Dynamic::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    let space = if i > 0 { " " } else { "" };
                    write!(f, "{space}{item}")?;
                }
                f.write_str("]")
            }
            Dynamic::Map(members) => {
                f.write_str("map[")?;
                for (i, (key, value)) in members.iter().enumerate() {
                    let space = if i > 0 { " " } else { "" };
                    write!(f, "{space}{key}:{value}")?;
                }
                f.write_str("]")
            }
        }
    }
}
