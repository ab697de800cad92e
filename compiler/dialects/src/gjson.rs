//! Paths into JSON text, as gjson 1.19 reads them.
//!
//! A path is a chain of keys joined by `.` or `|`: `a.b.0`, `items.#.name`, `items.#(id==3)#.name`, `[a,b]`,
//! `{"x":a}`, `!"literal"`, `a.@reverse.0`. It works on the text itself, so a value keeps every digit and every blank
//! that arrived.
//!
//! JSON that is not valid is read the way gjson reads it, and never panics. Three bounds keep foreign input harmless: a
//! path goes [`MAX_DEPTH`] levels deep, a text made on the way (by a modifier or `[a,b]`) grows to [`MAX_MADE`] bytes, and
//! [`Value::decode`] follows 512 levels. What lies beyond does not exist.

mod glob;
mod modifiers;
mod multipath;
mod path;
mod pretty;
mod query;
mod scan;
mod search;
mod valid;
mod value;

pub use valid::valid;
pub use value::{Kind, Value};

pub(crate) use multipath::get_at;
pub(crate) use scan::trim;

/// How many levels a path may go down: members, elements, pipes and selectors within selectors all count.
pub const MAX_DEPTH: u32 = 128;

/// How long a text may grow that is made on the way, in bytes.
pub const MAX_MADE: usize = 64 << 20;

/// The value at `path`. When there is none, [`Value::exists`] is false.
pub fn get<'a>(json: &'a str, path: &str) -> Value<'a> {
    get_at(json, path, 0)
}

/// The first value in the text.
pub fn parse(json: &str) -> Value<'_> {
    scan::parse(json)
}
