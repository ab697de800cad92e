//! Reads a pattern by Go's rules and writes it for the `regex` crate.

use super::{Re2Error, classes};
use std::collections::BTreeSet;

/// How deep groups may nest.
pub(super) const MAX_NESTING: u32 = 250;

/// The most that repetitions within repetitions may multiply to, in Go.
const MAX_REPEAT: u32 = 1000;

/// The pattern in the crate's syntax.
pub(super) fn translate(source: &str) -> Result<String, Re2Error> {
    let mut reader = Reader { source, at: 0, flags: Flags::default(), names: BTreeSet::new() };
    let mut groups: Vec<Group> = Vec::new();
    let mut group = Group::new(0, Flags::default());
    // Where the repetition just read began: Go refuses a second one right behind it.
    let mut repeated: Option<usize> = None;
    while let Some(c) = reader.peek() {
        let start = reader.at;
        let previous = repeated.take();
        match c {
            '(' => match reader.open()? {
                Opened::Flags(flags) => reader.flags = flags,
                Opened::Group(flags) => {
                    if groups.len() as u32 >= MAX_NESTING {
                        return Err(
                            reader.error(start, "groups nest too deeply here; write the pattern flatter")
                        );
                    }
                    groups.push(std::mem::replace(&mut group, Group::new(start, reader.flags)));
                    reader.flags = flags;
                }
            },
            ')' => {
                reader.bump();
                let Some(outer) = groups.pop() else {
                    return Err(
                        reader.error(start, "this `)` closes nothing; write `\\)` for the sign itself")
                    );
                };
                let inner = std::mem::replace(&mut group, outer);
                reader.flags = inner.outside;
                group.items.push(inner.finish());
            }
            '|' => {
                reader.bump();
                group.alternative();
            }
            '*' | '+' | '?' | '{' => match reader.repetition()? {
                None => {
                    reader.bump();
                    group.items.push(reader.literal('{'));
                }
                Some(repetition) => {
                    if let Some(first) = previous {
                        let message = "a repetition cannot be repeated; put the first one in `(?:…)`";
                        return Err(reader.error(first, message));
                    }
                    repeated = Some(start);
                    let Some(item) = group.items.last_mut() else {
                        return Err(reader.error(
                            start,
                            "there is nothing before this to repeat; write a `\\` before the sign itself",
                        ));
                    };
                    item.repeat(repetition).map_err(|message| reader.error(start, message))?;
                }
            },
            '[' => group.items.push(reader.class()?),
            '\\' => reader.escape(&mut group.items)?,
            _ => {
                reader.bump();
                group.items.push(match c {
                    '.' if reader.flags.dot_all => Item::new("(?s:.)"),
                    '.' => Item::new("."),
                    '^' if reader.flags.lines => Item::new("(?m:^)"),
                    '^' => Item::new(r"\A"),
                    '$' if reader.flags.lines => Item::new("(?m:$)"),
                    '$' => Item::new(r"\z"),
                    _ => reader.literal(c),
                });
            }
        }
    }
    if !groups.is_empty() {
        let start = group.start;
        reader.at = start + 1;
        return Err(reader.error(start, "this `(` is never closed; write `\\(` for the sign itself"));
    }
    Ok(group.finish().text)
}

/// What `(?ims)` switches. Greediness does not change whether a text matches.
#[derive(Clone, Copy, Default)]
struct Flags {
    fold: bool,
    lines: bool,
    dot_all: bool,
}

/// Something that can be repeated.
struct Item {
    text: String,
    /// By how much the repetitions in it multiply.
    times: u32,
}

impl Item {
    fn new(text: impl Into<String>) -> Item {
        Item { text: text.into(), times: 1 }
    }

    fn repeat(&mut self, Repetition { text, min, max }: Repetition) -> Result<(), &'static str> {
        if min > MAX_REPEAT || max.is_some_and(|max| max > MAX_REPEAT) {
            return Err("a repetition counts to 1000 at most; use `*`, or split the pattern");
        }
        if max.is_some_and(|max| max < min) {
            return Err("the second number of a repetition must not be less than the first");
        }
        // Go looks at the product only where a count is at least two.
        let counted = text.starts_with('{');
        if counted {
            let times = max.unwrap_or(min);
            self.times = if times == 0 { 1 } else { self.times.saturating_mul(times) };
            if (min >= 2 || max.is_some_and(|max| max >= 2)) && self.times > MAX_REPEAT {
                return Err("repetitions within repetitions may multiply to 1000 at most");
            }
        }
        self.text = format!("(?:{}){text}", self.text);
        Ok(())
    }
}

