//! Refuses a text before it is parsed: one that is too large, or nested so deep that recursion could exhaust the stack.
//!
//! The nesting is counted by brackets, interpolations, type arguments and the `then` of conditional values: these
//! are the only forms through which the grammar recurses.

use super::error::{SyntaxError, SyntaxErrorKind};
use super::tree::span;
use super::{MAX_BYTES, MAX_DEPTH};

/// Why the text is not parsed at all, if so.
pub(super) fn refuse(text: &str) -> Option<SyntaxError> {
    if text.len() > MAX_BYTES {
        let kind = SyntaxErrorKind::TooLarge { limit: MAX_BYTES };
        return Some(SyntaxError { span: span(MAX_BYTES, MAX_BYTES), kind });
    }
    let mut scan = Scan { bytes: text.as_bytes(), at: 0, frames: Vec::new(), depth: 0 };
    let at = scan.too_deep()?;
    Some(SyntaxError { span: span(at, at + 1), kind: SyntaxErrorKind::TooDeep { limit: MAX_DEPTH } })
}

/// Something open.
enum Frame {
    /// A bracket, by what closes it, with the `then`s and `<`s inside that are still open.
    Bracket { close: u8, words: usize, angles: usize },
    /// `${`, in code.
    Interpolation,
    /// Text in quotes, three of them when `long`.
    Text { long: bool },
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    frames: Vec<Frame>,
    depth: usize,
}

impl Scan<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn starts(&self, prefix: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(prefix))
    }

    /// Where the limit is exceeded.
    fn too_deep(&mut self) -> Option<usize> {
        self.push(Frame::Bracket { close: 0, words: 0, angles: 0 });
        self.depth = 0;
        while self.at < self.bytes.len() {
            let start = self.at;
            match self.frames.last() {
                Some(Frame::Text { long }) => {
                    let long = *long;
                    self.text(long);
                }
                _ => self.code(),
            }
            if self.depth > MAX_DEPTH {
                return Some(start);
            }
        }
        None
    }

    fn push(&mut self, frame: Frame) {
        // Text nests only through the interpolations in it.
        self.depth += usize::from(!matches!(frame, Frame::Text { .. }));
        self.frames.push(frame);
    }

    fn pop(&mut self) {
        let levels = match self.frames.pop() {
            Some(Frame::Bracket { words, angles, .. }) => words + angles + 1,
            Some(Frame::Interpolation) => 1,
            Some(Frame::Text { .. }) | None => 0,
        };
        self.depth = self.depth.saturating_sub(levels);
    }

    fn text(&mut self, long: bool) {
        match self.byte(0) {
            b'\\' if self.byte(1) == b'$' || self.byte(1) == b'"' || self.byte(1) == b'\\' => self.at += 2,
            b'$' if self.byte(1) == b'{' => {
                self.at += 2;
                self.push(Frame::Interpolation);
            }
            b'"' if !long => {
                self.at += 1;
                self.pop();
            }
            b'\n' if !long => self.pop(),
            b'"' if self.starts(b"\"\"\"") => {
                self.at += 3;
                self.pop();
            }
            _ => self.at += 1,
        }
    }

    fn code(&mut self) {
        match self.byte(0) {
            b'/' if self.byte(1) == b'/' => self.skip_to(b"\n"),
            b'#' => self.skip_to(b"\n"),
            b'/' if self.byte(1) == b'*' => self.skip_to(b"*/"),
            b'"' => self.quote(),
            b'\'' => self.single_quote(),
            b'{' => self.open(b'}'),
            b'[' => self.open(b']'),
            b'(' => self.open(b')'),
            b'<' => self.angle(),
            b'>' => self.close_angle(),
            byte @ (b'}' | b']' | b')') => self.close(byte),
            byte if byte.is_ascii_alphanumeric() || byte == b'_' => self.word(),
            _ => self.at += 1,
        }
    }

    fn skip_to(&mut self, end: &[u8]) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.windows(end.len()).position(|window| window == end).unwrap_or(rest.len()).max(1);
    }

    fn open(&mut self, close: u8) {
        self.at += 1;
        self.push(Frame::Bracket { close, words: 0, angles: 0 });
    }

    fn close(&mut self, byte: u8) {
        self.at += 1;
        let matching = |frame: &Frame| match frame {
            Frame::Bracket { close, .. } => *close == byte,
            Frame::Interpolation => byte == b'}',
            Frame::Text { .. } => false,
        };
        // A closing brace also ends the brackets that were left open in it; another one only its own.
        let found = match byte {
            b'}' => {
                self.frames.iter().rposition(|frame| matching(frame) || matches!(frame, Frame::Text { .. }))
            }
            _ => self.frames.len().checked_sub(1),
        };
        if let Some(found) = found.filter(|&at| self.frames.get(at).is_some_and(matching)) {
            while self.frames.len() > found {
                self.pop();
            }
        }
    }

    /// `name<` opens type arguments; a comparison has blanks.
    fn angle(&mut self) {
        let before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at));
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            && let Some(Frame::Bracket { angles, .. }) = self.frames.last_mut()
        {
            *angles += 1;
            self.depth += 1;
        }
        self.at += 1;
    }

    fn close_angle(&mut self) {
        if let Some(Frame::Bracket { angles, .. }) = self.frames.last_mut()
            && *angles > 0
        {
            *angles -= 1;
            self.depth -= 1;
        }
        self.at += 1;
    }

    fn quote(&mut self) {
        let long = self.starts(b"\"\"\"");
        let raw = {
            let before = self.bytes.get(..self.at).unwrap_or_default();
            let tag = before.trim_ascii_end();
            let word = |word: &[u8]| {
                tag.strip_suffix(word).is_some_and(|rest| {
                    !rest.last().is_some_and(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b))
                })
            };
            (before.ends_with(b"r") && word(b"r")) || [&b"lua"[..], b"jq", b"yaml"].into_iter().any(word)
        };
        self.at += if long { 3 } else { 1 };
        if !raw {
            self.push(Frame::Text { long });
        } else if long {
            self.skip_to(b"\"\"\"");
            self.at += 3;
        } else {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let length = rest.iter().position(|&b| b == b'"' || b == b'\n').unwrap_or(rest.len());
            self.at += length + 1;
        }
    }

    fn single_quote(&mut self) {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let length = rest.iter().position(|&b| b == b'\'' || b == b'\n').unwrap_or(rest.len());
        self.at += if rest.get(length) == Some(&b'\'') { length + 2 } else { 1 };
    }

    fn word(&mut self) {
        let start = self.at;
        while self.byte(0).is_ascii_alphanumeric() || matches!(self.byte(0), b'_' | b'-') {
            self.at += 1;
        }
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        if let Some(Frame::Bracket { words, angles, .. }) = self.frames.last_mut() {
            match word {
                b"then" => {
                    *words += 1;
                    self.depth += 1;
                }
                b"else" if *words > 0 => {
                    *words -= 1;
                    self.depth -= 1;
                }
                // An item begins: type arguments left open before it are not open in it.
                b"filter" | b"trigger" | b"source" | b"param" | b"event" if *angles > 0 => {
                    self.depth -= *angles;
                    *angles = 0;
                }
                _ => {}
            }
        }
    }
}
