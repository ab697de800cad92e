//! Where a path points to.

use super::Scope;
use crate::document::{Cursor, Kind};
use crate::expr::{Path, Step};
use std::fmt;

/// A path with its event found. It prints as it is written: `body.items[0].sku`.
#[derive(Clone, Debug)]
pub struct Place {
    pub(super) slot: usize,
    steps: Steps,
    written: Box<str>,
}

/// The steps of a path.
#[derive(Clone, Debug)]
pub struct Steps(Box<[Reached]>);

/// A step in both its readings.
#[derive(Clone, Debug)]
struct Reached {
    key: Option<Box<str>>,
    index: Option<i64>,
}

impl Place {
    /// With `element` it is called by the name of its event too.
    pub(super) fn new(path: &Path, slot: usize, element: bool) -> Place {
        let written = written(if element { &path.event } else { "" }, &path.steps);
        let written = if written.is_empty() { path.event.clone() } else { written };
        Place { slot, steps: Steps::new(&path.steps), written: written.into() }
    }

    /// What is there; none when it is absent.
    pub fn find<'e>(&self, scope: &Scope<'e>) -> Option<Cursor<'e>> {
        let event = (*scope.get(self.slot)?)?;
        self.steps.follow(event.data.root())
    }
}

impl Steps {
    pub(super) fn new(steps: &[Step]) -> Steps {
        let steps = steps.iter().map(|step| match step {
            Step::Key(key) => {
                let digits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
                Reached {
                    index: if digits { key.parse().ok() } else { None },
                    key: Some(key.as_str().into()),
                }
            }
            Step::Index(index) => {
                Reached { key: (*index >= 0).then(|| index.to_string().into()), index: Some(*index) }
            }
        });
        Steps(steps.collect())
    }

    /// What they lead to from a value; none when nothing is there.
    pub(super) fn follow<'d>(&self, from: Cursor<'d>) -> Option<Cursor<'d>> {
        let mut cursor = from;
        for step in &self.0 {
            cursor = match cursor.kind() {
                Kind::Object => cursor.member(step.key.as_deref()?)?,
                Kind::List => cursor.element(step.index?)?,
                _ => return None,
            };
        }
        Some(cursor)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Steps behind what they start from.
pub(super) fn written(start: &str, steps: &[Step]) -> String {
    let mut text = start.to_owned();
    for step in steps {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Key(key) if is_name(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            Step::Key(key) => text.push_str(&format!("[{key:?}]")),
        }
    }
    text
}

fn is_name(key: &str) -> bool {
    let first = key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    first
        && !key.ends_with('-')
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
