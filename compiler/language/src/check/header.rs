//! The header, and the name that the pipeline has without one.

use super::Check;
use super::fields::Braces;
use crate::diagnostics::problems::{kinds, names as problems, structure};
use crate::names::{Emitted, kubernetes};
use crate::syntax::ast::Span;
use aev_catalogue::{Block, HEADER};
use aev_plan::Plan;
use aev_plan::json::Json;
use aev_plan::model::{Delivery, Raw, Workload};
use std::collections::BTreeMap;

/// What the header says for all objects.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    pub bus: Option<String>,
    pub deliver: Delivery,
    pub service_account: Option<String>,
    /// The template of the sensors' pods.
    pub pod: Option<Json>,
    /// For the sensor that is named like the pipeline.
    pub raw: Option<Raw>,
}

impl Check<'_> {
    /// The plan's own fields, and what the header says for sources and triggers.
    pub(super) fn header(&mut self, stem: &str) -> (Plan, Defaults) {
        let mut plan = Plan::default();
        let mut defaults = Defaults::default();
        let Some(header) = self.program.header else {
            if let Some(why) = kubernetes::label_name(stem) {
                let at = self.reports.at(Span::default());
                self.reports.add(problems::unfit_stem(at, stem, why, kubernetes::mended(stem).as_deref()));
            }
            plan.name = stem.to_owned();
            return (plan, defaults);
        };
        plan.description.clone_from(&header.doc);
        if let Some(name) = &header.name {
            self.fit_for_object(Emitted::own(name), None);
            plan.name.clone_from(&name.value);
        }
        let Some(block) = &header.block else { return (plan, defaults) };
        self.no_verify(block, "the header", &HEADER);
        defaults.raw = self.raw(block.raw.as_ref());
        let outside = self.program.sensors.first().is_some_and(|members| !members.triggers.is_empty());
        if let (Some(raw), false) = (&block.raw, outside) {
            let at = self.reports.at(raw.span);
            self.reports.add(structure::raw_without_sensor(at));
        }
        let owner = header.name.as_ref().map_or(header.span, |name| name.span);
        let braces = Braces::of_block(Some(block), owner, "the header");
        let fields = self.fields(&braces, &HEADER, |check, field, syntax| {
            match field.name {
                "labels" => check.labels(&syntax.value),
                "annotations" => check.annotations(&syntax.value),
                _ => {}
            }
            check.field_constant(field, syntax)
        });
        for written in fields {
            match written.field.name {
                "namespace" => plan.namespace = text(written.value),
                "labels" => plan.labels = texts(written.value),
                "annotations" => plan.annotations = texts(written.value),
                "bus" => defaults.bus = text(written.value),
                "deliver" if written.value.as_str() == Some("at-most-once") => {
                    defaults.deliver = Delivery::AtMostOnce;
                }
                "pod" => defaults.pod = Some(written.value),
                "serviceAccount" => defaults.service_account = text(written.value),
                _ => {}
            }
        }
        (plan, defaults)
    }

    /// `verify`, which only the block of a source has.
    pub(super) fn no_verify(&mut self, block: &crate::syntax::ast::Block, owner: &str, known: &Block) {
        if let Some(verify) = &block.verify {
            let names: Vec<&str> = known.fields.iter().map(|field| field.name).collect();
            let at = self.reports.at(verify.span);
            self.reports.add(kinds::unknown_field(at, owner, "verify", &names, None));
        }
    }
}

/// The text of a constant.
pub(super) fn text(value: Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text),
        _ => None,
    }
}

/// What a field of a source or a sensor says of its object and its pods.
pub(super) fn set_workload(workload: &mut Workload, field: &str, value: Json) {
    match field {
        "namespace" => workload.namespace = text(value),
        "labels" => workload.labels = texts(value),
        "annotations" => workload.annotations = texts(value),
        "replicas" => workload.replicas = number(&value),
        "pod" => workload.pod = Some(value),
        _ => {}
    }
}

/// The integer of a constant.
pub(super) fn number(value: &Json) -> Option<i64> {
    match value {
        Json::Number(number) => number.as_i64(),
        _ => None,
    }
}

/// The members of a constant that are text.
pub(super) fn texts(value: Json) -> BTreeMap<String, String> {
    match value {
        Json::Object(members) => {
            members.into_iter().filter_map(|(key, value)| Some((key, text(value)?))).collect()
        }
        _ => BTreeMap::new(),
    }
}
