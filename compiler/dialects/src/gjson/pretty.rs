//! `@pretty` and `@ugly`.

use super::MAX_DEPTH;
use super::scan::{cut, rest};
use crate::number::float_or_zero;
use std::cmp::Ordering;

/// The options of `@pretty`.
pub(super) struct Style {
    /// A list stays on one line up to this many columns.
    pub width: i64,
    /// Before every line.
    pub prefix: String,
    /// For each level.
    pub indent: String,
    /// Members in the order of their keys.
    pub sort_keys: bool,
}

impl Default for Style {
    fn default() -> Style {
        Style { width: 80, prefix: String::new(), indent: "  ".to_owned(), sort_keys: false }
    }
}

/// Without blanks between tokens.
pub(super) fn ugly(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in json.chars() {
        if quoted || c > ' ' {
            out.push(c);
        }
        let closes = c == '"' && !escaped;
        quoted ^= closes;
        escaped = quoted && c == '\\' && !escaped;
    }
    out
}

/// One member or element a line.
pub(super) fn pretty(json: &str, style: &Style) -> String {
    let mut printer = Printer { json, style, out: style.prefix.clone(), line: 0 };
    printer.any(0, Mode::Lines { tabs: 0 }, 0);
    let mut out = printer.out;
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

#[derive(Clone, Copy)]
enum Mode {
    /// Members on lines of their own.
    Lines { tabs: usize },
    /// All on one line, which fails at an object if a width is set.
    Flat,
}

struct Printer<'a> {
    json: &'a str,
    style: &'a Style,
    out: String,
    /// Where the line that is being written began.
    line: usize,
}

/// What `@pretty` sorts by: the key, then the value; each by type first.
struct Pair {
    from: usize,
    to: usize,
    key: String,
}