struct Repetition {
    /// As the crate has it.
    text: String,
    min: u32,
    max: Option<u32>,
}

/// What has been read since a `(`.
struct Group {
    start: usize,
    /// In force again once it is closed.
    outside: Flags,
    finished: Vec<Item>,
    items: Vec<Item>,
}

impl Group {
    fn new(start: usize, outside: Flags) -> Group {
        Group { start, outside, finished: Vec::new(), items: Vec::new() }
    }

    fn alternative(&mut self) {
        let items = std::mem::take(&mut self.items);
        let times = items.iter().map(|item| item.times).max().unwrap_or(1);
        let text = items.into_iter().map(|item| item.text).collect();
        self.finished.push(Item { text, times });
    }

    fn finish(mut self) -> Item {
        self.alternative();
        let times = self.finished.iter().map(|item| item.times).max().unwrap_or(1);
        let texts: Vec<String> = self.finished.into_iter().map(|item| item.text).collect();
        Item { text: format!("(?:{})", texts.join("|")), times }
    }
}

enum Opened {
    Flags(Flags),
    Group(Flags),
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    flags: Flags,
    names: BTreeSet<&'a str>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// An error from `start` to where reading has come.
    fn error(&self, start: usize, message: impl Into<String>) -> Re2Error {
        Re2Error { message: message.into(), span: start..self.at.max(start) }
    }

    fn fold(&self, text: String) -> Item {
        Item::new(if self.flags.fold { format!("(?i:{text})") } else { text })
    }

    fn literal(&self, c: char) -> Item {
        let text = regex_syntax::escape(c.encode_utf8(&mut [0; 4]));
        if c.is_alphabetic() || !c.is_ascii() { self.fold(text) } else { Item::new(text) }
    }

    /// `(`, `(?:`, `(?P<name>`, `(?<name>`, `(?flags)` or `(?flags:`.
    fn open(&mut self) -> Result<Opened, Re2Error> {
        let start = self.at;
        self.bump();
        if !self.eat("?") {
            return Ok(Opened::Group(self.flags));
        }
        let named = self.eat("P<")
            || (self.rest().starts_with('<')
                && !self.rest().starts_with("<=")
                && !self.rest().starts_with("<!")
                && self.eat("<"));
        if named {
            return self.name(start);
        }
        let mut flags = self.flags;
        let mut on = true;
        let mut any = false;
        loop {
            match self.bump() {
                Some('i') => flags.fold = on,
                Some('m') => flags.lines = on,
                Some('s') => flags.dot_all = on,
                Some('U') => {}
                Some('-') if on => {
                    on = false;
                    any = false;
                    continue;
                }
                Some(end @ (':' | ')')) if on || any => {
                    return Ok(if end == ':' { Opened::Group(flags) } else { Opened::Flags(flags) });
                }
                Some('=' | '!') => {
                    return Err(
                        self.error(start, "look-ahead does not exist here; write what must match instead")
                    );
                }
                Some('<') => {
                    self.bump();
                    return Err(
                        self.error(start, "look-behind does not exist here; write what must match instead")
                    );
                }
                _ => return Err(self.error(start, "after `(?` come `:`, `P<name>` or flags out of `imsU`")),
            }
            any = true;
        }
    }

