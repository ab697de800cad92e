//! The type of recorded payloads, in aev's own syntax: what `aev init --from` writes.

use crate::types::ty::{self, OwnRecord, Part, Ty};
use aev_plan::document::ParseError;
use aev_plan::json::Json;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;

/// A record longer than this is written over several lines.
const WIDTH: usize = 80;

/// What is nested deeper is `any`: nobody reads it by hand, and the parser has bounds of its own.
const DEPTH: usize = 32;

/// The type that all of these JSON texts have, as a file writes it: `{ id: string, note?: string, items: list<{…}> }`.
///
/// What only some samples have is optional; what is `null` in some is `| null`. Of what is never there but `null` or an
/// empty list nothing is known, so it is `any`. `indent` is the number of blanks before the line that the type begins on.
///
/// # Errors
/// The text at that index, counted from nought, is no JSON.
pub fn infer(samples: &[&str], indent: usize) -> Result<String, (usize, ParseError)> {
    let mut seen = Seen::default();
    for (index, text) in samples.iter().enumerate() {
        seen.add(&Json::parse(text).map_err(|error| (index, error))?);
    }
    Ok(seen.print(indent, indent, DEPTH))
}

/// The same as a type, whose records are called `name`.
pub(crate) fn type_of(samples: &[Json], name: Option<&str>) -> Ty {
    let mut seen = Seen::default();
    samples.iter().for_each(|sample| seen.add(sample));
    seen.ty(name, DEPTH)
}

/// What stood in one place, over all samples.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// `null`
    pub null: bool,
    /// `true` or `false`
    pub bool: bool,
    /// A number without a fraction.
    pub int: bool,
    /// Another number.
    pub number: bool,
    /// Text.
    pub text: bool,
    /// A list: the elements of all lists.
    pub list: Option<Box<Seen>>,
    /// An object: the members of all objects.
    pub record: Option<Record>,
}

/// The objects that stood in one place.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// How many there were.
    count: usize,
    /// In the order in which they were first met.
    members: Vec<Member>,
    /// Where each name stands among them.
    places: BTreeMap<String, usize>,
}

#[derive(Clone, Debug)]
struct Member {
    name: String,
    /// How many objects had it.
    count: usize,
    seen: Seen,
}

impl Seen {
    /// One more value stood there.
    pub fn add(&mut self, value: &Json) {
        match value {
            Json::Null => self.null = true,
            Json::Bool(_) => self.bool = true,
            Json::Number(number) if number.as_i64().is_some() => self.int = true,
            Json::Number(_) => self.number = true,
            Json::String(_) => self.text = true,
            Json::List(values) => {
                let element = self.list.get_or_insert_default();
                values.iter().for_each(|value| element.add(value));
            }
            Json::Object(members) => self.record.get_or_insert_default().add(members),
        }
    }

    /// What stood in another place stood there, too.
    pub fn absorb(&mut self, other: &Seen) {
        self.null |= other.null;
        self.bool |= other.bool;
        self.int |= other.int;
        self.number |= other.number;
        self.text |= other.text;
        if let Some(element) = &other.list {
            self.list.get_or_insert_default().absorb(element);
        }
        if let Some(record) = &other.record {
            self.record.get_or_insert_default().absorb(record);
        }
    }

    /// The type, when its line begins after `indent` blanks and the type itself after `column` signs.
    fn print(&self, indent: usize, column: usize, depth: usize) -> String {
        let Some(depth) = depth.checked_sub(1) else { return "any".into() };
        let record = self.record.as_ref().map(|record| record.print(indent, column, depth));
        let list = self.list.as_ref().map(|element| element.print(indent, column + "list<".len(), depth));
        self.joined(record, list)
    }

    /// The type on one line, however long.
    fn flat(&self, depth: usize) -> String {
        let Some(depth) = depth.checked_sub(1) else { return "any".into() };
        let record = self.record.as_ref().map(|record| record.flat(depth));
        let list = self.list.as_ref().map(|element| element.flat(depth));
        self.joined(record, list)
    }

