//! The functions of the language, one file each: what they take, what they give, and what they mean.
//!
//! The checker, the evaluator, the documentation and the tests read the same value. [`FORMS`] are no functions, because what
//! they take or give is no plain value: they are expressions of their own, such as [`crate::expr::Expr::Exists`].

mod base64;
mod case;
mod contains;
mod ends_with;
mod form;
mod format_time;
mod join;
mod json;
mod len;
mod loose_bool;
mod loose_number;
mod lower;
mod number;
mod parse_base64;
mod parse_json;
mod replace;
mod sha256;
mod slice;
mod split;
mod starts_with;
mod trim;
mod upper;

pub use form::{FORMS, Form, Place};

use crate::json::Json;
use std::fmt;

/// A function.
#[derive(Debug)]
pub struct Function {
    /// As it is written.
    pub name: &'static str,
    /// What it takes, in order.
    pub params: &'static [Param],
    /// What it gives.
    pub gives: Gives,
    /// A plain sentence.
    pub doc: &'static str,
    /// A call and its value, which the tests execute.
    pub example: Example,
    /// Whether it may be built for Argo Events.
    pub argo: Stands,
    /// It is no value of an action or a `map`.
    pub only_in_where: bool,
    /// Its meaning.
    pub run: fn(&[Json]) -> Result<Json, Failure>,
}

/// A parameter of a function.
#[derive(Debug)]
pub struct Param {
    /// What it is called in the documentation.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Text.
    Text,
    /// Text or a number.
    TextOrNumber,
    /// A list.
    List,
    /// Any value.
    Any,
    /// A whole number that is written there, nought or more.
    Position,
    /// `e::time`.
    Time,
    /// A layout of Go that is written there.
    Layout,
}

/// The type of what a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A whole number.
    Int,
    /// `true` or `false`.
    Bool,
    /// A list of texts.
    Texts,
    /// A value of any type.
    Any,
}

/// An executed example.
#[derive(Debug)]
pub struct Example {
    /// The call.
    pub written: &'static str,
    /// The data of the event `e`, as JSON.
    pub data: &'static str,
    /// The value, as JSON.
    pub gives: &'static str,
}

/// Where a function has an exact form in Argo Events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stands {
    /// In the `where` of a filter.
    pub filter: bool,
    /// In the action of a trigger.
    pub value: bool,
}

impl Stands {
    /// Nowhere.
    const NOWHERE: Stands = Stands { filter: false, value: false };
    /// In the `where` of a filter.
    const FILTER: Stands = Stands { filter: true, value: false };
    /// In both.
    const EVERYWHERE: Stands = Stands { filter: true, value: true };
}

/// Why a function has no value. The words hold no value of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure(pub &'static str);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Every function, sorted by name.
pub static FUNCTIONS: &[&Function] = &[
    &base64::FUNCTION,
    &contains::FUNCTION,
    &ends_with::FUNCTION,
    &format_time::FUNCTION,
    &join::FUNCTION,
    &json::FUNCTION,
    &len::FUNCTION,
    &loose_bool::FUNCTION,
    &loose_number::FUNCTION,
    &lower::FUNCTION,
    &number::FUNCTION,
    &parse_base64::FUNCTION,
    &parse_json::FUNCTION,
    &replace::FUNCTION,
    &sha256::FUNCTION,
    &slice::FUNCTION,
    &split::FUNCTION,
    &starts_with::FUNCTION,
    &trim::FUNCTION,
    &upper::FUNCTION,
];

/// The function of that name.
pub fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().copied().find(|function| function.name == name)
}

/// Whether a text is a layout that `format-time` takes.
pub fn is_layout(layout: &str) -> bool {
    format_time::is_layout(layout)
}

impl Function {
    /// How it is called: `slice(s, from, to)`.
    pub fn signature(&self) -> String {
        let names: Vec<&str> = self.params.iter().map(|param| param.name).collect();
        format!("{}({})", self.name, names.join(", "))
    }
}

const fn param(name: &'static str, takes: Takes) -> Param {
    Param { name, takes }
}

/// The one value a function takes.
fn one(args: &[Json]) -> Result<&Json, Failure> {
    let [value] = args else { return Err(Failure("it takes one value")) };
    Ok(value)
}

/// A value that has to be text.
fn text_of(value: &Json) -> Result<&str, Failure> {
    value.as_str().ok_or(Failure("only text will do there"))
}

/// The one text a function takes.
fn one_text(args: &[Json]) -> Result<&str, Failure> {
    text_of(one(args)?)
}

/// The two texts a function takes.
fn two_texts(args: &[Json]) -> Result<(&str, &str), Failure> {
    let [first, second] = args else { return Err(Failure("it takes two values")) };
    Ok((text_of(first)?, text_of(second)?))
}
