//! What names mean where a filter is being read.

use super::syntax::Distance;
use std::sync::Arc;

/// The bindings around a place, the innermost last. At run time there is one link for each.
#[derive(Debug, Default)]
pub(super) struct Scope(Vec<Binding>);

#[derive(Clone, Debug)]
pub(super) enum Binding {
    Variable(Arc<str>),
    /// A value between a pattern and its parts.
    Hidden,
    Closure(Arc<str>),
    Function {
        name: Arc<str>,
        arity: usize,
        def: u32,
    },
    Label(Arc<str>),
}

impl Scope {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn push(&mut self, binding: Binding) {
        self.0.push(binding);
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    pub(super) fn split_off(&mut self, at: usize) -> Vec<Binding> {
        self.0.split_off(at)
    }

    pub(super) fn extend(&mut self, bindings: Vec<Binding>) {
        self.0.extend(bindings);
    }

    fn find(&self, fits: impl Fn(&Binding) -> bool) -> Option<(Distance, &Binding)> {
        self.0.iter().rev().enumerate().find(|(_, binding)| fits(binding)).map(|(d, b)| (d as Distance, b))
    }

    pub(super) fn variable(&self, wanted: &str) -> Option<Distance> {
        self.find(|binding| matches!(binding, Binding::Variable(name) if **name == *wanted)).map(|(d, _)| d)
    }

    pub(super) fn closure(&self, wanted: &str) -> Option<Distance> {
        self.find(|binding| matches!(binding, Binding::Closure(name) if **name == *wanted)).map(|(d, _)| d)
    }

    pub(super) fn label(&self, wanted: &str) -> Option<Distance> {
        self.find(|binding| matches!(binding, Binding::Label(name) if **name == *wanted)).map(|(d, _)| d)
    }

    /// A parameter or a function of a function.
    pub(super) fn callable(&self, wanted: &str, count: usize) -> Option<(Distance, &Binding)> {
        self.find(|binding| match binding {
            Binding::Closure(name) => count == 0 && **name == *wanted,
            Binding::Function { name, arity, .. } => *arity == count && **name == *wanted,
            _ => false,
        })
    }
}
