//! Changing one value in JSON text, as sjson 1.2.5 does it; what is not changed stays byte for byte.
//!
//! A destination is keys joined by `.`. `\` escapes, `-1` appends to a list, an index beyond its end fills up with null,
//! and `:0` is the key `0` of an object. A destination with `*`, `?`, `#`, `|` or `@` changes what is there already, and
//! does nothing where nothing is.
//!
//! One bound keeps foreign input harmless: a list is filled up by at most [`MAX_PADDING`] elements.

mod build;

use crate::gjson::{self, Kind};
use build::{push_text, push_value};
use std::borrow::Cow;
use std::fmt;

/// How many nulls an index beyond the end of a list may add.
pub const MAX_PADDING: usize = 100_000;

/// Why nothing can be set there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetError {
    /// The destination is empty.
    EmptyPath,
    /// The list has no such key.
    NoIndex(String),
    /// The index lies further than [`MAX_PADDING`] beyond the end of the list.
    TooFar(String),
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SetError::EmptyPath => f.write_str("the destination is empty; name the field to set"),
            SetError::NoIndex(key) => {
                write!(f, "`{key}` is no index of a list; use a number, or `-1` to append")
            }
            SetError::TooFar(key) => {
                write!(f, "index `{key}` is too far beyond the end of the list; `-1` appends")
            }
        }
    }
}

impl std::error::Error for SetError {}

/// Sets the value at `path` to a text, which is escaped as JSON.
///
/// # Errors
/// See [`SetError`].
pub fn set(json: &str, path: &str, text: &str) -> Result<String, SetError> {
    write(json, path, New::Text(text))
}

/// Sets the value at `path` to JSON that is taken as it is.
///
/// # Errors
/// See [`SetError`].
pub fn set_raw(json: &str, path: &str, raw: &str) -> Result<String, SetError> {
    write(json, path, New::Raw(raw))
}

/// What is put in.
#[derive(Clone, Copy)]
enum New<'a> {
    Text(&'a str),
    Raw(&'a str),
}

impl New<'_> {
    fn push_to(self, out: &mut String) {
        match self {
            New::Text(text) => push_text(out, text),
            New::Raw(raw) => out.push_str(raw),
        }
    }
}

/// One key of a destination.
struct Part<'p> {
    /// Without escapes.
    key: Cow<'p, str>,
    /// As a gjson path.
    path: &'p str,
    /// `:` stood before it: it is a key of an object.
    forced: bool,
}

impl Part<'_> {
    /// As an index. An empty key counts as nought, as it does in sjson.
    fn index(&self) -> Option<usize> {
        let digits = !self.forced && self.key.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| if self.key.is_empty() { 0 } else { self.key.parse().unwrap_or(usize::MAX) })
    }

    fn appends(&self) -> bool {
        self.key == "-1" && !self.forced
    }

    fn padding(&self, filled: usize) -> Result<usize, SetError> {
        let padding = self.index().unwrap_or(0).saturating_sub(filled);
        if padding > MAX_PADDING { Err(SetError::TooFar(self.key.to_string())) } else { Ok(padding) }
    }
}

/// Splits a destination; none if it is more than keys.
fn parts(path: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = Some(path);
    while let Some(path) = rest {
        let (forced, path) = path.strip_prefix(':').map_or((false, path), |path| (true, path));
        let mut key = String::new();
        let mut chars = path.char_indices();
        let (mut end, mut escaped) = (path.len(), false);
        rest = None;
        while let Some((i, c)) = chars.next() {
            match c {
                '.' => {
                    end = i;
                    rest = path.get(i + 1..);
                    break;
                }
                '|' | '#' | '@' | '*' | '?' => return None,
                '\\' => {
                    escaped = true;
                    key.extend(chars.next().map(|(_, c)| c));
                }
                _ => key.push(c),
            }
        }
        let path = path.get(..end).unwrap_or("");
        parts.push(Part { key: if escaped { key.into() } else { path.into() }, path, forced });
    }
    Some(parts)
}

