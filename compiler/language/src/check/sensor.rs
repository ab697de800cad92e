//! `sensor`, and the one of what stands outside all of them.

use super::Check;
use super::filter::{self, CheckedFilter};
use super::header::{Defaults, set_workload, text};
use super::source::CheckedSource;
use crate::diagnostics::problems::{lints, names as problems, sensors};
use crate::names::{Declared, Members};
use crate::syntax::ast::{self, ItemKind, Span};
use aev_catalogue::SENSOR;
use aev_plan::model::{self, Delivery, Predicate, Sensor, Stream};
use aev_plan::origin::Origin;
use std::collections::{BTreeMap, BTreeSet};

impl<'a> Check<'a> {
    /// The sensors of the file, that of what stands outside all blocks first.
    pub(super) fn sensors(
        &mut self,
        pipeline: &str,
        defaults: &Defaults,
        sources: &[CheckedSource],
        filters: &[CheckedFilter],
    ) -> Vec<Sensor> {
        let program = self.program;
        let depths = depths(filters);
        let mut checked = Vec::new();
        for (index, members) in program.sensors.iter().enumerate() {
            self.sensor = index;
            let Some(mut sensor) = self.begun(members, pipeline, defaults) else { continue };
            let deliver = match &members.block {
                Some(block) => self.fields_of_sensor(block.what, &mut sensor, defaults.deliver),
                None => defaults.deliver,
            };
            let declared = program.triggers.get(members.triggers.clone()).unwrap_or_default();
            let (triggers, wanted) = self.triggers(declared, deliver, sources, filters);
            sensor.triggers = triggers;
            let own = filters.get(members.filters.clone()).unwrap_or_default();
            let depths = depths.get(members.filters.clone()).unwrap_or_default();
            sensor.streams = self.streams(&wanted, sources, own, depths);
            self.distinct(&sensor.streams);
            checked.push(sensor);
        }
        self.sensor = 0;
        // A bus that does not exist has been reported.
        if !self.reports.has_errors() {
            let own = sources.iter().map(|source| &source.plan).filter(|source| !source.external);
            let own = own.map(|source| (source.name.as_str(), source)).collect();
            checked.iter().for_each(|sensor| self.one_bus(sensor, &own));
        }
        checked
    }

    /// A sensor without its fields, filters and triggers; none of what stands outside the blocks if nothing does.
    fn begun(&mut self, members: &Members<'a>, pipeline: &str, defaults: &Defaults) -> Option<Sensor> {
        let program = self.program;
        let trigger = program.triggers.get(members.triggers.clone()).and_then(<[_]>::first);
        let filter = program.filters.get(members.filters.clone()).and_then(<[_]>::first);
        let outside = trigger
            .map(|trigger| trigger.what.name.span)
            .or_else(|| filter.map(|filter| filter.what.name.span));
        let span = match &members.block {
            Some(block) => {
                self.named_sensor(block, pipeline, trigger.is_none());
                block.what.name.span
            }
            None => {
                let header = program.header.and_then(|header| header.name.as_ref());
                header.map_or(outside?, |name| name.span)
            }
        };
        let own = members.block.as_ref();
        let raw = match own {
            Some(block) => self.raw(block.what.raw.as_ref()),
            None => defaults.raw.clone(),
        };
        Some(Sensor {
            name: own.map_or(pipeline, |block| block.what.emitted().name).to_owned(),
            bus: defaults.bus.clone(),
            service_account: defaults.service_account.clone(),
            streams: Vec::new(),
            triggers: Vec::new(),
            workload: model::Workload { pod: defaults.pod.clone(), ..model::Workload::default() },
            description: own.and_then(|block| block.item.doc.clone()),
            raw,
            origin: self.reports.origin(span),
        })
    }

    /// The name of a sensor, and that it does something.
    fn named_sensor(&mut self, block: &Declared<'a, ast::Sensor>, pipeline: &str, idle: bool) {
        let sensor = block.what;
        self.fit_for_object(sensor.emitted(), None);
        let at = self.reports.at(sensor.emitted().span);
        let outside = self.program.sensors.first().and_then(|members| {
            let trigger = self.program.triggers.get(members.triggers.clone())?.first();
            let filter = || self.program.filters.get(members.filters.clone())?.first();
            let name = trigger.map(|trigger| &trigger.what.name).or_else(|| Some(&filter()?.what.name))?;
            Some(self.reports.at(name.span))
        });
        if let Some(outside) = outside.filter(|_| sensor.emitted().name == pipeline) {
            self.reports.add(sensors::like_the_pipeline(at, outside, pipeline));
        }
        // A trigger may be among what could not be read.
        let whole = sensor.items.iter().all(|item| matches!(item.kind, ItemKind::Filter(_)));
        if idle && whole && !self.reports.any_within(block.item.span) {
            let at = self.reports.at(sensor.name.span);
            self.reports.add(sensors::without_trigger(at, &sensor.name.value));
        }
    }

