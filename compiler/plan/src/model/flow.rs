//! How the firings of a trigger are told apart, held back and put together: what only the aev runtime can do.
//!
//! In this order, whatever the order in which they were written: [`Match`] tells events apart by a key, the condition and
//! [`Within`] make firings, [`Count`] lets every n-th of them through, [`After`] waits for what must not come,
//! [`Debounce`] or [`Batch`] makes one of several, and [`OrderBy`] says which of them run one after another.

use super::Binding;
use crate::duration::GoDuration;
use crate::expr::{Expr, Path};
use crate::origin::Origin;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// What a trigger says about its firings; most say nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Flow {
    /// What makes events belong together; without it all do.
    #[serde(default, rename = "match", skip_serializing_if = "Option::is_none")]
    pub matching: Option<Match>,
    /// How far apart the events of one firing may lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
    /// How many firings stand for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
    /// What a firing waits for, and what cancels it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<After>,
    /// How long none may follow a firing before it acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debounce: Option<Debounce>,
    /// How many firings become one action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Batch>,
    /// Which actions run one after another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_by: Option<OrderBy>,
    /// The trigger takes no events: they stay on the bus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspend: Option<Suspend>,
}

impl Flow {
    /// One that says nothing.
    pub const PLAIN: &Flow = &Flow {
        matching: None,
        within: None,
        count: None,
        after: None,
        debounce: None,
        batch: None,
        order_by: None,
        suspend: None,
    };

    /// What either says; of two the own counts.
    #[must_use]
    pub fn over(self, other: Flow) -> Flow {
        Flow {
            matching: self.matching.or(other.matching),
            within: self.within.or(other.within),
            count: self.count.or(other.count),
            after: self.after.or(other.after),
            debounce: self.debounce.or(other.debounce),
            batch: self.batch.or(other.batch),
            order_by: self.order_by.or(other.order_by),
            suspend: self.suspend.or(other.suspend),
        }
    }

    /// It says nothing.
    pub fn is_plain(&self) -> bool {
        self == Flow::PLAIN
    }

    /// The words of it that are said, as a file has them, and where.
    pub fn said(&self) -> impl Iterator<Item = (&'static str, Origin)> {
        [
            self.matching.as_ref().map(|said| ("match", said.origin)),
            self.within.as_ref().map(|said| ("within", said.origin)),
            self.count.as_ref().map(|said| ("count", said.origin)),
            self.after.as_ref().map(|said| ("after", said.origin)),
            self.debounce.as_ref().map(|said| ("debounce", said.origin)),
            self.batch.as_ref().map(|said| ("batch", said.origin)),
            self.order_by.as_ref().map(|said| ("order-by", said.origin)),
            self.suspend.as_ref().map(|said| ("suspend", said.origin)),
        ]
        .into_iter()
        .flatten()
    }
}

/// `match`: the key of an event, which is what all its parts are. Everything that the trigger keeps it then keeps for each
/// key by itself. An event that lacks a part, or has null or something that is neither text, number nor boolean there,
/// never fires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// One at least.
    pub parts: Vec<KeyPart>,
    /// Where it is said.
    #[serde(default)]
    pub origin: Origin,
}

/// A part of a key: where each event has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyPart {
    /// One path for each stream of the condition, and for that of [`After`]: its event is the name of the binding.
    pub paths: Vec<Path>,
}

/// `within`: the events of one firing, or with [`Count`] of those that are counted, lie at most so far apart in event time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// How far; more than nought.
    pub window: GoDuration,
    /// Where it is said.
    #[serde(default)]
    pub origin: Origin,
}

/// `count`: fires at every n-th firing of the condition and begins again at nought; the names are the last events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// At which; from 2.
    pub firings: NonZeroU32,
    /// Where it is said.
    #[serde(default)]
    pub origin: Origin,
}

/// `after`: each firing waits until so long after the event time of its newest event, and is cancelled by another event
/// from in between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// How long; more than nought.
    pub wait: GoDuration,
    /// The event that must not come: its name in [`Match`], and its stream, which is none of the condition.
    pub without: Binding,
    /// Where it is said.
    #[serde(default)]
    pub origin: Origin,
}

/// `debounce`: a firing waits until none has followed for so long; only the last acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Debounce {
    /// How long; more than nought.
    pub quiet: GoDuration,
    /// Where it is said.
    #[serde(default)]
    pub origin: Origin,
}

/// `batch`: firings are collected and acted on once. In the action each name is the list of its events, in order of
/// arrival.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// At how many; from 2.
    pub size: NonZeroU32,
    /// How long after the first in any case; more than nought.
    pub wait: GoDuration,
    /// Where it is said.
    #[serde(default)]
    pub origin: Origin,
}

/// `order-by`: actions with the same value run one after another, in the order of their events. Absent and null are one
/// value of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderBy {
    /// Text, a number or a boolean.
    pub value: Expr,
    /// Where it is said.
    #[serde(default)]
    pub origin: Origin,
}

/// `suspend: true`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspend {
    /// Where it is said.
    #[serde(default)]
    pub origin: Origin,
}
