//! Lua's patterns, with every move counted.
//!
//! Lua's own matcher backtracks in C, where nothing can count or stop it. This one does the same in Rust and charges each
//! comparison, so a pattern that explodes meets the bound on steps.

use crate::limits::{Bound, Meter};

/// Captures in one pattern.
const MAX_CAPTURES: usize = 32;
/// Repetitions and captures within each other; each takes stack.
const MAX_DEPTH: usize = 200;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Stop {
    Bound(Bound),
    Malformed(&'static str),
}

impl From<Bound> for Stop {
    fn from(bound: Bound) -> Stop {
        Stop::Bound(bound)
    }
}

/// What a pair of brackets has caught: text, or with `()` a position.
#[derive(Clone, Copy, Debug)]
pub(super) enum Capture {
    Open(usize),
    Closed(usize, usize),
    Position(usize),
}

/// Where a pattern has matched.
#[derive(Debug)]
pub(super) struct Match {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) captures: Vec<Capture>,
}

/// The first match at `from` or later. A pattern that begins with `^` is tried at `from` only.
pub(super) fn find(
    text: &[u8],
    pattern: &[u8],
    from: usize,
    meter: &mut Meter,
) -> Result<Option<Match>, Stop> {
    let (pattern, anchored) = match pattern.strip_prefix(b"^") {
        Some(rest) => (rest, true),
        None => (pattern, false),
    };
    let mut start = from;
    while start <= text.len() {
        let mut matcher = Matcher { text, pattern, captures: Vec::new(), depth: 0, meter };
        if let Some(end) = matcher.run(start, 0)? {
            return Ok(Some(Match { start, end, captures: matcher.captures }));
        }
        if anchored {
            break;
        }
        start += 1;
    }
    Ok(None)
}

struct Matcher<'m> {
    text: &'m [u8],
    pattern: &'m [u8],
    captures: Vec<Capture>,
    depth: usize,
    meter: &'m mut Meter,
}

type Found = Result<Option<usize>, Stop>;

