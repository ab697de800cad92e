//! Conditions and values in jq, for what stands before or in a `map`: Argo transforms before it filters.
//!
//! A value is a generator: it gives nothing when it is absent. Each step asks first for what it needs, so nothing here is
//! an error, and a condition is true or false.

use super::links::links;
use super::refuse;
use crate::emit::normal::{Constants, Formula, fold};
use crate::refusal::{NoFilterForm, NoTransform, Reason, Refusal};
use aev_plan::expr::{Comparator, Compare, Expr, In, Matches, Path, Step};
use aev_plan::json::Json;

/// `true` where the formula is true, and `false` where it is false or unknown.
pub(crate) fn condition(formula: &Formula) -> Result<String, Refusal> {
    let condition = Elements(Vec::new()).condition(formula)?;
    // Within a list `.` is no longer the data.
    Ok(if condition.contains("$root") { format!("(. as $root | {condition})") } else { condition })
}

/// The names of the elements in scope, from the outermost list inwards. The first is `$x0` in jq.
struct Elements<'n>(Vec<&'n str>);

/// A value of a `map`; null where it is absent.
pub(crate) fn value(expr: &Expr, constants: &Constants<'_>) -> Result<String, Refusal> {
    let parts =
        |items: &[Expr]| items.iter().map(|item| value(item, constants)).collect::<Result<Vec<_>, _>>();
    Ok(match expr {
        Expr::Const(json) => json.to_string(),
        Expr::Path(path) => plain(path),
        Expr::List(items) => format!("[{}]", parts(items)?.join(", ")),
        Expr::Object(members) => {
            let member = |(key, value): &(String, Expr)| {
                Ok(format!("{}: ({})", Json::from(key.as_str()), self::value(value, constants)?))
            };
            format!("{{{}}}", members.iter().map(member).collect::<Result<Vec<_>, Refusal>>()?.join(", "))
        }
        Expr::Default(_) => {
            format!("[{}][0]", alternatives(expr, Some(constants), &|path| present(path, None))?)
        }
        Expr::Attribute(_) => match fold(expr, constants)? {
            Expr::Const(json) => json.to_string(),
            _ => return Err(refuse(expr, Reason::NoTransform(NoTransform::Value))),
        },
        _ => return Err(refuse(expr, Reason::NoTransform(NoTransform::Value))),
    })
}

/// A path of which it does not matter whether it is absent or null.
fn plain(path: &Path) -> String {
    if path.steps.is_empty() {
        return ".".to_owned();
    }
    let mut out = String::new();
    // Names stand in a row; what chooses is a part of its own.
    let mut in_row = false;
    for step in &path.steps {
        let reading = readings(step);
        let named = matches!(reading, (Some(_), None));
        if !(out.is_empty() || named && in_row) {
            out.push_str(" | ");
        }
        in_row = named;
        out.push_str(&match reading {
            (Some(key), None) if is_name(&key) => format!(".{key}"),
            (Some(key), None) => format!(".[{}]", Json::from(key)),
            (Some(key), Some(index)) => format!(
                "if type == \"array\" then .[{index}] elif type == \"object\" then .[{}] else null end",
                Json::from(key)
            ),
            (None, Some(index)) => format!("if type == \"array\" then .[{index}] else null end"),
            (None, None) => "null".to_owned(),
        });
    }
    format!("try ({out}) catch null")
}

/// The key and the index that a step may be.
fn readings(step: &Step) -> (Option<String>, Option<i64>) {
    match step {
        Step::Key(key) => {
            let digits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
            (Some(key.clone()), if digits { key.parse().ok() } else { None })
        }
        Step::Index(index) => ((*index >= 0).then(|| index.to_string()), Some(*index)),
    }
}

