//! What expressions mean, from the tree as it was parsed: no names are resolved before, no types checked, nothing lowered.
//!
//! A value is there, absent, or fails; a condition is true, false or unknown (`None`).

use super::functions;
use super::logic::{equal, is_logic, order, together, words};
use super::numbers::reckon;
use super::table::Table;
use super::time::{Moment, clock};
use super::types::{Ty, nullable};
use super::value::Value;
use aev_language::syntax::ast::{
    Arg, BinaryOp, Comprehension, Entry, Expr, ExprKind, ListEntry, Object, Quantifier, Text, TextPart,
    UnaryOp,
};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gone {
    Absent,
    Fails,
}

pub type Found = Result<Value, Gone>;

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: String,
    pub source: String,
    pub subject: String,
    pub time: Moment,
    pub data: Value,
    /// The bytes of the data.
    pub bytes: String,
    /// The roots of the kind are still there: no `map` has been between.
    pub headers: bool,
}

/// What a name stands for.
#[derive(Clone)]
pub enum Named<'n> {
    Event(&'n Event, &'n Ty),
    Element(Value, Ty),
    /// In a comprehension.
    Constant(Value),
}

/// The names of an expression, the innermost last.
#[derive(Clone)]
pub struct Scope<'n> {
    pub names: Vec<(String, Named<'n>)>,
    /// In a `where`.
    pub in_where: bool,
}

impl<'n> Scope<'n> {
    pub fn get(&self, name: &str) -> Option<&Named<'n>> {
        self.names.iter().rev().find(|(known, _)| known == name).map(|(_, named)| named)
    }

    fn with(&self, name: &str, named: Named<'n>) -> Scope<'n> {
        let mut inner = self.clone();
        inner.names.push((name.to_owned(), named));
        inner
    }
}

/// What makes an element of a list.
type Element<'m> = &'m dyn Fn(&Expr, &Scope<'_>) -> Found;

/// A file's constants, and what is counted.
pub struct Meaning<'f> {
    pub lets: BTreeMap<&'f str, &'f Expr>,
    pub table: &'f Table,
}

