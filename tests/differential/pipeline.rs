//! A random pipeline with events for it.

use crate::action::{Action, Names};
use crate::condition::{Body, Read, TYPE, Where};
use crate::event;
use crate::random::Random;

/// A pipeline and events.
pub struct Case {
    /// The file.
    pub text: String,
    /// Names of events with data.
    pub events: Vec<(&'static str, String)>,
}

/// A filter and what it reads.
struct Filter {
    text: String,
    reads: Vec<Read>,
}

fn filter(name: &str, from: &str, body: Body, depth: usize, random: &mut Random) -> Filter {
    let event = if random.once_in(2) { "e" } else { from };
    let alias = if event == from { String::new() } else { format!(" as {event}") };
    let mut condition = Where { random, event: event.to_owned(), body, reads: Vec::new() };
    let text = condition.expression(depth);
    Filter { text: format!("filter {name} from {from}{alias}\n  where {text}\n"), reads: condition.reads }
}

/// The case of a seed.
pub fn generate(seed: u64) -> Case {
    let mut random = Random::new(seed);
    let body = if random.once_in(4) { Body::Typed } else { Body::Any };
    let typed = if body == Body::Typed { "<T>" } else { "" };
    let mut text = String::from("pipeline p\n\n");
    if body == Body::Typed {
        text.push_str(TYPE);
    }
    for (name, port) in [("hook", 12000), ("other", 12001)] {
        text.push_str(&format!(
            "source {name}: webhook{typed} {{ endpoint: \"/{name}\", port: {port}, method: \"POST\" }}\n"
        ));
    }
    let depth = random.below(4);
    let first = filter("f", "hook", body, depth, &mut random);
    text.push_str(&first.text);
    let mut reads = first.reads;
    let mut last = "f";
    if random.once_in(4) {
        let refined = filter("g", "f", body, 1, &mut random);
        text.push_str(&refined.text);
        reads.extend(refined.reads);
        last = "g";
    }
    let second = filter("h", "other", body, 0, &mut random);
    let mut other_reads = second.reads;
    let mut triggers = format!("trigger passed on {last} {{\n  log\n}}\n");
    let mut uses_other = false;
    if random.chance(60) {
        let one = |name: &str| Names::One(name.to_owned());
        let (on, names) = match random.below(8) {
            0..=4 => (format!("{last} as e"), one("e")),
            5 => (format!("({last} or h) as e"), one("e")),
            6 => (format!("{last} as a or h as b"), Names::Either("a".into(), "b".into())),
            _ => (format!("{last} as a and h as b"), Names::Both("a".into(), "b".into())),
        };
        uses_other = on.contains('h');
        let mut action = Action { random: &mut random, names, body, reads: Vec::new() };
        let block = action.block();
        reads.extend(action.reads.iter().cloned());
        other_reads.extend(action.reads);
        triggers.push_str(&format!("trigger acts on {on} {{\n  {block}\n}}\n"));
    }
    if uses_other {
        text.push_str(&second.text);
    }
    text.push_str(&triggers);
    let mut events = Vec::new();
    for _ in 0..8 {
        let (source, reads) =
            if uses_other && random.once_in(3) { ("other", &other_reads) } else { ("hook", &reads) };
        events.extend(event::data(reads, body, &mut random).map(|data| (source, data)));
    }
    Case { text, events }
}