fn write(json: &str, path: &str, new: New<'_>) -> Result<String, SetError> {
    if path.is_empty() {
        return Err(SetError::EmptyPath);
    }
    match parts(path) {
        Some(parts) => write_simple(json, &parts, new),
        None => Ok(write_selected(json, path, new).unwrap_or_else(|| json.to_owned())),
    }
}

/// Goes down as far as the keys exist, and builds the rest there.
fn write_simple(json: &str, parts: &[Part<'_>], new: New<'_>) -> Result<String, SetError> {
    let mut out = String::with_capacity(json.len() + 64);
    // Where in the whole text the value begins and ends that is being looked at.
    let (mut start, mut end) = (0, json.len());
    let mut parts = parts;
    while let Some((part, more)) = parts.split_first() {
        let inner = json.get(start..end).unwrap_or("");
        let found = gjson::get(inner, part.path);
        if found.index() == 0 {
            out.push_str(json.get(..start).unwrap_or(""));
            build_in(&mut out, inner, parts, new)?;
            out.push_str(json.get(end..).unwrap_or(""));
            return Ok(out);
        }
        (start, end) = (start + found.index(), start + found.index() + found.raw().len());
        parts = more;
    }
    out.push_str(json.get(..start).unwrap_or(""));
    new.push_to(&mut out);
    out.push_str(json.get(end..).unwrap_or(""));
    Ok(out)
}

/// Adds a member to an object or an element to a list; anything else gives way to a new one.
fn build_in(out: &mut String, json: &str, parts: &[Part<'_>], new: New<'_>) -> Result<(), SetError> {
    let Some(first) = parts.first() else { return Ok(()) };
    let parsed = gjson::parse(json);
    let fresh = if first.index().is_some() { "[]" } else { "{}" };
    let container = if parsed.kind() == Kind::Json { parsed.raw() } else { fresh };
    let inside = container.get(1..).unwrap_or("").trim_start_matches(|c| c <= ' ');
    let comma = !inside.is_empty() && !inside.starts_with(['}', ']']);
    if container.starts_with('{') {
        out.push_str(container.rfind('}').and_then(|end| container.get(..end)).unwrap_or(""));
        if comma {
            out.push(',');
        }
        push_value(out, false, parts, new)?;
        out.push('}');
        return Ok(());
    }
    if first.appends() {
        let list = gjson::trim(container);
        out.push_str(list.strip_suffix(']').unwrap_or(list));
        if comma {
            out.push(',');
        }
    } else if first.index().is_none() {
        return Err(SetError::NoIndex(first.key.to_string()));
    } else {
        let items = gjson::parse(container).raw_items();
        let padding = first.padding(items.len())?;
        out.push('[');
        out.push_str(&items.join(","));
        if items.is_empty() {
            out.push_str(&"null,".repeat(padding));
        } else {
            out.push_str(&",null".repeat(padding));
            if comma {
                out.push(',');
            }
        }
    }
    push_value(out, true, parts, new)?;
    out.push(']');
    Ok(())
}

/// Replaces what a path with wildcards or queries finds; none if it finds nothing.
fn write_selected(json: &str, path: &str, new: New<'_>) -> Option<String> {
    let found = gjson::get(json, path);
    if !found.exists() {
        return None;
    }
    let mut json = Cow::Borrowed(json);
    let replace = |json: &str, index: usize, length: usize| {
        let mut out = json.get(..index)?.to_owned();
        new.push_to(&mut out);
        out.push_str(json.get(index + length..)?);
        Some(out)
    };
    let indexes = found.indexes().unwrap_or(&[]);
    if found.index() != 0 {
        json = replace(&json, found.index(), found.raw().len())?.into();
    } else if indexes.is_empty() {
        return None;
    }
    if !indexes.is_empty() {
        let mut lengths = Vec::new();
        found.for_each(&mut |_, value| lengths.push(value.raw().len()));
        if lengths.len() != indexes.len() {
            return None;
        }
        let mut places: Vec<(usize, usize)> = indexes.iter().copied().zip(lengths).collect();
        // From the back, so that what is replaced does not move what comes before.
        places.sort_by(|(left, _), (right, _)| right.cmp(left));
        for (index, length) in places {
            json = replace(&json, index, length)?.into();
        }
    }
    Some(json.into_owned())
}
