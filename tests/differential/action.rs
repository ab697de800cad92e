//! Random actions with event values in text places and in JSON places.

use crate::condition::{Body, Read};
use crate::path::{Constant, Path, text};
use crate::random::Random;
use crate::tree::Tree;

/// Paths of the declared body that are always there, and those that need a default.
const CERTAIN: &[&str] = &["name", "n", "ok", "state", "inner.k", "who", "inner", "tags"];
const OPTIONAL: &[&str] = &["note", "m", "maybe", "inner.n"];

/// How the events of a firing are called.
#[derive(Clone, Debug)]
pub enum Names {
    /// One name that always has an event.
    One(String),
    /// Two names, of which either has one.
    Either(String, String),
    /// Two names that both have one.
    Both(String, String),
}

/// An action with what it reads.
pub struct Action<'r> {
    pub random: &'r mut Random,
    pub names: Names,
    pub body: Body,
    pub reads: Vec<Read>,
}

impl Action<'_> {
    /// An action block.
    pub fn block(&mut self) -> String {
        match self.random.below(10) {
            0..=2 => self.workflow(),
            3 | 4 => self.config_map(),
            5 | 6 => self.thing(),
            _ => self.http(),
        }
    }

    fn workflow(&mut self) -> String {
        let mut lines = String::new();
        for name in ["one", "two", "three"].iter().take(1 + self.random.below(3)) {
            lines.push_str(&format!("    {name}: {}\n", self.value(false, 0)));
        }
        format!("workflow.run \"t\" {{\n{lines}  }}")
    }

    fn config_map(&mut self) -> String {
        let (label, data, more) = (self.value(false, 0), self.value(false, 0), self.value(false, 0));
        format!(
            "k8s.create {{\n    apiVersion: \"v1\", kind: \"ConfigMap\"\n    metadata: {{ generateName: \"x-\", \
             annotations: {{ \"a.b/c\": {label} }} }}\n    data: {{ a: {data}, \"x.y\": {more} }}\n  }}"
        )
    }

    /// An object that the catalogue does not know: all of its own places take JSON.
    fn thing(&mut self) -> String {
        let (a, b, c) = (self.value(true, 2), self.value(true, 2), self.value(true, 1));
        format!(
            "k8s.create {{\n    apiVersion: \"example.io/v1\", kind: \"Thing\"\n    metadata: {{ generateName: \"x-\" }}\n    \
             spec: {{ a: {a}, \"b|c\": {b}, l: [1, {c}, \"z\"] }}\n  }}"
        )
    }

    fn http(&mut self) -> String {
        let url = match self.random.below(4) {
            0 => "\"http://example.test/\"".to_owned(),
            1 => self.value(false, 0),
            _ => format!("\"http://example.test/{}\"", self.part()),
        };
        let mut headers = Vec::new();
        for name in ["X-A", "b", "\"X-C\""].iter().take(self.random.below(4)) {
            headers.push(format!("{name}: {}", self.value(false, 0)));
        }
        let payload = match self.random.below(5) {
            0 => String::new(),
            1 => format!("    payload: {}\n", self.value(true, 0)),
            _ => format!(
                "    payload: {{ a: {}, \"b.c\": {}, l: [{}, {}] }}\n",
                self.value(true, 1),
                self.value(true, 2),
                self.value(true, 1),
                self.value(true, 0)
            ),
        };
        format!(
            "http {{\n    url: {url}\n    method: \"POST\"\n    headers: {{ {} }}\n{payload}  }}",
            headers.join(", ")
        )
    }

    /// A value for a place of text, or for one of JSON.
    fn value(&mut self, json: bool, depth: usize) -> String {
        match self.random.below(if json { 20 } else { 15 }) {
            0..=4 => self.path(),
            5 => Constant::any_text(self.random).written,
            6 => Constant::scalar(self.random).written,
            7..=9 => self.with_default(),
            10..=12 => self.interpolated(),
            13 => {
                let attribute =
                    self.random.pick(&["id", "type", "time", "source", "subject", "datacontenttype"]);
                match self.one_name() {
                    Some(name) => format!("{name}::{attribute}"),
                    None => self.path(),
                }
            }
            14 => match self.one_name() {
                Some(name) => name,
                None => self.path(),
            },
            15 => Constant::null().written,
            16 => "{ k: [1, \"x\", { z: null }], \"\": true, \"9\": -1.50 }".to_owned(),
            17 if depth > 0 => format!("[{}, {}]", self.value(true, depth - 1), self.value(true, depth - 1)),
            _ if depth > 0 => {
                let (a, b) = (self.value(true, depth - 1), self.value(true, depth - 1));
                format!("{{ k: {a}, \"x.y\": {b}, \"-1\": 2 }}")
            }
            _ => self.path(),
        }
    }

    fn one_name(&mut self) -> Option<String> {
        match &self.names {
            Names::One(name) => Some(name.clone()),
            Names::Both(a, b) => Some(if self.random.once_in(2) { a.clone() } else { b.clone() }),
            Names::Either(..) => None,
        }
    }

    fn certain(&mut self) -> Path {
        match self.body {
            Body::Any => Path::any(self.random),
            Body::Typed => Path::of(self.random.pick(CERTAIN)),
        }
    }

    fn read(&mut self, name: &str, path: &Path) -> String {
        let mut values = vec![Tree::any(self.random), Tree::any(self.random)];
        if self.body == Body::Typed {
            values.extend([Tree::Text("x".into()), Tree::Raw("7".into()), Tree::Raw("true".into())]);
        }
        self.reads.push(Read { path: path.clone(), values });
        path.print(name, self.random)
    }

    /// A path; of two events the one that is there.
    fn path(&mut self) -> String {
        let path = self.certain();
        match self.names.clone() {
            Names::Either(a, b) => {
                let other = if self.random.once_in(2) { path.clone() } else { self.certain() };
                let (a, b) = (self.read(&a, &path), self.read(&b, &other));
                match self.random.once_in(3) {
                    true => format!("{a} ?? {b} ?? {}", Constant::scalar(self.random).written),
                    false => format!("{a} ?? {b}"),
                }
            }
            _ => {
                let name = self.one_name().unwrap_or_default();
                self.read(&name, &path)
            }
        }
    }

    fn with_default(&mut self) -> String {
        let Some(name) = self.one_name() else { return self.path() };
        let path = match self.body {
            Body::Typed => Path::of(self.random.pick(OPTIONAL)),
            Body::Any => Path::any(self.random),
        };
        let path = if self.body == Body::Typed && self.random.once_in(4) { Path::of("who") } else { path };
        let read = self.read(&name, &path);
        let fallback = Constant::scalar(self.random).written;
        if self.random.once_in(4) {
            let other = self.certain();
            let other = self.read(&name, &other);
            return match self.random.once_in(2) {
                true => format!("{read} ?? {other}"),
                false => format!("{read} ?? {other} ?? {fallback}"),
            };
        }
        format!("{read} ?? {fallback}")
    }

    /// A part of a text, between `${` and `}` or literal.
    fn part(&mut self) -> String {
        match self.random.below(5) {
            0 => {
                let literal = Constant::any_text(self.random).written;
                literal[1..literal.len() - 1].to_owned()
            }
            1 => format!("${{{}}}", self.with_default()),
            2 => "-".to_owned(),
            _ => format!("${{{}}}", self.path()),
        }
    }

    fn interpolated(&mut self) -> String {
        let mut out = String::new();
        for _ in 0..1 + self.random.below(4) {
            out.push_str(&self.part());
        }
        match out.contains("${") {
            true => format!("\"{out}\""),
            false => text("x"),
        }
    }
}
