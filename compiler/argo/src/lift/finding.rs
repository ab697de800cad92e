//! What was found in manifests, as data. The words are made where all diagnostics are.

use aev_plan::origin::Origin;

/// Something in a manifest that is wrong, has no effect, or has no place in a plan yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What.
    pub problem: Problem,
    /// Where it stands in the YAML.
    pub origin: Origin,
}

/// What is the matter. Each variant states the message that it should give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// "This is no YAML: {reason}."
    Syntax {
        /// In the parser's words.
        reason: String,
    },
    /// "`{path}` takes {expected}, and this is {found}; Argo Events refuses the object."
    WrongType {
        /// The field, from the document inwards.
        path: String,
        /// Such as `text`.
        expected: &'static str,
        /// In the words of JSON.
        found: &'static str,
    },
    /// "Argo Events ignores `{name}`: `{owner}` has no such field. Did you mean `{suggestion}`?"
    UnknownField {
        /// The field.
        name: String,
        /// The path of the object that holds it.
        owner: String,
        /// A field that it has, with nearly that name.
        suggestion: Option<String>,
    },
    /// "Argo Events ignores `{name}` here: it belongs into `{belongs}`."
    MisplacedField {
        /// The field.
        name: String,
        /// The path of the object that has it.
        belongs: String,
    },
    /// "aev cannot take over `{what}` yet."
    NotBuilt {
        /// The field or kind.
        what: String,
    },
    /// "This is a {kind}; only EventBus, EventSource and Sensor become part of a pipeline."
    OtherObject {
        /// Its kind.
        kind: String,
    },
    /// "`{name}` is not the same on every object, and a pipeline has one for all."
    NotShared {
        /// `namespace`, or the key of a label or annotation.
        name: String,
    },
    /// "`{text}` is no condition: names are joined with `&&` and `||`. Argo Events drops the trigger and says so only in
    /// the log."
    InvalidCondition {
        /// As it stands there.
        text: String,
    },
    /// "There is no dependency called `{name}`. Argo Events drops the trigger and says so only in the log."
    UnknownDependency {
        /// The name.
        name: String,
    },
    /// "`{text}` is none of {allowed}; Argo Events refuses the object."
    InvalidWord {
        /// As it stands there.
        text: String,
        /// Such as "`and`, `or`".
        allowed: &'static str,
    },
    /// "`{text}` is no duration; Argo Events fails every attempt without making it."
    InvalidDuration {
        /// As it stands there.
        text: String,
    },
    /// "A {what} needs a `{field}`."
    Missing {
        /// Such as `trigger`.
        what: &'static str,
        /// The field.
        field: &'static str,
    },
}

impl Problem {
    /// No plan can be made as long as this stands.
    pub fn is_fatal(&self) -> bool {
        matches!(
            self,
            Problem::Syntax { .. }
                | Problem::WrongType { .. }
                | Problem::InvalidWord { .. }
                | Problem::Missing { .. }
        )
    }
}
