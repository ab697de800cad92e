//! A filter as it is executed: nodes in one list, with every name resolved.

use crate::jq::builtins::Native;
use crate::value::Value;

/// Where a node is in [`Program::nodes`].
pub(super) type NodeId = u32;

/// How many bindings lie between a use and what it means: 0 is the innermost.
pub(super) type Distance = u32;

/// A filter and all functions that it may call.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(super) nodes: Vec<Node>,
    pub(super) defs: Vec<Def>,
    pub(super) root: NodeId,
}

/// A function: its parameters are bound as closures, the last one innermost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Def {
    pub(super) body: NodeId,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    Identity,
    Literal(Value),
    Variable(Distance),
    /// `target[key]`; the outer loop is that of the key.
    Index {
        target: NodeId,
        key: NodeId,
    },
    Slice {
        target: NodeId,
        from: Option<NodeId>,
        to: Option<NodeId>,
    },
    /// `target[]`
    Each(NodeId),
    Pipe(NodeId, NodeId),
    Comma(NodeId, NodeId),
    Negate(NodeId),
    Binary {
        op: Op,
        left: NodeId,
        right: NodeId,
    },
    And(NodeId, NodeId),
    Or(NodeId, NodeId),
    /// `a // b`
    Alternative(NodeId, NodeId),
    If {
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
    },
    /// `body?`, `try body catch handler`
    Try {
        body: NodeId,
        handler: Option<NodeId>,
    },
    /// `source as $x | body`
    Bind {
        source: NodeId,
        body: NodeId,
    },
    /// `keeps`: an update may give nothing, so the state before it has to be kept.
    Reduce {
        source: NodeId,
        init: NodeId,
        update: NodeId,
        keeps: bool,
    },
    Foreach {
        source: NodeId,
        init: NodeId,
        update: NodeId,
        extract: Option<NodeId>,
    },
    /// A function within `body`; it sees itself.
    Local(NodeId),
    Label(NodeId),
    Break(Distance),
    List(Option<NodeId>),
    Object(Vec<(NodeId, NodeId)>),
    /// Text with values in it.
    Text {
        format: Format,
        parts: Vec<NodeId>,
    },
    /// A parameter.
    Closure(Distance),
    CallLocal {
        def: u32,
        at: Distance,
        args: Vec<NodeId>,
    },
    CallGlobal {
        def: u32,
        args: Vec<NodeId>,
    },
    /// A function of this crate over values; the outer loop is that of the last argument.
    Native {
        native: Native,
        args: Vec<NodeId>,
    },
    Empty,
    /// `path(f)`
    Path(NodeId),
    /// `getpath(p)`
    GetPath(NodeId),
    /// `paths |= f`
    Modify {
        paths: NodeId,
        update: NodeId,
    },
    /// The first so many outputs of `body`.
    Limit {
        count: NodeId,
        body: NodeId,
    },
    /// All but the first so many outputs of `body`.
    Skip {
        count: NodeId,
        body: NodeId,
    },
    /// `range(from; to; by)`
    Range {
        from: NodeId,
        to: NodeId,
        by: NodeId,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// How a value is written into text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Json,
    Html,
    Uri,
    Urid,
    Csv,
    Tsv,
    Sh,
    Base64,
    Base64d,
}

impl Format {
    pub(super) fn named(name: &str) -> Option<Format> {
        Some(match name {
            "text" => Format::Text,
            "json" => Format::Json,
            "html" => Format::Html,
            "uri" => Format::Uri,
            "urid" => Format::Urid,
            "csv" => Format::Csv,
            "tsv" => Format::Tsv,
            "sh" => Format::Sh,
            "base64" => Format::Base64,
            "base64d" => Format::Base64d,
            _ => return None,
        })
    }
}
