//! Paths into the body of an event, and constants, as aev writes them.

use crate::random::Random;
use crate::tree::Tree;

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Key(String),
    Index(i64),
}

/// A path from the data inwards; its first step is `body`, `header` or `headers`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path(pub Vec<Step>);

/// Keys that mean something to gjson, to govaluate or to aev, beside plain ones.
const KEYS: &[&str] = &[
    "a", "a", "a", "b", "b", "c", "kind", "name", "action", "ref", "x.y", "a*b", "a?b", "@this", "@reverse",
    "é", "日本", "k|p", "#", "a b", "a\\b", "q\"r", "it's", "0", "1", "-1", "in", "true", "null", "!x",
    "{z}", "[y]", "(p)", "a,b", "<", "a=b", "100%", "a:b", "~", "n-1", "a_b", "//", "{{x}}", "$", "&&", "||",
    "\n", "\u{1}", ".", "..a",
];

const HEADERS: &[&str] = &["X-Kind", "X-Github-Event", "Content-Type", "X-1"];

impl Path {
    /// A path in a body of which nothing is known, or to one of the `headers`.
    pub fn any(headers: &str, random: &mut Random) -> Path {
        if random.once_in(12) {
            return Path::header(headers, random);
        }
        let mut steps = vec![key("body")];
        for _ in 0..1 + random.below(3) {
            let step = match random.below(12) {
                0 => Step::Index(random.below(3) as i64),
                1 => Step::Index(-1),
                2..=6 => key(random.pick(&["a", "b", "c"])),
                _ => key(random.pick(KEYS)),
            };
            steps.push(step);
        }
        Path(steps)
    }

    /// The first value of a header.
    pub fn header(headers: &str, random: &mut Random) -> Path {
        Path(vec![key(headers), key(random.pick(HEADERS)), Step::Index(0)])
    }

    /// From names and numbers joined by dots, below `body`.
    pub fn of(text: &str) -> Path {
        let steps = text.split('.').map(|step| match step.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => key(step),
        });
        Path(std::iter::once(key("body")).chain(steps).collect())
    }

    /// As aev writes it, of the event `event`.
    pub fn print(&self, event: &str, random: &mut Random) -> String {
        if let [Step::Key(header), Step::Key(name), Step::Index(0)] = self.0.as_slice()
            && (header == "header" || header == "headers")
        {
            let name = if random.once_in(2) { name.to_lowercase() } else { name.clone() };
            return format!("{event}.{header}[{}]", text(&name));
        }
        let mut out = event.to_owned();
        for step in &self.0 {
            match step {
                Step::Index(index) => out.push_str(&format!("[{index}]")),
                Step::Key(key) if is_name(key) => out.push_str(&format!(".{key}")),
                Step::Key(key) if random.once_in(2) => out.push_str(&format!(".{}", text(key))),
                Step::Key(key) => out.push_str(&format!("[{}]", text(key))),
            }
        }
        out
    }
}

pub fn key(key: &str) -> Step {
    Step::Key(key.to_owned())
}

fn is_name(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Text in quotes, as aev writes it.
pub fn text(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '$' => out.push_str("\\u{24}"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Text that looks like something else, or breaks a quoting.
const TEXTS: &[&str] = &[
    "x",
    "x",
    "y",
    "y",
    "open",
    "closed",
    "42",
    "1.5",
    "true",
    "false",
    "null",
    "2020-01-02",
    "2020-01-02T15:04:05Z",
    "Mon Jan 2 15:04:05 2006",
    "3:04PM",
    "12:30",
    "",
    "é",
    "日本",
    "it's",
    "say \"hi\"",
    "back\\slash",
    "a\nb",
    "a&&b",
    "a || b",
    "{x}",
    "[y]",
    "[1]",
    "{\"a\":1}",
    "^x$",
    "x.*",
    "1e3",
    "-1",
    " ",
    "<&>",
    "a,b",
    "]",
    "${x}",
    "{{x}}",
    "~true",
    "v",
    "0",
    "\u{7f}",
    "x\u{2028}y",
    "1_000",
    "0x10",
    "inf",
    "NaN",
    "t",
    "T",
];

const NUMBERS: &[&str] = &[
    "0",
    "1",
    "1",
    "2",
    "42",
    "42",
    "-1",
    "-42",
    "1.5",
    "-0.5",
    "100",
    "1000000",
    "9007199254740993",
    "12345678901234567890",
    "0.1",
    "123456789.25",
];

/// A constant with its JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    /// As aev writes it.
    pub written: String,
    pub value: Tree,
}

impl Constant {
    pub fn text(value: &str) -> Constant {
        Constant { written: text(value), value: Tree::Text(value.to_owned()) }
    }

    pub fn number(value: &str) -> Constant {
        Constant { written: value.to_owned(), value: Tree::Raw(value.to_owned()) }
    }

    pub fn any_text(random: &mut Random) -> Constant {
        Constant::text(random.pick(TEXTS))
    }

    pub fn any_number(random: &mut Random) -> Constant {
        Constant::number(random.pick(NUMBERS))
    }

    pub fn any_bool(random: &mut Random) -> Constant {
        Constant::number(random.pick(&["true", "false"]))
    }

    pub fn null() -> Constant {
        Constant::number("null")
    }

    /// Text more often than a number, a number more often than a boolean.
    pub fn scalar(random: &mut Random) -> Constant {
        match random.below(6) {
            0..=2 => Constant::any_text(random),
            3 | 4 => Constant::any_number(random),
            _ => Constant::any_bool(random),
        }
    }
}