impl Meaning<'_> {
    /// True, false or unknown.
    pub fn truth(&self, expr: &Expr, scope: &Scope<'_>) -> Option<bool> {
        let (construct, truth) = match &expr.kind {
            ExprKind::Paren(inner) => return self.truth(inner, scope),
            ExprKind::Bool(value) => return Some(*value),
            ExprKind::Unary(op, inner) if op.value == UnaryOp::Not => {
                ("not", self.truth(inner, scope).map(|truth| !truth))
            }
            ExprKind::Binary(op, left, right) if is_logic(op.value) => match op.value {
                BinaryOp::And => ("and", together([left, right], false, |part| self.truth(part, scope))),
                BinaryOp::Or => ("or", together([left, right], true, |part| self.truth(part, scope))),
                BinaryOp::In | BinaryOp::NotIn => return self.within(op.value, left, right, scope),
                BinaryOp::Matches | BinaryOp::NotMatches => {
                    let (Ok(value), Ok(pattern)) = (self.value(left, scope), self.value(right, scope)) else {
                        return self.counted(words(op.value), None);
                    };
                    let wanted = op.value == BinaryOp::Matches;
                    let truth = match (value, pattern) {
                        (Value::Text(text), Value::Text(pattern)) => {
                            Some(regex::Regex::new(&pattern).unwrap().is_match(&text) == wanted)
                        }
                        _ => None,
                    };
                    (words(op.value), truth)
                }
                op => return self.compared(op, left, right, scope),
            },
            ExprKind::Call(callee, args) if is_name(callee, "exists") => {
                ("exists", Some(self.value(&args[0].value, scope).is_ok()))
            }
            ExprKind::Quantifier(quantifier) => {
                (if quantifier.all { "all" } else { "any" }, self.quantified(quantifier, scope))
            }
            ExprKind::Range(range) => {
                let ExprKind::Attribute(base, _) = &bare(&range.value).kind else { panic!("no time") };
                let Some(Named::Event(event, _)) = name(base).and_then(|name| scope.get(name)) else {
                    panic!("no event")
                };
                let end = |end: &Expr| match &bare(end).kind {
                    ExprKind::TimeOfDay(text) => clock(text),
                    _ => panic!("no time of day"),
                };
                let zone = range.zone.as_ref().map(|zone| self.value(zone, scope));
                let zone = match zone {
                    Some(Ok(Value::Text(zone))) => zone,
                    _ => "UTC".to_owned(),
                };
                let inside = event.time.between(end(&range.from), end(&range.to), &zone);
                ("time range", Some(inside != range.negated))
            }
            _ => match self.value(expr, scope) {
                Ok(Value::Bool(value)) => ("bare value", Some(value)),
                _ => ("bare value", None),
            },
        };
        self.counted(construct, truth)
    }

    fn counted(&self, construct: &str, truth: Option<bool>) -> Option<bool> {
        let outcome = match truth {
            Some(true) => "true",
            Some(false) => "false",
            None => "unknown",
        };
        self.table.count(construct, outcome);
        truth
    }

    /// `a in [x, y]` is `a == x or a == y`, and `a in l` the same of the elements.
    fn within(&self, op: BinaryOp, left: &Expr, right: &Expr, scope: &Scope<'_>) -> Option<bool> {
        let constant = matches!(bare(right).kind, ExprKind::List(_)) || self.is_constant(right, scope);
        let found = match self.value(right, scope) {
            Ok(Value::List(items, _)) => {
                let value = self.value(left, scope).ok();
                let null = self.is_null(left, scope);
                together(&items, true, |item| equal((value.as_ref()?, null), (item, false)))
            }
            _ => None,
        };
        let construct = match (op, constant) {
            (BinaryOp::In, true) => "in [a, b]",
            (BinaryOp::In, false) => "in list",
            (_, true) => "not in [a, b]",
            (_, false) => "not in list",
        };
        self.counted(construct, if op == BinaryOp::In { found } else { found.map(|found| !found) })
    }

    fn compared(&self, op: BinaryOp, left: &Expr, right: &Expr, scope: &Scope<'_>) -> Option<bool> {
        let nulls = (self.is_null(left, scope), self.is_null(right, scope));
        let (left, right) = (self.value(left, scope), self.value(right, scope));
        let truth = match (left, right) {
            (Ok(left), Ok(right)) => match op {
                BinaryOp::Equal => equal((&left, nulls.0), (&right, nulls.1)),
                BinaryOp::NotEqual => equal((&left, nulls.0), (&right, nulls.1)).map(|equal| !equal),
                _ => order(&left, &right).map(|order| match op {
                    BinaryOp::Less => order == Ordering::Less,
                    BinaryOp::LessOrEqual => order != Ordering::Greater,
                    BinaryOp::Greater => order == Ordering::Greater,
                    _ => order != Ordering::Less,
                }),
            },
            _ => None,
        };
        let construct = match (op, nulls.0 || nulls.1) {
            (BinaryOp::Equal, true) => "== null",
            (BinaryOp::NotEqual, true) => "!= null",
            (op, _) => words(op),
        };
        self.counted(construct, truth)
    }

    fn quantified(&self, quantifier: &Quantifier, scope: &Scope<'_>) -> Option<bool> {
        let Ok(Value::List(items, _)) = self.value(&quantifier.list, scope) else { return None };
        let ty = self.element_type(&quantifier.list, scope);
        together(&items, !quantifier.all, |item| {
            let element = Named::Element(item.clone(), ty.clone());
            self.truth(&quantifier.condition, &scope.with(&quantifier.name.value, element))
        })
    }

    /// The value of an expression.
    pub fn value(&self, expr: &Expr, scope: &Scope<'_>) -> Found {
        let (construct, found) = match &expr.kind {
            ExprKind::Paren(inner) => return self.value(inner, scope),
            ExprKind::Null => return Ok(Value::Null),
            ExprKind::Bool(value) => return Ok(Value::Bool(*value)),
            ExprKind::Number(digits) => return Ok(Value::Number(digits.clone())),
            ExprKind::Duration(text)
            | ExprKind::Size(text)
            | ExprKind::Rate(text)
            | ExprKind::TimeOfDay(text) => {
                return Ok(Value::text(text));
            }
            ExprKind::Text(text) => return self.text(text, scope),
            ExprKind::List(entries) => {
                ("list", self.list(entries, scope, &|value, scope| self.value(value, scope)))
            }
            ExprKind::Object(object) => ("object", self.object(object, scope)),
            ExprKind::Comprehension(list) => {
                ("comprehension", self.comprehension(list, scope, &|value, scope| self.value(value, scope)))
            }
            ExprKind::Name(name) => match scope.get(name) {
                Some(Named::Event(event, _)) => ("path", Ok(event.data.clone())),
                Some(Named::Element(value, _)) => ("element", Ok(value.clone())),
                Some(Named::Constant(value)) => return Ok(value.clone()),
                None => {
                    let constant = self.lets.get(name.as_str()).unwrap_or_else(|| panic!("no name {name}"));
                    return self.value(constant, &Scope { names: Vec::new(), in_where: false });
                }
            },
            ExprKind::Member(base, key) => {
                (self.kind_of_step(base, scope), self.step(base, &key.value, scope))
            }
            ExprKind::Index(base, index) => {
                let index = self.value(index, &Scope { names: Vec::new(), in_where: false })?;
                let step = functions::in_text(&index);
                match self.are_headers(base, scope) {
                    true => {
                        let list = self.step(base, &canonical(&step), scope);
                        let first = match list {
                            Ok(Value::List(items, _)) => items.first().cloned().ok_or(Gone::Absent),
                            _ => Err(Gone::Absent),
                        };
                        ("header", first)
                    }
                    false => (self.kind_of_step(base, scope), self.step(base, &step, scope)),
                }
            }
            ExprKind::Attribute(base, key) => ("attribute", Ok(self.attribute(base, &key.value, scope))),
            ExprKind::Call(callee, args) => return self.call(expr, callee, args, scope),
            ExprKind::Unary(op, inner) if op.value == UnaryOp::Negate => match &inner.kind {
                // A sign before digits is part of the number.
                ExprKind::Number(digits) => return Ok(Value::Number(format!("-{digits}"))),
                _ => {
                    let value = self.value(inner, scope).and_then(|value| reckoned('-', &nought(), &value));
                    ("negation", value)
                }
            },
            ExprKind::Binary(op, left, right) if op.value == BinaryOp::Default => {
                ("??", self.default(left, right, scope))
            }
            ExprKind::Binary(op, left, right) if !is_logic(op.value) => {
                let parts = self.value(left, scope).and_then(|left| Ok((left, self.value(right, scope)?)));
                let sign = words(op.value).chars().next().unwrap();
                (words(op.value), parts.and_then(|(left, right)| reckoned(sign, &left, &right)))
            }
            ExprKind::If(condition, then, otherwise) => {
                let found = match self.truth(condition, scope) {
                    Some(true) => self.value(then, scope),
                    Some(false) => self.value(otherwise, scope),
                    // Unknown has no branch.
                    None => Err(Gone::Fails),
                };
                ("if", found)
            }
            _ => return self.condition(expr, scope),
        };
        self.noted(construct, found)
    }

    fn noted(&self, construct: &str, found: Found) -> Found {
        let outcome = match found {
            Ok(_) => "value",
            Err(Gone::Fails) => "fails",
            Err(Gone::Absent) => "absent",
        };
        // A part that fails is counted as what it is.
        let inner = ["list", "object", "text", "json", "loose-bool", "map"].contains(&construct);
        if !(outcome == "fails" && inner) {
            self.table.count(construct, outcome);
        }
        found
    }

    /// Unknown is no value.
    fn condition(&self, expr: &Expr, scope: &Scope<'_>) -> Found {
        let truth = self.truth(expr, scope).map(Value::Bool).ok_or(Gone::Fails);
        self.noted("condition as a value", truth)
    }

    /// `a ?? b`: `b` when `a` is absent, and outside of a `where` when `a` is null and its type says that it may be.
    fn default(&self, left: &Expr, right: &Expr, scope: &Scope<'_>) -> Found {
        match self.value(left, scope) {
            Err(Gone::Absent) => self.value(right, scope),
            Ok(Value::Null) if !scope.in_where && nullable(&self.type_of(left, scope)) => {
                self.value(right, scope)
            }
            found => found,
        }
    }

    fn text(&self, text: &Text, scope: &Scope<'_>) -> Found {
        let mut whole = String::new();
        for part in &text.parts {
            match part {
                TextPart::Literal(literal) => whole += literal,
                TextPart::Value(value) => match self.value(value, scope) {
                    Ok(value) => whole += &functions::in_text(&value),
                    Err(gone) => return self.noted("text with values", Err(gone)),
                },
            }
        }
        match text.parts.iter().any(|part| matches!(part, TextPart::Value(_))) {
            true => self.noted("text with values", Ok(Value::Text(whole))),
            false => Ok(Value::Text(whole)),
        }
    }

    /// The list, of which `element` makes each.
    fn list(&self, entries: &[ListEntry], scope: &Scope<'_>, element: Element<'_>) -> Found {
        let mut items = Vec::new();
        for entry in entries {
            match entry {
                ListEntry::Value(value) => items.push(element(value, scope)?.worked_out()),
                ListEntry::Spread(value) => match self.value(value, scope)? {
                    Value::List(inner, _) => items.extend(inner),
                    other => panic!("...{other}"),
                },
            }
        }
        Ok(Value::list(items))
    }

    /// A later entry wins, and stands where it is written.
    fn object(&self, object: &Object, scope: &Scope<'_>) -> Found {
        let mut members: Vec<(String, Value)> = Vec::new();
        let mut add = |key: String, value: Value| {
            members.retain(|(known, _)| *known != key);
            members.push((key, value));
        };
        for entry in &object.entries {
            match entry {
                Entry::Field(field) => {
                    add(field.key.value.clone(), self.value(&field.value, scope)?.worked_out())
                }
                Entry::Spread(value) => match self.value(value, scope)? {
                    Value::Object(inner, _) => inner.into_iter().for_each(|(key, value)| add(key, value)),
                    other => panic!("...{other}"),
                },
            }
        }
        Ok(Value::object(members))
    }

    fn comprehension(&self, list: &Comprehension, scope: &Scope<'_>, element: Element<'_>) -> Found {
        let Ok(Value::List(turns, _)) = self.value(&list.list, scope) else { panic!("no constant list") };
        let mut items = Vec::new();
        for turn in turns {
            let inner = scope.with(&list.name.value, Named::Constant(turn));
            if list.condition.as_ref().is_none_or(|condition| self.truth(condition, &inner) == Some(true)) {
                items.push(element(&list.value, &inner)?.worked_out());
            }
        }
        Ok(Value::list(items))
    }

    fn step(&self, base: &Expr, step: &str, scope: &Scope<'_>) -> Found {
        self.value(base, scope)?.step(step).cloned().ok_or(Gone::Absent)
    }

    fn kind_of_step(&self, base: &Expr, scope: &Scope<'_>) -> &'static str {
        match &bare(base).kind {
            ExprKind::Name(name) => match scope.get(name) {
                Some(Named::Event(..)) => "path",
                Some(Named::Element(..)) => "element",
                _ => "member of a value",
            },
            ExprKind::Member(base, _) | ExprKind::Index(base, _) => self.kind_of_step(base, scope),
            _ => "member of a value",
        }
    }

    /// `e.header` of an event that nothing has changed.
    pub fn are_headers(&self, expr: &Expr, scope: &Scope<'_>) -> bool {
        let ExprKind::Member(base, root) = &bare(expr).kind else { return false };
        let named = name(base).and_then(|name| scope.get(name));
        root.value == "header" && matches!(named, Some(Named::Event(event, _)) if event.headers)
    }

    fn attribute(&self, base: &Expr, key: &str, scope: &Scope<'_>) -> Value {
        let Some(Named::Event(event, _)) = name(base).and_then(|name| scope.get(name)) else {
            panic!("no event")
        };
        let of = |key: &str| {
            Value::Text(match key {
                "id" => event.id.clone(),
                "source" => event.source.clone(),
                "specversion" => "1.0".to_owned(),
                "type" => "webhook".to_owned(),
                "datacontenttype" => "application/json".to_owned(),
                "subject" => event.subject.clone(),
                "time" => event.time.shown(),
                other => panic!("no attribute {other}"),
            })
        };
        let context = || {
            let keys = ["id", "source", "specversion", "type", "datacontenttype", "subject", "time"];
            Value::object(keys.map(|key| (key.to_owned(), of(key))).into())
        };
        match key {
            "context" => context(),
            "envelope" => {
                let data = functions::call("base64", &[Value::text(&event.bytes)]).unwrap();
                Value::object(vec![("context".to_owned(), context()), ("data".to_owned(), data)])
            }
            key => of(key),
        }
    }

    fn call(&self, expr: &Expr, callee: &Expr, args: &[Arg], scope: &Scope<'_>) -> Found {
        let function = match &callee.kind {
            ExprKind::Name(name) if name == "exists" => return self.condition(expr, scope),
            ExprKind::Name(name) => name,
            // `e.header.all("X")`
            ExprKind::Member(headers, _) => {
                let Ok(Value::Text(name)) = self.value(&args[0].value, scope) else { panic!("no name") };
                return self.noted("header.all", self.step(headers, &canonical(&name), scope));
            }
            _ => panic!("no function"),
        };
        let mut given = Vec::new();
        for arg in args {
            match self.value(&arg.value, scope) {
                Ok(value) => given.push(value),
                // The first that is missing decides.
                Err(gone) => return self.noted(function, Err(gone)),
            }
        }
        if function != "text" {
            given = given.into_iter().map(Value::worked_out).collect();
        }
        self.noted(function, functions::call(function, &given).ok_or(Gone::Fails))
    }

    /// What a `map` makes: what is absent is null, as a whole, as an element and as a member.
    pub fn mapped(&self, object: &Object, scope: &Scope<'_>) -> Found {
        let made = self.mapped_object(object, scope);
        self.table.count("map", if made.is_ok() { "value" } else { "fails" });
        made
    }

    fn mapped_object(&self, object: &Object, scope: &Scope<'_>) -> Found {
        let mut members = Vec::new();
        for entry in &object.entries {
            let Entry::Field(field) = entry else { panic!("no `...` is generated in a `map`") };
            members.push((field.key.value.clone(), self.or_null(&field.value, scope)?));
        }
        Ok(Value::object(members))
    }

    fn or_null(&self, expr: &Expr, scope: &Scope<'_>) -> Found {
        match &bare(expr).kind {
            ExprKind::Object(object) => self.mapped_object(object, scope),
            ExprKind::List(entries) => self.list(entries, scope, &|value, scope| self.or_null(value, scope)),
            ExprKind::Comprehension(list) => {
                self.comprehension(list, scope, &|value, scope| self.or_null(value, scope))
            }
            _ => match self.value(expr, scope) {
                Err(Gone::Absent) => Ok(Value::Null),
                found => found,
            },
        }
    }

    /// The word `null`, or a constant that is null.
    fn is_null(&self, expr: &Expr, scope: &Scope<'_>) -> bool {
        matches!(self.constant(expr, scope), Some(Value::Null))
    }

    /// The value of what reads no event. It is not counted.
    pub fn constant(&self, expr: &Expr, scope: &Scope<'_>) -> Option<Value> {
        let quiet = Meaning { table: &Table::default(), lets: self.lets.clone() };
        self.is_constant(expr, scope).then(|| quiet.value(expr, scope).ok()).flatten()
    }

    /// It reads no event.
    fn is_constant(&self, expr: &Expr, scope: &Scope<'_>) -> bool {
        if let ExprKind::Name(name) = &expr.kind {
            return !matches!(scope.get(name), Some(Named::Event(..) | Named::Element(..)));
        }
        let mut constant = true;
        let mut look = |part: &Expr| constant &= self.is_constant(part, scope);
        match &expr.kind {
            ExprKind::Call(callee, args) if name(callee).is_some() => {
                args.iter().for_each(|arg| look(&arg.value));
            }
            // What stands in them may have names of its own.
            ExprKind::Comprehension(_) | ExprKind::Quantifier(_) => return false,
            _ => expr.parts(&mut look),
        }
        constant
    }
}

fn nought() -> Value {
    Value::Number("0".to_owned())
}

fn reckoned(op: char, left: &Value, right: &Value) -> Found {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => reckon(op, left, right).ok_or(Gone::Fails),
        _ => Err(Gone::Fails),
    }
}

/// As Go spells the name of a header.
fn canonical(name: &str) -> String {
    let part = |part: &str| {
        let mut letters = part.chars();
        letters.next().map_or(String::new(), |first| {
            first.to_ascii_uppercase().to_string() + &letters.as_str().to_ascii_lowercase()
        })
    };
    name.split('-').map(part).collect::<Vec<_>>().join("-")
}

pub fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => bare(inner),
        _ => expr,
    }
}

pub fn name(expr: &Expr) -> Option<&str> {
    match &bare(expr).kind {
        ExprKind::Name(name) => Some(name),
        _ => None,
    }
}

fn is_name(expr: &Expr, wanted: &str) -> bool {
    name(expr) == Some(wanted)
}
