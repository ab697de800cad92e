//! The functions a second time, plain and slow, over serde_json.

use crate::make::*;
use crate::reference::{Gone, data, operand, places};
use aev_plan::eval::{Missing, Value as Prepared};
use aev_plan::expr::{Call, Expr};
use aev_plan::function::FUNCTIONS;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(text: &str) -> String {
    let mut out = String::new();
    for group in text.as_bytes().chunks(3) {
        let bits = (0..3).fold(0, |bits, at| (bits << 8) | u32::from(*group.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at) & 63) as usize] as char;
            out.push(if at <= group.len() { digit } else { '=' });
        }
    }
    out
}

/// A text of which this is the base64, found by trying: it has at most the letters of the generated texts.
fn from_base64(written: &str) -> Option<String> {
    ["", "aäa"].into_iter().find(|text| base64(text) == written).map(str::to_owned)
}

fn sorted(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.iter().collect();
            let member = |(name, value): (&String, &Value)| format!("{}:{}", json!(name), sorted(value));
            format!("{{{}}}", members.into_iter().map(member).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

fn loose_number(value: &Value) -> Value {
    match value {
        Value::Number(_) => value.clone(),
        Value::Bool(true) => json!(1),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(number @ Value::Number(_)) => number,
            _ => json!(0),
        },
        _ => json!(0),
    }
}

fn letters(text: &str, small: bool) -> String {
    let pairs = [('ä', 'Ä'), ('e', 'E'), ('u', 'U'), ('r', 'R'), ('t', 'T')];
    let turn = |c: char| {
        let pair = pairs.iter().copied().chain(('a'..='z').zip('A'..='Z')).find(|(a, b)| c == *a || c == *b);
        pair.map_or(c, |(a, b)| if small { a } else { b })
    };
    text.chars().map(turn).collect()
}

/// None when it fails.
pub fn call(name: &str, args: &[Value]) -> Option<Value> {
    let text = |at: usize| args[at].as_str();
    let position = |at: usize| args[at].as_u64().map(|position| position as usize);
    Some(match name {
        "lower" => json!(letters(text(0)?, true)),
        "upper" => json!(letters(text(0)?, false)),
        "trim" => {
            let chars: Vec<char> = text(0)?.chars().collect();
            let blank = |c: &char| [' ', '\n', '\t', '\u{a0}'].contains(c);
            let from = chars.iter().position(|c| !blank(c)).unwrap_or(chars.len());
            let to = chars.iter().rposition(|c| !blank(c)).map_or(from, |last| last + 1);
            json!(chars[from..to].iter().collect::<String>())
        }
        "starts-with" => json!(text(0)?.as_bytes().starts_with(text(1)?.as_bytes())),
        "ends-with" => json!(text(0)?.as_bytes().ends_with(text(1)?.as_bytes())),
        "contains" => {
            let (whole, part) = (text(0)?, text(1)?);
            json!(part.is_empty() || whole.as_bytes().windows(part.len()).any(|at| at == part.as_bytes()))
        }
        "len" => json!(args[0].as_array()?.len()),
        "number" => match &args[0] {
            Value::String(text) if text.trim() == text => {
                serde_json::from_str(text).ok().filter(Value::is_number)?
            }
            Value::Number(_) => args[0].clone(),
            _ => return None,
        },
        "loose-number" => loose_number(&args[0]),
        "loose-bool" => json!(match &args[0] {
            Value::Bool(value) => *value,
            Value::Number(number) => number.as_f64()? != 0.0,
            Value::String(text) => matches!(text.to_ascii_lowercase().as_str(), "1" | "t" | "true"),
            _ => false,
        }),
        "replace" => {
            let (whole, from, to) = (text(0)?, text(1)?, text(2)?);
            if from.is_empty() {
                let each: String = whole.chars().map(|c| format!("{to}{c}")).collect();
                return Some(json!(each + to));
            }
            json!(parts(whole, from).join(to))
        }
        "split" => match (text(0)?, text(1)?) {
            (whole, "") => json!(whole.chars().map(String::from).collect::<Vec<_>>()),
            (whole, separator) => json!(parts(whole, separator)),
        },
        "join" => {
            let items: Option<Vec<&str>> = args[0].as_array()?.iter().map(Value::as_str).collect();
            json!(items?.join(text(1)?))
        }
        "slice" => {
            let chars: Vec<char> = text(0)?.chars().collect();
            let (from, to) = (position(1)?, position(2)?.min(chars.len()));
            json!(if from < to { chars[from..to].iter().collect() } else { String::new() })
        }
        "json" => json!(sorted(&args[0])),
        "parse-json" => serde_json::from_str(text(0)?).ok()?,
        "base64" => json!(base64(text(0)?)),
        "parse-base64" => json!(from_base64(text(0)?)?),
        other => panic!("{other}"),
    })
}

fn parts(whole: &str, separator: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = whole;
    while let Some(c) = rest.chars().next() {
        match rest.strip_prefix(separator) {
            Some(after) => {
                parts.push(String::new());
                rest = after;
            }
            None => {
                parts.last_mut().unwrap().push(c);
                rest = rest.strip_prefix(c).unwrap();
            }
        }
    }
    parts
}

/// Those that are compared: the digest is not written a second time, and a time is no data.
fn compared() -> impl Iterator<Item = (&'static str, usize)> {
    let other = |name: &str| matches!(name, "sha256" | "format-time");
    FUNCTIONS.iter().filter(move |f| !other(f.name)).map(|f| (f.name, f.params.len()))
}

fn called(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Call(Call { function: name.to_owned(), args, origin: Default::default() })
}

fn call_of(name: &'static str, count: usize, value: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    let text = prop::sample::select(vec![r#""""#, r#""a""#, r#"",""#, r#""A""#]).prop_map(constant).boxed();
    let position = (0..4_i64).prop_map(|at| constant(&at.to_string())).boxed();
    let split = value.clone().prop_map(|value| called("split", vec![value, constant(r#"",""#)]));
    let first = match name {
        "len" | "join" => prop_oneof![value, split].boxed(),
        _ => value,
    };
    let rest = if name == "slice" { position } else { text };
    (first, prop::collection::vec(rest, count - 1))
        .prop_map(move |(first, mut args)| {
            args.insert(0, first);
            called(name, args)
        })
        .boxed()
}

/// A call of one of the functions, of a value or of another call.
pub fn calls(value: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    let each = |value: &BoxedStrategy<Expr>| {
        proptest::strategy::Union::new(compared().map(|(name, count)| call_of(name, count, value.clone())))
    };
    let once = each(&value).boxed();
    prop_oneof![3 => once.clone(), 1 => each(&once)].boxed()
}

/// Each function often enough, with and without a value.
#[test]
fn every_function_agrees() {
    let mut runner = TestRunner::deterministic();
    let mut counts = Vec::new();
    for (name, count) in compared() {
        let strategy = (call_of(name, count, places().prop_map(path).boxed()), data());
        let (mut values, mut failed) = (0, 0);
        for _ in 0..3_000 {
            let (expr, data) = strategy.new_tree(&mut runner).unwrap().current();
            let event = event(&data.to_string());
            let found = Prepared::prepare(&expr, &["e"]).unwrap().json(&[Some(&event)]);
            match (found, operand(&expr, &data)) {
                (Ok(found), Ok(wanted)) => {
                    assert_eq!(
                        serde_json::from_str::<Value>(&found.to_string()).unwrap(),
                        wanted,
                        "{expr:?} {data}"
                    );
                    values += 1;
                }
                (Err(Missing::Failed { .. }), Err(Gone::Failed)) => failed += 1,
                (Err(Missing::Absent { .. }), Err(Gone::Absent)) => {}
                (found, wanted) => panic!("{expr:?} of {data}: {found:?}, and {wanted:?}"),
            }
        }
        counts.push((name, values, failed));
    }
    let never_fails = ["json", "loose-bool", "loose-number"];
    for (name, values, failed) in counts {
        println!("{name}: {values} values, {failed} failures");
        assert!(values > 5 && (failed > 30 || never_fails.contains(&name)), "{name}: {values}, {failed}");
    }
}
