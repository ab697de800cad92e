//! Random actions with event values in text places and in JSON places.

use crate::condition::Read;
use crate::known::{Body, Kind};
use crate::path::{Constant, Path, text};
use crate::random::Random;
use crate::source::Source;
use crate::tree::Tree;
use crate::trigger::{Name, Stream};

/// An action under construction.
pub struct Action<'r> {
    /// How it calls the events.
    pub names: Vec<Name>,
    /// Two events may be there together.
    pub joins: bool,
    pub streams: &'r [Stream],
    pub sources: &'r [Source],
    /// What is read of each source.
    pub reads: &'r mut [Vec<Read>],
    pub random: &'r mut Random,
}

/// Keys of objects that mean something to sjson, or to a reader of templates.
const KEYS: &[&str] = &[
    "key", "key", "key", "x.y", "b|c", "a*b", "#", "@k", "{{x}}", "é", ":x", "a\\b", "a:b", "it's", "~",
    "-a", "9", "-1", "q\"r", " ",
];

impl Action<'_> {
    /// An action block.
    pub fn block(&mut self) -> String {
        match self.random.below(12) {
            0..=2 => self.workflow(),
            3 | 4 => self.config_map(),
            5 => self.pod(),
            6 => self.thing(),
            7 => self.foreign(),
            _ => self.http(),
        }
    }

    fn workflow(&mut self) -> String {
        let mut lines = String::new();
        for name in ["one", "two", "three"].iter().take(1 + self.random.below(3)) {
            lines.push_str(&format!("    {name}: {}\n", self.text_value()));
        }
        format!("workflow.run \"t\" {{\n{lines}  }}")
    }

    fn config_map(&mut self) -> String {
        let (label, data, more) = (self.text_value(), self.text_value(), self.text_value());
        format!(
            "k8s.create {{\n    apiVersion: \"v1\", kind: \"ConfigMap\"\n    metadata: {{ generateName: \"x-\", \
             annotations: {{ \"a.b/c\": {label} }} }}\n    data: {{ a: {data}, {}: {more} }}\n  }}",
            self.key()
        )
    }

    /// Text places inside lists, and one that the whole object is called by.
    fn pod(&mut self) -> String {
        let (one, two, three) = (self.text_value(), self.text_value(), self.text_value());
        format!(
            "k8s.create {{\n    apiVersion: \"v1\", kind: \"Pod\"\n    metadata: {{ generateName: \"x-\", labels: {{ l: {three} }} }}\n    \
             spec: {{ containers: [{{ name: \"c\", image: \"i\", env: [{{ name: \"A\", value: {one} }}, \
             {{ name: \"B\", value: {two} }}] }}] }}\n  }}"
        )
    }

    /// An object that the catalogue does not know: all of its own places take JSON.
    fn thing(&mut self) -> String {
        let (a, b, c) = (self.json_value(2), self.json_value(2), self.json_value(1));
        format!(
            "k8s.create {{\n    apiVersion: \"example.io/v1\", kind: \"Thing\"\n    metadata: {{ generateName: \"x-\" }}\n    \
             spec: {{ a: {a}, {}: {b}, l: [1, {c}, \"z\"] }}\n  }}",
            self.key()
        )
    }

    /// What a foreign server does. Its resource has all sorts of things at the places that are changed.
    fn foreign(&mut self) -> String {
        let (one, two) = (self.text_value(), self.text_value());
        let mut changes = String::new();
        for _ in 0..self.random.below(5) {
            let place = self.random.pick(&[
                "a.b",
                "a.\"x.y\"",
                "new.key",
                "l[0].v",
                "l[7]",
                "l[name == \"n\"].v",
                "l[name == \"none\"].v",
                "t",
                "a",
            ]);
            let change = match self.random.below(9) {
                0 => format!("old + {}", self.path_alone()),
                1 => format!("{} + old", self.path_alone()),
                2 => format!("old + {}", self.interpolated()),
                3 => format!("{} + old", self.interpolated()),
                4 => format!("{{ k: {}, z: [{}, 1] }}", self.text_value(), self.text_value()),
                _ => self.text_value(),
            };
            changes.push_str(&format!("    {place}: {change}\n"));
        }
        if self.random.once_in(4) {
            changes.push_str(&format!("    l[+]: {}\n", self.path_alone()));
        }
        let with = if changes.is_empty() { String::new() } else { format!(" with {{\n{changes}  }}") };
        let payload = match self.random.below(3) {
            0 => String::new(),
            1 => format!("    payload: {}\n", self.path()),
            _ => format!("    payload: {{ a: {}, l: [{}] }}\n", self.json_value(1), self.json_value(1)),
        };
        format!(
            "custom {{\n    serverURL: \"a.svc:9000\"\n    spec: {{ one: {one}, {}: {two} }}\n{payload}  }}{with}",
            self.key()
        )
    }

    /// A path without a default.
    fn path_alone(&mut self) -> String {
        match self.certain() {
            Some(at) => {
                let path = self.path_of(at, false);
                self.read(at, &path, false)
            }
            None => text("x"),
        }
    }

    fn http(&mut self) -> String {
        let url = match self.random.below(5) {
            0 => "\"http://example.test/\"".to_owned(),
            1 if self.random.once_in(3) => self.text_value(),
            _ => format!("\"http://example.test/{}\"", self.part()),
        };
        let mut headers = Vec::new();
        for name in ["X-A", "b", "\"X-C\""].iter().take(self.random.below(4)) {
            headers.push(match self.random.below(6) {
                0 => format!("{name}: secret(\"keys\", \"{}\")", self.random.pick(&["a", "token"])),
                1 => format!("{name}: configmap(\"values\", \"a.b\")"),
                _ => format!("{name}: {}", self.text_value()),
            });
        }
        let payload = match self.random.below(7) {
            0 => String::new(),
            1 => format!("    payload: {}\n", self.json_value(0)),
            2 => format!("    payload: {}\n", self.path()),
            3 => format!("    payload: [{}, {}]\n", self.json_value(1), self.json_value(2)),
            _ => format!(
                "    payload: {{ a: {}, {}: {}, l: [{}, {}] }}\n",
                self.json_value(1),
                self.key(),
                self.json_value(2),
                self.json_value(1),
                self.json_value(0)
            ),
        };
        let mut more = String::new();
        if self.random.once_in(6) {
            more.push_str("    basicAuth: { username: secret(\"keys\", \"user\"), password: secret(\"keys\", \"word\") }\n");
        }
        if self.random.once_in(4) {
            more.push_str("    timeout: 7s\n");
        }
        let method = self.random.pick(&["POST", "POST", "PUT", "GET", "DELETE", "PATCH"]);
        format!(
            "http {{\n    url: {url}\n    method: \"{method}\"\n    headers: {{ {} }}\n{payload}{more}  }}",
            headers.join(", ")
        )
    }

    fn key(&mut self) -> String {
        text(self.random.pick(KEYS))
    }

    /// A value for a place of text.
    fn text_value(&mut self) -> String {
        match self.random.below(15) {
            0..=4 => self.path(),
            5 => Constant::any_text(self.random).written,
            6 => Constant::scalar(self.random).written,
            7..=9 => self.with_default(),
            10..=12 => self.interpolated(),
            13 => self.attribute(),
            _ => self.whole(),
        }
    }

    /// A value for a place of JSON; objects and lists within one another up to a depth.
    fn json_value(&mut self, depth: usize) -> String {
        match self.random.below(20) {
            0..=14 => self.text_value(),
            15 => Constant::null().written,
            16 => "{ k: [1, \"x\", { z: null }], \"\": true, \"9\": -1.50 }".to_owned(),
            17 if depth > 0 => format!("[{}, {}]", self.json_value(depth - 1), self.json_value(depth - 1)),
            _ if depth > 0 => {
                let (a, b) = (self.json_value(depth - 1), self.json_value(depth - 1));
                format!("{{ k: {a}, {}: {b}, z: 2 }}", self.key())
            }
            _ => self.path(),
        }
    }

    /// A name that always has an event.
    fn certain(&mut self) -> Option<usize> {
        let certain: Vec<usize> = (0..self.names.len()).filter(|at| self.names[*at].certain).collect();
        (!certain.is_empty()).then(|| *self.random.one(&certain))
    }

    fn attribute(&mut self) -> String {
        let attributes =
            ["id", "type", "time", "source", "subject", "datacontenttype", "context", "envelope"];
        let attribute = self.random.pick(&attributes);
        match self.certain() {
            Some(at) => format!("{}::{attribute}", self.names[at].name),
            None => self.path(),
        }
    }

    /// The whole data.
    fn whole(&mut self) -> String {
        match self.certain() {
            Some(at) => self.names[at].name.clone(),
            None => self.path(),
        }
    }

    /// A path of an event that is there, or of one that may be absent with another in its stead.
    fn path(&mut self) -> String {
        match self.certain() {
            Some(at) if self.names.len() < 2 || self.random.chance(if self.joins { 92 } else { 70 }) => {
                let path = self.path_of(at, false);
                self.read(at, &path, false)
            }
            _ => self.either(),
        }
    }

    /// Names in any order, each for when those before it have no event.
    fn either(&mut self) -> String {
        let mut left: Vec<usize> = (0..self.names.len()).collect();
        let mut parts = Vec::new();
        let same = self.random.once_in(2);
        let mut last = None;
        while !left.is_empty() {
            let at = left.swap_remove(self.random.below(left.len()));
            let path = match last.take() {
                Some((body, path)) if same && self.names[at].body == body => path,
                _ => self.path_of(at, false),
            };
            let uncertain = !self.names[at].certain;
            parts.push(self.read(at, &path, self.joins));
            last = Some((self.names[at].body, path));
            // A name that always has an event is the last that can be reached, but for a missing path.
            if !uncertain && self.random.chance(80) {
                break;
            }
        }
        if self.random.once_in(3) {
            parts.push(Constant::scalar(self.random).written);
        }
        parts.join(" ?? ")
    }

    fn with_default(&mut self) -> String {
        let Some(at) = self.certain() else { return self.either() };
        let path = self.path_of(at, true);
        let read = self.read(at, &path, false);
        let fallback = Constant::scalar(self.random).written;
        if self.random.once_in(4) {
            let other = self.path_of(at, false);
            let other = self.read(at, &other, false);
            return match self.random.once_in(2) {
                true => format!("{read} ?? {other}"),
                false => format!("{read} ?? {other} ?? {fallback}"),
            };
        }
        format!("{read} ?? {fallback}")
    }

    /// A path of a name; one that may lead to nothing, or if it is known one that always leads somewhere.
    fn path_of(&mut self, at: usize, uncertain: bool) -> Path {
        let name = &self.names[at];
        let source = self.streams[*self.random.one(&name.streams)].source;
        let known = name.body.known();
        // What a filter has compared is certain, whatever its type.
        let odds = if known.is_empty() { 4 } else { 12 };
        let reads = &self.reads[source];
        if !reads.is_empty() && self.random.once_in(odds) {
            return self.random.one(reads).path.clone();
        }
        let headers = self.sources[source].headers();
        let undeclared = match name.body {
            Body::Open(_) if self.random.once_in(2) => None,
            body => body.undeclared(headers, self.random),
        };
        let fits: Vec<&Path> = known
            .iter()
            .filter(|known| (known.optional || known.nullable) == uncertain)
            .filter(|known| known.kind != Kind::Structure || self.random.once_in(4))
            .map(|known| &known.path)
            .collect();
        match undeclared {
            Some(path) => path,
            None if fits.is_empty() => Path::header(headers, self.random),
            None => (*self.random.one(&fits)).clone(),
        }
    }

    /// The path as it is written. `required` where a type is believed.
    fn read(&mut self, at: usize, path: &Path, required: bool) -> String {
        let name = &self.names[at];
        let mut values = vec![Tree::any(self.random), Tree::any(self.random)];
        let known = name.body.known().iter().find(|known| known.path == *path);
        if let Some(known) = known {
            values.extend([known.kind.constant(self.random).value, known.kind.constant(self.random).value]);
        }
        let required = required && known.is_some_and(|known| !known.optional);
        for stream in &name.streams {
            let read = Read { required, ..Read::new(path, values.clone()) };
            self.reads[self.streams[*stream].source].push(read);
        }
        path.print(&name.name, self.random)
    }

    /// A part of a text, between `${` and `}` or literal.
    fn part(&mut self) -> String {
        match self.random.below(6) {
            0 => {
                let literal = Constant::any_text(self.random).written;
                literal[1..literal.len() - 1].to_owned()
            }
            1 => format!("${{{}}}", self.with_default()),
            2 => "-".to_owned(),
            3 if self.random.once_in(2) => format!("${{{}}}", self.attribute()),
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