impl Matcher<'_> {
    fn at(&self, at: usize) -> Option<u8> {
        self.pattern.get(at).copied()
    }

    /// Matches the rest of the pattern here and tells where it ends.
    fn run(&mut self, text: usize, pattern: usize) -> Found {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Stop::Malformed("pattern too complex"));
        }
        let found = self.rest(text, pattern);
        self.depth -= 1;
        found
    }

    fn rest(&mut self, mut s: usize, mut p: usize) -> Found {
        loop {
            self.meter.steps(1)?;
            let Some(c) = self.at(p) else { return Ok(Some(s)) };
            match (c, self.at(p + 1)) {
                (b'(', Some(b')')) => return self.open(s, p + 2, Capture::Position(s)),
                (b'(', _) => return self.open(s, p + 1, Capture::Open(s)),
                (b')', _) => return self.close(s, p + 1),
                (b'$', None) => return Ok((s == self.text.len()).then_some(s)),
                (b'%', Some(b'b')) => match self.balanced(s, p + 2)? {
                    Some(end) => (s, p) = (end, p + 4),
                    None => return Ok(None),
                },
                (b'%', Some(b'f')) => {
                    p += 2;
                    if self.at(p) != Some(b'[') {
                        return Err(Stop::Malformed("missing '[' after '%f' in pattern"));
                    }
                    let end = self.class_end(p)?;
                    let before = s.checked_sub(1).and_then(|s| self.text.get(s)).copied().unwrap_or(0);
                    let here = self.text.get(s).copied().unwrap_or(0);
                    if self.in_set(before, p, end) || !self.in_set(here, p, end) {
                        return Ok(None);
                    }
                    p = end;
                }
                (b'%', Some(digit @ b'0'..=b'9')) => match self.again(s, digit)? {
                    Some(end) => (s, p) = (end, p + 2),
                    None => return Ok(None),
                },
                _ => {
                    let end = self.class_end(p)?;
                    let here = self.single(s, p, end);
                    match self.at(end) {
                        Some(b'?') => {
                            if here && let Some(found) = self.attempt(s + 1, end + 1)? {
                                return Ok(Some(found));
                            }
                            p = end + 1;
                        }
                        Some(b'+') => return if here { self.longest(s + 1, p, end) } else { Ok(None) },
                        Some(b'*') => return self.longest(s, p, end),
                        Some(b'-') => return self.shortest(s, p, end),
                        _ if here => (s, p) = (s + 1, end),
                        _ => return Ok(None),
                    }
                }
            }
        }
    }

    /// As [`Matcher::run`], with the captures as before when it fails.
    fn attempt(&mut self, text: usize, pattern: usize) -> Found {
        let before = self.captures.clone();
        let found = self.run(text, pattern)?;
        if found.is_none() {
            self.captures = before;
        }
        Ok(found)
    }

    fn longest(&mut self, s: usize, p: usize, end: usize) -> Found {
        let mut count = 0;
        while self.single(s + count, p, end) {
            self.meter.steps(1)?;
            count += 1;
        }
        loop {
            if let Some(found) = self.attempt(s + count, end + 1)? {
                return Ok(Some(found));
            }
            match count.checked_sub(1) {
                Some(less) => count = less,
                None => return Ok(None),
            }
        }
    }

    fn shortest(&mut self, mut s: usize, p: usize, end: usize) -> Found {
        loop {
            if let Some(found) = self.attempt(s, end + 1)? {
                return Ok(Some(found));
            }
            if !self.single(s, p, end) {
                return Ok(None);
            }
            s += 1;
        }
    }

    fn open(&mut self, s: usize, p: usize, capture: Capture) -> Found {
        if self.captures.len() >= MAX_CAPTURES {
            return Err(Stop::Malformed("too many captures"));
        }
        self.captures.push(capture);
        self.attempt(s, p)
    }

    fn close(&mut self, s: usize, p: usize) -> Found {
        let open = self.captures.iter_mut().rev().find_map(|capture| match capture {
            Capture::Open(start) => Some((*start, capture)),
            _ => None,
        });
        let Some((start, capture)) = open else { return Err(Stop::Malformed("invalid pattern capture")) };
        *capture = Capture::Closed(start, s);
        self.attempt(s, p)
    }

    /// `%b()`
    fn balanced(&mut self, s: usize, p: usize) -> Found {
        let (Some(open), Some(close)) = (self.at(p), self.at(p + 1)) else {
            return Err(Stop::Malformed("missing arguments to '%b'"));
        };
        if self.text.get(s) != Some(&open) {
            return Ok(None);
        }
        let mut depth = 1_usize;
        for (at, byte) in self.text.iter().enumerate().skip(s + 1) {
            self.meter.steps(1)?;
            if *byte == close {
                depth -= 1;
                if depth == 0 {
                    return Ok(Some(at + 1));
                }
            } else if *byte == open {
                depth += 1;
            }
        }
        Ok(None)
    }

    /// `%1`: the same text once more.
    fn again(&mut self, s: usize, digit: u8) -> Found {
        let capture = usize::from(digit).checked_sub(usize::from(b'1')).and_then(|at| self.captures.get(at));
        let Some(Capture::Closed(start, end)) = capture else {
            return Err(Stop::Malformed("invalid capture index"));
        };
        let caught = self.text.get(*start..*end).unwrap_or_default();
        self.meter.work(caught.len())?;
        let fits = self.text.get(s..).is_some_and(|rest| rest.starts_with(caught));
        Ok(fits.then_some(s + caught.len()))
    }

    /// Where a class that begins here ends.
    fn class_end(&self, p: usize) -> Result<usize, Stop> {
        match self.at(p) {
            Some(b'%') if self.at(p + 1).is_none() => {
                Err(Stop::Malformed("malformed pattern (ends with '%')"))
            }
            Some(b'%') => Ok(p + 2),
            Some(b'[') => {
                let mut at = if self.at(p + 1) == Some(b'^') { p + 2 } else { p + 1 };
                loop {
                    match self.at(at) {
                        None => return Err(Stop::Malformed("malformed pattern (missing ']')")),
                        Some(b'%') => at += 1,
                        _ => {}
                    }
                    at += 1;
                    if self.at(at) == Some(b']') {
                        return Ok(at + 1);
                    }
                }
            }
            _ => Ok(p + 1),
        }
    }

    fn single(&self, s: usize, p: usize, end: usize) -> bool {
        let Some(byte) = self.text.get(s).copied() else { return false };
        match self.at(p) {
            Some(b'.') => true,
            Some(b'%') => self.at(p + 1).is_some_and(|class| in_class(byte, class)),
            Some(b'[') => self.in_set(byte, p, end),
            c => c == Some(byte),
        }
    }

    /// Whether a byte is in `[…]`; `end` is after the closing bracket.
    fn in_set(&self, byte: u8, p: usize, end: usize) -> bool {
        let set = self.pattern.get(p + 1..end - 1).unwrap_or_default();
        let (mut set, negated) = match set.strip_prefix(b"^") {
            Some(rest) => (rest, true),
            None => (set, false),
        };
        let mut found = false;
        loop {
            (found, set) = match set {
                [] => return found != negated,
                [b'%', class, rest @ ..] => (found || in_class(byte, *class), rest),
                [low, b'-', high, rest @ ..] => (found || (*low..=*high).contains(&byte), rest),
                [one, rest @ ..] => (found || *one == byte, rest),
            };
        }
    }
}

fn in_class(byte: u8, class: u8) -> bool {
    let found = match class.to_ascii_lowercase() {
        b'a' => byte.is_ascii_alphabetic(),
        b'c' => byte.is_ascii_control(),
        b'd' => byte.is_ascii_digit(),
        b'l' => byte.is_ascii_lowercase(),
        b'p' => byte.is_ascii_punctuation(),
        b's' => byte.is_ascii_whitespace() || byte == 0xb,
        b'u' => byte.is_ascii_uppercase(),
        b'w' => byte.is_ascii_alphanumeric(),
        b'x' => byte.is_ascii_hexdigit(),
        b'z' => byte == 0,
        _ => return class == byte,
    };
    found != class.is_ascii_uppercase()
}
