//! Names that nothing refers to.

use super::Check;
use crate::diagnostics::problems::lints;
use crate::names::events;
use crate::syntax::ast::{SourceBody, Span};

impl Check<'_> {
    /// Warns of filters and events that nothing uses. A file with errors is left alone: a use may be among them.
    pub(super) fn unused(&mut self) {
        if self.reports.has_errors() || self.program.names.open {
            return;
        }
        let program = self.program;
        let sources = program.sources.iter().filter(|declared| !declared.what.external).count();
        if sources + program.filters.len() + program.triggers.len() + program.buses.len() == 0 {
            let name = program.header.and_then(|header| header.name.as_ref());
            let at = self.reports.at(name.map_or(Span::default(), |name| name.span));
            self.reports.add(lints::does_nothing(at));
        }
        for (index, declared) in program.filters.iter().enumerate() {
            let name = &declared.what.name;
            if !self.used.filters.contains(&index) {
                let at = self.reports.at(name.span);
                self.reports.add(lints::unused(at, "filter", &name.value));
            }
        }
        // The bus `default` is used wherever none is named.
        let takes_part = sources + program.filters.len() + program.triggers.len() > 0;
        for declared in program.buses.iter().filter(|_| takes_part) {
            let name = &declared.what.name;
            if declared.what.emitted().name != "default" && !self.used.buses.contains(name.value.as_str()) {
                let at = self.reports.at(name.span);
                self.reports.add(lints::unused(at, "bus", &name.value));
            }
        }
        for declared in &program.types {
            let name = &declared.name;
            if !self.types.used.contains(name.value.as_str()) {
                let at = self.reports.at(name.span);
                self.reports.add(lints::unused(at, "type", &name.value));
            }
        }
        for (name, whole) in &program.unused_aliases {
            let at = self.reports.at(name.span);
            self.reports.add(lints::unused_alias(at, *whole, &name.value));
        }
        for constant in self.program.constants.iter().filter(|constant| !constant.used) {
            let at = self.reports.at(constant.name.span);
            self.reports.add(lints::unused(at, "constant", &constant.name.value));
        }
        // A file may hold sources alone, for the sensors of others.
        let consumes = !program.filters.is_empty() || !program.triggers.is_empty();
        for (index, declared) in program.sources.iter().enumerate() {
            let source = declared.what;
            let events = events(source);
            let unused: Vec<_> =
                events.iter().filter(|event| !self.used.events.contains(&(index, event.index))).collect();
            let at = self.reports.at(source.name.span);
            if unused.len() == events.len() {
                if consumes || source.external {
                    self.reports.add(lints::unused(at, "source", &source.name.value));
                }
            } else if source.external && matches!(source.body, SourceBody::Group(_)) {
                for event in unused {
                    if let Some(syntax) = event.grouped {
                        let at = self.reports.at(syntax.name.span);
                        self.reports.add(lints::unused(at, "event", event.name));
                    }
                }
            }
        }
    }
}
