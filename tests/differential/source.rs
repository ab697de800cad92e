//! The sources of a pipeline, and events that come near to what it decides.

use crate::condition::Read;
use crate::known::{self, Body};
use crate::path::{Path, Step, key};
use crate::random::Random;
use crate::tree::Tree;

/// An event of a source.
#[derive(Clone, Debug)]
pub struct Source {
    /// How the file and `aev try` call it: `source`, or `source.event`.
    pub name: &'static str,
    /// The name of the source, and that of the event within it.
    pub subject: (&'static str, &'static str),
    /// `webhook` or `github`
    pub kind: &'static str,
    pub body: Body,
    /// The events of GitHub that are asked for.
    pub events: Vec<&'static str>,
}

/// One event for each of these, in the same order.
const NAMES: &[(&str, &str, &str)] = &[
    ("hook", "hook", "hook"),
    ("gh", "gh", "gh"),
    ("shop.placed", "shop", "placed"),
    ("shop.paid", "shop", "paid"),
    ("ext.built", "ext", "built"),
];

/// Names of events without a type of their own, too.
const EVENTS: &[&str] = &["issues", "ping", "pull_request", "push", "fork"];

impl Source {
    /// Up to three events of different sources.
    pub fn some(random: &mut Random) -> Vec<Source> {
        let mut names: Vec<usize> = Vec::new();
        for _ in 0..1 + random.below(3) {
            let at = random.below(NAMES.len());
            if !names.contains(&at) {
                names.push(at);
            }
        }
        names.into_iter().map(|at| Source::called(NAMES[at], random)).collect()
    }

    fn called(
        (name, source, event): (&'static str, &'static str, &'static str),
        random: &mut Random,
    ) -> Source {
        let subject = (source, event);
        if name == "gh" || (source != "hook" && random.once_in(3)) {
            let events = match random.below(5) {
                // An external source does not say which events it asks for.
                _ if source == "ext" => vec!["*"],
                0 => vec!["*"],
                1 | 2 => vec![*random.one(EVENTS)],
                _ => {
                    let mut events = vec![*random.one(EVENTS), *random.one(EVENTS), *random.one(EVENTS)];
                    events.sort_unstable();
                    events.dedup();
                    events
                }
            };
            let body = known::github(&events);
            return Source { name, subject, kind: "github", body, events };
        }
        let body = if random.once_in(4) { Body::Known(&known::T) } else { Body::Any };
        Source { name, subject, kind: "webhook", body, events: Vec::new() }
    }

    /// The root of the headers.
    pub fn headers(&self) -> &'static str {
        if self.kind == "github" { "headers" } else { "header" }
    }

    /// The kind with its type, and the block that configures it.
    fn declared(&self, port: usize) -> (String, String) {
        let (kind, endpoint) = (self.kind, self.subject.1);
        if kind == "github" {
            let events: Vec<String> = self.events.iter().map(|event| format!("\"{event}\"")).collect();
            let block = format!(
                "{{ organizations: [\"o\"], events: [{}], webhook: {{ endpoint: \"/{endpoint}\", port: {port}, method: \"POST\" }} }}",
                events.join(", ")
            );
            return (kind.to_owned(), block);
        }
        let typed = if self.body == Body::Any { "" } else { "<T>" };
        (format!("{kind}{typed}"), format!("{{ endpoint: \"/{endpoint}\", port: {port}, method: \"POST\" }}"))
    }

    /// The items that declare all of them.
    pub fn items(sources: &[Source]) -> String {
        let mut out = String::new();
        let typed = |source: &&Source| source.kind == "webhook" && source.body != Body::Any;
        if sources.iter().any(|source| typed(&source)) {
            out.push_str(known::TYPE);
        }
        let mut shop = String::new();
        for (index, source) in sources.iter().enumerate() {
            let (kind, block) = source.declared(12000 + index);
            let (name, event) = source.subject;
            match name {
                "shop" => shop.push_str(&format!("  event {event}: {kind} {block}\n")),
                "ext" => out.push_str(&format!("external source {name} {{ event {event}: {kind} }}\n")),
                _ => out.push_str(&format!("source {name}: {kind} {block}\n")),
            }
        }
        if !shop.is_empty() {
            out.push_str(&format!("source shop {{\n{shop}}}\n"));
        }
        out
    }

    /// The data of an event; nothing where it would be one of those on which Argo and aev differ by design. Most of what
    /// is read is there, and most of that is what it is compared with.
    pub fn event(&self, reads: &[Read], random: &mut Random) -> Option<String> {
        let object = || Tree::Object(Vec::new());
        let mut root = Tree::Object(vec![(self.headers().into(), object()), ("body".into(), object())]);
        if self.kind == "github" {
            let event = self.events.iter().copied().find(|_| random.once_in(2)).filter(|event| *event != "*");
            let event = event.unwrap_or_else(|| random.pick(EVENTS));
            let text = Tree::Text(event.to_owned());
            root.put(
                &Path(vec![key("headers"), key("X-Github-Event"), Step::Index(0)]),
                text.clone(),
                random,
            );
            root.put(&Path(vec![key("body"), key("X-GitHub-Event")]), text, random);
            root.put(&Path(vec![key("body"), key("X-GitHub-Delivery")]), Tree::Text("7d".into()), random);
        }
        if random.chance(80) {
            let all = self.body.known().iter();
            let declared = all.filter(|known| !known.optional && known.path.0.len() == 2);
            for known in declared.take(12) {
                let value = known.kind.constant(random).value;
                root.put(&known.path, value, random);
            }
        }
        // All values by one index, so that those that are compared with one another are often equal.
        let index = random.once_in(3).then(|| random.below(3));
        for read in reads {
            if read.absent && random.once_in(2) {
                continue;
            }
            // Values that two paths share come from the first more often.
            let value = match (random.below(20), index) {
                (0, _) if !read.required => continue,
                (1, _) => Tree::Raw("null".into()),
                (2 | 3, _) => Tree::any(random),
                (4 | 5, _) => random.one(&read.values).near(random),
                (_, Some(index)) => read.values[index % read.values.len()].clone(),
                (6..=8, None) => read.values[0].clone(),
                _ => random.one(&read.values).clone(),
            };
            root.put(&read.path, value, random);
        }
        if random.once_in(40) {
            root.put(&Path(vec![key("body")]), Tree::any(random), random);
        }
        let missing = |read: &Read| read.required && !root.has(&read.path.0);
        if reads.iter().any(|read| root.is_ambiguous(&read.path.0) || missing(read)) {
            return None;
        }
        let plain = random.once_in(2);
        Some(root.write(plain, random).trim().to_owned())
    }
}
