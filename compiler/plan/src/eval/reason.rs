//! Why an event does not pass.

use super::operand::Scalar;
use super::value::Found;
use crate::document::Kind;
use crate::expr::Comparator;
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
            Found::Borrowed(json) => (name(&Scalar::of(json)), shorten(&json.to_string())),
            Found::Text(text) => ("text", shorten(&Json::from(text.as_ref()).to_string())),
            Found::Built(json) => (name(&Scalar::of(&json)), shorten(&json.to_string())),
        };
        Sample { path: Some(written.to_owned()), kind, shown }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, redact: bool) -> fmt::Result {
        match &self.path {
            Some(_) if redact => write!(f, "the {}", self.kind),
            _ => write!(f, "`{}`", self.shown),
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

    fn write(&self, f: &mut fmt::Formatter<'_>, redact: bool) -> fmt::Result {
        let path = |sample: &Sample, f: &mut fmt::Formatter<'_>| match &sample.path {
            Some(path) => write!(f, "`{path}`: "),
            None => Ok(()),
        };
        match self {
            Reason::Absent { path } => write!(f, "`{path}` is absent"),
            Reason::Present { path } => write!(f, "`{path}` is present"),
            Reason::Compared { left, op, right } => {
                // A constant reads better on the right.
                let (left, op, right) =
                    if left.path.is_none() { (right, turned(*op), left) } else { (left, *op, right) };
                path(left, f)?;
                left.write(f, redact)?;
                f.write_str(match op {
                    Comparator::Equal => " is not equal to ",
                    Comparator::NotEqual => " is equal to ",
                    Comparator::Less => " is not less than ",
                    Comparator::LessOrEqual => " is more than ",
                    Comparator::Greater => " is not more than ",
                    Comparator::GreaterOrEqual => " is less than ",
                })?;
                right.write(f, redact)?;
                right.path.as_ref().map_or(Ok(()), |path| write!(f, " of `{path}`"))
            }
            Reason::Incomparable { left, right } => {
                path(left, f)?;
                left.write(f, redact)?;
                f.write_str(" cannot be compared with ")?;
                right.write(f, redact)?;
                if let Some(path) = &right.path {
                    write!(f, " of `{path}`")?;
                }
                write!(f, " ({} and {})", left.kind, right.kind)
            }
            Reason::Listed { value, members, wanted } => {
                path(value, f)?;
                value.write(f, redact)?;
                let list = Json::List(members.clone()).to_string();
                write!(f, " is {}in the list `{}`", if *wanted { "not " } else { "" }, shorten(&list))
            }
            Reason::Matched { value, pattern, wanted } => {
                path(value, f)?;
                value.write(f, redact)?;
                write!(f, " {} `{pattern}`", if *wanted { "does not match" } else { "matches" })
            }
            Reason::NoText { value } => {
                path(value, f)?;
                value.write(f, redact)?;
                write!(f, " is no text ({})", value.kind)
            }
            Reason::None(reasons) => {
                f.write_str("none of these holds: ")?;
                for (index, reason) in reasons.iter().enumerate() {
                    if index > 0 {
                        f.write_str("; ")?;
                    }
                    reason.write(f, redact)?;
                }
                Ok(())
            }
            Reason::Never => f.write_str("no event passes"),
            Reason::Refined { stream, reason } => {
                write!(f, "`{stream}` does not pass: ")?;
                reason.write(f, redact)
            }
            Reason::Argo(words) => f.write_str(words),
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
        self.write(f, false)
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
        self.0.write(f, true)
    }
}
