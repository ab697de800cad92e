//! Walking down objects and lists.

use super::path::{self, Next};
use super::scan::{self, rest};
use super::value::{Kind, Value};
use super::{MAX_DEPTH, MAX_MADE, glob};

/// One search through one text.
pub(super) struct Search<'a, 'p> {
    pub json: &'a str,
    /// What has been found. A query for all elements leaves its list here though the walk goes on.
    pub value: Value<'a>,
    /// A path to apply to it.
    pub pipe: Option<&'p str>,
}

/// A walk says where it stopped and whether it is over.
type Stop = (usize, bool);

/// A value on the way.
enum Token<'a> {
    Scalar(Value<'a>),
    /// An object or list that begins here.
    Open(u8),
    /// The list ends.
    Close,
    /// A string that does not end.
    Broken,
}

impl<'a, 'p> Search<'a, 'p> {
    /// Walks an object whose brace is before `at`.
    pub fn object(&mut self, mut at: usize, path: &'p str, depth: u32) -> Stop {
        if depth >= MAX_DEPTH {
            return (self.json.len(), true);
        }
        let member = path::member(path);
        if let Next::Pipe(pipe) = member.next {
            self.pipe = Some(pipe);
        }
        let more = if let Next::Path(more) = member.next { Some(more) } else { None };
        loop {
            let Some(found) = rest(self.json, at).bytes().position(|b| b == b'"' || b == b'}') else {
                return (self.json.len(), false);
            };
            at += found;
            if self.json.as_bytes().get(at) == Some(&b'}') {
                return (at + 1, false);
            }
            let Some((end, raw, escaped)) = scan::string(self.json, at) else {
                return (self.json.len(), false);
            };
            at = end;
            let matches = {
                let key = Value::of_string(raw, escaped).text;
                if member.wild { glob::matches(&key, &member.key) } else { key == member.key }
            };
            let Some((next, token)) = self.token(at, false) else { return (self.json.len(), false) };
            at = next;
            match token {
                Token::Broken => return (self.json.len(), false),
                Token::Close => {}
                Token::Open(bracket) => match more {
                    Some(more) if matches => {
                        let (end, over) = self.walk(bracket, at + 1, more, depth + 1);
                        at = end;
                        if over {
                            return (at, true);
                        }
                    }
                    _ => {
                        let (end, raw) = scan::block(self.json, at);
                        at = end;
                        if matches {
                            self.value = Value::of_kind(Kind::Json, raw);
                            return (at, true);
                        }
                    }
                },
                Token::Scalar(value) => {
                    if matches && more.is_none() {
                        self.value = value;
                        return (at, true);
                    }
                }
            }
        }
    }

    fn walk(&mut self, bracket: u8, at: usize, path: &'p str, depth: u32) -> Stop {
        if bracket == b'{' { self.object(at, path, depth) } else { self.list(at, path, depth) }
    }

    /// The next value. A scalar is passed, a bracket is not. The end of the text closes a list.
    fn token(&self, at: usize, list: bool) -> Option<(usize, Token<'a>)> {
        let json = self.json;
        for (i, &b) in json.as_bytes().iter().enumerate().skip(at) {
            let (end, value) = match b {
                b'{' | b'[' => return Some((i, Token::Open(b))),
                b']' if list => return Some((i, Token::Close)),
                b'"' => match scan::string(json, i) {
                    Some((end, raw, escaped)) => (end, Value::of_string(raw, escaped)),
                    None => return Some((json.len(), Token::Broken)),
                },
                _ if scan::begins_number(json, i, b) => {
                    let (end, raw) = scan::number(json, i);
                    return Some((end, Token::Scalar(Value::of_number(raw))));
                }
                b'n' | b't' | b'f' => {
                    let (end, raw) = scan::literal(json, i);
                    (end, Value::of_literal(raw))
                }
                _ => continue,
            };
            return Some((end, Token::Scalar(value)));
        }
        (list && at <= json.len()).then_some((json.len(), Token::Close))
    }

