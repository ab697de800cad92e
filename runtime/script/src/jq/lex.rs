//! Words of a filter.

use crate::script::Mistake;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name, also a reserved one, with `::` within.
    Name(Arc<str>),
    /// `$name`
    Variable(Arc<str>),
    /// `.name`
    Field(Arc<str>),
    /// `@name`
    Format(Arc<str>),
    Number(Arc<str>),
    TextStart,
    TextPart(Arc<str>),
    /// `\(` within text; its end is [`Token::ValueEnd`].
    ValueStart,
    ValueEnd,
    TextEnd,
    /// Everything else, such as `|=`.
    Sign(&'static str),
}

/// Longer ones first.
const SIGNS: [&str; 39] = [
    "?//=", "?//", "//=", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "//", "..", "::", "|",
    ",", "+", "-", "*", "/", "%", "=", "<", ">", "(", ")", "[", "]", "{", "}", ":", ";", "?", ".", "$", "@",
    "#",
];

/// Splits a filter; each word comes with the byte at which it begins.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, usize)>, Mistake> {
    Lexer { text, at: 0, found: Vec::new(), open: Vec::new() }.run()
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    found: Vec<(Token, usize)>,
    /// Brackets that are open; true for `\(` within text.
    open: Vec<bool>,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn mistake(&self, message: impl Into<String>) -> Mistake {
        Mistake::at(self.text, self.at, message)
    }

    fn push(&mut self, token: Token, start: usize) {
        self.found.push((token, start));
    }

    fn run(mut self) -> Result<Vec<(Token, usize)>, Mistake> {
        while let Some(c) = self.rest().chars().next() {
            let start = self.at;
            if c.is_ascii_whitespace() {
                self.at += 1;
            } else if c == '#' {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if c == '"' {
                self.at += 1;
                self.push(Token::TextStart, start);
                self.text_part()?;
            } else if c.is_ascii_digit()
                || c == '.' && self.rest().as_bytes().get(1).is_some_and(u8::is_ascii_digit)
            {
                self.number()?;
            } else if is_name_start(c) {
                let name = self.name();
                self.push(Token::Name(name), start);
            } else if let Some(name) = self.marked('$') {
                self.push(Token::Variable(name), start);
            } else if let Some(name) = self.marked('@') {
                self.push(Token::Format(name), start);
            } else if let Some(name) = self.marked('.') {
                self.push(Token::Field(name), start);
            } else {
                self.sign()?;
            }
        }
        Ok(self.found)
    }

    fn marked(&mut self, mark: char) -> Option<Arc<str>> {
        let name = self.rest().strip_prefix(mark)?;
        if !name.starts_with(is_name_start) {
            return None;
        }
        self.at += 1;
        Some(self.name())
    }

    fn name(&mut self) -> Arc<str> {
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        while let Some(after) = rest.get(end..).and_then(|tail| tail.strip_prefix("::")) {
            if !after.starts_with(is_name_start) {
                break;
            }
            end += 2 + after.find(|c| !is_part(c)).unwrap_or(after.len());
        }
        self.at += end;
        rest.get(..end).unwrap_or_default().into()
    }

    fn number(&mut self) -> Result<(), Mistake> {
        let (start, rest) = (self.at, self.rest());
        let digits = |from: usize| {
            let tail = rest.get(from..).unwrap_or_default();
            from + tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len())
        };
        let mut end = digits(0);
        if rest.get(end..).is_some_and(|tail| tail.starts_with('.')) {
            end = digits(end + 1);
        }
        if rest.get(end..).is_some_and(|tail| tail.starts_with(['e', 'E'])) {
            let sign = usize::from(rest.get(end + 1..).is_some_and(|tail| tail.starts_with(['+', '-'])));
            let after = digits(end + 1 + sign);
            if after == end + 1 + sign {
                return Err(self.mistake("this number has an exponent without digits"));
            }
            end = after;
        }
        self.at += end;
        if self.rest().starts_with(is_name_start) {
            return Err(self.mistake("a name directly after a number; put a blank between them"));
        }
        self.push(Token::Number(rest.get(..end).unwrap_or_default().into()), start);
        Ok(())
    }

    fn sign(&mut self) -> Result<(), Mistake> {
        let (start, rest) = (self.at, self.rest());
        let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) else {
            return Err(self.mistake("this character has no meaning in jq"));
        };
        self.at += sign.len();
        if *sign == "(" {
            self.open.push(false);
        } else if *sign == ")" && self.open.pop() == Some(true) {
            self.push(Token::ValueEnd, start);
            return self.text_part();
        }
        self.push(Token::Sign(sign), start);
        Ok(())
    }

    /// Text up to its end or up to a value within.
    fn text_part(&mut self) -> Result<(), Mistake> {
        let begin = self.at;
        let mut part = String::new();
        loop {
            let Some(c) = self.rest().chars().next() else {
                return Err(self.mistake("the text does not end; a `\"` is missing"));
            };
            let start = self.at;
            self.at += c.len_utf8();
            match c {
                '"' => {
                    self.push(Token::TextPart(part.into()), begin);
                    self.push(Token::TextEnd, start);
                    return Ok(());
                }
                '\\' if self.rest().starts_with('(') => {
                    self.at += 1;
                    self.open.push(true);
                    self.push(Token::TextPart(part.into()), begin);
                    self.push(Token::ValueStart, start);
                    return Ok(());
                }
                '\\' => part.push(self.escape()?),
                c => part.push(c),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Mistake> {
        let c = self.rest().chars().next().unwrap_or_default();
        let simple = match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            '"' | '\\' | '/' => c,
            'u' => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.mistake("there is no such escape in jq; a backslash itself is `\\\\`")),
        };
        self.at += 1;
        Ok(simple)
    }

    fn unicode(&mut self) -> Result<char, Mistake> {
        let unit = self.code_unit()?;
        if (0xD800..0xDC00).contains(&unit) && self.rest().starts_with("\\u") {
            let back = self.at;
            self.at += 2;
            let low = self.code_unit()?;
            if let Some(low) = low.checked_sub(0xDC00).filter(|low| *low < 0x400) {
                return Ok(char::from_u32(0x10000 + ((unit - 0xD800) << 10) + low).unwrap_or('\u{FFFD}'));
            }
            self.at = back;
        }
        Ok(char::from_u32(unit).unwrap_or('\u{FFFD}'))
    }

    fn code_unit(&mut self) -> Result<u32, Mistake> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.mistake("`\\u` takes four hexadecimal digits"))?;
        self.at += 4;
        Ok(unit)
    }
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}
