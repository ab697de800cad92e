//! Conditions in expr, the language of the filters that Argo's event sources have.
//!
//! Argo drops an event of which an expression is an error. Still, every step asks first for what it needs, so nothing here
//! is an error: a condition is true or false, and `&&` and `||` need no order. expr takes the name of a function of its own
//! for the function, also where an event has such a root, and knows its type; in a list of one it no longer does.

use super::links::links;
use super::refuse;
use crate::emit::normal::{Each, Formula};
use crate::refusal::{NoFilterForm, Reason, Refusal};
use aev_plan::expr::{Call, Comparator, Compare, Expr, In, Path, Step};
use aev_plan::json::{Json, Number};

/// The longest expression that is made. What is read by a position names its list three times.
const LONGEST: usize = 32 << 10;

/// What Argo puts beside the roots of an event.
const TAKEN: [&str; 5] = ["asFloat", "asInt", "jsonpath", "sprig", "toJson"];

/// Roots that expr would take for functions of its own.
const FUNCTIONS: [&str; 2] = ["type", "values"];

/// `true` where the formula is true, and `false` where it is false or unknown. Of the refusals the reason is
/// [`Reason::NoSourceForm`].
pub(crate) fn condition(formula: &Formula) -> Result<String, Refusal> {
    let whole = match formula {
        Formula::Any(parts) => Elements(Vec::new()).alternatives(parts)?,
        other => joined(Elements(Vec::new()).conjuncts(other)?),
    };
    match whole.len() > LONGEST {
        true => {
            Err(Refusal { reason: Reason::NoSourceForm(NoFilterForm::TooLong), origin: Default::default() })
        }
        false => Ok(whole),
    }
}

fn no_form(expr: &Expr, form: NoFilterForm) -> Refusal {
    refuse(expr, Reason::NoSourceForm(form))
}

/// Conditions that must all be true, each once. One may rely on those before it.
type Conjuncts = Vec<String>;

fn joined(parts: Conjuncts) -> String {
    let mut all: Conjuncts = Vec::new();
    for part in parts {
        if !all.contains(&part) {
            all.push(part);
        }
    }
    if all.is_empty() { "true".to_owned() } else { all.join(" && ") }
}

/// A value.
struct Value {
    /// What must be true for the code to be no error.
    guards: Conjuncts,
    /// Whether the value is there, where the guards are true; it always is without one.
    there: Option<String>,
    code: String,
    /// Its type in expr, where that is known: `string`, `float` or `bool`.
    kind: Option<&'static str>,
}

impl Value {
    fn known(code: String, kind: &'static str, guards: Conjuncts) -> Value {
        Value { guards, there: None, code, kind: Some(kind) }
    }

    /// The guards, and that it is of this type; none when it is of another one.
    fn of(&self, kind: &str) -> Option<Conjuncts> {
        let mut parts = self.guards.clone();
        match self.kind {
            None => parts.push(format!("type({}) == \"{kind}\"", self.code)),
            Some(known) if known == kind => {}
            Some(_) => return None,
        }
        Some(parts)
    }

    /// The guards, and that it is there.
    fn present(&self) -> Conjuncts {
        self.guards.iter().chain(&self.there).cloned().collect()
    }
}

/// No event is so.
fn never() -> Conjuncts {
    vec!["false".to_owned()]
}

/// The names of the elements in scope, from the outermost list inwards. The first is `x0`.
struct Elements<'n>(Vec<&'n str>);

impl<'n> Elements<'n> {
    fn conjuncts(&self, formula: &'n Formula) -> Result<Conjuncts, Refusal> {
        Ok(match formula {
            Formula::True => Vec::new(),
            Formula::False => never(),
            Formula::All(parts) => {
                let parts = parts.iter().map(|part| self.conjuncts(part));
                parts.collect::<Result<Vec<_>, _>>()?.concat()
            }
            Formula::Any(parts) => vec![format!("({})", self.alternatives(parts)?)],
            Formula::Literal(expr) => self.literal(expr)?,
            Formula::Each(each) => self.each(each)?,
        })
    }

    fn alternatives(&self, parts: &'n [Formula]) -> Result<String, Refusal> {
        let parts = parts.iter().map(|part| Ok(joined(self.conjuncts(part)?)));
        Ok(parts.collect::<Result<Vec<_>, Refusal>>()?.join(" || "))
    }

