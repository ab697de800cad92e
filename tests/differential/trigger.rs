//! Random conditions of triggers.

use crate::known::Body;
use crate::random::Random;

/// A filter or an event that a trigger may name.
#[derive(Clone, Debug)]
pub struct Stream {
    pub name: String,
    /// Which source its events come from.
    pub source: usize,
    /// What its events have, by the type of the source and by what the filter tests.
    pub body: Body,
}

/// A condition over streams, by their index.
#[derive(Clone, Debug)]
pub enum On {
    One(usize, String),
    /// `(a or b) as e`
    Either(Vec<usize>, String),
    And(Vec<On>),
    Or(Vec<On>),
}

/// How an action calls its events.
#[derive(Clone, Debug)]
pub struct Name {
    pub name: String,
    /// The streams of which one brings the event.
    pub streams: Vec<usize>,
    pub body: Body,
    /// It always has an event.
    pub certain: bool,
}

const ALIASES: &[&str] = &["a", "b", "c", "d", "e2", "f2", "g2", "h2", "i", "j"];

impl On {
    /// A condition of at most that depth; no stream is named twice.
    pub fn some(streams: &[Stream], depth: usize, random: &mut Random) -> On {
        let mut left: Vec<usize> = (0..streams.len()).collect();
        On::within(streams, &mut left, depth, false, random)
    }

    /// At least one stream must be left. `joined` when an `and` is around: what one name stands for cannot be read there.
    fn within(
        streams: &[Stream],
        left: &mut Vec<usize>,
        depth: usize,
        joined: bool,
        random: &mut Random,
    ) -> On {
        if depth == 0 || left.len() < 2 || random.once_in(5) {
            let one = left.swap_remove(random.below(left.len()));
            let alias = ALIASES[one % ALIASES.len()].to_owned();
            let other = left.iter().position(|other| streams[*other].body == streams[one].body);
            return match other.filter(|_| random.once_in(if joined { 16 } else { 4 })) {
                Some(at) => On::Either(vec![one, left.swap_remove(at)], alias),
                None => On::One(one, alias),
            };
        }
        let and = random.once_in(2);
        let mut parts = Vec::new();
        for _ in 0..2 + random.below(4) / 3 {
            if !left.is_empty() {
                parts.push(On::within(streams, left, depth - 1, joined || and, random));
            }
        }
        if and { On::And(parts) } else { On::Or(parts) }
    }

    /// As aev writes it.
    pub fn print(&self, streams: &[Stream]) -> String {
        let all = |parts: &[On], word: &str| {
            let part = |part: &On| match part {
                On::One(..) | On::Either(..) => part.print(streams),
                _ => format!("({})", part.print(streams)),
            };
            parts.iter().map(part).collect::<Vec<_>>().join(word)
        };
        match self {
            On::One(stream, alias) => format!("{} as {alias}", streams[*stream].name),
            On::Either(either, alias) => {
                let names: Vec<&str> = either.iter().map(|stream| streams[*stream].name.as_str()).collect();
                format!("({}) as {alias}", names.join(" or "))
            }
            On::And(parts) => all(parts, " and "),
            On::Or(parts) => all(parts, " or "),
        }
    }

    /// The names that it gives.
    pub fn names(&self, streams: &[Stream]) -> Vec<Name> {
        let mut names = Vec::new();
        self.collect(streams, &mut names);
        for name in &mut names {
            name.certain = self.covers(&name.streams);
        }
        names
    }

    fn collect(&self, streams: &[Stream], out: &mut Vec<Name>) {
        let mut name = |of: &[usize], alias: &String| {
            let body = of.first().map_or(Body::Any, |first| streams[*first].body);
            out.push(Name { name: alias.clone(), streams: of.to_vec(), body, certain: false });
        };
        match self {
            On::One(stream, alias) => name(&[*stream], alias),
            On::Either(either, alias) => name(either, alias),
            On::And(parts) | On::Or(parts) => parts.iter().for_each(|part| part.collect(streams, out)),
        }
    }

    fn covers(&self, of: &[usize]) -> bool {
        match self {
            On::One(stream, _) => of.contains(stream),
            On::Either(either, _) => either.iter().all(|stream| of.contains(stream)),
            On::And(parts) => parts.iter().any(|part| part.covers(of)),
            On::Or(parts) => parts.iter().all(|part| part.covers(of)),
        }
    }

    /// Two events may be there together.
    pub fn joins(&self) -> bool {
        match self {
            On::One(..) | On::Either(..) => false,
            On::And(_) => true,
            On::Or(parts) => parts.iter().any(On::joins),
        }
    }
}
