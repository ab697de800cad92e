//! `bus`

use super::Check;
use super::fields::Braces;
use crate::compile::Target;
use crate::diagnostics::problems::{kinds, names as problems, targets};
use crate::diagnostics::similar;
use crate::names::kubernetes;
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
                self.fit_for_object(&bus.name, Some(kubernetes::LONGEST_BUS));
                let config = match self.bus_kind(&bus.kind) {
                    Some(kind) => {
                        if let Some(block) = &bus.block {
                            self.block_extras(block);
                        }
                        let name = format!("`{}`", kind.name);
                        let braces = Braces::of_block(bus.block.as_ref(), bus.kind.span, &name);
                        self.constants(&braces, kind.block)
                    }
                    None => Json::Null,
                };
                Bus {
                    name: bus.name.value.clone(),
                    kind: bus.kind.value.clone(),
                    config,
                    description: item.doc.clone(),
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
    pub(super) fn fit_for_object(&mut self, name: &Ident, longest: Option<usize>) {
        let at = self.reports.at(name.span);
        if let Some(why) = kubernetes::label_name(&name.value) {
            let meant = kubernetes::mended(&name.value);
            self.reports.add(problems::unfit_name(at, &name.value, why, meant.as_deref()));
        } else if let Some(longest) = longest.filter(|longest| name.value.len() > *longest) {
            self.reports.add(problems::too_long_to_extend(at, &name.value, longest));
        }
    }
}
