//! Where a path points to.

use super::Scope;
use crate::document::{Cursor, Kind};
use crate::expr::{Path, Step};
use std::fmt;

/// A path with its event found. It prints as it is written: `body.items[0].sku`.
#[derive(Clone, Debug)]
pub struct Place {
    pub(super) slot: usize,
    steps: Box<[Reached]>,
    written: Box<str>,
}

/// A step in both its readings.
#[derive(Clone, Debug)]
struct Reached {
    key: Option<Box<str>>,
    index: Option<i64>,
}

impl Place {
    pub(super) fn new(path: &Path, slot: usize) -> Place {
        let steps = path.steps.iter().map(|step| match step {
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
        Place { slot, steps: steps.collect(), written: written(path).into() }
    }

    /// What is there; none when it is absent.
    pub fn find<'e>(&self, scope: &Scope<'e>) -> Option<Cursor<'e>> {
        let event = (*scope.get(self.slot)?)?;
        let mut cursor = event.data.root();
        for step in &self.steps {
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

/// A path without its event, or the event alone for the whole data.
fn written(path: &Path) -> String {
    let mut text = String::new();
    for step in &path.steps {
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
    if text.is_empty() { path.event.clone() } else { text }
}

fn is_name(key: &str) -> bool {
    let first = key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    first
        && !key.ends_with('-')
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
