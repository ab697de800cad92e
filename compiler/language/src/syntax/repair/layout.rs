//! How a text is laid out, well-formed or not: its items, its lines, its brackets and quotes.

use std::ops::Range;

const ITEMS: [&str; 14] = [
    "pipeline", "use", "param", "let", "type", "bus", "source", "external", "filter", "trigger", "sensor",
    "for", "if", "test",
];

/// The kinds of brackets: what opens and what closes.
pub(super) const BRACKETS: [(char, char); 4] = [('{', '}'), ('[', ']'), ('(', ')'), ('<', '>')];

/// A bracket in code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mark {
    pub at: usize,
    /// Index into [`BRACKETS`].
    pub kind: usize,
    pub opens: bool,
}

/// A line that is not blank.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// From the first sign to the last that is no comment.
    pub code: Range<usize>,
    /// Blanks before the code.
    pub indent: usize,
    /// Whether it ends with an opening bracket, or the next line is indented more.
    pub heads: bool,
}

#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Lines with code.
    pub lines: Vec<Line>,
    /// The brackets, in the order of the text.
    pub marks: Vec<Mark>,
    /// A line that ends inside text in quotes: index into `lines`.
    pub odd: Option<usize>,
}

/// The items of a file, each with what stands before the next: an item, or its documentation, begins at the start of a
/// line.
pub(super) fn items(text: &str) -> Vec<Range<usize>> {
    let mut starts = vec![0];
    let mut at = 0;
    let mut documentation = None;
    for line in text.split_inclusive('\n') {
        let word = line.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        if at > 0 && ITEMS.contains(&word) {
            starts.push(documentation.unwrap_or(at));
        }
        documentation = if line.starts_with("///") { documentation.or(Some(at)) } else { None };
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

impl Layout {
    pub(super) fn new(text: &str) -> Self {
        let mut layout = Self::default();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            at = layout.line(text, at, at + rest.find('\n').unwrap_or(rest.len()));
        }
        let indents: Vec<usize> = layout.lines.iter().map(|line| line.indent).collect();
        for (line, next) in layout.lines.iter_mut().zip(indents.iter().skip(1)) {
            line.heads |= line.indent < *next;
        }
        layout
    }

    /// Reads the line from `start` to `end`, and the lines that long text in it takes; where the next one begins.
    fn line(&mut self, text: &str, start: usize, end: usize) -> usize {
        let mut end = end;
        let mut at = start;
        let mut last = None;
        let mut first = None;
        // Quotes and `${` that are open: true for quotes.
        let mut open: Vec<bool> = Vec::new();
        let mut angles = 0;
        while at < end {
            let rest = text.get(at..).unwrap_or_default();
            let Some(c) = rest.chars().next() else { break };
            let quoted = open.last() == Some(&true);
            let mut next = at + c.len_utf8();
            if quoted {
                match c {
                    '\\' => next += usize::from(next < end && text.is_char_boundary(next + 1)),
                    '"' => drop(open.pop()),
                    '$' if rest.starts_with("${") => {
                        open.push(false);
                        next += 1;
                    }
                    _ => {}
                }
            } else if rest.starts_with("//") {
                // What looks like a comment may be the rest of a URL that has lost a quote.
                let comment = text.get(at..end).unwrap_or_default();
                if comment.matches('"').count() % 2 == 1 {
                    open.push(true);
                    last = Some(at + comment.trim_end().len());
                }
                break;
            } else if let Some(text_after) = rest.strip_prefix("\"\"\"") {
                // What is left open is said elsewhere.
                let length = text_after.find("\"\"\"").map_or(text_after.len(), |length| length + 3);
                next = at + 3 + length;
                end = text.get(next..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| next + at);
            } else if c == '"' {
                open.push(true);
            } else if c == '}' && open.last() == Some(&false) {
                open.pop();
            } else if open.is_empty()
                && let Some(mark) = bracket(text, at, c, angles > 0)
            {
                if c == '<' || c == '>' {
                    angles += if mark.opens { 1 } else { -1 };
                }
                self.marks.push(mark);
            }
            if !c.is_ascii_whitespace() {
                first = first.or(Some(at));
                last = Some(next);
            }
            at = next;
        }
        if let (Some(first), Some(last)) = (first, last) {
            if !open.is_empty() && self.odd.is_none() {
                self.odd = Some(self.lines.len());
            }
            let heads = self.marks.last().is_some_and(|mark| mark.opens && mark.at + 1 == last);
            self.lines.push(Line { code: first..last, indent: first - start, heads });
        }
        // Over the comment, too.
        text.get(end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| end + at + 1)
    }

    /// The brackets of a line.
    pub(super) fn on(&self, line: &Line) -> &[Mark] {
        let before = |at: usize| self.marks.partition_point(|mark| mark.at < at);
        self.marks.get(before(line.code.start)..before(line.code.end)).unwrap_or_default()
    }

    /// Openers minus closers of a kind.
    pub(super) fn balance(&self, kind: usize) -> isize {
        let count = |opens| self.marks.iter().filter(|mark| mark.kind == kind && mark.opens == opens).count();
        count(true).cast_signed() - count(false).cast_signed()
    }

    /// The bracket that closes `open`, or is closed by it, when all of its kind pair.
    pub(super) fn partner(&self, at: usize) -> Option<usize> {
        let kind = self.marks.iter().find(|mark| mark.at == at)?.kind;
        let mut open = Vec::new();
        for mark in self.marks.iter().filter(|mark| mark.kind == kind) {
            if mark.opens {
                open.push(mark.at);
            } else if let Some(opener) = open.pop() {
                if opener == at {
                    return Some(mark.at);
                }
                if mark.at == at {
                    return Some(opener);
                }
            }
        }
        None
    }
}

/// `<` is a bracket where it touches a name, and `>` behind one, or where it touches something; as comparisons they have
/// blanks.
fn bracket(text: &str, at: usize, c: char, angle_open: bool) -> Option<Mark> {
    let kind = BRACKETS.iter().position(|(open, close)| c == *open || c == *close)?;
    let before = text.get(..at)?.chars().next_back().unwrap_or(' ');
    let angle = match c {
        '<' => before.is_ascii_alphanumeric(),
        '>' => angle_open || !before.is_ascii_whitespace() && !matches!(before, '=' | '-' | '<'),
        _ => true,
    };
    angle.then(|| Mark { at, kind, opens: BRACKETS.iter().any(|(open, _)| c == *open) })
}
