//! `any x in l: p` and `all x in l: p`.

use super::predicate::Node;
use super::reason::{Reason, Sample};
use super::value::Found;
use super::{Scope, Truth, Value};
use crate::document::{Document, Kind};
use crate::event::Event;
use crate::json::Json;
use crate::time::Timestamp;

/// A prepared quantifier. An element is one more event in scope, of which there is nothing but the data.
#[derive(Clone, Debug)]
pub(super) struct Elements {
    pub(super) all: bool,
    pub(super) list: Value,
    pub(super) written: Box<str>,
    /// The position of the element.
    pub(super) slot: usize,
    pub(super) condition: Box<Node>,
}

impl Elements {
    pub(super) fn decide(&self, scope: &Scope<'_>) -> Truth {
        let Some(elements) = self.elements(scope) else { return Truth::Unknown };
        let decisive = if self.all { Truth::False } else { Truth::True };
        let mut answer = !decisive;
        for element in &elements {
            match self.condition.decide(&self.with(scope, element)) {
                truth if truth == decisive => return decisive,
                Truth::Unknown => answer = Truth::Unknown,
                _ => {}
            }
        }
        answer
    }

    /// Why the answer is not `wanted`.
    pub(super) fn explain(&self, wanted: bool, scope: &Scope<'_>) -> Reason {
        let Some(elements) = self.elements(scope) else {
            return match self.list.present(scope) {
                Some(found) => Reason::NoList { value: Sample::found(&self.written, found) },
                None => super::predicate::missing_value(&self.list, &self.written, scope),
            };
        };
        // One that should be otherwise, where all would have to be; else there is none, or too many.
        let other = elements.iter().enumerate().find_map(|(index, element)| {
            let scope = self.with(scope, element);
            let is = self.condition.decide(&scope);
            (is != Truth::from(Some(wanted))).then(|| (index, self.condition.explain(wanted, &scope)))
        });
        match other {
            Some((index, reason)) if self.all == wanted => {
                Reason::Element { list: self.written.to_string(), index, reason: Box::new(reason) }
            }
            _ => Reason::NoElement { list: self.written.to_string(), count: elements.len() },
        }
    }

    /// The elements; nothing when there is no list.
    fn elements(&self, scope: &Scope<'_>) -> Option<Vec<Event>> {
        let of_json = |json: &Json| match json {
            Json::List(items) => Some(items.iter().map(Json::to_string).collect()),
            _ => None,
        };
        let texts: Vec<String> = match self.list.present(scope)? {
            Found::Event(cursor) if cursor.kind() == Kind::List => {
                cursor.elements().map(|element| element.raw().to_owned()).collect()
            }
            Found::Event(_) | Found::Text(_) => return None,
            Found::Borrowed(json) => of_json(json)?,
            Found::Built(json) => of_json(&json)?,
        };
        texts.into_iter().map(element).collect()
    }

    fn with<'s>(&self, scope: &Scope<'s>, element: &'s Event) -> Vec<Option<&'s Event>> {
        let mut inner: Vec<Option<&'s Event>> = scope.iter().copied().take(self.slot).collect();
        inner.resize(self.slot, None);
        inner.push(Some(element));
        inner
    }
}

fn element(text: String) -> Option<Event> {
    Some(Event {
        id: String::new(),
        source: String::new(),
        kind: String::new(),
        subject: String::new(),
        time: Timestamp::default(),
        datacontenttype: String::new(),
        extensions: Vec::new(),
        data: Document::parse(text).ok()?,
    })
}