    /// The fields beside filters and triggers; what they say of delivery, which is the header's unless said.
    fn fields_of_sensor(
        &mut self,
        block: &'a ast::Sensor,
        sensor: &mut Sensor,
        deliver: Delivery,
    ) -> Delivery {
        let mut deliver = deliver;
        for (name, value) in self.fields_beside(&block.fields, &SENSOR, "a sensor", |_, _| false) {
            match name {
                "bus" => sensor.bus = text(value),
                "serviceAccount" => sensor.service_account = text(value),
                "deliver" => {
                    deliver = match value.as_str() {
                        Some("at-most-once") => Delivery::AtMostOnce,
                        _ => Delivery::AtLeastOnce,
                    };
                }
                _ => set_workload(&mut sensor.workload, name, value),
            }
        }
        deliver
    }

    /// Warns of sources whose events never reach a sensor, because they go onto another bus.
    fn one_bus(&mut self, sensor: &Sensor, sources: &BTreeMap<&str, &model::Source>) {
        let read = sensor.streams.iter().filter_map(|stream| match &stream.from {
            model::From::Event { source, .. } => Some(source.as_str()),
            model::From::Stream(_) => None,
        });
        let read: BTreeSet<&str> = read.collect();
        for source in read.into_iter().filter_map(|name| sources.get(name)) {
            let called = |bus: &Option<String>| bus.as_deref().unwrap_or("default").to_owned();
            let (own, other) = (called(&sensor.bus), called(&source.bus));
            if own != other {
                let place = |origin: Origin| self.reports.at(Span { start: origin.start, end: origin.end });
                let (at, from) = (place(sensor.origin), place(source.origin));
                self.reports.add(lints::other_bus(at, from, &source.name, &own, &other));
            }
        }
    }

    /// Reports streams that have one name.
    fn distinct(&mut self, streams: &[Stream]) {
        let called = |stream: &Stream| match &stream.from {
            model::From::Event { source, event } if !stream.declared => {
                format!("the event `{source}.{event}`")
            }
            _ => format!("the filter `{}`", stream.name),
        };
        let mut seen: BTreeMap<&str, &Stream> = BTreeMap::new();
        for stream in streams {
            match seen.get(stream.name.as_str()) {
                // Their names have been reported: those of two filters, or of two sources that are emitted as one.
                Some(first)
                    if first.declared == stream.declared
                        && (stream.declared || first.from == stream.from) => {}
                Some(first) => {
                    let place = |stream: &Stream| {
                        let origin = stream.origin;
                        self.reports.at(Span { start: origin.start, end: origin.end })
                    };
                    let (this, other) = (called(stream), called(first));
                    let problem =
                        problems::same_stream(place(stream), place(first), &this, &other, &stream.name);
                    self.reports.add(problem);
                }
                None => {
                    seen.insert(&stream.name, stream);
                }
            }
        }
    }

    /// Its filters, and the events that its triggers name: in the order of the file, each after what it refines.
    fn streams(
        &self,
        wanted: &[filter::Origin],
        sources: &[CheckedSource],
        filters: &[CheckedFilter],
        depths: &[usize],
    ) -> Vec<Stream> {
        let mut found: BTreeMap<(usize, Span), Stream> = BTreeMap::new();
        // A filter that no trigger uses has a verdict all the same.
        for (filter, depth) in filters.iter().zip(depths) {
            let origin = &filter.stream.origin;
            let place = Span { start: origin.start, end: origin.end };
            found.insert((*depth, place), filter.stream.clone());
        }
        for origin in wanted {
            if let filter::Origin::Event(source, event) = *origin {
                let Some(plan) = sources.get(source).and_then(|source| source.plan.events.get(event)) else {
                    continue;
                };
                let origin_of = plan.origin;
                let stream = Stream {
                    name: self.stream_name(*origin, sources),
                    from: self.plan_from(Some(*origin), sources),
                    transform: None,
                    predicate: Predicate::Always,
                    declared: false,
                    description: plan.description.clone(),
                    raw: None,
                    origin: origin_of,
                };
                found.insert((0, Span { start: origin_of.start, end: origin_of.end }), stream);
            }
        }
        found.into_values().collect()
    }
}

/// How many filters each filter refines.
fn depths(filters: &[CheckedFilter]) -> Vec<usize> {
    let mut depths: Vec<Option<usize>> = vec![None; filters.len()];
    for index in 0..filters.len() {
        // Up to one whose depth is known; a chain is no longer than there are filters.
        let mut chain = Vec::new();
        let mut next = Some(index);
        let mut depth = 0;
        while let Some(current) = next.filter(|_| chain.len() < filters.len()) {
            if let Some(Some(known)) = depths.get(current) {
                depth = known + 1;
                break;
            }
            chain.push(current);
            next = match filters.get(current).map(|filter| filter.from) {
                Some(Some(filter::Origin::Filter(parent))) => Some(parent),
                _ => None,
            };
        }
        for current in chain.into_iter().rev() {
            if let Some(known) = depths.get_mut(current) {
                *known = Some(depth);
            }
            depth += 1;
        }
    }
    depths.into_iter().map(Option::unwrap_or_default).collect()
}
