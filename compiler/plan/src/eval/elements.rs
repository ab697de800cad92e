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
        let decisive = if self.all { Truth::False } else { Truth::True };
        let mut answer = !decisive;
        let found = self.first(scope, |_, element| {
            let truth = self.condition.decide(&self.with(scope, element));
            if truth == Truth::Unknown {
                answer = Truth::Unknown;
            }
            (truth == decisive).then_some(())
        });
        match found {
            None => Truth::Unknown,
            Some(Ok(())) => decisive,
            Some(Err(_)) => answer,
        }
    }

    /// Why the answer is not `wanted`.
    pub(super) fn explain(&self, wanted: bool, scope: &Scope<'_>) -> Reason {
        // One that should be otherwise, where all would have to be; else there is none, or too many.
        let other = self.first(scope, |index, element| {
            let scope = self.with(scope, element);
            let is = self.condition.decide(&scope);
            (is != Truth::from(Some(wanted))).then(|| (index, self.condition.explain(wanted, &scope)))
        });
        let list = self.written.to_string();
        match other {
            Some(Ok((index, reason))) if self.all == wanted => {
                Reason::Element { list, index, reason: Box::new(reason) }
            }
            Some(_) => Reason::NoElement {
                list,
                count: self.first(scope, |_, _| None::<()>).and_then(Result::err).unwrap_or(0),
            },
            None => match self.list.present(scope) {
                Some(found) => Reason::NoList { value: Sample::found(&self.written, found) },
                None => super::predicate::missing_value(&self.list, &self.written, scope),
            },
        }
    }

    /// What the first element that has it gives, or how many elements there are; nothing when there is no list. They are read
    /// one at a time, since a list may have very many.
    fn first<T>(
        &self,
        scope: &Scope<'_>,
        look: impl FnMut(usize, &Event) -> Option<T>,
    ) -> Option<Result<T, usize>> {
        match self.list.present(scope)? {
            Found::Event(cursor) if cursor.kind() == Kind::List => {
                first(cursor.elements().map(|element| element.raw().to_owned()), look)
            }
            Found::Read(document) if document.root().kind() == Kind::List => {
                first(document.root().elements().map(|element| element.raw().to_owned()), look)
            }
            Found::Borrowed(Json::List(items)) => first(items.iter().map(Json::to_string), look),
            Found::Built(Json::List(items)) => first(items.iter().map(Json::to_string), look),
            _ => None,
        }
    }

    fn with<'s>(&self, scope: &Scope<'s>, element: &'s Event) -> Vec<Option<&'s Event>> {
        let mut inner: Vec<Option<&'s Event>> = scope.iter().copied().take(self.slot).collect();
        inner.resize(self.slot, None);
        inner.push(Some(element));
        inner
    }
}

fn first<T>(
    texts: impl Iterator<Item = String>,
    mut look: impl FnMut(usize, &Event) -> Option<T>,
) -> Option<Result<T, usize>> {
    let mut count = 0;
    for text in texts {
        if let Some(found) = look(count, &element(text)?) {
            return Some(Ok(found));
        }
        count += 1;
    }
    Some(Err(count))
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