    fn each(&self, each: &'n Each) -> Result<Conjuncts, Refusal> {
        let list = self.operand(&each.list)?;
        let Some(mut parts) = list.of("array") else { return Ok(never()) };
        let mut names = self.0.clone();
        names.push(&each.name);
        let condition = joined(Elements(names).conjuncts(&each.condition)?);
        let word = if each.all { "all" } else { "any" };
        parts.push(format!("{word}({}, {{let x{} = #; {condition}}})", list.code, self.0.len()));
        Ok(parts)
    }

    fn literal(&self, expr: &Expr) -> Result<Conjuncts, Refusal> {
        match expr {
            Expr::Compare(compare) => self.compared(compare),
            Expr::In(one_of) => self.listed(one_of),
            Expr::Matches(matches) => {
                let value = self.operand(&matches.value)?;
                let Some(mut parts) = value.of("string") else { return Ok(never()) };
                let test = format!("{} matches {}", value.code, text(&matches.pattern));
                parts.push(if matches.negated { format!("not ({test})") } else { test });
                Ok(parts)
            }
            Expr::Exists(path) => Ok(self.path(expr, path)?.present()),
            Expr::Not(inner) => Ok(vec![format!("not ({})", joined(self.literal(inner)?))]),
            Expr::TimeRange(_) => Err(no_form(expr, NoFilterForm::Time)),
            _ => Err(no_form(expr, NoFilterForm::NoCondition)),
        }
    }

    fn compared(&self, compare: &Compare) -> Result<Conjuncts, Refusal> {
        let left = self.operand(&compare.left)?;
        if let Expr::Const(right) = &compare.right {
            return against(&left, compare.op, right)
                .ok_or_else(|| no_form(&compare.left, NoFilterForm::Computed));
        }
        let right = self.operand(&compare.right)?;
        let kinds = match compare.op {
            Comparator::Equal | Comparator::NotEqual => &["string", "float", "bool"][..],
            _ => &["string", "float"],
        };
        let mut parts = match (left.kind, right.kind) {
            (Some(kind), _) | (None, Some(kind)) if !kinds.contains(&kind) => return Ok(never()),
            (Some(kind), _) | (None, Some(kind)) => match (left.of(kind), right.of(kind)) {
                (Some(left), Some(right)) => [left, right].concat(),
                _ => return Ok(never()),
            },
            (None, None) => {
                let kinds: Vec<String> = kinds.iter().map(|kind| text(kind)).collect();
                let (a, b) = (&left.code, &right.code);
                let same =
                    vec![format!("type({a}) in [{}]", kinds.join(", ")), format!("type({a}) == type({b})")];
                [left.guards.clone(), right.guards.clone(), same].concat()
            }
        };
        parts.push(format!("{} {} {}", left.code, compare.op.sign(), right.code));
        Ok(parts)
    }

    fn listed(&self, one_of: &In) -> Result<Conjuncts, Refusal> {
        let value = self.operand(&one_of.value)?;
        let kind = |member: &Json| match member {
            Json::String(_) => Some("string"),
            Json::Number(_) => Some("float"),
            _ => None,
        };
        let same = one_of.members.first().and_then(kind);
        let same = same.filter(|same| one_of.members.iter().all(|member| kind(member) == Some(same)));
        let refused = || no_form(&one_of.value, NoFilterForm::Computed);
        if let Some(kind) = same {
            let Some(mut parts) = value.of(kind) else { return Ok(never()) };
            let members: Option<Vec<String>> = one_of.members.iter().map(compared_with).collect();
            let test = format!("{} in [{}]", value.code, members.ok_or_else(refused)?.join(", "));
            parts.push(if one_of.negated { format!("not ({test})") } else { test });
            return Ok(parts);
        }
        let op = if one_of.negated { Comparator::NotEqual } else { Comparator::Equal };
        let tests: Option<Vec<Conjuncts>> =
            one_of.members.iter().map(|member| against(&value, op, member)).collect();
        let tests = tests.ok_or_else(refused)?;
        Ok(match one_of.negated {
            true => tests.concat(),
            false => {
                let tests: Vec<String> = tests.into_iter().map(joined).collect();
                vec![format!("({})", tests.join(" || "))]
            }
        })
    }

