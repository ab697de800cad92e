//! What Kubernetes takes of labels and annotations.

use super::{Check, bare};
use crate::diagnostics::problems::kinds;
use crate::names::kubernetes;
use crate::syntax::ast::{Entry, Expr, ExprKind, Field};
use crate::types::declared::constant_text;

/// All annotations of an object together, keys included, in bytes.
const ANNOTATIONS: usize = 256 << 10;

impl Check<'_> {
    /// Labels that Kubernetes takes; that they are text is checked elsewhere.
    pub(super) fn labels(&mut self, value: &Expr) {
        for field in fields(value) {
            if let Some(why) = kubernetes::label_key(&field.key.value) {
                let at = self.reports.at(field.key.span);
                self.reports.add(kinds::malformed(at, "the key of a label", &field.key.value, why, None));
            }
            if let Some(text) = constant_text(&field.value)
                && let Some(why) = kubernetes::label_value(&text)
            {
                let at = self.reports.at(field.value.span);
                self.reports.add(kinds::malformed(at, "the value of a label", &text, why, None));
            }
        }
    }

    /// Annotations that Kubernetes takes.
    pub(super) fn annotations(&mut self, value: &Expr) {
        let mut bytes = 0;
        for field in fields(value) {
            if let Some(why) = kubernetes::label_key(&field.key.value) {
                let at = self.reports.at(field.key.span);
                self.reports.add(kinds::malformed(
                    at,
                    "the key of an annotation",
                    &field.key.value,
                    why,
                    None,
                ));
            }
            bytes += field.key.value.len() + constant_text(&field.value).map_or(0, |text| text.len());
        }
        if bytes > ANNOTATIONS {
            let at = self.reports.at(value.span);
            self.reports.add(kinds::past_limit(at, "annotations of an object", bytes, ANNOTATIONS));
        }
    }

    /// The labels and annotations of objects that triggers create.
    pub(super) fn metadata_of_objects(&mut self) {
        let program = self.program;
        for trigger in &program.triggers {
            let body = &trigger.what.body;
            let fallbacks = body.on_failure.iter().flat_map(|failure| &failure.body.actions);
            for action in body.actions.iter().chain(fallbacks) {
                let Some(object) = action.object.as_ref().filter(|_| action.name.value.starts_with("k8s."))
                else {
                    continue;
                };
                let metadata = object.entries.iter().find_map(|entry| member(entry, "metadata"));
                for field in metadata.into_iter().flat_map(fields) {
                    match field.key.value.as_str() {
                        "labels" => self.labels(&field.value),
                        "annotations" => self.annotations(&field.value),
                        _ => {}
                    }
                }
            }
        }
    }
}

fn member<'e>(entry: &'e Entry, name: &str) -> Option<&'e Expr> {
    match entry {
        Entry::Field(field) if field.key.value == name => Some(&field.value),
        _ => None,
    }
}

/// The fields of an object.
fn fields(value: &Expr) -> impl Iterator<Item = &Field> {
    let entries = match &bare(value).kind {
        ExprKind::Object(object) => object.entries.as_slice(),
        _ => &[],
    };
    entries.iter().filter_map(|entry| match entry {
        Entry::Field(field) => Some(field),
        Entry::Spread(_) => None,
    })
}