fn is_name(key: &str) -> bool {
    key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `a ?? b ?? c`: the first of them that is there.
fn alternatives(
    expr: &Expr,
    constants: Option<&Constants<'_>>,
    present: &dyn Fn(&Path) -> String,
) -> Result<String, Refusal> {
    let no_form = || match constants {
        Some(_) => refuse(expr, Reason::NoTransform(NoTransform::Value)),
        None => refuse(expr, Reason::NoFilterForm(NoFilterForm::Computed)),
    };
    let mut parts = Vec::new();
    for link in links(expr).ok_or_else(no_form)? {
        parts.push(match (link.value, constants) {
            (Expr::Path(path), _) if link.null_is_absent => {
                format!("({} | select(. != null))", present(path))
            }
            (Expr::Path(path), _) => format!("({})", present(path)),
            (Expr::Const(json), _) => json.to_string(),
            (other @ (Expr::List(_) | Expr::Object(_)), Some(constants)) => value(other, constants)?,
            _ => return Err(no_form()),
        });
    }
    Ok(format!("first({})", parts.join(", ")))
}

/// `.` compared with a constant. Values of two kinds are different to jq and incomparable here.
fn against(op: Comparator, right: &Json) -> String {
    let test = format!(". {} {right}", op.sign());
    match (op, right) {
        (Comparator::Equal, _) | (_, Json::Null) => test,
        _ => format!("type == \"{}\" and {test}", right.kind()),
    }
}

impl<'n> Elements<'n> {
    fn condition(&self, formula: &'n Formula) -> Result<String, Refusal> {
        let all = |parts: &'n [Formula], word: &str| {
            let parts = parts.iter().map(|part| self.condition(part)).collect::<Result<Vec<_>, _>>()?;
            Ok(format!("({})", parts.join(word)))
        };
        match formula {
            Formula::True => Ok("true".to_owned()),
            Formula::False => Ok("false".to_owned()),
            Formula::All(parts) => all(parts, " and "),
            Formula::Any(parts) => all(parts, " or "),
            Formula::Literal(expr) => self.literal(expr),
            Formula::Each(each) => {
                let list = self.operand(&each.list)?;
                let mut names = self.0.clone();
                names.push(&each.name);
                let element = format!(". as $x{}", self.0.len());
                let condition = Elements(names).condition(&each.condition)?;
                let word = if each.all { "all" } else { "any" };
                Ok(format!("any({list} | select(type == \"array\"); {word}(.[]; {element} | {condition}))"))
            }
        }
    }

    fn present(&self, path: &Path) -> String {
        let from = match self.0.iter().rposition(|name| *name == path.event) {
            Some(element) => Some(format!("$x{element}")),
            None if self.0.is_empty() => None,
            None => Some("$root".to_owned()),
        };
        present(path, from)
    }

    /// `a ?? b ?? c`
    fn alternatives(&self, expr: &Expr) -> Result<String, Refusal> {
        alternatives(expr, None, &|path| self.present(path))
    }

    /// An operand of a condition.
    fn operand(&self, expr: &Expr) -> Result<String, Refusal> {
        match expr {
            Expr::Path(path) => Ok(self.present(path)),
            Expr::Default(_) => self.alternatives(expr),
            Expr::List(_) | Expr::Object(_) => {
                Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::Structure)))
            }
            Expr::Call(call) if call.function == "len" => {
                let list =
                    call.args.first().map_or_else(|| Ok("empty".to_owned()), |list| self.operand(list))?;
                Ok(format!("{list} | select(type == \"array\") | length"))
            }
            Expr::Call(call) => {
                let function = call.function.clone();
                Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::Call { function })))
            }
            _ => Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::Computed))),
        }
    }

    fn literal(&self, expr: &Expr) -> Result<String, Refusal> {
        match expr {
            Expr::Compare(compare) => self.compared(compare),
            Expr::In(one_of) => self.listed(one_of),
            Expr::Matches(matches) => self.matched(matches),
            Expr::Exists(path) => Ok(format!("any({}; true)", self.present(path))),
            Expr::Not(inner) => Ok(format!("({} | not)", self.literal(inner)?)),
            Expr::TimeRange(_) => Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::Time))),
            _ => Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::NoCondition))),
        }
    }

    fn compared(&self, compare: &Compare) -> Result<String, Refusal> {
        let left = self.operand(&compare.left)?;
        let op = compare.op.sign();
        if let Expr::Const(right) = &compare.right {
            return Ok(format!("any({left}; {})", against(compare.op, right)));
        }
        let ordered = "type == \"string\" or type == \"number\"";
        let kinds = match compare.op {
            Comparator::Equal | Comparator::NotEqual => format!("{ordered} or type == \"boolean\""),
            _ => ordered.to_owned(),
        };
        let right = self.operand(&compare.right)?;
        Ok(format!(
            "any([{left}] + [{right}]; length == 2 and (.[0] | type) == (.[1] | type) and (.[0] | {kinds}) and .[0] {op} .[1])"
        ))
    }

    fn listed(&self, one_of: &In) -> Result<String, Refusal> {
        let (op, word) = match one_of.negated {
            true => (Comparator::NotEqual, " and "),
            false => (Comparator::Equal, " or "),
        };
        let members: Vec<String> = one_of.members.iter().map(|member| against(op, member)).collect();
        Ok(format!("any({}; {})", self.operand(&one_of.value)?, members.join(word)))
    }

    fn matched(&self, matches: &Matches) -> Result<String, Refusal> {
        let test = format!("test({})", Json::from(matches.pattern.as_str()));
        let test = if matches.negated { format!("({test} | not)") } else { test };
        Ok(format!("any({}; type == \"string\" and {test})", self.operand(&matches.value)?))
    }
}

/// What is at a path, if anything is.
fn present(path: &Path, from: Option<String>) -> String {
    let member = |key: &str| {
        let key = Json::from(key);
        format!("select(type == \"object\" and has({key})) | .[{key}]")
    };
    let steps = path.steps.iter().map(|step| match readings(step) {
        (Some(key), None) => member(&key),
        (Some(key), Some(index)) => format!(
            "if type == \"array\" then select(length > {index}) | .[{index}] else {} end",
            member(&key)
        ),
        (None, Some(index)) => {
            format!("select(type == \"array\" and length >= {}) | .[{index}]", index.unsigned_abs())
        }
        (None, None) => "empty".to_owned(),
    });
    let steps: Vec<String> = from.into_iter().chain(steps).collect();
    if steps.is_empty() { ".".to_owned() } else { steps.join(" | ") }
}