    /// An operand of a condition.
    fn operand(&self, expr: &Expr) -> Result<Value, Refusal> {
        match expr {
            Expr::Path(path) => self.path(expr, path),
            Expr::Default(_) => self.default(expr),
            Expr::Call(call) => self.call(expr, call),
            Expr::Const(Json::String(constant)) => Ok(Value::known(text(constant), "string", Vec::new())),
            Expr::List(_) | Expr::Object(_) => Err(no_form(expr, NoFilterForm::Structure)),
            _ => Err(no_form(expr, NoFilterForm::Computed)),
        }
    }

    fn call(&self, expr: &Expr, call: &Call) -> Result<Value, Refusal> {
        let function = || no_form(expr, NoFilterForm::Call { function: call.function.clone() });
        if let ("len", [list]) = (call.function.as_str(), call.args.as_slice()) {
            let list = self.operand(list)?;
            let guards = list.of("array").unwrap_or_else(never);
            return Ok(Value::known(format!("float(len({}))", list.code), "float", guards));
        }
        let args = call.args.iter().map(|arg| self.operand(arg)).collect::<Result<Vec<_>, _>>()?;
        let texts: Option<Vec<Conjuncts>> = args.iter().map(|arg| arg.of("string")).collect();
        let guards = texts.map_or_else(never, |texts| texts.concat());
        let codes: Vec<&str> = args.iter().map(|arg| arg.code.as_str()).collect();
        let word = match call.function.as_str() {
            name @ ("lower" | "upper" | "trim" | "replace") => {
                return Ok(Value::known(format!("{name}({})", codes.join(", ")), "string", guards));
            }
            "starts-with" => "startsWith",
            "ends-with" => "endsWith",
            "contains" => "contains",
            _ => return Err(function()),
        };
        Ok(Value::known(format!("({})", codes.join(&format!(" {word} "))), "bool", guards))
    }

    /// `a ?? b ?? c`: the first of them that is there.
    fn default(&self, expr: &Expr) -> Result<Value, Refusal> {
        let refused = || no_form(expr, NoFilterForm::Computed);
        let mut code = "nil".to_owned();
        let mut there = Some(Vec::new());
        for link in links(expr).ok_or_else(refused)?.into_iter().rev() {
            match link.value {
                Expr::Const(constant) => {
                    code = literal(constant).ok_or_else(refused)?;
                    there = None;
                }
                Expr::Path(path) if !link.null_is_absent => {
                    let value = self.path(expr, path)?;
                    let present = joined(value.present());
                    code = format!("({present} ? {} : {code})", value.code);
                    if let Some(there) = &mut there {
                        there.insert(0, present);
                    }
                }
                _ => return Err(refused()),
            }
            bounded(expr, &code)?;
        }
        let there = there.map(|there| format!("({})", there.join(" || ")));
        Ok(Value { guards: Vec::new(), there, code, kind: None })
    }

    fn path(&self, expr: &Expr, path: &Path) -> Result<Value, Refusal> {
        let (mut value, steps) = match self.0.iter().rposition(|name| *name == path.event) {
            Some(element) => (
                Value { guards: Vec::new(), there: None, code: format!("x{element}"), kind: None },
                path.steps.as_slice(),
            ),
            None => match path.steps.split_first() {
                Some((Step::Key(root), steps)) => (self::root(expr, root)?, steps),
                _ => return Err(no_form(expr, NoFilterForm::Computed)),
            },
        };
        for step in steps {
            value = self::step(value, step);
            bounded(expr, &value.code)?;
        }
        Ok(value)
    }
}

/// A root of the event.
fn root(expr: &Expr, name: &str) -> Result<Value, Refusal> {
    // Argo changes `-`, and what has a dot becomes an object.
    if !is_name(name) || TAKEN.contains(&name) {
        return Err(no_form(expr, NoFilterForm::Root { key: name.to_owned() }));
    }
    let code = if FUNCTIONS.contains(&name) { format!("[$env[\"{name}\"]][0]") } else { name.to_owned() };
    Ok(Value { guards: Vec::new(), there: Some(format!("\"{name}\" in $env")), code, kind: None })
}

