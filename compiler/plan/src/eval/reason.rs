//! Why an event does not pass.

use super::operand::Scalar;
use super::value::Found;
use crate::document::Kind;
use crate::expr::Comparator;
use crate::function::Failure;
use crate::json::Json;
use std::fmt;

/// Characters of a value that a reason shows.
const SHOWN: usize = 60;

/// Why a condition does not hold.
///
/// Printed, it goes to the user and shows the values that decided. It must not get into a log like that; the form for
/// logs is [`Reason::redacted`], which has paths and kinds and no value of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing is at this path.
    Absent {
        /// As it is written.
        path: String,
    },
    /// A function has no value for what it is given.
    Failed {
        /// The call, as it is written.
        call: String,
        /// Why; it has no value of an event.
        why: Failure,
    },
    /// Something is, and `not exists` was wanted.
    Present {
        /// As it is written.
        path: String,
    },
    /// The comparison is false.
    Compared {
        /// Left.
        left: Sample,
        /// How they should compare.
        op: Comparator,
        /// Right.
        right: Sample,
    },
    /// The values are of kinds that this comparison does not take.
    Incomparable {
        /// Left.
        left: Sample,
        /// Right.
        right: Sample,
    },
    /// It is not in the list, or it is and should not be.
    Listed {
        /// What was looked for.
        value: Sample,
        /// The list.
        members: Vec<Json>,
        /// It should be in it.
        wanted: bool,
    },
    /// The pattern does not match, or it does and should not.
    Matched {
        /// The text.
        value: Sample,
        /// The pattern.
        pattern: String,
        /// It should match.
        wanted: bool,
    },
    /// Only text can match a pattern.
    NoText {
        /// What is there.
        value: Sample,
    },
    /// Only a list has elements.
    NoList {
        /// What is there.
        value: Sample,
    },
    /// An element that should be otherwise.
    Element {
        /// The list, as it is written.
        list: String,
        /// Its position.
        index: usize,
        /// Why it is not as it should be.
        reason: Box<Reason>,
    },
    /// No element is as it should be.
    NoElement {
        /// The list, as it is written.
        list: String,
        /// How many it has.
        count: usize,
    },
    /// The time of the event is not in the range, or it is and should not be.
    Time {
        /// The range and its time zone.
        range: String,
        /// It should be in it.
        wanted: bool,
    },
    /// One of several would have to hold, and none does.
    None(Vec<Reason>),
    /// No event passes.
    Never,
    /// The stream that this one refines does not pass.
    Refined {
        /// Its name.
        stream: String,
        /// Why it does not.
        reason: Box<Reason>,
    },
    /// In the words of one of Argo's own filters, which never show a value of the event.
    Argo(String),
}

/// A value as a reason shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The path, if it is not a constant.
    path: Option<String>,
    /// `text`, `number`, …
    kind: &'static str,
    /// JSON, shortened.
    shown: String,
}

impl Sample {
    pub(super) fn constant(json: &Json) -> Sample {
        Sample { path: None, kind: name(&Scalar::of(json)), shown: shorten(&json.to_string()) }
    }

    pub(super) fn scalar(scalar: &Scalar<'_>) -> Sample {
        let shown = match scalar {
            Scalar::Null => "null".to_owned(),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Number(value) => value.to_string(),
            Scalar::Text(text) => shorten(&Json::from(text.as_ref()).to_string()),
            Scalar::Compound => "an object or list".to_owned(),
        };
        Sample { path: None, kind: name(scalar), shown }
    }

    pub(super) fn found(written: &str, found: Found<'_>) -> Sample {
        let (kind, shown) = match found {
            Found::Event(cursor) => (kind_name(cursor.kind()), shorten(cursor.raw())),
            Found::Read(document) => (kind_name(document.root().kind()), shorten(document.text())),
            Found::Borrowed(json) => (name(&Scalar::of(json)), shorten(&json.to_string())),
            Found::Text(text) => ("text", shorten(&Json::from(text.as_ref()).to_string())),
            Found::Built(json) => (name(&Scalar::of(&json)), shorten(&json.to_string())),
        };
        Sample { path: Some(written.to_owned()), kind, shown }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, show: Show) -> fmt::Result {
        let compound = matches!(self.kind, "object" | "list" | "object or list");
        match (&self.path, show) {
            (Some(_), Show::Kinds) => write!(f, "the {}", self.kind),
            // Anything may stand in it.
            (Some(_), Show::Without(_)) if compound => write!(f, "the {}", self.kind),
            (Some(_), Show::Nothing) => f.write_str("a hidden value"),
            (None, Show::Nothing) => f.write_str("what it is compared with"),
            _ => write!(f, "`{}`", self.shown),
        }
    }
}

/// What a reason shows of the values.
#[derive(Clone, Copy)]
enum Show {
    /// All of them.
    All,
    /// Only of what kind those of the event are.
    Kinds,
    /// All but those whose path is such a one, and what they are compared with.
    Without(fn(&str) -> bool),
    /// None.
    Nothing,
}

impl Show {
    /// For values that stand together.
    fn of(self, samples: &[&Sample]) -> Show {
        match self {
            Show::Without(hidden)
                if samples.iter().any(|sample| sample.path.as_deref().is_some_and(hidden)) =>
            {
                Show::Nothing
            }
            other => other,
        }
    }
}