    fn name(&mut self, start: usize) -> Result<Opened, Re2Error> {
        let rest = self.rest();
        let Some((name, _)) = rest.split_once('>') else {
            self.at = self.source.len();
            return Err(self.error(start, "the name of this group has no `>` behind it"));
        };
        self.at += name.len() + 1;
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(self.error(start, "the name of a group consists of letters, digits and `_`"));
        }
        if !self.names.insert(name) {
            return Err(
                self.error(start, format!("there is a group `{name}` already; give this one another name"))
            );
        }
        Ok(Opened::Group(self.flags))
    }

    /// A repetition; none when `{` is a plain character here.
    fn repetition(&mut self) -> Result<Option<Repetition>, Re2Error> {
        let start = self.at;
        let found = match self.bump() {
            Some('*') => Repetition { text: "*".into(), min: 0, max: None },
            Some('+') => Repetition { text: "+".into(), min: 1, max: None },
            Some('?') => Repetition { text: "?".into(), min: 0, max: Some(1) },
            _ => match self.counted() {
                Some((min, max)) => {
                    let text = match max {
                        Some(max) if max == min => format!("{{{min}}}"),
                        Some(max) => format!("{{{min},{max}}}"),
                        None => format!("{{{min},}}"),
                    };
                    Repetition { text, min, max }
                }
                None => {
                    self.at = start;
                    return Ok(None);
                }
            },
        };
        self.eat("?");
        Ok(Some(found))
    }

    /// `n}`, `n,}` or `n,m}`. A number too large for Go counts as larger than allowed.
    fn counted(&mut self) -> Option<(u32, Option<u32>)> {
        let min = self.number()?;
        let max = if self.eat(",") {
            if self.rest().starts_with('}') { None } else { Some(self.number()?) }
        } else {
            Some(min)
        };
        self.eat("}").then_some((min, max))
    }

    fn number(&mut self) -> Option<u32> {
        let digits = self.rest().len() - self.rest().trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let text = self.rest().get(..digits)?;
        // Go takes no leading zeros.
        if text.is_empty() || (text.len() > 1 && text.starts_with('0')) {
            return None;
        }
        self.at += digits;
        Some(text.parse().unwrap_or(u32::MAX))
    }

    /// What begins with `\` outside a class.
    fn escape(&mut self, items: &mut Vec<Item>) -> Result<(), Re2Error> {
        let start = self.at;
        let letter = self.rest().chars().nth(1);
        let fixed = match letter {
            Some('A') => Some(r"\A"),
            Some('z') => Some(r"\z"),
            Some('b') => Some(r"(?-u:\b)"),
            Some('B') => Some(r"(?-u:\B)"),
            _ => None,
        };
        if let Some(fixed) = fixed {
            self.at += 2;
            items.push(Item::new(fixed));
        } else if letter == Some('Q') {
            self.at += 2;
            let quoted = self.rest().split_once("\\E").map_or(self.rest(), |(quoted, _)| quoted);
            self.at += quoted.len();
            self.eat("\\E");
            items.extend(quoted.chars().map(|c| self.literal(c)));
        } else if let Some(set) = self.named_set()? {
            items.push(self.fold(format!("[{set}]")));
        } else {
            match self.escaped_char()? {
                Some(c) => items.push(self.literal(c)),
                // A surrogate, which no text has.
                None => items.push(Item::new(r"[^\x{0}-\x{10FFFF}]")),
            }
        }
        debug_assert!(self.at > start);
        Ok(())
    }

    /// `\d` or `\p{…}` as the inside of a bracket; none if something else follows.
    fn named_set(&mut self) -> Result<Option<String>, Re2Error> {
        let start = self.at;
        let Some(letter) = self.rest().chars().nth(1) else { return Ok(None) };
        if let Some((set, negated)) = classes::perl(letter) {
            self.at += 2;
            return Ok(Some(if negated { format!("[^{set}]") } else { set.to_owned() }));
        }
        if !matches!(letter, 'p' | 'P') {
            return Ok(None);
        }
        self.at += 2;
        let (mut name, braces) = match self.rest().strip_prefix('{') {
            Some(inside) => match inside.split_once('}') {
                Some((name, _)) => (name, 2),
                None => {
                    self.at = self.source.len();
                    return Err(self.error(start, "this `{` has no `}` behind it"));
                }
            },
            None => (self.rest().get(..self.peek().map_or(0, char::len_utf8)).unwrap_or(""), 0),
        };
        self.at += name.len() + braces;
        let mut negated = letter == 'P';
        if let Some(rest) = name.strip_prefix('^') {
            name = rest;
            negated = !negated;
        }
        match classes::unicode(name) {
            Some(set) => Ok(Some(if negated { format!("[^{set}]") } else { set })),
            None => Err(self.error(
                start,
                "there is no such Unicode class; use a category such as `\\pL` or `\\p{Lu}`, or a script such as `\\p{Greek}`",
            )),
        }
    }

    /// A character that is written with `\`; none if it is a surrogate.
    fn escaped_char(&mut self) -> Result<Option<char>, Re2Error> {
        let start = self.at;
        self.bump();
        let Some(c) = self.bump() else {
            return Err(self.error(start, "a pattern cannot end with `\\`; write `\\\\` for the sign itself"));
        };
        let octal = |c: char| ('0'..='7').contains(&c);
        let value = match c {
            'a' => 0x07,
            'f' => 0x0c,
            'n' => 0x0a,
            'r' => 0x0d,
            't' => 0x09,
            'v' => 0x0b,
            'x' => self.hexadecimal(start)?,
            '0' => self.octal(0),
            '1'..='7' if self.peek().is_some_and(octal) => self.octal(c.to_digit(8).unwrap_or(0)),
            '1'..='9' => {
                return Err(self.error(start, "back-references do not exist here; write the text again"));
            }
            _ if c.is_ascii() && !c.is_ascii_alphanumeric() => u32::from(c),
            _ => return Err(self.error(start, format!("there is no escape `\\{c}`"))),
        };
        Ok(char::from_u32(value))
    }

    /// Up to two more octal digits.
    fn octal(&mut self, first: u32) -> u32 {
        let mut value = first;
        for _ in 0..2 {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) else { break };
            self.bump();
            value = value * 8 + digit;
        }
        value
    }

    fn hexadecimal(&mut self, start: usize) -> Result<u32, Re2Error> {
        let message = "after `\\x` come two hexadecimal digits, or up to 10FFFF in braces";
        let digits = match self.rest().strip_prefix('{') {
            Some(inside) => inside.split_once('}').map_or("", |(digits, _)| digits),
            None => self.rest().get(..2).unwrap_or(""),
        };
        self.at += if self.rest().starts_with('{') { digits.len() + 2 } else { digits.len() };
        self.at = self.at.min(self.source.len());
        let valid = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit());
        let significant = digits.trim_start_matches('0');
        let value = if significant.is_empty() { Ok(0) } else { u32::from_str_radix(significant, 16) };
        match value {
            Ok(value) if valid && value <= 0x0010_FFFF => Ok(value),
            _ => Err(self.error(start, message)),
        }
    }

    /// `[…]`.
    fn class(&mut self) -> Result<Item, Re2Error> {
        let start = self.at;
        self.bump();
        let mut text = String::from(if self.eat("^") { "[^" } else { "[" });
        let opening = text.len();
        let mut first = true;
        while first || !self.rest().starts_with(']') {
            if self.peek().is_none() {
                return Err(self.error(start, "this `[` is never closed; write `\\[` for the sign itself"));
            }
            first = false;
            if let Some(set) = self.posix()? {
                text.push_str(&set);
            } else if let Some(set) = if self.rest().starts_with('\\') { self.named_set()? } else { None } {
                text.push_str(&set);
            } else {
                text.push_str(&self.range()?);
            }
        }
        self.bump();
        if text.len() == opening {
            // Only surrogates were in it.
            text.push_str(r"[^\x{0}-\x{10FFFF}]");
        }
        text.push(']');
        Ok(self.fold(text))
    }

    /// `[:name:]` within a class.
    fn posix(&mut self) -> Result<Option<String>, Re2Error> {
        let start = self.at;
        let Some(inside) = self.rest().strip_prefix("[:") else { return Ok(None) };
        let Some((name, _)) = inside.split_once(":]") else { return Ok(None) };
        self.at += name.len() + 4;
        let (negated, name) = name.strip_prefix('^').map_or((false, name), |name| (true, name));
        match classes::posix(name) {
            Some(set) => Ok(Some(if negated { format!("[^{set}]") } else { set.to_owned() })),
            None => Err(self.error(
                start,
                format!("there is no class `[:{name}:]`; the names are those of POSIX, such as `[:alpha:]`"),
            )),
        }
    }

    /// A character or a range within a class.
    fn range(&mut self) -> Result<String, Re2Error> {
        let start = self.at;
        let low = self.member()?;
        let mut high = low;
        if self.rest().starts_with('-') && !self.rest().starts_with("-]") && self.rest().len() > 1 {
            self.bump();
            high = self.member()?;
        }
        if high < low {
            return Err(self.error(start, "this range runs backwards; put the lower character first"));
        }
        // No text has surrogates: the range is what lies around them.
        let parts = [(low, high.min(0xD7FF)), (low.max(0xE000), high)];
        let text = |(low, high): (u32, u32)| {
            if low <= high { format!(r"\x{{{low:X}}}-\x{{{high:X}}}") } else { String::new() }
        };
        Ok(parts.into_iter().map(text).collect())
    }

    fn member(&mut self) -> Result<u32, Re2Error> {
        if !self.rest().starts_with('\\') {
            return Ok(self.bump().map_or(0, u32::from));
        }
        let start = self.at;
        match self.escaped_char()? {
            Some(c) => Ok(u32::from(c)),
            // Reading it once more gives the number.
            None => {
                self.at = start + 2;
                self.hexadecimal(start)
            }
        }
    }
}