/// A member or an element of a value.
fn step(value: Value, step: &Step) -> Value {
    let Value { mut guards, code, .. } = value;
    let (guard, there, code) = match step {
        Step::Key(key) if !is_position(key) => (
            format!("type({code}) == \"map\""),
            Some(format!("{} in {code}", text(key))),
            if is_name(key) { format!("{code}.{key}") } else { format!("{code}[{}]", text(key)) },
        ),
        Step::Index(index) if *index < 0 => (
            format!("type({code}) == \"array\" && len({code}) >= {}", index.unsigned_abs()),
            None,
            format!("{code}[{index}]"),
        ),
        Step::Key(_) | Step::Index(_) => {
            let position = match step {
                Step::Key(key) => key.clone(),
                Step::Index(index) => index.to_string(),
            };
            // A key like `00` is a position, too.
            let index = position.trim_start_matches('0');
            let index = if index.is_empty() { "0" } else { index };
            let (list, key) = (format!("type({code}) == \"array\""), text(&position));
            (
                format!("({list} ? len({code}) > {index} : type({code}) == \"map\")"),
                Some(format!("({list} || {key} in {code})")),
                format!("({list} ? {code}[{index}] : {code}[{key}])"),
            )
        }
    };
    guards.push(guard);
    Value { guards, there, code, kind: None }
}

fn bounded(expr: &Expr, code: &str) -> Result<(), Refusal> {
    match code.len() > LONGEST {
        true => Err(no_form(expr, NoFilterForm::TooLong)),
        false => Ok(()),
    }
}

/// The key may be the position of an element. What no list reaches is a key alone.
fn is_position(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()) && key.parse::<i64>().is_ok()
}

fn is_name(key: &str) -> bool {
    key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A value compared with a constant; none when expr has no such number.
fn against(value: &Value, op: Comparator, right: &Json) -> Option<Conjuncts> {
    let code = &value.code;
    let plain = |mut parts: Conjuncts, test: String| {
        parts.push(test);
        parts
    };
    Some(match (op, right) {
        (_, Json::Null) if value.kind.is_some() => match op {
            Comparator::NotEqual => value.guards.clone(),
            _ => never(),
        },
        (Comparator::Equal, Json::Null) => plain(value.present(), format!("{code} == nil")),
        (Comparator::NotEqual, Json::Null) => plain(value.guards.clone(), format!("{code} != nil")),
        (Comparator::Equal | Comparator::NotEqual, Json::Bool(right)) => match value.kind {
            None | Some("bool") => {
                plain(value.guards.clone(), format!("{code} == {}", *right == (op == Comparator::Equal)))
            }
            Some(_) => never(),
        },
        (_, Json::String(_) | Json::Number(_)) => {
            let kind = if right.as_str().is_some() { "string" } else { "float" };
            let Some(typed) = value.of(kind) else { return Some(never()) };
            // What is equal is of the same type.
            let parts = if op == Comparator::Equal { value.guards.clone() } else { typed };
            plain(parts, format!("{code} {} {}", op.sign(), compared_with(right)?))
        }
        _ => never(),
    })
}

/// A text or a number that a value is compared with.
fn compared_with(constant: &Json) -> Option<String> {
    match constant {
        Json::Number(number) if number.as_i64().is_some() => Some(number.as_str().to_owned()),
        other => literal(other),
    }
}

/// A constant with the type that the same has in an event.
fn literal(constant: &Json) -> Option<String> {
    Some(match constant {
        Json::Null => "nil".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => double(number)?,
        Json::String(string) => text(string),
        Json::List(items) => {
            format!("[{}]", items.iter().map(literal).collect::<Option<Vec<_>>>()?.join(", "))
        }
        Json::Object(members) => {
            let member = |(key, value): &(String, Json)| Some(format!("{}: {}", text(key), literal(value)?));
            format!("{{{}}}", members.iter().map(member).collect::<Option<Vec<_>>>()?.join(", "))
        }
    })
}

/// A number in a form that is no integer.
fn double(number: &Number) -> Option<String> {
    let written = number.as_str();
    let whole = !written.contains(['.', 'e', 'E']);
    number.as_f64().is_finite().then(|| format!("{written}{}", if whole { ".0" } else { "" }))
}

/// A text in expr, which reads it as Go does.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
