//! Texts of the language. Each item stands on a line of its own, so that a text can be cut down.

use super::random::Random;

const NUMBERS: [&str; 15] = [
    "0",
    "1",
    "2",
    "-1",
    "10",
    "1.0",
    "1.50",
    "2.5",
    "100",
    "9007199254740993",
    "1234567890123456789",
    "9223372036854775807",
    "-7",
    "0.1",
    "3",
];

const TEXTS: [&str; 18] = [
    r#""""#,
    r#""a""#,
    r#""b""#,
    r#""open""#,
    r#""A""#,
    r#""1""#,
    r#""1.50""#,
    r#""Äß""#,
    r#""a,b""#,
    r#"" x ""#,
    r#""true""#,
    r#""\"""#,
    r#"",""#,
    r#""{\"p\":\"a\",\"n\": 1.0}""#,
    r#""YQ==""#,
    r#""[1, 2]""#,
    r#"r"a\b""#,
    r#""null""#,
];

const PATTERNS: [&str; 6] = [r#"r"^a""#, r#"r"[0-9]+""#, r#""open|b""#, r#"r"^$""#, r#"r"a.*c""#, r#"r"Ä""#];

const TYPE: &str = "{ n: int, m?: number, s: string, o?: string, z: string | null, y?: string | null, b: bool, \
                    l: list<string>, k: list<{ p: string, q?: number }>, r: { i: int, j?: string } }";

/// Which events an expression reads, and what is known of them.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    /// Nothing: constants.
    Nothing,
    /// Of `s`, called `e`: nothing is known.
    Untyped,
    /// Of `t`: its type.
    Typed,
    /// What `map` makes, called `m`.
    Mapped,
}

/// What stands for an element of a list.
#[derive(Clone, Copy)]
enum Element {
    Unknown,
    Text,
    Pair,
}

pub struct Writer<'r> {
    random: &'r mut Random,
    of: Of,
    /// In a `where`, and not in a value.
    in_where: bool,
    elements: Vec<(String, Element)>,
}

/// A pipeline.
pub fn text(random: &mut Random) -> String {
    let mut writer = Writer { random, of: Of::Nothing, in_where: false, elements: Vec::new() };
    let mut lines =
        vec!["external source s: webhook".to_owned(), format!("external source t: webhook<{TYPE}>")];
    lines.push(format!("let n1 = {}", writer.number(2)));
    lines.push(format!("let t1 = {}", writer.text(2)));
    lines.push(format!("let l1 = {}", writer.literals()));
    lines.push(format!("let o1 = {{ p: {}, n: {}, l: l1, z: null }}", writer.text(1), writer.number(1)));
    lines.push(format!("let o2 = {{ ...o1, n: {}, w: true }}", writer.number(1)));
    let values = |writer: &mut Writer<'_>, of: Of, name: &str, lines: &mut Vec<String>| {
        writer.of = of;
        writer.in_where = false;
        let on = match of {
            Of::Typed => "t",
            Of::Mapped => "m",
            _ => "s as e",
        };
        let value = writer.any(3);
        let value = writer
            .random
            .pick(&[
                "payload: V",
                "payload: { v: V }",
                "payload: [1, V]",
                "payload: { ...o2, v: V }",
                "payload: \"x\", headers: { \"X-A\": V }",
            ])
            .replace('V', &value);
        lines.push(format!(
            "trigger {name} on {on} {{ http {{ url: \"https://a.example\", method: \"POST\", {value} }} }}"
        ));
    };
    for (of, name, from) in [(Of::Untyped, "a", "s as e"), (Of::Typed, "b", "t")] {
        writer.of = of;
        writer.in_where = true;
        let condition = writer.condition(3);
        lines.push(format!("filter {name}1 from {from} where {condition}"));
        lines.push(format!("filter {name}2 from {from} where not ({condition})"));
    }
    values(&mut writer, Of::Untyped, "c", &mut lines);
    values(&mut writer, Of::Typed, "d", &mut lines);
    writer.of = writer.random.pick(&[Of::Untyped, Of::Typed]);
    writer.in_where = false;
    let from = if writer.of == Of::Typed { "t" } else { "s as e" };
    let (a, b, c, d, e) = (writer.number(2), writer.text(2), writer.any(2), writer.any(1), writer.text(1));
    lines.push(format!(
        "filter m from {from} map {{ a: {a}, c: {b}, d: {c}, f: {{ g: {d} }}, h: [{e}, 1.50] }}"
    ));
    writer.of = Of::Mapped;
    writer.in_where = true;
    lines.push(format!("filter m2 from m where {}", writer.condition(2)));
    values(&mut writer, Of::Mapped, "g", &mut lines);
    lines.join("\n") + "\n"
}