    fn ty(&self, name: Option<&str>, depth: usize) -> Ty {
        let Some(depth) = depth.checked_sub(1) else { return Ty::Any };
        let mut types: Vec<Ty> = self.record.iter().map(|record| record.ty(name, depth)).collect();
        types.extend(self.list.iter().map(|element| Ty::list(element.ty(None, depth))));
        let plain = [
            (self.text, Ty::String),
            (self.number, Ty::Number),
            (self.int && !self.number, Ty::Int),
            (self.bool, Ty::Bool),
        ];
        types.extend(plain.into_iter().filter(|(there, _)| *there).map(|(_, ty)| ty));
        match types.is_empty() {
            // As in text: `null` alone says nothing.
            true => Ty::Any,
            false => Ty::union(types.into_iter().chain(self.null.then_some(Ty::Null))),
        }
    }

    fn joined(&self, record: Option<String>, element: Option<String>) -> String {
        let mut types: Vec<String> = record.into_iter().collect();
        types.extend(element.map(|element| format!("list<{element}>")));
        let plain = [
            (self.text, "string"),
            (self.number, "number"),
            (self.int && !self.number, "int"),
            (self.bool, "bool"),
        ];
        types.extend(plain.into_iter().filter(|(there, _)| *there).map(|(_, name)| name.into()));
        match (types.is_empty(), self.null) {
            // `null` alone would say that nothing else ever comes.
            (true, _) => "any".into(),
            (false, true) => types.join(" | ") + " | null",
            (false, false) => types.join(" | "),
        }
    }
}

impl Record {
    /// The name of each member, what it was, and whether some of the objects lacked it; in the order in which they were met.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Seen, bool)> {
        self.members.iter().map(|member| (member.name.as_str(), &member.seen, member.count < self.count))
    }

    fn add(&mut self, members: &[(String, Json)]) {
        self.count += 1;
        for (name, value) in members {
            if let Some(member) = self.member(name) {
                member.count += 1;
                member.seen.add(value);
            }
        }
    }

    fn absorb(&mut self, other: &Record) {
        self.count += other.count;
        for Member { name, count, seen } in &other.members {
            if let Some(member) = self.member(name) {
                member.count += count;
                member.seen.absorb(seen);
            }
        }
    }

    /// The member of that name, which no object had so far if there was none.
    fn member(&mut self, name: &str) -> Option<&mut Member> {
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => {
                self.places.insert(name.to_owned(), self.members.len());
                self.members.push(Member { name: name.to_owned(), count: 0, seen: Seen::default() });
                self.members.len() - 1
            }
        };
        self.members.get_mut(place)
    }

    fn ty(&self, name: Option<&str>, depth: usize) -> Ty {
        if self.members.is_empty() {
            return Ty::Map(Part::Own(Rc::new(Ty::Any)));
        }
        let member = |member: &Member| ty::Member {
            name: member.name.clone(),
            ty: member.seen.ty(None, depth),
            optional: member.count < self.count,
        };
        let members = self.members.iter().map(member).collect();
        Ty::Record(ty::Record::Own(Rc::new(OwnRecord {
            name: name.map(str::to_owned),
            members,
            open: false,
        })))
    }

    fn print(&self, indent: usize, column: usize, depth: usize) -> String {
        let line = self.flat(depth);
        if self.members.is_empty() || column + line.len() <= WIDTH {
            return line;
        }
        let inner = indent + 2;
        let mut text = String::from("{\n");
        for member in &self.members {
            let key = self.key(member);
            let ty = member.seen.print(inner, inner + key.chars().count(), depth);
            let _ = writeln!(text, "{:inner$}{key}{ty}", "");
        }
        let _ = write!(text, "{:indent$}}}", "");
        text
    }

    fn flat(&self, depth: usize) -> String {
        if self.members.is_empty() {
            return "map<any>".into();
        }
        let members: Vec<String> =
            self.members.iter().map(|member| self.key(member) + &member.seen.flat(depth)).collect();
        format!("{{ {} }}", members.join(", "))
    }

    /// What stands before the type of a member.
    fn key(&self, member: &Member) -> String {
        let mark = if member.count < self.count { "?" } else { "" };
        format!("{}{mark}: ", key(&member.name))
    }
}

