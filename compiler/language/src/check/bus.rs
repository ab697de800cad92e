//! `bus`

use super::Check;
use super::fields::Braces;
use crate::compile::Target;
use crate::diagnostics::problems::{kinds, names as problems, targets};
use crate::diagnostics::similar;
use crate::names::{Emitted, kubernetes};
use crate::syntax::ast::Ident;
use aev_catalogue::{BUSES, BusKind};
use aev_plan::json::Json;
use aev_plan::model::Bus;

impl<'a> Check<'a> {
    /// The buses of the file.
    pub(super) fn buses(&mut self) -> Vec<Bus> {
        let program = self.program;
        program
            .buses
            .iter()
            .map(|declared| {
                let (item, bus) = (declared.item, declared.what);
                self.fit_for_object(bus.emitted(), Some(kubernetes::LONGEST_BUS));
                let raw = self.raw(bus.block.as_ref().and_then(|block| block.raw.as_ref()));
                let config = match self.bus_kind(&bus.kind) {
                    Some(kind) => {
                        let name = format!("`{}`", kind.name);
                        if let Some(block) = &bus.block {
                            self.no_verify(block, &name, kind.block);
                        }
                        let braces = Braces::of_block(bus.block.as_ref(), bus.kind.span, &name);
                        self.constants(&braces, kind.block)
                    }
                    None => Json::Null,
                };
                Bus {
                    name: bus.emitted().name.to_owned(),
                    kind: bus.kind.value.clone(),
                    config,
                    description: item.doc.clone(),
                    raw,
                    origin: self.reports.origin(bus.name.span),
                }
            })
            .collect()
    }

    fn bus_kind(&mut self, kind: &Ident) -> Option<&'static BusKind> {
        let name = kind.value.as_str();
        let at = self.reports.at(kind.span);
        let Some(known) = aev_catalogue::bus(name) else {
            let names: Vec<&str> = BUSES.iter().map(|kind| kind.name).collect();
            let meant = similar(name, names.iter().copied());
            self.reports.add(kinds::unknown_kind(at, "bus", name, &meant, &names));
            return None;
        };
        if !known.targets.runtime.accepts() {
            self.refused(Target::Plan, targets::bus_is_another_in_runtime(at, name));
        }
        if let Some(why) = known.argo_warning {
            self.refused(Target::Argo, targets::ignored(at, name, why));
        }
        Some(known)
    }

    /// The name of an item that becomes the name of an object, and perhaps part of a longer one.
    pub(super) fn fit_for_object(&mut self, emitted: Emitted<'_>, longest: Option<usize>) {
        // A name that could not be read, or is empty, has been reported.
        if emitted.name.is_empty() {
            return;
        }
        let at = self.reports.at(emitted.span);
        if let Some(why) = kubernetes::label_name(emitted.name) {
            let meant = kubernetes::mended(emitted.name).map(|meant| emitted.written(&meant));
            self.reports.add(problems::unfit_name(at, emitted.name, why, meant));
        } else if let Some(longest) = longest.filter(|longest| emitted.name.len() > *longest) {
            self.reports.add(problems::too_long_to_extend(at, emitted.name, longest));
        }
    }
}
