//! An event that is tried, and what is wrong with it.

use aev_plan::document::{Cursor, Document, Kind};
use aev_plan::time::Timestamp;
use std::fmt;

/// An event to try.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// `source`, when it has one event, or `source.event`.
    pub event: String,
    /// The data with its roots, such as `{"headers": …, "body": …}`.
    pub data: Document,
    /// Without one it is `try-1`, `try-2` and so on.
    pub id: Option<String>,
    /// Without one the caller's.
    pub time: Option<Timestamp>,
}

/// Why an event cannot be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialError {
    /// The line is no such object.
    Line(String),
    /// No source has this event; those that there are.
    UnknownEvent(String, Vec<String>),
    /// The data is no JSON.
    Data(String),
}

impl fmt::Display for TrialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrialError::Line(problem) => write!(
                f,
                "this is no event: {problem}; write {{\"event\": \"source.event\", \"data\": {{…}}}} on one line"
            ),
            TrialError::UnknownEvent(name, known) if known.is_empty() => {
                write!(f, "there is no event `{name}`: the pipeline has no source")
            }
            TrialError::UnknownEvent(name, known) => {
                write!(f, "there is no event `{name}`; there is `{}`", known.join("`, `"))
            }
            TrialError::Data(problem) => write!(f, "this is no JSON: {problem}"),
        }
    }
}

impl std::error::Error for TrialError {}

impl Sent {
    /// Reads one line: `{"event": "source" or "source.event", "data": …}`, and `id` and `time` if they matter.
    ///
    /// # Errors
    /// It is no such object.
    pub fn parse(line: &str) -> Result<Sent, TrialError> {
        read(line).map_err(TrialError::Line)
    }

    /// An event from a name and the JSON of its data.
    ///
    /// # Errors
    /// The data is no JSON.
    pub fn new(event: &str, data: String) -> Result<Sent, TrialError> {
        let data = Document::parse(data).map_err(|error| TrialError::Data(error.to_string()))?;
        Ok(Sent { event: event.to_owned(), data, id: None, time: None })
    }
}

fn read(line: &str) -> Result<Sent, String> {
    // Whoever reads lines says which one it is.
    let document =
        Document::parse(line).map_err(|error| format!("{} at column {}", error.problem, error.column))?;
    let root = document.root();
    if root.kind() != Kind::Object {
        return Err("the line is no object".to_owned());
    }
    let (mut event, mut data, mut id, mut time) = (None, None, None, None);
    for (key, value) in root.members() {
        let before = match key.as_ref() {
            "event" => event.replace(value),
            "data" => data.replace(value),
            "id" => id.replace(value),
            "time" => time.replace(value),
            _ => return Err(format!("`{key}` is none of `event`, `data`, `id` and `time`")),
        };
        if before.is_some() {
            return Err(format!("`{key}` stands there twice"));
        }
    }
    let time = match text("time", time)? {
        Some(time) => Some(time.parse::<Timestamp>().map_err(|error| format!("`time`: {error}"))?),
        None => None,
    };
    Ok(Sent {
        event: text("event", event)?.ok_or("`event` is missing")?,
        data: Document::parse(data.ok_or("`data` is missing")?.raw()).map_err(|error| error.to_string())?,
        id: text("id", id)?,
        time,
    })
}

/// The text of a member, which `null` leaves out.
fn text(key: &str, value: Option<Cursor<'_>>) -> Result<Option<String>, String> {
    match value.filter(|value| value.kind() != Kind::Null) {
        None => Ok(None),
        Some(value) => match value.as_text() {
            Some(text) => Ok(Some(text.into_owned())),
            None => Err(format!("`{key}` is no text")),
        },
    }
}
