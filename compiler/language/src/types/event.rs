//! An event in scope, and what conditions have found out about its paths.

use super::read::{self, Absence, Read, Unreadable};
use super::ty::{Literal, Shapes, Ty};
use aev_plan::expr::Step;
use aev_plan::header;
use std::cmp::Ordering;
use std::rc::Rc;

/// An event as an expression sees it.
#[derive(Clone, Debug)]
pub struct Event {
    /// Type of the data object.
    pub root: Ty,
    /// What holds for every event that gets here, by path.
    facts: Facts,
    /// There may be none: the condition is met without it.
    pub optional: bool,
    /// A condition on the way here has a mistake, and might have made certain what now seems to be absent at times.
    pub doubtful: bool,
    /// Attributes that are the same for every event; none where several sources meet.
    pub constants: Option<Rc<Constants>>,
    /// A `map` on the way here has written its numbers anew.
    pub rewritten: Option<Rewritten>,
    /// It stands for a list of such events, those of a `batch`.
    pub batched: bool,
}

/// What has written the numbers of an event anew. To both every number is a double, so a large integer gets other digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rewritten {
    /// jq: in Argo Events, while the runtime keeps the digits of what is only moved.
    Jq,
    /// Lua.
    Lua,
}

/// Attributes that the declaration of an event fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constants {
    /// `e::source`
    pub source: String,
    /// `e::subject`
    pub subject: String,
    /// `e::type`
    pub kind: String,
}

/// A step as the key of a map: `[0]` and `["0"]` are one. Paths are copied at each step, so its text is shared.
#[derive(Clone, Debug)]
struct Key {
    text: Rc<str>,
    index: Option<i64>,
}

impl Key {
    fn name(name: &str) -> Key {
        Key { text: name.into(), index: None }
    }

    fn index(index: i64) -> Key {
        Key { text: index.to_string().into(), index: Some(index) }
    }

    fn step(&self) -> Step {
        self.index.map_or_else(|| Step::Key(self.text.as_ref().to_owned()), Step::Index)
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.text == other.text
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        self.text.cmp(&other.text)
    }
}

/// Types by path. There are few of an event, and many events: so it is a sorted list, which those share that know nothing more.
#[derive(Clone, Debug, Default)]
struct Facts(Rc<Vec<(Box<[Key]>, Ty)>>);

impl Facts {
    fn get(&self, path: &[Key]) -> Option<&Ty> {
        let index = self.place(path).ok()?;
        self.0.get(index).map(|(_, ty)| ty)
    }

    fn insert(&mut self, path: &[Key], ty: Ty) {
        let place = self.place(path);
        let facts = Rc::make_mut(&mut self.0);
        match place {
            Ok(index) => {
                if let Some((_, known)) = facts.get_mut(index) {
                    *known = ty;
                }
            }
            Err(index) => {
                facts.reserve_exact(1);
                facts.insert(index, (path.into(), ty));
            }
        }
    }

    /// Where a path stands, or would.
    fn place(&self, path: &[Key]) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_ref().cmp(path))
    }

    /// What these know, too.
    fn and_in(&self, others: &[&Event]) -> Facts {
        let common = self.0.iter().filter_map(|(path, ty)| {
            let others: Option<Vec<Ty>> = others.iter().map(|event| event.facts.get(path).cloned()).collect();
            Some((path.clone(), Ty::union(others?.into_iter().chain([ty.clone()]))))
        });
        Facts(Rc::new(common.collect()))
    }
}

/// What a comparison that is true says about a path: in each case that it is there.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// Equal to one of these.
    Is(Vec<Literal>),
    /// Of these kinds, and none of these.
    Of(Shapes, Vec<Literal>),
    /// There.
    Present,
}

/// A path while it is read.
#[derive(Clone, Debug)]
pub struct Cursor {
    steps: Vec<Key>,
    /// What stands there.
    pub read: Read,
    /// A header name without its `[0]` or `.all`: further steps are those of the value.
    known_header: Option<Ty>,
}

impl Cursor {
    /// The steps so far.
    pub fn steps(&self) -> Vec<Step> {
        self.steps.iter().map(Key::step).collect()
    }

    /// It is where it began.
    pub fn is_root(&self) -> bool {
        self.steps.is_empty()
    }

    /// The name that the last step reads, when it reads one.
    pub fn last_name(&self) -> Option<&str> {
        self.steps.last().filter(|key| key.index.is_none()).map(|key| key.text.as_ref())
    }

    /// The name, when it is the only step.
    pub fn only_name(&self) -> Option<&str> {
        self.last_name().filter(|_| self.steps.len() == 1)
    }
}

impl Event {
    /// An event about which nothing but its type is known.
    pub fn new(root: Ty, constants: Option<Rc<Constants>>) -> Event {
        Event {
            root,
            facts: Facts::default(),
            optional: false,
            doubtful: false,
            constants,
            rewritten: None,
            batched: false,
        }
    }

