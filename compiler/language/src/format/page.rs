//! The lines of the result. Comments at the ends of lines that follow each other stand in one column.

use std::iter::repeat_n;

/// Blanks before a comment at the end of a line, at least.
const GAP: usize = 2;

#[derive(Default)]
pub(super) struct Page {
    lines: Vec<Line>,
    length: usize,
}

#[derive(Default)]
struct Line {
    text: String,
    /// The comment at its end.
    remark: Option<String>,
}

impl Page {
    /// Whether there is a line.
    pub(super) fn begun(&self) -> bool {
        !self.lines.is_empty()
    }

    /// How many bytes there are, but for the blanks that comments are moved by.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// Begins a line.
    pub(super) fn line(&mut self, indent: usize) {
        self.length += indent + 1;
        self.lines.push(Line { text: " ".repeat(indent), remark: None });
    }

    /// Adds to the current line.
    pub(super) fn add(&mut self, text: &str) {
        self.length += text.len();
        if let Some(line) = self.lines.last_mut() {
            line.text.push_str(text);
        }
    }

    /// Adds a comment at the end of the current line.
    pub(super) fn remark(&mut self, comment: &str) {
        self.length += GAP + comment.len();
        if let Some(line) = self.lines.last_mut() {
            line.remark = Some(comment.to_owned());
        }
    }

    /// All lines, each ended.
    pub(super) fn finish(self) -> String {
        let mut result = String::with_capacity(self.length);
        for run in self.lines.chunk_by(Line::goes_with) {
            let column = run.iter().map(Line::width).max().unwrap_or(0) + GAP;
            for line in run {
                result.push_str(&line.text);
                if let Some(remark) = &line.remark {
                    result.extend(repeat_n(' ', column - line.width()));
                    result.push_str(remark);
                }
                result.push('\n');
            }
        }
        result
    }
}

impl Line {
    fn width(&self) -> usize {
        self.text.chars().count()
    }

    /// Whether the comments of two lines stand in one column: they do not where one line is around the other.
    fn goes_with(&self, below: &Line) -> bool {
        let remarks = self.remark.is_some() && below.remark.is_some();
        let opens = self.text.ends_with(['{', '[', '(']);
        let closes = below.text.trim_start().starts_with(['}', ']', ')']);
        remarks && !opens && !closes
    }
}