    /// Walks a list whose bracket is before `at`.
    pub fn list(&mut self, mut at: usize, path: &'p str, depth: u32) -> Stop {
        if depth >= MAX_DEPTH {
            return (self.json.len(), true);
        }
        let element = path::element(path);
        if let Next::Pipe(pipe) = element.next {
            self.pipe = Some(pipe);
        }
        let more = if let Next::Path(more) = element.next { Some(more) } else { None };
        let wanted = if element.hash { None } else { index(element.part) };
        let mut selected = Selected { query: element.query, more, list: String::new(), indexes: Vec::new() };
        let mut starts = Vec::new();
        let mut count: u64 = 0;
        loop {
            let matches = wanted == Some(count);
            count += 1;
            if element.each.is_some() {
                starts.push(at);
            }
            let Some((next, token)) = self.token(at, true) else { return (self.json.len(), false) };
            at = next;
            let value = match token {
                Token::Broken => return (self.json.len(), false),
                Token::Close if element.hash && element.part == "#" => {
                    self.value = match element.each {
                        Some(path) => self.each(&starts, path, depth),
                        None => Value::of_count(count - 1),
                    };
                    return (at + 1, true);
                }
                Token::Close => {
                    if !self.value.exists() {
                        selected.finish(&mut self.value);
                    }
                    return (at + 1, false);
                }
                Token::Open(bracket) => match more {
                    Some(more) if matches => {
                        let (end, over) = self.walk(bracket, at + 1, more, depth + 1);
                        at = end;
                        if over {
                            return (at, true);
                        }
                        continue;
                    }
                    _ => {
                        let (end, raw) = scan::block(self.json, at);
                        at = end;
                        Value::of_kind(Kind::Json, raw)
                    }
                },
                Token::Scalar(value) => value,
            };
            if selected.query.is_some() {
                if let Some(found) = self.select(&mut selected, value, depth) {
                    self.value = found;
                    return (at, true);
                }
            } else if matches && more.is_none() {
                self.value = value;
                return (at, true);
            }
        }
    }

    /// Asks the query about an element. Answers with what ends the search.
    fn select(&mut self, selected: &mut Selected<'p>, element: Value<'a>, depth: u32) -> Option<Value<'a>> {
        let query = selected.query.as_ref()?;
        if query.all && selected.list.is_empty() {
            selected.list.push('[');
        }
        let start = offset(self.json, &element);
        let subject = query.subject(&element, depth + 1)?;
        if !query.holds(&subject) {
            return None;
        }
        let found = match selected.more {
            Some(more) => {
                if let Some((path, pipe)) = path::split_pipe(more) {
                    selected.more = Some(path);
                    self.pipe = Some(pipe);
                }
                element.get(selected.more.unwrap_or(""), depth + 1)
            }
            None => element,
        };
        if !query.all {
            return Some(found);
        }
        let raw = if found.raw.is_empty() { found.string() } else { std::borrow::Cow::Borrowed(&*found.raw) };
        if !raw.is_empty() && selected.list.len() + raw.len() <= MAX_MADE {
            if selected.list.len() > 1 {
                selected.list.push(',');
            }
            selected.list.push_str(&raw);
            selected.indexes.push(found.index + start);
        }
        None
    }

    /// `#.path`: looks the path up in every element.
    fn each(&mut self, starts: &[usize], mut path: &'p str, depth: u32) -> Value<'a> {
        if let Some((left, pipe)) = path::split_pipe(path) {
            path = left;
            self.pipe = Some(pipe);
        }
        let mut list = String::from("[");
        let mut indexes = Vec::new();
        for &start in starts {
            let blanks =
                rest(self.json, start).bytes().position(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
            let at = start + blanks.unwrap_or(0);
            if self.json.as_bytes().get(at).is_none_or(|&b| b == b']') {
                continue;
            }
            let (_, Some(element)) = scan::any(self.json, at) else { continue };
            let found = element.get(path, depth + 1);
            if !found.exists() || list.len() + found.raw.len() > MAX_MADE {
                continue;
            }
            if list.len() > 1 {
                list.push(',');
            }
            let raw =
                if found.raw.is_empty() { found.string() } else { std::borrow::Cow::Borrowed(&*found.raw) };
            list.push_str(&raw);
            indexes.push(found.index);
        }
        list.push(']');
        Value { indexes: Some(indexes), ..Value::of_made(list) }
    }
}

/// What a query has selected so far.
struct Selected<'p> {
    query: Option<super::query::Query<'p>>,
    /// What is taken from each element that fits.
    more: Option<&'p str>,
    list: String,
    indexes: Vec<usize>,
}

impl Selected<'_> {
    /// The list of a query for all.
    fn finish(self, value: &mut Value<'_>) {
        if !self.query.is_some_and(|query| query.all) {
            return;
        }
        *value = if self.list.is_empty() {
            Value::of_made("[]".to_owned())
        } else {
            let indexes = (!self.indexes.is_empty()).then_some(self.indexes);
            Value { indexes, ..Value::of_made(self.list + "]") }
        };
    }
}

/// An index; what is no number is none. A number beyond 64 bits wraps around, as it does in gjson.
fn index(part: &str) -> Option<u64> {
    let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| part.bytes().fold(0u64, |n, b| n.wrapping_mul(10).wrapping_add(u64::from(b - b'0'))))
}

/// Where a value stands in the text; nought if it is not a part of it.
pub(super) fn offset(json: &str, value: &Value<'_>) -> usize {
    let distance = (value.raw.as_ptr() as usize).wrapping_sub(json.as_ptr() as usize);
    if value.raw.is_empty() || distance >= json.len() { 0 } else { distance }
}
