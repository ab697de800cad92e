//! Reading a document.

use super::Document;
use super::parse::{Node, Tag};
use crate::json::{Json, Number};
use std::borrow::Cow;
use std::collections::HashSet;

/// What a JSON value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number
    Number,
    /// Text
    Text,
    /// A list
    List,
    /// An object
    Object,
}

/// A value within a [`Document`].
#[derive(Clone, Copy)]
pub struct Cursor<'d> {
    text: &'d str,
    nodes: &'d [Node],
    index: usize,
    node: Node,
}

impl std::fmt::Debug for Cursor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cursor({:?}, {} bytes)", self.kind(), self.raw().len())
    }
}

impl<'d> Cursor<'d> {
    pub(super) fn root(document: &'d Document) -> Cursor<'d> {
        // A parsed document has at least one node.
        let node =
            document.nodes.first().copied().unwrap_or(Node { start: 0, end: 0, next: 0, tag: Tag::Null });
        Cursor { text: &document.text, nodes: &document.nodes, index: 0, node }
    }

    fn at(&self, index: usize) -> Option<Cursor<'d>> {
        let node = *self.nodes.get(index)?;
        Some(Cursor { index, node, ..*self })
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        match self.node.tag {
            Tag::Null => Kind::Null,
            Tag::True | Tag::False => Kind::Bool,
            Tag::Number => Kind::Number,
            Tag::PlainText | Tag::EscapedText => Kind::Text,
            Tag::List => Kind::List,
            Tag::Object => Kind::Object,
        }
    }

    /// The JSON as it arrived.
    pub fn raw(&self) -> &'d str {
        self.text.get(self.node.start as usize..self.node.end as usize).unwrap_or_default()
    }

    /// Where it stands, in bytes of the text of its document.
    pub fn span(&self) -> (u32, u32) {
        (self.node.start, self.node.end)
    }

    /// The member with this key; of several the first. None of anything but an object.
    pub fn member(&self, key: &str) -> Option<Cursor<'d>> {
        if self.node.tag != Tag::Object {
            return None;
        }
        let members = self.nodes.get(..self.node.next as usize)?;
        let mut index = self.index + 1;
        while let Some([name, value, ..]) = members.get(index..) {
            if self.is_key(*name, key) {
                return Some(Cursor { index: index + 1, node: *value, ..*self });
            }
            index = value.next as usize;
        }
        None
    }

    fn is_key(&self, name: Node, key: &str) -> bool {
        let (start, end) = (name.start as usize + 1, name.end as usize - 1);
        match name.tag {
            Tag::PlainText => {
                end - start == key.len() && self.text.as_bytes().get(start..end) == Some(key.as_bytes())
            }
            _ => self.text.get(start..end).is_some_and(|escaped| unescape(escaped) == key),
        }
    }

    /// An element of a list, counted from 0; a negative position counts from the end. None of anything but a list.
    pub fn element(&self, position: i64) -> Option<Cursor<'d>> {
        if self.node.tag != Tag::List {
            return None;
        }
        let position = match usize::try_from(position) {
            Ok(position) => position,
            Err(_) => self.elements().count().checked_sub(usize::try_from(position.unsigned_abs()).ok()?)?,
        };
        self.elements().nth(position)
    }

    /// The elements of a list; none of anything else.
    pub fn elements(&self) -> Elements<'d> {
        let next = if self.node.tag == Tag::List { self.index + 1 } else { usize::MAX };
        Elements { list: *self, next }
    }

    /// The members of an object as they stand there, also several with one key; none of anything else.
    pub fn members(&self) -> Members<'d> {
        let next = if self.node.tag == Tag::Object { self.index + 1 } else { usize::MAX };
        Members { object: *self, next }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.node.tag {
            Tag::True => Some(true),
            Tag::False => Some(false),
            _ => None,
        }
    }

    /// The nearest double, if it is a number; infinite beyond the range of doubles.
    pub fn as_f64(&self) -> Option<f64> {
        (self.node.tag == Tag::Number).then(|| self.raw().parse().unwrap_or(f64::NAN))
    }

    /// The text, if it is text. Borrowed unless it has escapes.
    pub fn as_text(&self) -> Option<Cow<'d, str>> {
        let content =
            || self.text.get(self.node.start as usize + 1..self.node.end as usize - 1).unwrap_or_default();
        match self.node.tag {
            Tag::PlainText => Some(Cow::Borrowed(content())),
            Tag::EscapedText => Some(Cow::Owned(unescape(content()))),
            _ => None,
        }
    }

    /// The value by itself. Of members with one key the first counts.
    pub fn to_json(&self) -> Json {
        match self.node.tag {
            Tag::Null => Json::Null,
            Tag::True => Json::Bool(true),
            Tag::False => Json::Bool(false),
            Tag::Number => Json::Number(Number::of_valid(self.raw())),
            Tag::PlainText | Tag::EscapedText => {
                Json::String(self.as_text().unwrap_or_default().into_owned())
            }
            Tag::List => Json::List(self.elements().map(|element| element.to_json()).collect()),
            Tag::Object => self.to_object(),
        }
    }

    fn to_object(self) -> Json {
        let mut members: Vec<(String, Json)> = Vec::new();
        let mut known: HashSet<Cow<'d, str>> = HashSet::new();
        for (key, value) in self.members() {
            if known.insert(key.clone()) {
                members.push((key.into_owned(), value.to_json()));
            }
        }
        Json::Object(members)
    }
}

/// See [`Cursor::elements`].
#[derive(Clone, Debug)]
pub struct Elements<'d> {
    list: Cursor<'d>,
    next: usize,
}

impl<'d> Iterator for Elements<'d> {
    type Item = Cursor<'d>;

    fn next(&mut self) -> Option<Cursor<'d>> {
        if self.next >= self.list.node.next as usize {
            return None;
        }
        let element = self.list.at(self.next)?;
        self.next = element.node.next as usize;
        Some(element)
    }
}

/// See [`Cursor::members`].
#[derive(Clone, Debug)]
pub struct Members<'d> {
    object: Cursor<'d>,
    next: usize,
}

impl<'d> Iterator for Members<'d> {
    type Item = (Cow<'d, str>, Cursor<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.object.node.next as usize {
            return None;
        }
        let key = self.object.at(self.next)?.as_text()?;
        let value = self.object.at(self.next + 1)?;
        self.next = value.node.next as usize;
        Some((key, value))
    }
}

/// Escapes were checked by the parser; what is left to meet here is half of a surrogate pair.
fn unescape(escaped: &str) -> String {
    let mut text = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some((plain, tail)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut chars = tail.chars();
        match chars.next() {
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let (unit, after) = code_unit(chars.as_str());
                let second =
                    after.strip_prefix("\\u").map(code_unit).filter(|_| (0xD800..0xDC00).contains(&unit));
                let pair = second.and_then(|(low, after)| {
                    let low = low.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
                    Some((char::from_u32(0x10000 + ((unit - 0xD800) << 10) + low)?, after))
                });
                let (character, after) = pair.unwrap_or((char::from_u32(unit).unwrap_or('\u{FFFD}'), after));
                text.push(character);
                rest = after;
                continue;
            }
            Some(other) => text.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    text.push_str(rest);
    text
}

fn code_unit(text: &str) -> (u32, &str) {
    let (digits, rest) = text.split_at_checked(4).unwrap_or((text, ""));
    (u32::from_str_radix(digits, 16).unwrap_or(0xFFFD), rest)
}
