//! Random `where` expressions, and what in them an event should hit.

use crate::path::{Constant, Path, text};
use crate::random::Random;
use crate::tree::Tree;

/// A path that an expression reads, with values that decide something there.
#[derive(Clone, Debug)]
pub struct Read {
    pub path: Path,
    pub values: Vec<Tree>,
}

/// What the body of an event is declared as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Body {
    Any,
    /// [`TYPE`]
    Typed,
}

/// A declared body. Its paths are those of `TYPED`.
pub const TYPE: &str = "type T = { name: string, note?: string, who: string | null, n: number, m?: number, ok: bool, \
                        maybe?: bool, state: \"open\" | \"closed\", inner: { k: string, n?: int }, tags: list<string> }\n";

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Number,
    Bool,
    State,
}

const TYPED: &[(&str, Kind)] = &[
    ("name", Kind::Text),
    ("note", Kind::Text),
    ("who", Kind::Text),
    ("n", Kind::Number),
    ("m", Kind::Number),
    ("ok", Kind::Bool),
    ("maybe", Kind::Bool),
    ("state", Kind::State),
    ("inner.k", Kind::Text),
    ("inner.n", Kind::Number),
    ("tags.0", Kind::Text),
    ("tags.-1", Kind::Text),
];

/// Patterns with texts that they match.
const PATTERNS: &[(&str, &str)] = &[
    ("^open$", "open"),
    ("o.en", "reopened"),
    (r"\d+", "a1"),
    ("(?i)OPEN", "open"),
    ("^$", ""),
    ("it's", "it's"),
    (r"\x{e9}", "é"),
    ("^[a-z]+/[0-9]", "a/1"),
    ("^x|y$", "xy"),
    (r"\\", r"a\b"),
    (r"\p{L}{2}", "日本"),
    (r"^.$", "😀"),
    (r"(?s)a.b", "a\nb"),
    (r"\bx\b", "a x b"),
    (r"2020-\d\d", "2020-01-02"),
    (r"[\[{]", "[1]"),
    (r"a&&b|\|\|", "a&&b"),
];

/// An expression with what it reads.
pub struct Where<'r> {
    pub random: &'r mut Random,
    pub event: String,
    pub body: Body,
    /// Paths come back, so that conditions meet on one.
    pub reads: Vec<Read>,
}

