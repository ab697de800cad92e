//! What is written like a function and is a form of its own in a plan, because what it takes or gives is no plain value.

use super::{Example, Stands};

/// Such a form.
#[derive(Debug)]
pub struct Form {
    /// As it is written.
    pub name: &'static str,
    /// With what it takes and gives.
    pub signature: &'static str,
    /// A plain sentence.
    pub doc: &'static str,
    /// A call and its value.
    pub example: Example,
    /// Whether it may be built for Argo Events.
    pub argo: Stands,
    /// Where it stands.
    pub place: Place,
    /// The aev runtime executes it.
    pub executed: bool,
}

/// Where a call may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Wherever a value may.
    Anywhere,
    /// Only in a `where`.
    Where,
    /// Only in the action of a trigger.
    Action,
}

/// All of them, sorted by name.
pub static FORMS: &[Form] = &[
    Form {
        name: "exists",
        signature: "exists(path): bool",
        doc: "Whether an event has something at a path, null included; it is never unknown.",
        example: Example { written: "exists(e.body.name)", data: r#"{"body":{"name":"x"}}"#, gives: "true" },
        argo: Stands::FILTER,
        place: Place::Anywhere,
        executed: true,
    },
    Form {
        name: "gjson",
        signature: "gjson(event or event::context, r\"path\"): any",
        doc: "What a path of gjson finds in the data of an event, or in its attributes; absent where it finds nothing.",
        example: Example {
            written: "gjson(e, r\"body.lines.#.sku\")",
            data: r#"{"body":{"lines":[{"sku":"a"},{"sku":"b"}]}}"#,
            gives: r#"["a","b"]"#,
        },
        argo: Stands::EVERYWHERE,
        place: Place::Anywhere,
        executed: true,
    },
    Form {
        name: "gotemplate",
        signature: "gotemplate(event or event::context, r\"template\"): string",
        doc: "The text that a Go template with sprig makes of an event, whose data it knows as `.Input`.",
        example: Example {
            written: "gotemplate(e, r\"{{ .Input.body.name }}\")",
            data: r#"{"body":{"name":"x"}}"#,
            gives: r#""x""#,
        },
        argo: Stands { filter: false, value: true },
        place: Place::Action,
        executed: false,
    },
    Form {
        name: "govaluate",
        signature: "govaluate(r\"expression\", name: value, …): bool",
        doc: "A condition in govaluate, with a value for each of its variables.",
        example: Example {
            written: "govaluate(r\"n > 1\", n: e.body.n)",
            data: r#"{"body":{"n":2}}"#,
            gives: "true",
        },
        argo: Stands::FILTER,
        place: Place::Where,
        executed: true,
    },
    Form {
        name: "text",
        signature: "text(value): string",
        doc: "A value as text: text as it is, a number with its digits, and the JSON of everything else.",
        example: Example { written: "text(e.body.n)", data: r#"{"body":{"n":42}}"#, gives: r#""42""# },
        argo: Stands { filter: false, value: true },
        place: Place::Anywhere,
        executed: true,
    },
];