impl Writer<'_> {
    fn number(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.once_in(4) {
            return match (self.of, self.random.below(4)) {
                (Of::Nothing, _) | (_, 0) => self.random.pick(&NUMBERS).to_owned(),
                _ => self.path(&["n", "n", "m"], &["n", "r.i", "m"], &["a"], "0"),
            };
        }
        let depth = depth - 1;
        match self.random.below(if self.of == Of::Nothing { 5 } else { 14 }) {
            0..=2 => {
                let sign = self.random.pick(&["+", "-", "*"]);
                format!("({} {sign} {})", self.number(depth), self.number(depth))
            }
            3 => format!("(if {} then {} else {})", self.sure(depth), self.number(depth), self.number(depth)),
            4 => {
                let by = if self.of == Of::Nothing { "3".to_owned() } else { self.number(depth) };
                format!("({} {} {by})", self.number(depth), self.random.pick(&["/", "%"]))
            }
            5 => format!("-{}", self.path(&["n", "m"], &["n"], &["a"], "0")),
            6 => format!("-({} + 1)", self.number(depth)),
            7 => format!("len({})", self.list(depth)),
            8 => format!("number({})", self.text(depth)),
            9 if self.in_where => format!("loose-number({})", self.any(depth)),
            10 => self.random.pick(&["n1", "o1.n", "o2.n"]).to_owned(),
            11 => format!("parse-json({}).n", self.text(depth)),
            _ => format!("({} ?? {})", self.number(depth), self.number(depth)),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.once_in(5) {
            return match (self.of, self.random.below(5)) {
                (Of::Nothing, _) | (_, 0) => self.random.pick(&TEXTS).to_owned(),
                (_, 1) if self.of != Of::Mapped => {
                    let event = self.event();
                    self.random
                        .pick(&[
                            "E.header[\"x-KIND\"]",
                            "E.header[\"X-List\"]",
                            "E::id",
                            "E::subject",
                            "E::time",
                            "E::context.source",
                        ])
                        .replace('E', event)
                }
                _ => self.path(
                    &["s", "q", "[\"odd key\"]", "\"a.b\""],
                    &["s", "o", "z", "y", "r.j"],
                    &["c"],
                    "\"d\"",
                ),
            };
        }
        let depth = depth - 1;
        match self.random.below(if self.of == Of::Nothing { 5 } else { 19 }) {
            0 | 1 => format!("\"-${{{}}}${{{}}}\"", self.any(depth), self.text(depth)),
            2 => format!("(if {} then {} else {})", self.sure(depth), self.text(depth), self.text(depth)),
            3 => format!("\"${{{}}}\"", self.number(depth)),
            4 => format!(
                "\"${{{}}}-${{{}}}\"",
                self.random.pick(&["5m", "64Mi", "10/s", "09:00", "true", "1.50"]),
                self.text(depth)
            ),
            5 => format!("text({})", self.any(depth)),
            6 => format!("lower({})", self.text(depth)),
            7 => format!("upper({})", self.text(depth)),
            8 => format!("trim({})", self.text(depth)),
            9 => {
                let (old, new) = (self.random.pick(&TEXTS), self.text(depth));
                format!("replace({}, {old}, {new})", self.text(depth))
            }
            10 => format!("slice({}, {}, {})", self.text(depth), self.random.below(3), self.random.below(5)),
            11 => format!("json({})", self.any(depth)),
            12 => format!("{}({})", self.random.pick(&["base64", "sha256"]), self.text(depth)),
            13 => format!("parse-base64({})", self.text(depth)),
            14 => format!("join({}, {})", self.list(depth), self.random.pick(&TEXTS)),
            15 => self.random.pick(&["t1", "o1.p", "o2.p"]).to_owned(),
            16 if self.of != Of::Mapped => {
                let layout = self.random.pick(&[
                    "2006-01-02",
                    "15:04:05.000",
                    "2006/01/02T15:04:05Z07:00",
                    "02.01.2006 -07:00",
                ]);
                format!("format-time({}::time, \"{layout}\")", self.event())
            }
            17 => format!(
                "split({}, {})[{}]",
                self.text(depth),
                self.random.pick(&TEXTS),
                self.random.pick(&["0", "1", "-1"])
            ),
            _ => format!("({} ?? {})", self.text(depth), self.text(depth)),
        }
    }

    /// A list of constants of one kind.
    fn literals(&mut self) -> String {
        let (of, count) =
            (if self.random.once_in(2) { &NUMBERS[..] } else { &TEXTS[..] }, self.random.below(4));
        let mut items: Vec<&str> = (0..count).map(|_| self.random.pick(of)).collect();
        items.dedup();
        match self.random.below(4) {
            0 => format!("[...[{}], ...[]]", items.join(", ")),
            1 => format!("[for i in [{}] if i != {}: i]", items.join(", "), self.random.pick(of)),
            _ => format!("[{}]", items.join(", ")),
        }
    }

    fn list(&mut self, depth: usize) -> String {
        if depth == 0 || self.of == Of::Nothing || self.random.once_in(3) {
            return match (self.of, self.random.below(5)) {
                (Of::Nothing, _) | (_, 0) => self.literals(),
                (Of::Untyped | Of::Typed, 1) => format!("{}.header.all(\"x-kind\")", self.event()),
                _ => self.path(&["l", "k"], &["l", "k"], &["h"], "[1]"),
            };
        }
        let depth = depth - 1;
        match self.random.below(7) {
            0 => "l1".to_owned(),
            1 => format!("[for i in l1: \"${{i}}-${{{}}}\"]", self.text(depth)),
            2 => format!("[{}, ...o2.l, {}]", self.any(depth), self.any(depth)),
            3 => format!("split({}, {})", self.text(depth), self.random.pick(&TEXTS)),
            4 => format!("parse-json({})", self.text(depth)),
            5 => format!("[for i in [1, 2.50] if i > 1: {{ i: i, v: {} }}]", self.any(depth)),
            _ => format!("({} ?? {})", self.list(depth), self.list(depth)),
        }
    }

    fn any(&mut self, depth: usize) -> String {
        match self.random.below(if depth == 0 { 8 } else { 13 }) {
            0 | 1 => self.number(depth),
            2 | 3 => self.text(depth),
            4 => self.list(depth),
            5 | 6 => match self.of {
                Of::Nothing => self.random.pick(&["null", "true", "\"x\""]).to_owned(),
                _ => self.path(
                    &["o", "o.n", "o[0]", "l[-1]", "l[0]", "o.p.z", "k[1].p", "b", "nothing"],
                    &["b", "r", "k"],
                    &["d", "f", "f.g", "h[0]", "h"],
                    "1",
                ),
            },
            7 if self.of == Of::Nothing => "false".to_owned(),
            7 => self.random.pick(&["null", "true", "o1", "o2", "o1.z"]).to_owned(),
            _ if self.of == Of::Nothing => self.text(depth - 1),
            8 => format!("{{ v: {}, w: {} }}", self.any(depth - 1), self.any(depth - 1)),
            9 => self.sure(depth - 1),
            10 => format!(
                "(if {} then {} else {})",
                self.sure(depth - 1),
                self.any(depth - 1),
                self.any(depth - 1)
            ),
            11 if self.of != Of::Mapped && self.of != Of::Nothing => {
                format!("{}::{}", self.event(), self.random.pick(&["context", "envelope", "type"]))
            }
            _ => format!("({} ?? {})", self.any(depth - 1), self.any(depth - 1)),
        }
    }

    fn event(&self) -> &'static str {
        match self.of {
            Of::Untyped => "e",
            Of::Typed => "t",
            _ => "m",
        }
    }

    /// A path into the event, or into an element. What may be absent has a default in a value.
    fn path(&mut self, untyped: &[&str], typed: &[&str], mapped: &[&str], default: &str) -> String {
        if !self.elements.is_empty() && !self.random.once_in(3) {
            let at = self.random.below(self.elements.len());
            let (name, element) = self.elements[at].clone();
            return match element {
                Element::Text => name,
                Element::Pair => format!("{name}.{}", self.random.pick(&["p", "q"])),
                Element::Unknown => self.random.pick(&["X", "X.p", "X.q", "X[0]"]).replace('X', &name),
            };
        }
        match self.of {
            Of::Nothing => default.to_owned(),
            Of::Untyped => match self.random.pick(untyped) {
                index if index.starts_with('[') => format!("e.body{index}"),
                key => format!("e.body.{key}"),
            },
            Of::Typed => {
                let key = self.random.pick(typed);
                let optional = matches!(key, "m" | "o" | "y" | "r.j");
                match optional && !self.in_where {
                    true => format!("(t.body.{key} ?? {default})"),
                    false => format!("t.body.{key}"),
                }
            }
            Of::Mapped => format!("m.{}", self.random.pick(mapped)),
        }
    }

    /// A condition that may stand as a value: it is true or false of every event that is as its type says.
    fn sure(&mut self, depth: usize) -> String {
        if self.in_where {
            return format!("({})", self.condition(depth));
        }
        if depth > 0 && self.random.once_in(3) {
            let depth = depth - 1;
            return match self.random.below(3) {
                0 => format!("(not {})", self.sure(depth)),
                1 => format!("({} and {})", self.sure(depth), self.sure(depth)),
                _ => format!("({} or {})", self.sure(depth), self.sure(depth)),
            };
        }
        let text = self.random.pick(&TEXTS);
        let choices: &[&str] = match self.of {
            Of::Nothing => &["(1 < 2)", "(\"a\" == T)", "true", "(T in [\"a\", \"b\"])"],
            Of::Mapped => &["(m.h == null or true)", "true"],
            Of::Untyped => &[
                "(not exists(e.body.s))",
                "(exists(e.body.n))",
                "exists(e.body.o.p)",
                "(e::time in 09:00..17:00)",
                "(e::id != T)",
            ],
            Of::Typed => &[
                "t.body.b",
                "(t.body.s == T)",
                "(t.body.n > 1)",
                "(t.body.s in [\"a\", T])",
                "(t.body.s matches r\"^a\")",
                "((t.body.o ?? \"a\") == T)",
                "((t.body.z ?? \"a\") != T)",
                "((t.body.y ?? T) == \"a\")",
                "(t.body.z == null)",
                "(any x in t.body.k: x.p == T)",
                "(all x in t.body.l: x != T)",
                "exists(t.body.o)",
                "(t::time in 22:00..04:00 at \"Europe/Berlin\")",
                "starts-with(t.body.s, T)",
                "(t.body.n in [1, 2])",
                "(not t.body.b)",
                "(t.body.b and t.body.s == T)",
                "(t.body.b or t.body.n < 2)",
            ],
        };
        self.random.pick(choices).replace('T', text)
    }

    fn condition(&mut self, depth: usize) -> String {
        if depth > 0 && self.random.once_in(2) {
            let depth = depth - 1;
            return match self.random.below(5) {
                0 => format!("not ({})", self.condition(depth)),
                1 => format!("({}) and ({})", self.condition(depth), self.condition(depth)),
                2 => format!("({}) or ({})", self.condition(depth), self.condition(depth)),
                _ => self.quantified(depth),
            };
        }
        let depth = depth.saturating_sub(1);
        match self.random.below(15) {
            0..=2 => {
                let op = self.random.pick(&["==", "!=", "<", "<=", ">", ">="]);
                format!("{} {op} {}", self.number(depth), self.number(depth))
            }
            3 | 4 => {
                let op = self.random.pick(&["==", "!=", "<", "<=", ">", ">="]);
                format!("{} {op} {}", self.text(depth), self.text(depth))
            }
            5 => {
                let path = self.path(&["s", "n", "o", "o.p", "b"], &["z", "y"], &["d", "a"], "1");
                format!(
                    "{path} {} {}",
                    self.random.pick(&["==", "!="]),
                    self.random.pick(&["null", "o1.z", "null"])
                )
            }
            6 | 7 => {
                let (of, value) = match self.random.once_in(2) {
                    true => (&NUMBERS[..], self.number(depth)),
                    false => (&TEXTS[..], self.text(depth)),
                };
                let (a, b) = (self.random.pick(of), self.random.pick(of));
                let list = if self.random.once_in(9) { "[]".to_owned() } else { format!("[{a}, {b}]") };
                format!("{value} {} {list}", self.random.pick(&["in", "not in"]))
            }
            8 => {
                let value = match self.random.below(5) {
                    0 => "null".to_owned(),
                    1 => self.number(depth),
                    _ => self.text(depth),
                };
                let list = match self.of {
                    Of::Typed => "t.body.l".to_owned(),
                    _ => self.path(&["l", "l", "k"], &["l"], &["h"], "[1]"),
                };
                format!("{value} {} {list}", self.random.pick(&["in", "not in"]))
            }
            9 => format!(
                "{} {} {}",
                self.text(depth),
                self.random.pick(&["matches", "not matches"]),
                self.random.pick(&PATTERNS)
            ),
            10 => match self.of {
                Of::Untyped => self
                    .random
                    .pick(&[
                        "exists(e.body.s)",
                        "exists(e.body.o.p)",
                        "exists(e.body.l[1])",
                        "exists(e.header[\"x-kind\"])",
                        "exists(e.body)",
                    ])
                    .to_owned(),
                Of::Typed => self
                    .random
                    .pick(&["exists(t.body.o)", "exists(t.body.r.j)", "exists(t.body.y)"])
                    .to_owned(),
                _ => "exists(m.f.g)".to_owned(),
            },
            11 if self.of != Of::Mapped => {
                let ends = ["04:00", "09:00", "12:30", "17:00", "17:30:15", "22:00"];
                let from = self.random.below(6);
                let to = (from + 1 + self.random.below(5)) % 6;
                let zone = self.random.pick(&[
                    "",
                    " at \"Europe/London\"",
                    " at \"Europe/Berlin\"",
                    " at \"Asia/Kolkata\"",
                    " at \"America/Phoenix\"",
                ]);
                format!("{}::time in {}..{}{zone}", self.event(), ends[from], ends[to])
            }
            12 => {
                let function = self.random.pick(&["starts-with", "ends-with", "contains"]);
                format!("{function}({}, {})", self.text(depth), self.text(depth))
            }
            13 => match self.random.below(3) {
                0 => format!("loose-bool({})", self.any(depth)),
                1 => format!("parse-json({}).a", self.text(depth)),
                _ => format!(
                    "({} == true) == ({} < 2)",
                    self.path(&["b"], &["b"], &["d"], "1"),
                    self.number(depth)
                ),
            },
            _ => match self.random.below(3) {
                0 => format!("({} ?? true)", self.path(&["b"], &["b"], &["d"], "1")),
                1 => format!(
                    "(if {} then {} else false)",
                    self.condition(depth),
                    self.path(&["b"], &["b"], &["d"], "1")
                ),
                _ => self.path(&["b", "o.b", "l[0]"], &["b"], &["d"], "1"),
            },
        }
    }

    fn quantified(&mut self, depth: usize) -> String {
        let (list, element) = match (self.of, self.random.below(3)) {
            (Of::Typed, 0) => ("t.body.l".to_owned(), Element::Text),
            (Of::Typed, 1) => ("t.body.k".to_owned(), Element::Pair),
            (_, 2) => (format!("split({}, \",\")", self.text(depth)), Element::Text),
            _ => (
                self.path(&["l", "k"], &["l"], &["h"], "[1]"),
                if self.of == Of::Typed { Element::Text } else { Element::Unknown },
            ),
        };
        let name = format!("x{}", self.elements.len());
        self.elements.push((name.clone(), element));
        let condition = self.condition(depth);
        self.elements.pop();
        format!("({} {name} in {list}: {condition})", self.random.pick(&["any", "all"]))
    }
}
