//! Words of the language that are neither kinds nor fields.

use crate::target::Targets;

/// A word of the language.
#[derive(Debug, PartialEq)]
pub struct Word {
    /// As written.
    pub name: &'static str,
    /// Which target can do it.
    pub targets: Targets,
    /// A plain sentence.
    pub doc: &'static str,
}

/// What begins an item of a file.
pub static ITEMS: &[Word] = &[
    word("pipeline", Targets::ALL, "The header: the name of the pipeline and defaults for its objects."),
    word("use", Targets::NOT_YET, "Takes in another file."),
    word("param", Targets::NOT_YET, "A value that is given from outside."),
    word("let", Targets::ALL, "A constant."),
    word("type", Targets::ALL, "A type with a name."),
    word("bus", Targets::ALL, "What carries events from sources to triggers."),
    word("source", Targets::ALL, "Where events come from."),
    word("external", Targets::ALL, "A source that somebody else owns: `external source`."),
    word("filter", Targets::ALL, "The events of a source, or of another filter, that pass."),
    word("trigger", Targets::ALL, "An action, and the events that cause it."),
    word("sensor", Targets::ALL, "Filters and triggers that form an object of their own."),
    word("for", Targets::NOT_YET, "Repeats items for each element of a list."),
    word("if", Targets::NOT_YET, "Items that depend on a constant."),
    word("test", Targets::NOT_YET, "Events to send and what to expect of them."),
];

/// What may stand between the names of an item and its braces.
pub static CLAUSES: &[Word] = &[
    word("named", Targets::ALL, "The name in Kubernetes, when it is no name in aev."),
    word("from", Targets::ALL, "What a filter reads."),
    word("as", Targets::ALL, "The name of the event in this item."),
    word("map", Targets::ALL, "Builds a new payload."),
    word("where", Targets::ALL, "Which events pass."),
    word("on", Targets::ALL, "What a trigger waits for: names joined by `and`, `or` and parentheses."),
    word("reset", Targets::ALL, "Forgets on a schedule what a join has kept."),
    word("match", Targets::RUNTIME_LATER, "Makes events belong together that have an equal key."),
    word("within", Targets::RUNTIME_LATER, "How far apart the events of one firing may lie."),
    word(
        "after",
        Targets::RUNTIME_LATER,
        "Waits after a firing, and is cancelled by another event that comes in that time.",
    ),
    word("count", Targets::RUNTIME_LATER, "Fires at every n-th time, `count 3` at every third."),
];

/// Types that need no declaration.
pub static PLAIN_TYPES: &[&str] = &[
    "any", "base64", "bool", "duration", "int", "list", "map", "null", "number", "rate", "secret", "size",
    "string", "time",
];

const fn word(name: &'static str, targets: Targets, doc: &'static str) -> Word {
    Word { name, targets, doc }
}
