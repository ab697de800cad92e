//! What is declared of the body of an event: its paths, and what may stand there.

use crate::path::{Constant, Path, Step, key};
use crate::random::Random;
use aev_catalogue::{Literal, Type};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

/// What the body of an event is declared as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Body {
    /// Nothing is known.
    Any,
    /// These paths.
    Known(&'static [Known]),
    /// These, and others beside them.
    Open(&'static [Known]),
}

impl Body {
    /// The declared paths.
    pub fn known(self) -> &'static [Known] {
        match self {
            Body::Any => &[],
            Body::Known(known) | Body::Open(known) => known,
        }
    }

    /// A path of which nothing is declared, if there can be one.
    pub fn undeclared(self, headers: &str, random: &mut Random) -> Option<Path> {
        let fits = |path: &Path| match (self, path.0.get(1)) {
            (Body::Any, _) => true,
            (Body::Known(_), _) => false,
            (Body::Open(known), Some(Step::Key(key))) => !known
                .iter()
                .any(|known| matches!(known.path.0.get(1), Some(Step::Key(other)) if other == key)),
            (Body::Open(_), _) => false,
        };
        // A few times, for those that have a few names of their own.
        (0..6).find_map(|_| Some(Path::any(headers, random)).filter(&fits))
    }
}

/// A declared path.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    pub path: Path,
    pub kind: Kind,
    /// It may be absent.
    pub optional: bool,
    /// It may be null.
    pub nullable: bool,
}

/// What a value is declared as.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Text,
    Number,
    Bool,
    /// One of these texts.
    Words(Vec<&'static str>),
    /// An object or a list.
    Structure,
}

impl Kind {
    /// A constant of the kind; of a structure any.
    pub fn constant(&self, random: &mut Random) -> Constant {
        match self {
            Kind::Text => Constant::any_text(random),
            Kind::Number => Constant::any_number(random),
            Kind::Bool => Constant::any_bool(random),
            Kind::Words(words) => Constant::text(random.pick(words)),
            Kind::Structure => Constant::scalar(random),
        }
    }
}

/// A declared body of a webhook, and its paths in [`T`].
pub const TYPE: &str = "type T = { name: string, note?: string, who: string | null, n: number, m?: number, ok: bool, \
                        maybe?: bool, state: \"open\" | \"closed\", inner: { k: string, n?: int }, tags: list<string> }\n";

/// The paths of [`TYPE`].
pub static T: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let known = |path: &str, kind: Kind, optional: bool, nullable: bool| Known {
        path: Path::of(path),
        kind,
        optional,
        nullable,
    };
    vec![
        known("name", Kind::Text, false, false),
        known("note", Kind::Text, true, false),
        known("who", Kind::Text, false, true),
        known("n", Kind::Number, false, false),
        known("m", Kind::Number, true, false),
        known("ok", Kind::Bool, false, false),
        known("maybe", Kind::Bool, true, false),
        known("state", Kind::Words(vec!["open", "closed"]), false, false),
        known("inner", Kind::Structure, false, false),
        known("inner.k", Kind::Text, false, false),
        known("inner.n", Kind::Number, true, false),
        known("tags", Kind::Structure, false, false),
        known("tags.0", Kind::Text, true, false),
        known("tags.-1", Kind::Text, true, false),
    ]
});

/// The events of GitHub whose bodies have types of their own.
pub const GITHUB: &[&str] = &["issues", "ping", "pull_request", "push"];

/// How deep the types of GitHub's payloads are gone into.
const DEPTH: usize = 3;

/// The body of any of these events of GitHub.
pub fn github(events: &[&'static str]) -> Body {
    static ALL: Mutex<BTreeMap<Vec<&'static str>, &'static [Known]>> = Mutex::new(BTreeMap::new());
    let mut all = ALL.lock().expect("nobody panicked");
    let known = *all.entry(events.to_vec()).or_insert_with(|| {
        let kind = aev_catalogue::source("github").expect("it is in the catalogue");
        let by_event = kind.payload.by_event.as_ref().expect("its types go by event");
        let types: Vec<Type> =
            events.iter().map(|event| by_event.of(event).map_or(by_event.common, |known| known.ty)).collect();
        let mut known = Vec::new();
        walk(&types, &mut vec![key("body")], (false, false), &mut known);
        // Not the body itself.
        known.retain(|known| known.path.0.len() > 1);
        known.leak()
    });
    match events.iter().all(|event| GITHUB.contains(event)) {
        true => Body::Known(known),
        false if events.len() == 1 => Body::Open(known),
        // What one of several has beside what is declared, the others may not have.
        false => Body::Known(known),
    }
}

/// What is below a value of one of these types. `optional` and `lost` say that it or something above it may be absent.
fn walk(types: &[Type], path: &mut Vec<Step>, (optional, lost): (bool, bool), out: &mut Vec<Known>) {
    let mut flat: Vec<Type> = Vec::new();
    for ty in types {
        match ty {
            Type::Union(parts) => flat.extend_from_slice(parts),
            other => flat.push(*other),
        }
    }
    let nullable = flat.contains(&Type::Null);
    flat.retain(|ty| *ty != Type::Null);
    let Some(kind) = kind(&flat) else { return };
    out.push(Known { path: Path(path.clone()), kind, optional: optional || lost, nullable });
    let lost = optional || lost || nullable;
    if path.len() > DEPTH {
        return;
    }
    if let Some(Type::List(first)) = flat.first()
        && flat.len() == 1
    {
        path.push(Step::Index(0));
        walk(&[**first], path, (true, lost), out);
        path.pop();
    }
    let records: Option<Vec<_>> = flat
        .iter()
        .map(|ty| match ty {
            Type::Record(record) => Some(*record),
            _ => None,
        })
        .collect();
    let Some(records) = records else { return };
    let Some((first, rest)) = records.split_first() else { return };
    for member in first.members {
        let Some(others) = rest.iter().map(|other| other.member(member.name)).collect::<Option<Vec<_>>>()
        else {
            continue;
        };
        let optional = member.optional || others.iter().any(|other| other.optional);
        let types: Vec<Type> =
            std::iter::once(member.ty).chain(others.iter().map(|other| other.ty)).collect();
        path.push(key(member.name));
        walk(&types, path, (optional, lost), out);
        path.pop();
    }
}

/// The kind that all these types have; nothing when they differ.
fn kind(types: &[Type]) -> Option<Kind> {
    let all = |test: fn(&Type) -> bool| types.iter().all(test);
    let mut words: Vec<&'static str> = Vec::new();
    for ty in types {
        match ty {
            Type::Literal(Literal::String(word)) if !words.contains(word) => words.push(word),
            _ => {}
        }
    }
    let text = |ty: &Type| matches!(ty, Type::String | Type::Base64 | Type::Literal(Literal::String(_)));
    if types.is_empty() {
        None
    } else if all(|ty| matches!(ty, Type::Literal(Literal::String(_)))) {
        Some(Kind::Words(words))
    } else if all(text) {
        Some(Kind::Text)
    } else if all(|ty| matches!(ty, Type::Int | Type::Number | Type::Literal(Literal::Int(_)))) {
        Some(Kind::Number)
    } else if all(|ty| matches!(ty, Type::Bool | Type::Literal(Literal::Bool(_)))) {
        Some(Kind::Bool)
    } else if all(|ty| matches!(ty, Type::Record(_))) || all(|ty| matches!(ty, Type::List(_) | Type::Map(_)))
    {
        Some(Kind::Structure)
    } else {
        None
    }
}
