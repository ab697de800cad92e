//! A page as data.

use aev_catalogue as catalogue;
use serde::Serialize;
use std::fmt;

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// A kind of source.
    Source,
    /// A kind of action.
    Action,
    /// A kind of bus.
    Bus,
    /// Where an object comes from.
    From,
    /// What stands between the condition of a trigger and its braces.
    Clause,
    /// An option of a trigger.
    Option,
    /// A function.
    Function,
    /// The fields of an item of a file.
    Object,
    /// What may stand in a field.
    Value,
    /// A type of events or of their parts.
    Type,
}

impl Sort {
    /// All, in the order in which they are listed.
    pub const ALL: [Sort; 10] = [
        Sort::Source,
        Sort::Action,
        Sort::Bus,
        Sort::From,
        Sort::Clause,
        Sort::Option,
        Sort::Function,
        Sort::Object,
        Sort::Value,
        Sort::Type,
    ];

    /// As it is written before a name.
    pub const fn word(self) -> &'static str {
        match self {
            Sort::Source => "source",
            Sort::Action => "action",
            Sort::Bus => "bus",
            Sort::From => "from",
            Sort::Clause => "clause",
            Sort::Option => "option",
            Sort::Function => "function",
            Sort::Object => "object",
            Sort::Value => "value",
            Sort::Type => "type",
        }
    }

    /// Above a list of them.
    pub const fn title(self) -> &'static str {
        match self {
            Sort::Source => "Sources",
            Sort::Action => "Actions",
            Sort::Bus => "Buses",
            Sort::From => "Where objects come from",
            Sort::Clause => "Clauses of a trigger",
            Sort::Option => "Options of a trigger",
            Sort::Function => "Functions",
            Sort::Object => "Fields of objects",
            Sort::Value => "Values of fields",
            Sort::Type => "Types",
        }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What is known about one word.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Page {
    /// What it is about.
    pub sort: Sort,
    /// As it is written.
    pub name: String,
    /// A plain sentence.
    pub doc: String,
    /// What each target can do; none where that is no question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub targets: Option<Targets>,
    /// What else is worth knowing, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
    /// The smallest text that is complete; none while nothing is built of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<String>,
    /// A whole pipeline with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// Its fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Section>,
}

/// Fields that stand in one place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Section {
    /// The place.
    pub title: &'static str,
    /// In the order of the catalogue.
    pub rows: Vec<Row>,
    /// Which of them go together, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// What may stand there.
    #[serde(rename = "type")]
    pub ty: String,
    /// It must be there.
    pub required: bool,
    /// What holds without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Bounds, forms and targets, a phrase each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// A plain sentence, or empty.
    pub doc: String,
    /// The fields inside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    /// Which of those go together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
}

/// What the two targets can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Targets {
    /// Argo Events manifests.
    pub argo: Support,
    /// The runtime.
    pub runtime: Support,
}

/// What a target can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Support {
    /// It can.
    Yes,
    /// It takes it and does nothing with it, and why.
    Ignored(&'static str),
    /// This version cannot.
    NotYet,
    /// It never will.
    Never,
}

impl From<catalogue::Targets> for Targets {
    fn from(targets: catalogue::Targets) -> Targets {
        Targets { argo: targets.argo.into(), runtime: targets.runtime.into() }
    }
}

impl From<catalogue::Support> for Support {
    fn from(support: catalogue::Support) -> Support {
        match support {
            catalogue::Support::Yes => Support::Yes,
            catalogue::Support::Ignored(why) => Support::Ignored(why),
            catalogue::Support::NotYet => Support::NotYet,
            catalogue::Support::Never => Support::Never,
        }
    }
}

impl Targets {
    /// A phrase for each target that cannot do all of it.
    pub fn limits(self) -> Vec<String> {
        [("Argo Events", self.argo), ("the aev runtime", self.runtime)]
            .into_iter()
            .filter(|(_, support)| *support != Support::Yes)
            .map(|(target, support)| format!("{target}: {support}"))
            .collect()
    }
}

impl fmt::Display for Targets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Argo Events: {}; the aev runtime: {}", self.argo, self.runtime)
    }
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Support::Yes => f.write_str("yes"),
            Support::Ignored(why) => write!(f, "taken without effect ({why})"),
            Support::NotYet => f.write_str("not yet"),
            Support::Never => f.write_str("no"),
        }
    }
}