    /// An event with a mistake in its declaration: everything about it is accepted.
    pub fn error() -> Event {
        Event::new(Ty::Error, None)
    }

    /// Its data object, from where members are read.
    pub fn start(&self) -> Cursor {
        let ty = if self.batched { Ty::list(self.one()) } else { self.one() };
        Cursor { steps: Vec::new(), read: Read { ty, absence: Absence::Never }, known_header: None }
    }

    /// The data object of one event.
    fn one(&self) -> Ty {
        self.facts.get(&[]).cloned().unwrap_or_else(|| self.root.clone())
    }

    /// The names of the members of its data object.
    pub fn roots(&self) -> Vec<String> {
        let ty = self.start().read.ty;
        let records = ty.members().iter().filter_map(|ty| match ty {
            Ty::Record(record) => Some(record.names().into_iter().map(str::to_owned).collect::<Vec<_>>()),
            _ => None,
        });
        records.flatten().collect()
    }

    /// `.name`
    ///
    /// # Errors
    /// The type has no such member.
    pub fn member(&self, at: &Cursor, name: &str) -> Result<Cursor, Unreadable> {
        Ok(self.step(at, Key::name(name), read::member(&at.read.ty, name)?))
    }

    /// `[0]`
    ///
    /// # Errors
    /// It is no list.
    pub fn element(&self, at: &Cursor, index: i64) -> Result<Cursor, Unreadable> {
        if self.batched && at.steps.is_empty() {
            // What holds of the event holds of each in the list; there is one at least, unless others can fire alone.
            let certain = matches!(index, 0 | -1) && !self.optional;
            let absence = if certain { Absence::Never } else { Absence::Unknown };
            let read = Read { ty: self.one(), absence };
            return Ok(Cursor { steps: vec![Key::index(index)], read, ..at.clone() });
        }
        Ok(self.step(at, Key::index(index), read::element(&at.read.ty, index)?))
    }

    /// `["name"]`
    pub fn unchecked(&self, at: &Cursor, name: &str) -> Cursor {
        self.step(at, Key::name(name), read::unchecked(&at.read.ty))
    }

    /// `headers["Name"]`, the first value; the name is made canonical.
    pub fn header(&self, at: &Cursor, name: &str) -> Cursor {
        let all = self.headers(at, name);
        let first = match all.known_header.clone() {
            Some(ty) => Read { ty, absence: Absence::Never },
            None => Read { ty: Ty::String, absence: Absence::Unknown },
        };
        self.step(&all, Key::index(0), first)
    }

