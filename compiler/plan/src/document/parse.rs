//! From text to nodes.

use std::fmt;

/// Levels of lists and objects that a document may have.
pub const MAX_DEPTH: usize = 256;

/// A value or the key of a member. Nodes stand in the order of the text: an object is followed by key, value, key, value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Index of the node after everything inside this one.
    pub(super) next: u32,
    pub(super) tag: Tag,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Null,
    True,
    False,
    Number,
    /// Text without escapes: its content is the span without the quotes.
    PlainText,
    EscapedText,
    List,
    Object,
}

/// Why and where a text is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong.
    pub problem: Problem,
    /// Bytes before it.
    pub offset: usize,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// What is wrong with a text that should be JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Something else stands where this is needed.
    Expected(&'static str),
    /// It ends too early.
    Ended,
    /// More follows the value.
    Trailing,
    /// A character below U+0020 in text.
    ControlCharacter,
    /// A backslash before something that JSON does not know.
    Escape,
    /// More than [`MAX_DEPTH`] levels.
    TooDeep,
    /// More than 4 GiB.
    TooLong,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Expected(what) => write!(f, "expected {what}"),
            Problem::Ended => f.write_str("the JSON ends too early"),
            Problem::Trailing => f.write_str("something follows the JSON value"),
            Problem::ControlCharacter => f.write_str("a control character in text must be escaped"),
            Problem::Escape => f.write_str("JSON has no such escape"),
            Problem::TooDeep => write!(f, "lists and objects are nested more than {MAX_DEPTH} levels deep"),
            Problem::TooLong => f.write_str("the JSON is longer than 4 GiB"),
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {}, column {})", self.problem, self.line, self.column)
    }
}

impl std::error::Error for ParseError {}

/// The nodes of a text, in its order; the first is the whole.
pub(super) fn nodes(text: &str) -> Result<Vec<Node>, ParseError> {
    let mut parser = Parser {
        bytes: text.as_bytes(),
        at: 0,
        nodes: Vec::with_capacity(text.len() / 24 + 1),
        open: Vec::new(),
    };
    let result = if u32::try_from(text.len()).is_ok() { parser.document() } else { Err(Problem::TooLong) };
    result.map_err(|problem| located(problem, parser.at, text))?;
    Ok(parser.nodes)
}

/// Whether a text is exactly one JSON number.
pub(crate) fn is_number(text: &str) -> bool {
    let mut parser = Parser { bytes: text.as_bytes(), at: 0, nodes: Vec::new(), open: Vec::new() };
    parser.number().is_ok() && parser.at == text.len()
}

fn located(problem: Problem, offset: usize, text: &str) -> ParseError {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    ParseError { problem, offset, line, column }
}

struct Parser<'t> {
    bytes: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    /// Indices of the lists and objects around `at`, and whether each is an object.
    open: Vec<(u32, bool)>,
}

impl Parser<'_> {
    /// Without recursion, so that the depth of the text is not the depth of the stack.
    fn document(&mut self) -> Result<(), Problem> {
        'value: loop {
            self.blanks();
            match self.peek() {
                Some(b'{') => {
                    self.begin(true)?;
                    if self.peek() != Some(b'}') {
                        self.key()?;
                        continue 'value;
                    }
                }
                Some(b'[') => {
                    self.begin(false)?;
                    if self.peek() != Some(b']') {
                        continue 'value;
                    }
                }
                _ => self.scalar()?,
            }
            while let Some((index, is_object)) = self.open.last().copied() {
                self.blanks();
                match (self.peek(), is_object) {
                    (Some(b','), true) => {
                        self.at += 1;
                        self.blanks();
                        self.key()?;
                        continue 'value;
                    }
                    (Some(b','), false) => {
                        self.at += 1;
                        continue 'value;
                    }
                    (Some(b'}'), true) | (Some(b']'), false) => {
                        self.at += 1;
                        self.finish(index);
                    }
                    (None, _) => return Err(Problem::Ended),
                    (_, true) => return Err(Problem::Expected("`,` or `}`")),
                    (_, false) => return Err(Problem::Expected("`,` or `]`")),
                }
            }
            self.blanks();
            return if self.at == self.bytes.len() { Ok(()) } else { Err(Problem::Trailing) };
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn push(&mut self, start: usize, tag: Tag) {
        // Lengths were checked to fit 32 bits, and there are fewer nodes than bytes.
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(Node { start: start as u32, end: self.at as u32, next, tag });
    }

    fn begin(&mut self, is_object: bool) -> Result<(), Problem> {
        if self.open.len() == MAX_DEPTH {
            return Err(Problem::TooDeep);
        }
        self.open.push((self.nodes.len() as u32, is_object));
        self.push(self.at, if is_object { Tag::Object } else { Tag::List });
        self.at += 1;
        self.blanks();
        Ok(())
    }

    fn finish(&mut self, index: u32) {
        self.open.pop();
        let next = self.nodes.len() as u32;
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.end = self.at as u32;
            node.next = next;
        }
    }

    fn key(&mut self) -> Result<(), Problem> {
        match self.peek() {
            Some(b'"') => self.text()?,
            Some(_) => return Err(Problem::Expected("a key in double quotes")),
            None => return Err(Problem::Ended),
        }
        self.blanks();
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err(Problem::Expected("`:`")),
            None => return Err(Problem::Ended),
        }
        Ok(())
    }

    fn scalar(&mut self) -> Result<(), Problem> {
        match self.peek() {
            Some(b'"') => self.text(),
            Some(b'-' | b'0'..=b'9') => {
                let start = self.at;
                self.number()?;
                self.push(start, Tag::Number);
                Ok(())
            }
            Some(b't') => self.word(b"true", Tag::True),
            Some(b'f') => self.word(b"false", Tag::False),
            Some(b'n') => self.word(b"null", Tag::Null),
            Some(_) => Err(Problem::Expected("a JSON value")),
            None => Err(Problem::Ended),
        }
    }

    fn word(&mut self, word: &[u8], tag: Tag) -> Result<(), Problem> {
        let start = self.at;
        if !self.bytes.get(start..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(Problem::Expected("a JSON value"));
        }
        self.at += word.len();
        self.push(start, tag);
        Ok(())
    }

    fn text(&mut self) -> Result<(), Problem> {
        let start = self.at;
        self.at += 1;
        let mut tag = Tag::PlainText;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let plain = rest.iter().position(|byte| *byte == b'"' || *byte == b'\\' || *byte < b' ');
            self.at += plain.unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    self.push(start, tag);
                    return Ok(());
                }
                Some(b'\\') => {
                    tag = Tag::EscapedText;
                    self.escape()?;
                }
                Some(_) => return Err(Problem::ControlCharacter),
                None => return Err(Problem::Ended),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Problem> {
        let length = match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') => match self.bytes.get(self.at + 2..self.at + 6) {
                Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => 6,
                _ => return Err(Problem::Escape),
            },
            Some(_) => return Err(Problem::Escape),
            None => return Err(Problem::Ended),
        };
        self.at += length;
        Ok(())
    }

    fn number(&mut self) -> Result<(), Problem> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Problem> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        match (self.at > start, self.peek()) {
            (true, _) => Ok(()),
            (false, Some(_)) => Err(Problem::Expected("a digit")),
            (false, None) => Err(Problem::Ended),
        }
    }
}
