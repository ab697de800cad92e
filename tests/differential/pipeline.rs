//! A random pipeline with events for it.

use crate::action::Action;
use crate::condition::{Read, Where};
use crate::known::{self, Body};
use crate::path::{Path, Step, key};
use crate::random::Random;
use crate::source::Source;
use crate::tree::Tree;
use crate::trigger::{On, Stream};

/// A pipeline and events.
pub struct Case {
    /// The file.
    pub text: String,
    /// Names of events with data.
    pub events: Vec<(&'static str, String)>,
}

/// How many events a pipeline is sent.
const EVENTS: usize = 14;

/// A pipeline under construction.
struct Draft {
    random: Random,
    sources: Vec<Source>,
    streams: Vec<Stream>,
    /// What is read of each source.
    reads: Vec<Vec<Read>>,
    text: String,
}

/// The case of a seed.
pub fn generate(seed: u64) -> Case {
    let mut random = Random::new(seed);
    let sources = Source::some(&mut random);
    let header = if random.once_in(8) { "pipeline p { deliver: \"at-most-once\" }" } else { "pipeline p" };
    let at_most_once = header.contains("most");
    let text = format!("{header}\n\n{}", Source::items(&sources));
    let reads = vec![Vec::new(); sources.len()];
    let mut draft = Draft { random, sources, streams: Vec::new(), reads, text };
    let filters = draft.filters();
    for (source, described) in draft.sources.iter().enumerate() {
        if draft.random.once_in(2) {
            let name = described.name.to_owned();
            draft.streams.push(Stream { name, source, body: described.body });
        }
    }
    for filter in 0..filters {
        // Not all of them, so that some filters are only refined by others.
        if draft.random.chance(80) {
            let name = &draft.streams[filter].name;
            draft.text.push_str(&format!("trigger passed-{name} on {name} {{ log }}\n"));
        }
    }
    for index in 0..draft.random.below(3) {
        draft.trigger(index, at_most_once);
    }
    let mut events = Vec::new();
    for _ in 0..EVENTS {
        let source = draft.random.below(draft.sources.len());
        let data = draft.sources[source].event(&draft.reads[source], &mut draft.random);
        events.extend(data.map(|data| (draft.sources[source].name, data)));
    }
    Case { text: draft.text, events }
}

impl Draft {
    /// One to four filters; how many.
    fn filters(&mut self) -> usize {
        const NAMES: &[&str] = &["f", "g", "h", "k-l"];
        let count = 1 + self.random.below(NAMES.len());
        for (index, name) in NAMES.iter().take(count).enumerate() {
            let refined = (index > 0 && self.random.once_in(4)).then(|| self.random.below(index));
            let (from, source, body) = match refined {
                Some(stream) => {
                    let stream = &self.streams[stream];
                    (stream.name.clone(), stream.source, stream.body)
                }
                None => {
                    let source = if index == 0 { 0 } else { self.random.below(self.sources.len()) };
                    let described = &self.sources[source];
                    (described.name.to_owned(), source, described.body)
                }
            };
            let depth = if index == 0 { self.random.below(4) } else { self.random.below(2) };
            let map = refined.is_some() && self.random.once_in(2);
            let body = self.filter(name, &from, source, body, depth, map);
            self.streams.push(Stream { name: (*name).to_owned(), source, body });
        }
        count
    }

    /// A filter; what is known of the events that pass.
    ///
    /// A `map` makes the same of an event again, so that all else about it stays as it is.
    fn filter(&mut self, name: &str, from: &str, source: usize, body: Body, depth: usize, map: bool) -> Body {
        let segment = from.rsplit('.').next().unwrap_or(from);
        let event = if self.random.once_in(2) || segment.contains('-') { "e" } else { segment };
        let alias = if event == segment { String::new() } else { format!(" as {event}") };
        let described = &self.sources[source];
        let mut body = body;
        let map = match map {
            false => String::new(),
            true if self.random.once_in(4) => "\n  map jq \"., error # only the first counts\"".to_owned(),
            true => {
                let kind = aev_catalogue::source(described.kind).expect("it is a kind");
                let root = |root: &aev_catalogue::Member| format!("{0}: {event}.{0}", root.name);
                let roots: Vec<String> = kind.payload.roots.iter().map(root).collect();
                format!("\n  map {{ {} }}", roots.join(", "))
            }
        };
        let mut tested = String::new();
        if described.kind == "github" && described.events.len() > 1 && self.random.chance(60) {
            let wanted = *self.random.one(&described.events);
            let header = Path(vec![key("headers"), key("X-Github-Event"), Step::Index(0)]);
            let shown = match self.random.once_in(3) {
                true => Path(vec![key("body"), key("X-GitHub-Event")]).print(event, &mut self.random),
                false => header.print(event, &mut self.random),
            };
            tested = format!("{shown} == \"{wanted}\" and ");
            self.reads[source].push(Read::new(&header, vec![Tree::Text(wanted.to_owned())]));
            body = known::github(&[wanted]);
        }
        let random = &mut self.random;
        let mut condition =
            Where { random, event: event.to_owned(), source: described, body, reads: Vec::new() };
        let text = match condition.random.once_in(20) {
            true => condition.foreign(),
            false => condition.expression(depth),
        };
        let reads = condition.reads;
        self.reads[source].extend(reads);
        let text = if tested.is_empty() { text } else { format!("{tested}({text})") };
        self.text.push_str(&format!("filter {name} from {from}{alias}{map}\n  where {text}\n"));
        body
    }

    fn trigger(&mut self, index: usize, at_most_once: bool) {
        let depth = self.random.below(4);
        let on = On::some(&self.streams, depth, &mut self.random);
        let block = self.action(&on);
        let mut options = String::new();
        if self.random.once_in(4) {
            options.push_str("  retry: { steps: 3, duration: 1s, factor: 1.5, jitter: 0 }\n");
        }
        match self.random.below(6) {
            0 if block.starts_with("http") => options.push_str("  success: { status: [200, 418] }\n"),
            1 if block.starts_with("http") => options.push_str("  success: { status: any }\n"),
            0 if block.starts_with("k8s") => options.push_str("  success: { labels: { done: \"yes\" } }\n"),
            _ => {}
        }
        if !at_most_once && self.random.once_in(2) {
            let block = self.action(&on);
            options.push_str(&format!(
                "  on-failure lost-{index} {{\n  {block}\n  retry: {{ steps: 2 }}\n  }}\n"
            ));
        }
        let on = on.print(&self.streams);
        self.text.push_str(&format!("trigger acts-{index} on {on} {{\n  {block}\n{options}}}\n"));
    }

    fn action(&mut self, on: &On) -> String {
        let mut action = Action {
            names: on.names(&self.streams),
            joins: on.joins(),
            streams: &self.streams,
            sources: &self.sources,
            reads: &mut self.reads,
            random: &mut self.random,
        };
        action.block()
    }
}