impl Where<'_> {
    /// An expression of about that depth.
    pub fn expression(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.chance(35) {
            return self.leaf();
        }
        match self.random.below(8) {
            0 | 1 => format!("not ({})", self.expression(depth - 1)),
            n => {
                let word = if n < 5 { " and " } else { " or " };
                let mut parts = Vec::new();
                for _ in 0..2 + self.random.below(2) {
                    parts.push(format!("({})", self.expression(depth - 1)));
                }
                parts.join(word)
            }
        }
    }

    fn path(&mut self) -> (Path, Kind) {
        if self.body == Body::Typed {
            let (path, kind) = *self.random.one(TYPED);
            return (Path::of(path), kind);
        }
        let kind = *self.random.one(&[Kind::Text, Kind::Text, Kind::Number, Kind::Bool]);
        if !self.reads.is_empty() && self.random.once_in(3) {
            let path = self.random.one(&self.reads).path.clone();
            return (path, kind);
        }
        (Path::any(self.random), kind)
    }

    fn constant(&mut self, kind: Kind) -> Constant {
        match kind {
            Kind::Text => Constant::any_text(self.random),
            Kind::Number => Constant::any_number(self.random),
            Kind::Bool => Constant::any_bool(self.random),
            Kind::State => Constant::text(self.random.pick(&["open", "closed"])),
        }
    }

    fn read(&mut self, path: &Path, values: Vec<Tree>) -> String {
        self.reads.push(Read { path: path.clone(), values });
        path.print(&self.event, self.random)
    }

    fn leaf(&mut self) -> String {
        let (path, kind) = self.path();
        match self.random.below(20) {
            0..=5 => self.compared(&path, kind, false),
            6 | 7 => self.compared(&path, kind, true),
            8..=10 => self.one_of(&path, kind),
            11 | 12 if matches!(kind, Kind::Text | Kind::State) => self.matches(&path),
            11..=13 => {
                let read = self.read(&path, vec![Tree::Raw("null".into())]);
                format!("exists({read})")
            }
            14 => {
                let read = self.read(&path, vec![Tree::Raw("null".into())]);
                format!("{read} {} null", self.random.pick(&["==", "!="]))
            }
            15 | 16 => self.two_paths(&path, kind),
            17 => {
                let path = if kind == Kind::Bool || self.body == Body::Any { path } else { Path::of("ok") };
                let truth = [Tree::Raw("true".into()), Tree::Raw("false".into())].to_vec();
                let read = self.read(&path, truth);
                match self.random.below(3) {
                    0 => format!("({read} ?? true)"),
                    _ => read,
                }
            }
            18 => {
                let (attribute, right, wrong) = *self.random.one(&[
                    ("source", "hook", "x"),
                    ("type", "webhook", "github"),
                    ("subject", "hook", "hook2"),
                    ("datacontenttype", "application/json", ""),
                ]);
                let value = if self.random.chance(70) { right } else { wrong };
                format!(
                    "{}::{attribute} {} {}",
                    self.event,
                    self.random.pick(&["==", "!=", "<="]),
                    text(value)
                )
            }
            _ => self.compared(&path, kind, false),
        }
    }

    fn comparator(&mut self, kind: Kind) -> &'static str {
        match kind {
            Kind::Text | Kind::Number => {
                self.random.pick(&["==", "==", "==", "!=", "!=", "<", "<=", ">", ">="])
            }
            Kind::Bool | Kind::State => self.random.pick(&["==", "!="]),
        }
    }

    fn compared(&mut self, path: &Path, kind: Kind, with_default: bool) -> String {
        let constant = self.constant(kind);
        let op = self.comparator(kind);
        let mut values = vec![constant.value.clone()];
        if with_default {
            let fallback = if self.random.once_in(2) { constant.clone() } else { self.constant(kind) };
            values.push(fallback.value);
            let read = self.read(path, values);
            if self.random.once_in(4) {
                let (other, _) = self.path();
                let other = if self.body == Body::Any { other } else { path.clone() };
                let other = self.read(&other, vec![constant.value]);
                return format!("({read} ?? {other} ?? {}) {op} {}", fallback.written, constant.written);
            }
            return format!("({read} ?? {}) {op} {}", fallback.written, constant.written);
        }
        let read = self.read(path, values);
        match self.random.once_in(6) {
            true => format!("{} {op} {read}", constant.written),
            false => format!("{read} {op} {}", constant.written),
        }
    }

    fn one_of(&mut self, path: &Path, kind: Kind) -> String {
        let mut members = Vec::new();
        for _ in 0..1 + self.random.below(3) {
            members.push(self.constant(kind));
        }
        let written: Vec<&str> = members.iter().map(|member| member.written.as_str()).collect();
        let list = written.join(", ");
        let read = self.read(path, members.iter().map(|member| member.value.clone()).collect());
        let read = match self.random.once_in(6) {
            true => format!("({read} ?? {})", self.constant(kind).written),
            false => read,
        };
        format!("{read} {} [{list}]", self.random.pick(&["in", "not in"]))
    }

    fn matches(&mut self, path: &Path) -> String {
        let (pattern, example) = *self.random.one(PATTERNS);
        let read = self.read(path, vec![Tree::Text(example.into())]);
        format!("{read} {} r\"{pattern}\"", self.random.pick(&["matches", "not matches"]))
    }

    fn two_paths(&mut self, path: &Path, kind: Kind) -> String {
        let other = match self.body {
            Body::Any => self.path().0,
            Body::Typed => {
                let same: Vec<&str> =
                    TYPED.iter().filter(|(_, other)| *other == kind).map(|(path, _)| *path).collect();
                Path::of(self.random.pick(&same))
            }
        };
        let op = self.comparator(kind);
        // The same few values on both sides, so that they are often equal.
        let values = vec![Tree::Text("x".into()), Tree::Raw("1".into()), Tree::Raw("true".into())];
        let left = self.read(path, values.clone());
        let right = self.read(&other, values);
        format!("{left} {op} {right}")
    }
}
