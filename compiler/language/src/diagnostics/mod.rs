//! What the compiler says: coded diagnostics, their words, and how they are shown.
//!
//! A pass that finds a mistake calls one function of [`problems`], which makes the words; nothing else in the compiler
//! writes a message. A [`Diagnostic`] is data until [`render()`] draws it, so a terminal, an editor and a test see the same.

mod code;
mod pages;
pub mod problems;
mod render;
mod suggest;

pub use code::{Code, CodeInfo};
pub use render::{Format, Sources, render};
pub use suggest::{nearest, similar};

use crate::syntax::ast::Span;

/// Index of a file among those given to the compiler; what `Origin::file` counts too.
pub type FileId = u32;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is made.
    Error,
    /// Something is made that is probably not meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// One mistake, or one thing worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable; `aev explain` has its page.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence in plain words, without a full stop.
    pub message: String,
    /// What is pointed at. The first is the place of the mistake, the others explain it.
    pub labels: Vec<Label>,
    /// More to know, one sentence each.
    pub notes: Vec<String>,
    /// What to do, with the corrected text where there is one.
    pub help: Option<String>,
    /// The correction, when there is one right answer.
    pub fix: Option<Fix>,
}

/// A span that a diagnostic points at, and what it says there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Which file.
    pub file: FileId,
    /// Which bytes.
    pub span: Span,
    /// A few words, or nothing.
    pub text: String,
}

/// A correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an imperative.
    pub title: String,
    /// Texts that replace spans of the file of the first label; they do not overlap.
    pub edits: Vec<(Span, String)>,
}

/// The place of a mistake, before the words are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which file.
    pub file: FileId,
    /// Which bytes.
    pub span: Span,
}

impl Place {
    /// A place.
    pub fn new(file: FileId, span: Span) -> Place {
        Place { file, span }
    }
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: u16, at: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, at, message)
    }

    /// A warning at a place.
    pub fn warning(code: u16, at: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, at, message)
    }

    /// A note at a place.
    pub fn note(code: u16, at: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Note, code, at, message)
    }

    fn new(severity: Severity, code: u16, at: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code: Code::new(code),
            severity,
            message: message.into(),
            labels: vec![Label { file: at.file, span: at.span, text: String::new() }],
            notes: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// What is said under the caret.
    #[must_use]
    pub fn saying(mut self, text: impl Into<String>) -> Diagnostic {
        if let Some(label) = self.labels.first_mut() {
            label.text = text.into();
        }
        self
    }

    /// Points at another place that explains this one.
    #[must_use]
    pub fn see(mut self, at: Place, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { file: at.file, span: at.span, text: text.into() });
        self
    }

    /// Adds something to know.
    #[must_use]
    pub fn noting(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Replaces the place of the mistake by `text`, which is the one right answer.
    #[must_use]
    pub fn replaced_by(mut self, title: impl Into<String>, text: impl Into<String>) -> Diagnostic {
        if let Some(label) = self.labels.first() {
            self.fix = Some(Fix { title: title.into(), edits: vec![(label.span, text.into())] });
        }
        self
    }

    /// Replaces these spans, which lie around or beside the place of the mistake.
    #[must_use]
    pub fn edited(mut self, title: impl Into<String>, edits: Vec<(Span, String)>) -> Diagnostic {
        self.fix = Some(Fix { title: title.into(), edits });
        self
    }

    /// Removes this span, in which the place of the mistake lies.
    #[must_use]
    pub fn removing(self, span: Span) -> Diagnostic {
        self.edited("remove it", vec![(span, String::new())])
    }

    /// Nothing is made because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
