//! Words of the language that are neither kinds nor fields.

use crate::target::{Support, Targets};

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
    word("let", Targets::NOT_YET, "A constant."),
    word("type", Targets::ALL, "A type with a name."),
    word("bus", Targets::ALL, "What carries events from sources to triggers."),
    word("source", Targets::ALL, "Where events come from."),
    word("external", Targets::ALL, "A source that somebody else owns: `external source`."),
    word("filter", Targets::ALL, "The events of a source, or of another filter, that pass."),
    word("trigger", Targets::ALL, "An action, and the events that cause it."),
    word("sensor", Targets::NOT_YET, "Filters and triggers that form an object of their own."),
    word("for", Targets::NOT_YET, "Repeats items for each element of a list."),
    word("if", Targets::NOT_YET, "Items that depend on a constant."),
    word("test", Targets::NOT_YET, "Events to send and what to expect of them."),
];

/// What may stand between the names of an item and its braces.
pub static CLAUSES: &[Word] = &[
    word("named", Targets::NOT_YET, "The name in Kubernetes, when it is no name in aev."),
    word("from", Targets::ALL, "What a filter reads."),
    word("as", Targets::ALL, "The name of the event in this item."),
    word("map", Targets::NOT_YET, "Builds a new payload."),
    word("where", Targets::ALL, "Which events pass."),
    word("on", Targets::ALL, "What a trigger waits for: names joined by `and`, `or` and parentheses."),
    word("reset", Targets::ALL, "Forgets on a schedule what a join has kept."),
    word("match", RUNTIME_LATER, "Joins only events with equal keys."),
    word("within", RUNTIME_LATER, "How far apart the events of one firing may lie."),
    word("after", RUNTIME_LATER, "Waits after a firing, and is cancelled by another event."),
    word("count", RUNTIME_LATER, "Fires at every so manieth time."),
];

/// Functions of the language, sorted.
pub static FUNCTIONS: &[Word] = &[
    word("base64", Targets::NOT_YET, "Base64 of text."),
    word("contains", Targets::NOT_YET, "Whether a text contains another."),
    word("ends-with", Targets::NOT_YET, "Whether a text ends with another."),
    word("exists", Targets::ALL, "Whether a path is there, be it null; in a `where`."),
    word("format-time", Targets::NOT_YET, "A time in the layout that Go uses."),
    word("gjson", Targets::NOT_YET, "A value by a path of gjson."),
    word("gotemplate", Targets::NOT_YET, "Text by a template of Go."),
    word("govaluate", Targets::NOT_YET, "A condition in govaluate; in a `where`."),
    word("join", Targets::NOT_YET, "The elements of a list with a text between them."),
    word("json", Targets::NOT_YET, "A value as JSON text."),
    word("len", Targets::NOT_YET, "How many elements a list has."),
    word("loose-bool", Targets::NOT_YET, "A value as Argo makes it a boolean; in a `where`."),
    word("loose-number", Targets::NOT_YET, "A value as Argo makes it a number; in a `where`."),
    word("lower", Targets::NOT_YET, "Text in lower case."),
    word("number", Targets::NOT_YET, "The number that a text writes."),
    word("parse-base64", Targets::NOT_YET, "The text that base64 stands for."),
    word("parse-json", Targets::NOT_YET, "The value that JSON text stands for."),
    word("replace", Targets::NOT_YET, "Text with every occurrence of another text replaced."),
    word("sha256", Targets::NOT_YET, "The SHA-256 of text, in hex."),
    word("slice", Targets::NOT_YET, "The characters of a text from one position to another."),
    word("split", Targets::NOT_YET, "The parts of a text between separators."),
    word("starts-with", Targets::NOT_YET, "Whether a text starts with another."),
    word("text", Targets::ALL, "A value as a text place shows it."),
    word("trim", Targets::NOT_YET, "Text without blanks at its ends."),
    word("upper", Targets::NOT_YET, "Text in upper case."),
];

/// Types that need no declaration.
pub static PLAIN_TYPES: &[&str] = &[
    "any", "base64", "bool", "duration", "int", "list", "map", "null", "number", "rate", "secret", "size",
    "string", "time",
];

const RUNTIME_LATER: Targets = Targets { argo: Support::Never, runtime: Support::NotYet };

const fn word(name: &'static str, targets: Targets, doc: &'static str) -> Word {
    Word { name, targets, doc }
}