impl Printer<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.json.as_bytes().get(at).copied()
    }

    /// The next value. Answers where it ends, and no when it does not fit on one line.
    fn any(&mut self, mut at: usize, mode: Mode, depth: u32) -> (usize, bool) {
        while let Some(b) = self.byte(at) {
            match b {
                b'"' => return (self.string(at), true),
                b'{' | b'[' => return self.bracket(at, b, mode, depth),
                b'0'..=b'9' | b'-' | b'i' | b'I' | b'+' | b'N' => return (self.number(at), true),
                b'n' if self.byte(at + 1).is_some_and(|next| next != b'u') => return (self.number(at), true),
                b't' => return self.word("true", at),
                b'f' => return self.word("false", at),
                b'n' => return self.word("null", at),
                _ => at += 1,
            }
        }
        (at, true)
    }

    fn word(&mut self, word: &str, at: usize) -> (usize, bool) {
        self.out.push_str(word);
        (at + word.len(), true)
    }

    fn string(&mut self, at: usize) -> usize {
        let end = super::scan::string(self.json, at).map_or(self.json.len(), |(end, _, _)| end);
        self.out.push_str(cut(self.json, at, end));
        end
    }

    fn number(&mut self, at: usize) -> usize {
        let ends = |b: u8| b <= b' ' || matches!(b, b',' | b':' | b']' | b'}');
        let length = rest(self.json, at + 1).bytes().position(ends);
        let end = length.map_or(self.json.len(), |length| at + 1 + length);
        self.out.push_str(cut(self.json, at, end));
        end
    }

    fn new_line(&mut self, tabs: usize) {
        self.line = self.out.len();
        if self.out.ends_with(' ') {
            self.out.pop();
        }
        self.out.push('\n');
        self.tabs(tabs);
    }

    fn tabs(&mut self, tabs: usize) {
        self.out.push_str(&self.style.prefix);
        for _ in 0..tabs {
            self.out.push_str(&self.style.indent);
        }
    }

    fn bracket(&mut self, at: usize, open: u8, mode: Mode, depth: u32) -> (usize, bool) {
        if depth >= MAX_DEPTH {
            let (end, raw) = super::scan::block(self.json, at);
            self.out.push_str(raw);
            return (end, true);
        }
        if self.style.width > 0 {
            match mode {
                Mode::Lines { .. } if open == b'[' => {
                    let room = self.style.width - (self.out.len() as i64 - self.line as i64);
                    if room > 3 {
                        let (start, line) = (self.out.len(), self.line);
                        let (end, fits) = self.members(at, open, Mode::Flat, depth);
                        self.line = line;
                        if fits && (self.out.len() - start) as i64 <= room {
                            return (end, true);
                        }
                        self.out.truncate(start);
                    }
                }
                Mode::Flat if open == b'{' => return (at, false),
                _ => {}
            }
        }
        self.members(at, open, mode, depth)
    }

    fn members(&mut self, at: usize, open: u8, mode: Mode, depth: u32) -> (usize, bool) {
        let close = if open == b'{' { b'}' } else { b']' };
        self.out.push(char::from(open));
        let mut at = at + 1;
        let mut count = 0;
        let mut pairs: Vec<Pair> = Vec::new();
        while let Some(b) = self.byte(at) {
            if b == close {
                if let Mode::Lines { tabs } = mode {
                    self.sort(&pairs);
                    if count > 0 {
                        self.new_line(tabs);
                    } else if !self.out.ends_with(char::from(open)) {
                        self.tabs(tabs);
                    }
                }
                self.out.push(char::from(close));
                return (at + 1, open != b'{');
            }
            if b <= b' ' || (open == b'{' && b != b'"') {
                at += 1;
                continue;
            }
            if count > 0 {
                self.out.push(',');
                if self.style.width != -1 && open == b'[' {
                    self.out.push(' ');
                }
            }
            let from = self.out.len();
            let mut inner = mode;
            if let Mode::Lines { tabs } = mode {
                self.new_line(tabs + 1);
                inner = Mode::Lines { tabs: tabs + 1 };
            }
            let mut key = String::new();
            if open == b'{' {
                let start = at;
                at = self.string(at);
                key = cut(self.json, start, at).to_owned();
                self.out.push(':');
                if matches!(mode, Mode::Lines { .. }) {
                    self.out.push(' ');
                }
            }
            let (end, fits) = self.any(at, inner, depth + 1);
            if matches!(mode, Mode::Flat) && self.style.width > 0 && !fits {
                return (end, false);
            }
            pairs.push(Pair { from, to: self.out.len(), key });
            // A stray sign that is no value is passed over.
            at = if end > at || open == b'{' { end } else { at + 1 };
            count += 1;
        }
        (at, open != b'{')
    }

    /// Puts the members that have just been written into order.
    fn sort(&mut self, pairs: &[Pair]) {
        let Some(first) = pairs.first() else { return };
        if !self.style.sort_keys || first.key.is_empty() {
            return;
        }
        let member = |pair: &Pair| cut(&self.out, pair.from, pair.to).to_owned();
        let mut members: Vec<(String, String)> =
            pairs.iter().map(|pair| (pair.key.clone(), member(pair))).collect();
        members.sort_by(|(key, text), (other, other_text)| {
            let value = |key: &str, text: &str| rest(text.trim(), key.len() + 1).trim().to_owned();
            order(key, other).then_with(|| order(&value(key, text), &value(other, other_text)))
        });
        let sorted: Vec<String> = members.into_iter().map(|(_, text)| text).collect();
        self.out.truncate(first.from);
        self.out.push_str(&sorted.join(","));
    }
}

fn order(left: &str, right: &str) -> Ordering {
    let rank = |text: &str| match text.as_bytes().first() {
        None | Some(b'n') => 0,
        Some(b'f') => 1,
        Some(b'"') => 3,
        Some(b't') => 4,
        Some(b'[' | b'{') => 5,
        Some(_) => 2,
    };
    rank(left).cmp(&rank(right)).then_with(|| match rank(left) {
        2 => float_or_zero(left).partial_cmp(&float_or_zero(right)).unwrap_or(Ordering::Equal),
        3 => {
            let text = |raw: &str| super::scan::unescape(cut(raw, 1, raw.len().saturating_sub(1)));
            text(left).cmp(&text(right))
        }
        _ => left.cmp(right),
    })
}