fn name(scalar: &Scalar<'_>) -> &'static str {
    match scalar {
        Scalar::Null => "null",
        Scalar::Bool(_) => "boolean",
        Scalar::Number(_) => "number",
        Scalar::Text(_) => "text",
        Scalar::Compound => "object or list",
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "boolean",
        Kind::Number => "number",
        Kind::Text => "text",
        Kind::List => "list",
        Kind::Object => "object",
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl Reason {
    /// The reason without values of the event.
    pub fn redacted(&self) -> impl fmt::Display + '_ {
        Redacted(self)
    }

    /// The reason without the values of paths for which `hidden` holds and without what they were compared with: what may be
    /// kept for a while.
    pub fn without(&self, hidden: fn(&str) -> bool) -> impl fmt::Display + '_ {
        Without(self, hidden)
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, show: Show) -> fmt::Result {
        let path = |sample: &Sample, f: &mut fmt::Formatter<'_>| match &sample.path {
            Some(path) => write!(f, "`{path}`: "),
            None => Ok(()),
        };
        match self {
            Reason::Absent { path } => write!(f, "`{path}` is absent"),
            Reason::Failed { call, why } => write!(f, "`{call}` has no value: {why}"),
            Reason::Present { path } => write!(f, "`{path}` is present"),
            Reason::Compared { left, op, right } => {
                // A constant reads better on the right.
                let (left, op, right) =
                    if left.path.is_none() { (right, turned(*op), left) } else { (left, *op, right) };
                let show = show.of(&[left, right]);
                path(left, f)?;
                left.write(f, show)?;
                f.write_str(match op {
                    Comparator::Equal => " is not equal to ",
                    Comparator::NotEqual => " is equal to ",
                    Comparator::Less => " is not less than ",
                    Comparator::LessOrEqual => " is more than ",
                    Comparator::Greater => " is not more than ",
                    Comparator::GreaterOrEqual => " is less than ",
                })?;
                right.write(f, show)?;
                right.path.as_ref().map_or(Ok(()), |path| write!(f, " of `{path}`"))
            }
            Reason::Incomparable { left, right } => {
                let show = show.of(&[left, right]);
                path(left, f)?;
                left.write(f, show)?;
                f.write_str(" cannot be compared with ")?;
                right.write(f, show)?;
                if let Some(path) = &right.path {
                    write!(f, " of `{path}`")?;
                }
                write!(f, " ({} and {})", left.kind, right.kind)
            }
            Reason::Listed { value, members, wanted } => {
                let show = show.of(&[value]);
                path(value, f)?;
                value.write(f, show)?;
                write!(f, " is {}in the list", if *wanted { "not " } else { "" })?;
                match show {
                    Show::Nothing => Ok(()),
                    _ => write!(f, " `{}`", shorten(&Json::List(members.clone()).to_string())),
                }
            }
            Reason::Matched { value, pattern, wanted } => {
                let show = show.of(&[value]);
                path(value, f)?;
                value.write(f, show)?;
                write!(f, " {} ", if *wanted { "does not match" } else { "matches" })?;
                match show {
                    Show::Nothing => f.write_str("the pattern"),
                    _ => write!(f, "`{pattern}`"),
                }
            }
            Reason::NoText { value } => {
                path(value, f)?;
                value.write(f, show.of(&[value]))?;
                write!(f, " is no text ({})", value.kind)
            }
            Reason::NoList { value } => {
                path(value, f)?;
                value.write(f, show.of(&[value]))?;
                write!(f, " is no list ({})", value.kind)
            }
            Reason::Element { list, index, reason } => {
                write!(f, "element {index} of `{list}`: ")?;
                // What is hidden of the list is hidden of its elements.
                match show {
                    Show::Without(hidden) if hidden(list) => reason.write(f, Show::Nothing),
                    show => reason.write(f, show),
                }
            }
            Reason::NoElement { list, count } => write!(f, "none of the {count} elements of `{list}` is so"),
            Reason::Time { range, wanted } => {
                write!(f, "the event came {} {range}", if *wanted { "outside" } else { "within" })
            }
            Reason::None(reasons) => {
                f.write_str("none of these holds: ")?;
                for (index, reason) in reasons.iter().enumerate() {
                    if index > 0 {
                        f.write_str("; ")?;
                    }
                    reason.write(f, show)?;
                }
                Ok(())
            }
            Reason::Never => f.write_str("no event passes"),
            Reason::Refined { stream, reason } => {
                write!(f, "`{stream}` does not pass: ")?;
                reason.write(f, show)
            }
            Reason::Argo(words) => match show {
                Show::Without(hidden) if hidden(words) => f.write_str("a filter of Argo's does not pass"),
                _ => f.write_str(words),
            },
        }
    }
}

fn turned(op: Comparator) -> Comparator {
    match op {
        Comparator::Less => Comparator::Greater,
        Comparator::LessOrEqual => Comparator::GreaterOrEqual,
        Comparator::Greater => Comparator::Less,
        Comparator::GreaterOrEqual => Comparator::LessOrEqual,
        same => same,
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, Show::All)
    }
}

/// As printed: for the user.
impl serde::Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

struct Redacted<'r>(&'r Reason);

impl fmt::Display for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f, Show::Kinds)
    }
}

struct Without<'r>(&'r Reason, fn(&str) -> bool);

impl fmt::Display for Without<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f, Show::Without(self.1))
    }
}
