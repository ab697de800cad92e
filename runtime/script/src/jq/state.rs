//! What the machine holds: bindings, frames and choice points.

use super::syntax::NodeId;
use crate::value::{List, Value};
use std::sync::Arc;

/// Where a binding is; [`NONE`] where there is none.
pub(super) type EnvId = u32;
/// Where a frame is; [`NONE`] when nothing is left to do.
pub(super) type FrameId = u32;
pub(super) const NONE: u32 = u32::MAX;

/// Where a value stands in the value that `path` began with.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// Nobody asks.
    Unasked,
    At(Arc<Vec<Value>>),
    /// It was computed, so it stands nowhere.
    Nowhere,
}

impl Place {
    /// The place of a value computed from one at this place.
    pub(super) fn lost(&self) -> Place {
        if matches!(self, Place::Unasked) { Place::Unasked } else { Place::Nowhere }
    }
}

/// A value on its way.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) value: Value,
    pub(super) place: Place,
}

impl Item {
    pub(super) fn unasked(value: Value) -> Item {
        Item { value, place: Place::Unasked }
    }

    /// Its value, where nobody asks for the place.
    pub(super) fn plain(&self) -> Item {
        Item::unasked(self.value.clone())
    }
}

/// A binding and the one around it.
#[derive(Debug)]
pub(super) struct Env {
    pub(super) bound: Bound,
    pub(super) outer: EnvId,
}

#[derive(Debug)]
pub(super) enum Bound {
    Variable(Value),
    /// A parameter: a part of the filter, and the bindings it sees.
    Closure(NodeId, EnvId),
    /// A function; only a mark, as its body and its name are known beforehand.
    Function,
    /// The number of a label's choice point.
    Label(u64),
}

/// What is to be done with a value.
#[derive(Clone, Debug)]
pub(super) enum Frame {
    /// Run a node on it.
    Then(NodeId, EnvId),
    /// It is the right side; run the left one.
    Left {
        node: NodeId,
        env: EnvId,
        input: Item,
    },
    /// It is the left side.
    Combine {
        node: NodeId,
        right: Value,
        input: Place,
    },
    /// It is a key; run the target.
    Key {
        node: NodeId,
        env: EnvId,
        input: Item,
    },
    /// It is what has this key.
    Member {
        key: Value,
    },
    /// It is an end of a slice; the second runs after the first.
    SliceTo {
        node: NodeId,
        env: EnvId,
        input: Item,
    },
    SliceFrom {
        node: NodeId,
        env: EnvId,
        input: Item,
        to: Value,
    },
    SliceOf {
        from: Value,
        to: Value,
    },
    Each,
    Negate,
    /// Left side of `and` or `or`.
    Decide {
        node: NodeId,
        env: EnvId,
        input: Item,
    },
    Truth {
        input: Place,
    },
    Choose {
        node: NodeId,
        env: EnvId,
        input: Item,
    },
    /// It leaves the body of a `try`, a `label` or an alternative with this choice point.
    LeaveTry(usize),
    LeaveLabel(usize),
    LeaveAlternative(usize),
    /// Bind it and run the body on the input.
    Bind {
        body: NodeId,
        env: EnvId,
        input: Item,
    },
    Collect(usize),
    ReduceInit {
        node: NodeId,
        env: EnvId,
        input: Item,
    },
    ReduceEach {
        node: NodeId,
        env: EnvId,
        fork: usize,
    },
    ReduceStore(usize),
    ForeachInit {
        node: NodeId,
        env: EnvId,
        input: Item,
    },
    ForeachEach {
        node: NodeId,
        env: EnvId,
        fork: usize,
    },
    ForeachStore {
        node: NodeId,
        env: EnvId,
        fork: usize,
    },
    /// It is the key or the value of a member, of which so many are done.
    ObjectKey {
        node: NodeId,
        env: EnvId,
        input: Item,
        done: Vec<(Arc<str>, Value)>,
    },
    ObjectValue {
        node: NodeId,
        env: EnvId,
        input: Item,
        done: Vec<(Arc<str>, Value)>,
        key: Arc<str>,
    },
    TextPart {
        node: NodeId,
        env: EnvId,
        input: Item,
        done: Vec<Arc<str>>,
    },
    /// It is an argument; those after it are done, the last one first.
    Argument {
        node: NodeId,
        env: EnvId,
        input: Item,
        done: Vec<Value>,
    },
    PathEnd {
        outer: Place,
    },
    PathKey {
        input: Item,
    },
    ModifyEach {
        node: NodeId,
        env: EnvId,
        fork: usize,
    },
    ModifyStore(usize),
    Count {
        node: NodeId,
        env: EnvId,
        input: Item,
    },
    Counted(usize),
}

/// What else can be tried, and how much there was when it was left behind.
#[derive(Debug)]
pub(super) struct Fork {
    pub(super) choice: Choice,
    pub(super) frames: usize,
    pub(super) envs: usize,
}

#[derive(Debug)]
pub(super) enum Choice {
    Run {
        node: NodeId,
        env: EnvId,
        input: Item,
        next: FrameId,
    },
    Items {
        list: Arc<List>,
        at: usize,
        place: Place,
        next: FrameId,
    },
    Members {
        members: std::vec::IntoIter<(Arc<str>, Value)>,
        place: Place,
        next: FrameId,
    },
    Range {
        at: f64,
        to: f64,
        by: f64,
        place: Place,
        next: FrameId,
    },
    Collect {
        items: Vec<Value>,
        place: Place,
        next: FrameId,
    },
    Reduce {
        state: Option<Item>,
        next: FrameId,
    },
    Foreach {
        state: Item,
    },
    Label(u64),
    Try {
        node: NodeId,
        env: EnvId,
        input: Item,
        next: FrameId,
    },
    /// What was left by a value; errors that come later are none of its business.
    Left(usize),
    Alternative {
        found: bool,
        node: NodeId,
        env: EnvId,
        input: Item,
        next: FrameId,
    },
    Modify {
        state: Value,
        deleted: Vec<Value>,
        place: Place,
        next: FrameId,
    },
    ModifyOne {
        whole: usize,
        path: Value,
    },
    Limit {
        left: u64,
    },
    Skip {
        left: u64,
    },
}