/// A key as it is written: as it is when it is a name, else quoted.
fn key(name: &str) -> String {
    let mut chars = name.chars();
    let begins = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if begins && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) && !name.ends_with('-') {
        return name.into();
    }
    let mut quoted = String::from("\"");
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '$' if chars.peek() == Some(&'{') => quoted.push_str("\\$"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{{{:X}}}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::{DEPTH, Seen, infer, type_of};
    use crate::files::{NoFiles, Reader};
    use crate::report::Reports;
    use crate::syntax;
    use crate::syntax::ast::ItemKind;
    use crate::types::declared::Types;
    use aev_plan::json::Json;
    use proptest::prelude::*;

    fn of(samples: &[&str]) -> String {
        infer(samples, 0).unwrap()
    }

    #[test]
    fn scalars_and_lists() {
        assert_eq!(of(&["1"]), "int");
        assert_eq!(of(&["1", "2.5"]), "number");
        assert_eq!(of(&["12345678901234567890"]), "number");
        assert_eq!(of(&["true", "\"a\""]), "string | bool");
        assert_eq!(of(&["[]"]), "list<any>");
        assert_eq!(of(&["[1, null]"]), "list<int | null>");
        assert_eq!(of(&["[[1], []]"]), "list<list<int>>");
        assert_eq!(of(&["null"]), "any");
        assert_eq!(of(&[]), "any");
        assert_eq!(of(&["{}"]), "map<any>");
    }

    #[test]
    fn samples_are_merged() {
        let samples = [r#"{"id":"a","items":[{"sku":"x","qty":1}]}"#, r#"{"id":"b","note":null,"items":[]}"#];
        assert_eq!(of(&samples), "{ id: string, items: list<{ sku: string, qty: int }>, note?: any }");
        let more = [samples[0], samples[1], r#"{"id":null,"note":"n","items":[{"sku":"y"}]}"#];
        assert_eq!(
            of(&more),
            "{\n  id: string | null\n  items: list<{ sku: string, qty?: int }>\n  note?: string | null\n}"
        );
    }

    #[test]
    fn keys_that_are_no_names_are_quoted() {
        let text = of(&[r#"{"x-y":1,"a.b":1,"":1,"${x}":1,"q\"":1,"not":1,"n-":1}"#]);
        assert_eq!(
            text,
            r#"{ x-y: int, "a.b": int, "": int, "\${x}": int, "q\"": int, not: int, "n-": int }"#
        );
    }

    #[test]
    fn long_records_are_indented_from_where_they_stand() {
        let sample = r#"{"customer":{"first_name":"A","last_name":"B","street":"C","city":"D","country":"E","phone":"F"}}"#;
        let expected = "{\n      customer: {\n        first_name: string\n        last_name: string\n        street: string\n        city: string\n        country: string\n        phone: string\n      }\n    }";
        assert_eq!(infer(&[sample], 4).unwrap(), expected);
    }

    #[test]
    fn what_is_no_json_is_named() {
        assert_eq!(infer(&["{}", "{"], 0).unwrap_err().0, 1);
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            ".{0,4}".prop_map(Into::into),
        ];
        let key = prop_oneof!["[a-e]{1,2}", "\\PC{0,5}", "[\\\\\"${}\n-]{0,4}", Just("filter".into())];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::vec((key.clone(), inner), 0..6)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_type_is_well_formed_and_a_sample_adds_nothing_twice(value in json(), other in json()) {
            let (value, other) = (value.to_string(), other.to_string());
            let once = of(&[&value, &other]);
            let [mut first, second] = [&value, &other].map(|text| {
                let mut seen = Seen::default();
                seen.add(&Json::parse(text).unwrap());
                seen
            });
            first.absorb(&second);
            prop_assert_eq!(&first.print(0, 0, DEPTH), &once);
            prop_assert_eq!(&of(&[&value, &other, &value]), &once);
            let parsed = syntax::parse(&format!("type T = {once}\n"));
            prop_assert!(parsed.errors.is_empty(), "{once}: {:?}", parsed.errors);
            // What is written and what is taken from the samples directly is one type.
            let ItemKind::Type(item) = &parsed.file.items[0].kind else { panic!("{once}") };
            let mut reports = Reports::new(0, Vec::new());
            let written = Types::new([item], Reader::new(&NoFiles)).resolve(&item.ty, &mut reports);
            let samples = [&value, &other].map(|text| Json::parse(text).unwrap());
            prop_assert_eq!(type_of(&samples, None), written);
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "[".repeat(100) + &"]".repeat(100);
        let text = of(&[&deep]);
        assert!(syntax::parse(&format!("type T = {text}\n")).errors.is_empty(), "{text}");
    }
}
