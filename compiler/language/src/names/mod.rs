//! Which names a file declares, and what each stands for.
//!
//! Sources and filters share one scope, because `from` and `on` name either; triggers, buses and types have one each. The
//! filters and triggers of a sensor are known in it alone.

mod collect;
pub mod kubernetes;

pub use collect::collect;

use crate::constants::Constant;
use crate::syntax::ast::{
    Bus, Event, EventBody, Filter, Group, Header, Ident, Item, OnFailure, Sensor, Source, SourceBody, Span,
    Text, TextPart, Trigger, TypeItem,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// An item and its syntax.
#[derive(Clone, Copy, Debug)]
pub struct Declared<'a, T> {
    /// With the documentation comment and the span.
    pub item: &'a Item,
    /// What it declares.
    pub what: &'a T,
}

/// The items of a file that are built, without those whose name was taken.
#[derive(Debug, Default)]
pub struct Program<'a> {
    /// `pipeline NAME { … }`
    pub header: Option<&'a Header>,
    /// In the order of the file.
    pub buses: Vec<Declared<'a, Bus>>,
    /// In the order of the file.
    pub sources: Vec<Declared<'a, Source>>,
    /// Those of each sensor together, in the order of the file.
    pub filters: Vec<Declared<'a, Filter>>,
    /// Those of each sensor together, in the order of the file.
    pub triggers: Vec<Declared<'a, Trigger>>,
    /// First what stands outside all sensors, then the sensors in the order of the file.
    pub sensors: Vec<Members<'a>>,
    /// In the order of the file.
    pub types: Vec<&'a TypeItem>,
    /// In the order of the file.
    pub constants: Vec<Constant>,
    /// Aliases that nothing reads, each with the span that has the `as`, too.
    pub unused_aliases: Vec<(Ident, Span)>,
    /// What the names stand for.
    pub names: Names<'a>,
}

/// What belongs to one sensor.
#[derive(Debug, Default)]
pub struct Members<'a> {
    /// `sensor NAME { … }`; none of what stands outside all of them.
    pub block: Option<Declared<'a, Sensor>>,
    /// Of [`Program::filters`].
    pub filters: Range<usize>,
    /// Of [`Program::triggers`].
    pub triggers: Range<usize>,
    /// Its filters: index into [`Program::filters`].
    pub names: BTreeMap<&'a str, usize>,
}

/// What names stand for.
#[derive(Debug, Default)]
pub struct Names<'a> {
    /// Index into [`Program::sources`].
    pub sources: BTreeMap<&'a str, usize>,
    /// Index into [`Program::buses`].
    pub buses: BTreeMap<&'a str, usize>,
    /// Declared by a construct that is not built or was refused: nothing is said about their use.
    pub unbuilt: BTreeSet<&'a str>,
    /// Types that are declared twice: which one is meant is unknown.
    pub doubtful: BTreeSet<&'a str>,
    /// A file is taken in without a name of its own, so any name may be one of its.
    pub open: bool,
}

/// What `from` and `on` may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Index into [`Program::sources`].
    Source(usize),
    /// Index into [`Program::filters`].
    Filter(usize),
}

impl<'a> Program<'a> {
    /// What `from` or `on` names with a word in a sensor.
    pub fn stream(&self, sensor: usize, name: &str) -> Option<(&'a str, Stream)> {
        let filter = self.sensors.get(sensor).and_then(|members| members.names.get_key_value(name));
        let filter = filter.map(|(name, index)| (*name, Stream::Filter(*index)));
        let source =
            || self.names.sources.get_key_value(name).map(|(name, index)| (*name, Stream::Source(*index)));
        filter.or_else(source)
    }

    /// The sensor that a filter belongs to.
    pub fn sensor_of(&self, filter: usize) -> usize {
        self.sensors.partition_point(|members| members.filters.end <= filter)
    }
}

impl<'a> Names<'a> {
    /// Whether nothing may be said about a name that is not known.
    pub fn excuses(&self, name: &str) -> bool {
        self.open || self.unbuilt.contains(name)
    }
}

/// The name under which an item appears in what is emitted: what `named` says, or its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emitted<'a> {
    /// The name.
    pub name: &'a str,
    /// Where it is written.
    pub span: Span,
    /// It stands in quotes behind `named`.
    pub quoted: bool,
}

impl<'a> Emitted<'a> {
    /// What `named` says is text without values, or was reported.
    fn of(own: &'a Ident, named: Option<&'a Text>) -> Emitted<'a> {
        let text = named.and_then(|text| match text.parts.as_slice() {
            [TextPart::Literal(name)] => Some((name.as_str(), text.span)),
            [] => Some(("", text.span)),
            _ => None,
        });
        match text {
            Some((name, span)) => Emitted { name, span, quoted: true },
            None => Emitted::own(own),
        }
    }

    /// A name that nothing stands beside.
    pub fn own(own: &'a Ident) -> Emitted<'a> {
        Emitted { name: &own.value, span: own.span, quoted: false }
    }

    /// How another name would be written in its place.
    pub fn written(&self, name: &str) -> String {
        if self.quoted { format!("\"{name}\"") } else { name.to_owned() }
    }
}

macro_rules! emitted {
    ($($item:ident)*) => {
        $(impl $item {
            /// The name under which it is emitted.
            pub fn emitted(&self) -> Emitted<'_> {
                Emitted::of(&self.name, self.named.as_ref())
            }
        })*
    };
}

emitted! { Bus Event Filter OnFailure Sensor Source Trigger }

/// One event of a source, whichever form the source has.
#[derive(Clone, Copy, Debug)]
pub struct EventRef<'a> {
    /// Index within the source.
    pub index: usize,
    /// Name within the source.
    pub name: &'a str,
    /// The name under which it is emitted.
    pub emitted: Emitted<'a>,
    /// Kind and fields.
    pub body: &'a EventBody,
    /// The syntax, of an event in a group.
    pub grouped: Option<&'a Event>,
}

/// The events of a source, those with a repeated name once.
pub fn events<'a>(source: &'a Source) -> Vec<EventRef<'a>> {
    match &source.body {
        SourceBody::One(body) => {
            vec![EventRef {
                index: 0,
                name: &source.name.value,
                emitted: source.emitted(),
                body,
                grouped: None,
            }]
        }
        SourceBody::Group(Group { events, .. }) => {
            let mut seen = BTreeSet::new();
            let first = events.iter().filter(|event| seen.insert(event.name.value.as_str()));
            first
                .enumerate()
                .map(|(index, event)| EventRef {
                    index,
                    name: &event.name.value,
                    emitted: event.emitted(),
                    body: &event.body,
                    grouped: Some(event),
                })
                .collect()
        }
    }
}
