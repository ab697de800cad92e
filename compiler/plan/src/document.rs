//! JSON text that is read where it stands.
//!
//! An event is parsed once for all triggers. A [`Document`] keeps the text that arrived and beside it one flat list of
//! nodes with their spans, so a number keeps its digits, an object keeps its bytes, and reading a path allocates nothing.
//!
//! What is accepted is RFC 8259 with these choices: at most [`MAX_DEPTH`] levels; of members with one key the first counts, as
//! in the paths of Argo's filters and parameters; half of a surrogate pair in an escape reads as U+FFFD, as in Go.

mod cursor;
mod parse;

pub use cursor::{Cursor, Elements, Kind, Members};
pub(crate) use parse::is_number;
pub use parse::{MAX_DEPTH, ParseError, Problem};

use parse::Node;
use std::fmt;
use std::sync::Arc;

/// JSON text and where its values are. Cloning shares both.
#[derive(Clone)]
pub struct Document {
    text: Arc<str>,
    nodes: Arc<[Node]>,
}

impl Document {
    /// Parses JSON text, in time proportional to its length.
    ///
    /// # Errors
    /// The text is no JSON, nested too deeply, or longer than 4 GiB.
    pub fn parse(text: impl Into<Arc<str>>) -> Result<Document, ParseError> {
        let text = text.into();
        let nodes = parse::nodes(&text)?;
        Ok(Document { text, nodes: nodes.into() })
    }

    /// The text as it arrived.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The outermost value.
    pub fn root(&self) -> Cursor<'_> {
        Cursor::root(self)
    }
}

/// Two documents are equal when their texts are.
impl PartialEq for Document {
    fn eq(&self, other: &Document) -> bool {
        self.text == other.text
    }
}

impl Eq for Document {}

/// The size only: a payload does not get into a log by accident.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes)", self.text.len())
    }
}
