//! Random `where` expressions, and what in them an event should hit.

use crate::known::{Body, Kind};
use crate::path::{Path, text};
use crate::random::Random;
use crate::source::Source;
use crate::tree::Tree;

/// A path that an expression reads.
#[derive(Clone, Debug)]
pub struct Read {
    pub path: Path,
    /// Values that decide something there.
    pub values: Vec<Tree>,
    /// It decides something that nothing is there.
    pub absent: bool,
    /// What the type says of it must be so: the two roads agree on events of their types only.
    pub required: bool,
}

impl Read {
    pub fn new(path: &Path, values: Vec<Tree>) -> Read {
        Read { path: path.clone(), values, absent: false, required: false }
    }
}

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
    /// What it is called.
    pub event: String,
    /// Where it comes from.
    pub source: &'r Source,
    /// The body of the source, or what a test of a header has made of it.
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
        if self.random.once_in(16) {
            return (Path::header(self.source.headers(), self.random), Kind::Text);
        }
        let known = self.body.known();
        let declared = match self.body {
            Body::Any => false,
            Body::Known(_) => true,
            Body::Open(_) => self.random.once_in(2),
        };
        if declared && !known.is_empty() {
            let known = self.random.one(known);
            if known.kind != Kind::Structure {
                return (known.path.clone(), known.kind.clone());
            }
        }
        let kind = self.random.one(&[Kind::Text, Kind::Text, Kind::Number, Kind::Bool]).clone();
        if self.body == Body::Any && !self.reads.is_empty() && self.random.once_in(3) {
            let path = self.random.one(&self.reads).path.clone();
            return (path, kind);
        }
        let headers = self.source.headers();
        match self.body.undeclared(headers, self.random) {
            Some(path) => (path, kind),
            None => (Path::header(headers, self.random), Kind::Text),
        }
    }

    /// A path of that kind.
    fn path_of(&mut self, kind: &Kind) -> Path {
        let same: Vec<&Path> =
            self.body.known().iter().filter(|known| known.kind == *kind).map(|known| &known.path).collect();
        match same.is_empty() {
            true => self.path().0,
            false => (*self.random.one(&same)).clone(),
        }
    }

    fn read(&mut self, path: &Path, values: Vec<Tree>) -> String {
        self.reads.push(Read::new(path, values));
        path.print(&self.event, self.random)
    }

    fn leaf(&mut self) -> String {
        let (path, kind) = self.path();
        match self.random.below(20) {
            0..=5 => self.compared(&path, &kind, false),
            6 | 7 => self.compared(&path, &kind, true),
            8..=10 => self.one_of(&path, &kind),
            11 if matches!(kind, Kind::Text | Kind::Words(_)) => self.call(&path),
            12 if matches!(kind, Kind::Text | Kind::Words(_)) => self.matches(&path),
            11..=13 => {
                let read = self.read(&path, vec![Tree::Raw("null".into())]);
                let absent = self.random.once_in(2);
                self.reads.last_mut().expect("it was read").absent = absent;
                match absent {
                    true => format!("not exists({read})"),
                    false => format!("exists({read})"),
                }
            }
            14 => {
                let null = self.body.known().iter().filter(|known| known.nullable).collect::<Vec<_>>();
                let path = if null.is_empty() { path } else { self.random.one(&null).path.clone() };
                let read = self.read(&path, vec![Tree::Raw("null".into())]);
                format!("{read} {} null", self.random.pick(&["==", "!="]))
            }
            15 => self.two_paths(&path, &kind),
            17 if self.random.once_in(3) => self.gjson(&path, &kind),
            16 if self.body == Body::Any => self.elements(&path),
            17 => {
                let path = if kind == Kind::Bool { path } else { self.path_of(&Kind::Bool) };
                let truth = [Tree::Raw("true".into()), Tree::Raw("false".into())].to_vec();
                let read = self.read(&path, truth);
                match self.random.below(3) {
                    0 => format!("({read} ?? true)"),
                    _ => read,
                }
            }
            18 => {
                let (source, subject) = self.source.subject;
                let (attribute, right, wrong) = *self.random.one(&[
                    ("source", source, "x"),
                    ("type", self.source.kind, "other"),
                    ("subject", subject, "hook2"),
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
            _ => self.compared(&path, &kind, false),
        }
    }

    /// A condition in govaluate beside one of aev, at the top: elsewhere Argo has it seldom.
    pub fn foreign(&mut self) -> String {
        let (path, kind) = self.path();
        let test = self.govaluate(&path, &kind);
        match self.random.once_in(2) {
            true => test,
            false => format!("{test} {} {}", self.random.pick(&["and", "or"]), self.leaf()),
        }
    }

    /// A condition in govaluate.
    fn govaluate(&mut self, path: &Path, kind: &Kind) -> String {
        let (test, value) = match kind {
            Kind::Number => ("foreign >= 1 || foreign == 0", Tree::Raw("2".into())),
            Kind::Bool => ("foreign ? true : w == w", Tree::Raw("true".into())),
            _ => ("foreign =~ '[a-z]' && w == w", Tree::Text("open".into())),
        };
        let path = self.read(path, vec![value]);
        let second = if test.contains('w') {
            format!(", w: gjson({}, r\"@this|@valid\")", self.event)
        } else {
            String::new()
        };
        format!("govaluate(r\"{test}\", foreign: {path}{second})")
    }

    /// A comparison with what gjson reads at a path that has a form of its own.
    fn gjson(&mut self, path: &Path, kind: &Kind) -> String {
        let constant = kind.constant(self.random);
        self.read(path, vec![constant.value.clone()]);
        let form = self.random.pick(&[
            "body.a|@this",
            "body.b|@tostr",
            "[body.a,body.b].0",
            "body.@keys.0",
            "body.*",
        ]);
        let sign = self.comparator(kind);
        format!("gjson({}, r\"{form}\") {sign} {}", self.event, constant.written)
    }

    fn comparator(&mut self, kind: &Kind) -> &'static str {
        match kind {
            Kind::Text | Kind::Number => {
                self.random.pick(&["==", "==", "==", "!=", "!=", "<", "<=", ">", ">="])
            }
            _ => self.random.pick(&["==", "!="]),
        }
    }

    fn compared(&mut self, path: &Path, kind: &Kind, with_default: bool) -> String {
        let constant = kind.constant(self.random);
        let op = self.comparator(kind);
        let mut values = vec![constant.value.clone()];
        if with_default {
            let fallback = if self.random.once_in(2) { constant.clone() } else { kind.constant(self.random) };
            values.push(fallback.value);
            let read = self.read(path, values);
            if self.random.once_in(4) {
                let other = if self.body == Body::Any { self.path().0 } else { path.clone() };
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

    fn one_of(&mut self, path: &Path, kind: &Kind) -> String {
        let mut members = Vec::new();
        for _ in 0..1 + self.random.below(3) {
            members.push(kind.constant(self.random));
        }
        let written: Vec<&str> = members.iter().map(|member| member.written.as_str()).collect();
        let list = written.join(", ");
        let read = self.read(path, members.iter().map(|member| member.value.clone()).collect());
        let read = match self.random.once_in(6) {
            true => format!("({read} ?? {})", kind.constant(self.random).written),
            false => read,
        };
        format!("{read} {} [{list}]", self.random.pick(&["in", "not in"]))
    }

    fn matches(&mut self, path: &Path) -> String {
        let (pattern, example) = *self.random.one(PATTERNS);
        let read = self.read(path, vec![Tree::Text(example.into())]);
        format!("{read} {} r\"{pattern}\"", self.random.pick(&["matches", "not matches"]))
    }

    /// A call that is true or false.
    fn call(&mut self, path: &Path) -> String {
        let part = self.random.pick(&["x", "op", "", ".", "é", "it's", "$", "1"]);
        let name = self.random.pick(&["starts-with", "ends-with", "contains"]);
        let example = match name {
            "starts-with" => format!("{part}a"),
            "ends-with" => format!("a\n{part}"),
            _ => format!("a{part}b"),
        };
        let read = self.read(path, vec![Tree::Text(example), Tree::Text(part.into())]);
        format!("{name}({read}, {})", text(part))
    }

    /// A condition of the elements of a list.
    fn elements(&mut self, path: &Path) -> String {
        let raw = |text: &str| Tree::Raw(text.to_owned());
        let text = |text: &str| Tree::Text(text.to_owned());
        let object = |key: &str, value: Tree| Tree::Object(vec![(key.to_owned(), value)]);
        let values = vec![
            Tree::List(vec![object("k", text("ci")), object("k", text("x"))]),
            Tree::List(vec![object("k", raw("0")), object("n", raw("3"))]),
            Tree::List(vec![object("k", text("ci")), object("n", raw("1")), raw("null")]),
            Tree::List(vec![text("ci"), text("x"), raw("2")]),
            Tree::List(vec![object("n", raw("5")), object("n", raw("7"))]),
            Tree::List(vec![object("k", text("x"))]),
            Tree::List(vec![text("x"), text("y")]),
            Tree::List(Vec::new()),
            object("k", text("ci")),
        ];
        let other = self.path().0;
        let outer = match self.random.once_in(3) {
            true => self.read(&other, vec![text("x"), raw("5")]),
            false => "\"x\"".to_owned(),
        };
        let list = self.read(path, values);
        let condition = match self.random.below(21) {
            11..=16 => return format!("(any x in {list}: x.k == \"ci\")"),
            0 | 1 => "x.k == \"ci\"".to_owned(),
            2..=4 => "x == \"ci\"".to_owned(),
            5 => format!("x.k != {outer}"),
            6 => format!("x.n > 2 or x == {outer}"),
            7 => "exists(x.k) and x.k in [\"x\", \"y\"]".to_owned(),
            8 => "not (x.k matches r\"^c\")".to_owned(),
            9 => format!("(x.k ?? {outer}) == \"x\""),
            10 => return format!("{outer} {} {list}", self.random.pick(&["in", "not in"])),
            _ => {
                return format!(
                    "len({list}) {} {}",
                    self.random.pick(&["==", "!=", "<", ">="]),
                    self.random.below(3)
                );
            }
        };
        format!("({} x in {list}: {condition})", self.random.pick(&["any", "all"]))
    }

    fn two_paths(&mut self, path: &Path, kind: &Kind) -> String {
        let other = self.path_of(kind);
        let op = self.comparator(kind);
        // The same few values on both sides, so that they are often equal.
        let values = match kind {
            Kind::Text => vec![Tree::Text("x".into()), Tree::Text("y".into())],
            Kind::Number => vec![Tree::Raw("1".into()), Tree::Raw("2.5".into())],
            Kind::Bool => vec![Tree::Raw("true".into()), Tree::Raw("false".into())],
            _ => vec![Tree::Text("x".into()), Tree::Raw("1".into()), Tree::Raw("true".into())],
        };
        let left = self.read(path, values.clone());
        let right = self.read(&other, values);
        format!("{left} {op} {right}")
    }
}