    /// `headers.all("Name")`, the list of its values.
    pub fn headers(&self, at: &Cursor, name: &str) -> Cursor {
        let canonical = header::canonical(name);
        // In a union each event has headers of its own; known is what all of them know.
        let known: Option<Vec<Ty>> = at
            .read
            .ty
            .members()
            .iter()
            .map(|ty| match ty {
                Ty::Headers(known) => match read::header(known, &canonical).ty {
                    Ty::Literal(value) => Some(Ty::Literal(value)),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let absence = if known.is_some() { Absence::Never } else { Absence::Unknown };
        let mut cursor = self.step(at, Key::name(&canonical), Read { ty: Ty::list(Ty::String), absence });
        cursor.known_header = known.map(Ty::union);
        cursor
    }

    fn step(&self, at: &Cursor, step: Key, read: Read) -> Cursor {
        let mut steps = Vec::with_capacity(at.steps.len() + 1);
        steps.extend(at.steps.iter().cloned());
        steps.push(step);
        // Of a list nothing is known by name; behind its index stands the path in one event.
        let known = match self.batched {
            true => {
                steps.get(1..).filter(|in_one| !in_one.is_empty()).and_then(|in_one| self.facts.get(in_one))
            }
            false => self.facts.get(&steps),
        };
        let read = match known {
            Some(ty) => Read { ty: ty.clone(), absence: Absence::Never },
            None if self.batched && at.is_root() => read,
            None => Read { ty: read.ty, absence: read.absence.max(at.read.absence) },
        };
        Cursor { steps, read, known_header: None }
    }

    /// Takes note that a comparison of this path was true. A fact that leaves no value changes nothing: that has been said.
    pub fn learn(&mut self, at: &Cursor, fact: &Fact) {
        // What holds of one of a list holds of no other.
        if self.batched {
            return;
        }
        let Some(mut target) = narrow(&at.read.ty, fact) else { return };
        let mut above = self.above(&at.steps);
        let mut keys = at.steps.clone();
        self.facts.insert(&keys, target.clone());
        if let Some((headers, canonical)) = headers_above(&keys, &above) {
            // The list that holds the value is there; of the headers those are left that may have it.
            target = with_header(&headers, &canonical, &target);
            for holder in [Ty::list(Ty::String), target.clone()] {
                keys.pop();
                above.pop();
                self.facts.insert(&keys, holder);
            }
        }
        // What holds a value is an object or a list: it is there, not null, and of a union only what has such a value.
        while let (Some(key), Some(holder)) = (keys.pop(), above.pop()) {
            let holds = |ty: &&Ty| can_hold(ty, &key, &target);
            let kept = holder.members().iter().filter(holds).cloned().collect::<Vec<_>>();
            target = if kept.is_empty() { holder.without_null() } else { Ty::union(kept) };
            self.facts.insert(&keys, target.clone());
        }
    }

    /// What stands above each step of a path that has been read before.
    fn above(&self, steps: &[Key]) -> Vec<Ty> {
        let mut cursor = self.start();
        let mut types = Vec::with_capacity(steps.len());
        for key in steps {
            types.push(cursor.read.ty.clone());
            let headers = || cursor.read.ty.members().iter().any(|ty| matches!(ty, Ty::Headers(_)));
            cursor = match key.index {
                None if headers() => self.headers(&cursor, &key.text),
                None => {
                    self.member(&cursor, &key.text).unwrap_or_else(|_| self.unchecked(&cursor, &key.text))
                }
                Some(index) => match self.element(&cursor, index) {
                    Ok(next) => next,
                    Err(_) => break,
                },
            };
        }
        types.resize(steps.len(), Ty::Any);
        types
    }

    /// One of several events, of which it is not known which: what holds for each of them holds.
    pub fn either(events: &[&Event]) -> Event {
        let Some((first, rest)) = events.split_first() else { return Event::error() };
        let mut joined = (*first).clone();
        joined.root = Ty::union(events.iter().map(|event| event.root.clone()));
        joined.optional = false;
        joined.doubtful = events.iter().any(|event| event.doubtful);
        joined.rewritten = joined.rewritten.or_else(|| events.iter().find_map(|event| event.rewritten));
        joined.facts = first.facts.and_in(rest);
        if rest.iter().any(|event| event.constants != first.constants) {
            joined.constants = None;
        }
        // A narrowed union of one event must not be widened by the other's root, nor narrow it.
        let roots = events.iter().map(|event| event.start().read.ty);
        joined.facts.insert(&[], Ty::union(roots));
        joined
    }
}

/// What is left of a type when a fact holds; none when no value is.
pub fn narrow(ty: &Ty, fact: &Fact) -> Option<Ty> {
    match fact {
        Fact::Is(literals) => ty.only(literals),
        Fact::Of(shapes, unwanted) => ty.of(*shapes, unwanted),
        Fact::Present => Some(ty.clone()),
    }
}

/// The headers and the name, when the last two steps read the first value of a header.
fn headers_above(steps: &[Key], above: &[Ty]) -> Option<(Ty, Rc<str>)> {
    let ([.., name, Key { index: Some(0), .. }], [.., ty, _]) = (steps, above) else { return None };
    let headers = name.index.is_none() && ty.members().iter().all(|ty| matches!(ty, Ty::Headers(_)));
    headers.then(|| (ty.clone(), Rc::clone(&name.text)))
}

/// Those of the headers that may have the value, knowing it.
fn with_header(headers: &Ty, name: &str, value: &Ty) -> Ty {
    let mut kept = Vec::new();
    for ty in headers.members() {
        let Ty::Headers(known) = ty else { continue };
        match known.iter().find(|(header, _)| header == name) {
            Some((_, own)) if !overlap(&Ty::Literal(own.clone()), value) => {}
            Some(_) => kept.push(ty.clone()),
            None => {
                let learnt = match value {
                    Ty::Literal(literal) => Some((name.to_owned(), literal.clone())),
                    _ => None,
                };
                kept.push(Ty::Headers(known.iter().cloned().chain(learnt).collect()));
            }
        }
    }
    if kept.is_empty() { headers.clone() } else { Ty::union(kept) }
}

/// Whether an object of this type can have a value of type `held` at a step.
fn can_hold(ty: &Ty, step: &Key, held: &Ty) -> bool {
    let below = match (ty, step.index) {
        (Ty::Null, _) => return false,
        (_, None) => read::member(ty, &step.text),
        (_, Some(index)) => read::element(ty, index),
    };
    below.is_ok_and(|below| overlap(&below.ty, held))
}

/// Whether some value is of both types, as far as literals and kinds of value tell.
fn overlap(a: &Ty, b: &Ty) -> bool {
    a.members().iter().any(|a| {
        b.members().iter().any(|b| match (a, b) {
            (Ty::Literal(x), Ty::Literal(y)) => x == y,
            (Ty::List(x), Ty::List(y)) => overlap(&x.ty(), &y.ty()),
            (Ty::Headers(x), Ty::Headers(y)) => {
                x.iter().all(|(name, value)| y.iter().all(|(other, v)| name != other || value == v))
            }
            (Ty::Record(_), Ty::Record(_)) => a == b,
            (Ty::Error | Ty::Any, _) | (_, Ty::Error | Ty::Any) => true,
            _ => !a.shapes().and(b.shapes()).is_empty(),
        })
    })
}
