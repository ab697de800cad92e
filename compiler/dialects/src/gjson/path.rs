//! Taking the first part off a path.

use super::modifiers::Modifier;
use super::query::{self, Query};
use super::scan::{cut, rest};
use std::borrow::Cow;

/// The first part of a path that meets an object.
pub(super) struct Member<'p> {
    /// The key, without escapes.
    pub key: Cow<'p, str>,
    /// The key is a pattern.
    pub wild: bool,
    /// What follows.
    pub next: Next<'p>,
}

/// What follows a part.
#[derive(Clone, Copy)]
pub(super) enum Next<'p> {
    /// Nothing.
    End,
    /// A path into the value.
    Path(&'p str),
    /// A path into whatever is found, which may be nothing.
    Pipe(&'p str),
}

impl<'p> Next<'p> {
    /// What follows the separator at `at`.
    fn after(path: &'p str, at: usize, pipes: bool) -> Next<'p> {
        let tail = rest(path, at + 1);
        let pipe = path.as_bytes().get(at) == Some(&b'|') || (pipes && begins_selector(tail));
        if pipe { Next::Pipe(tail) } else { Next::Path(tail) }
    }
}

/// After a dot `[`, `{` and modifiers are applied to what is found, as after `|`.
fn begins_selector(path: &str) -> bool {
    match path.as_bytes().first() {
        Some(b'[' | b'{') => true,
        Some(b'@') => {
            let name = rest(path, 1);
            let end = name.find(['.', '|', ':']).unwrap_or(name.len());
            Modifier::named(cut(name, 0, end)).is_some()
        }
        _ => false,
    }
}

/// Reads the part that meets an object.
pub(super) fn member(path: &str) -> Member<'_> {
    let bytes = path.as_bytes();
    let mut wild = false;
    for (i, &b) in bytes.iter().enumerate() {
        match b {
            b'|' | b'.' => {
                return Member { key: cut(path, 0, i).into(), wild, next: Next::after(path, i, true) };
            }
            b'*' | b'?' => wild = true,
            b'\\' => return escaped_member(path, i, wild),
            _ => {}
        }
    }
    Member { key: path.into(), wild, next: Next::End }
}

/// The same once there is an escape at `first`.
fn escaped_member(path: &str, first: usize, mut wild: bool) -> Member<'_> {
    let mut key = cut(path, 0, first).to_owned();
    let mut chars = rest(path, first).char_indices();
    while let Some((i, c)) = chars.next() {
        match c {
            '\\' => key.extend(chars.next().map(|(_, c)| c)),
            '.' | '|' => return Member { key: key.into(), wild, next: Next::after(path, first + i, true) },
            _ => {
                wild |= c == '*' || c == '?';
                key.push(c);
            }
        }
    }
    Member { key: key.into(), wild, next: Next::End }
}

/// The first part of a path that meets a list.
pub(super) struct Element<'p> {
    /// As it is written.
    pub part: &'p str,
    /// There is a `#` in it, so it is no index.
    pub hash: bool,
    /// `#.` and what follows: it is looked up in each element.
    pub each: Option<&'p str>,
    /// `#(…)`.
    pub query: Option<Query<'p>>,
    /// What follows.
    pub next: Next<'p>,
}

/// Reads the part that meets a list.
pub(super) fn element(path: &str) -> Element<'_> {
    let bytes = path.as_bytes();
    let mut found = Element { part: path, hash: false, each: None, query: None, next: Next::End };
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        match b {
            b'|' | b'.' => {
                found.part = cut(path, 0, i);
                found.next = Next::after(path, i, !found.hash);
                return found;
            }
            b'#' => {
                found.hash = true;
                match bytes.get(1) {
                    Some(b'.') if i == 0 => found.each = Some(rest(path, 2)),
                    Some(b'[' | b'(') if i == 0 => match query::parse(path) {
                        Some((query, end)) => {
                            found.query = Some(Query { all: bytes.get(end) == Some(&b'#'), ..query });
                            i = end;
                            continue;
                        }
                        None => {
                            // A query that is not closed asks for nothing and takes the rest.
                            found.query = Some(Query::default());
                            return found;
                        }
                    },
                    _ => {}
                }
            }
            _ => {}
        }
        i += 1;
    }
    found
}

/// Splits at the first `|` that is not within a query; none if there is none.
pub(super) fn split_pipe(path: &str) -> Option<(&str, &str)> {
    let bytes = path.as_bytes();
    if !bytes.contains(&b'|') {
        return None;
    }
    if path.starts_with('{') {
        let inner = super::scan::squash(rest(path, 1));
        let end = inner.len() + 1;
        return (bytes.get(end) == Some(&b'|')).then(|| (cut(path, 0, end), rest(path, end + 1)));
    }
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        match b {
            b'\\' => i += 1,
            b'|' => return Some((cut(path, 0, i), rest(path, i + 1))),
            b'.' if bytes.get(i + 1) == Some(&b'#') => {
                i += 2;
                match bytes.get(i)? {
                    b'[' => i = selector_end(bytes, i, b'[', b']'),
                    b'(' => i = selector_end(bytes, i, b'(', b')'),
                    _ => {}
                }
            }
            _ => {}
        }
        i += 1;
    }
    None
}

/// Where the selector that opens at `at` closes.
fn selector_end(bytes: &[u8], at: usize, open: u8, close: u8) -> usize {
    let mut depth = 1;
    let mut i = at + 1;
    while let Some(&b) = bytes.get(i) {
        match b {
            b'\\' => i += 1,
            b'"' => i = quote_end(bytes, i),
            _ if b == open => depth += 1,
            _ if b == close => {
                depth -= 1;
                if depth == 0 {
                    return i;
                }
            }
            _ => {}
        }
        i += 1;
    }
    i
}

/// The closing quote of the string that opens at `at`.
pub(super) fn quote_end(bytes: &[u8], at: usize) -> usize {
    let mut i = at + 1;
    while let Some(&b) = bytes.get(i) {
        match b {
            b'\\' => i += 1,
            b'"' => return i,
            _ => {}
        }
        i += 1;
    }
    i
}
