//! A second evaluator, plain and slow, that shares no code with the first: they must agree on every event.

use crate::make::*;
use aev_plan::eval::{Predicate, Truth};
use aev_plan::expr::{Comparator, Expr, Step};
use proptest::prelude::*;
use serde_json::Value;

fn lookup(data: &Value, steps: &[Step]) -> Option<Value> {
    let mut at = data.clone();
    for step in steps {
        at = match (at, step) {
            (Value::Object(members), Step::Key(key)) => members.get(key)?.clone(),
            (Value::Object(members), Step::Index(index)) if *index >= 0 => {
                members.get(&index.to_string())?.clone()
            }
            (Value::Array(items), Step::Index(index)) if *index >= 0 => items.get(*index as usize)?.clone(),
            (Value::Array(items), Step::Index(index)) => {
                items.iter().rev().nth((-index - 1) as usize)?.clone()
            }
            (Value::Array(items), Step::Key(key)) => items.get(key.parse::<usize>().ok()?)?.clone(),
            _ => return None,
        };
    }
    Some(at)
}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gone {
    Absent,
    Failed,
}

pub fn operand(expr: &Expr, data: &Value) -> Result<Value, Gone> {
    match expr {
        Expr::Const(json) => Ok(serde_json::from_str(&json.to_string()).unwrap()),
        Expr::Path(path) => lookup(data, &path.steps).ok_or(Gone::Absent),
        Expr::Default(default) => match operand(&default.value, data) {
            Err(Gone::Absent) => operand(&default.fallback, data),
            other => other,
        },
        Expr::Call(call) => {
            let args = call.args.iter().map(|arg| operand(arg, data)).collect::<Result<Vec<_>, _>>()?;
            crate::calls::call(&call.function, &args).ok_or(Gone::Failed)
        }
        other => truth(other, data).map(Value::Bool).ok_or(Gone::Failed),
    }
}

fn equal(a: &Expr, b: &Expr, data: &Value) -> Option<bool> {
    let null = |expr: &Expr| matches!(expr, Expr::Const(json) if json.to_string() == "null");
    let (left, right) = (operand(a, data).ok()?, operand(b, data).ok()?);
    if null(a) || null(b) {
        return Some(left.is_null() && right.is_null());
    }
    match (left, right) {
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::String(a), Value::String(b)) => Some(a == b),
        (Value::Number(a), Value::Number(b)) => Some(a.as_f64() == b.as_f64()),
        _ => None,
    }
}

fn less(a: &Expr, b: &Expr, data: &Value) -> Option<bool> {
    match (operand(a, data).ok()?, operand(b, data).ok()?) {
        (Value::String(a), Value::String(b)) => Some(a < b),
        (Value::Number(a), Value::Number(b)) => Some(a.as_f64() < b.as_f64()),
        _ => None,
    }
}

/// `None` is unknown.
fn truth(expr: &Expr, data: &Value) -> Option<bool> {
    match expr {
        Expr::Compare(c) => match c.op {
            Comparator::Equal => equal(&c.left, &c.right, data),
            Comparator::NotEqual => Some(!equal(&c.left, &c.right, data)?),
            Comparator::Less => less(&c.left, &c.right, data),
            Comparator::GreaterOrEqual => Some(!less(&c.left, &c.right, data)?),
            Comparator::Greater => less(&c.right, &c.left, data),
            Comparator::LessOrEqual => Some(!less(&c.right, &c.left, data)?),
        },
        Expr::In(i) => {
            let each: Vec<Expr> = i
                .members
                .iter()
                .map(|member| compare(i.value.clone(), Comparator::Equal, Expr::Const(member.clone())))
                .collect();
            let any = truth(&Expr::Any(each), data)?;
            Some(any != i.negated)
        }
        Expr::Matches(m) => match operand(&m.value, data).ok()? {
            Value::String(text) => Some(text.contains(&m.pattern) != m.negated),
            _ => None,
        },
        Expr::Exists(path) => Some(lookup(data, &path.steps).is_some()),
        Expr::Not(inner) => Some(!truth(inner, data)?),
        Expr::All(members) => {
            let each: Vec<_> = members.iter().map(|member| truth(member, data)).collect();
            if each.contains(&Some(false)) {
                Some(false)
            } else if each.contains(&None) {
                None
            } else {
                Some(true)
            }
        }
        Expr::Any(members) => {
            let each: Vec<_> = members.iter().map(|member| truth(member, data)).collect();
            if each.contains(&Some(true)) {
                Some(true)
            } else if each.contains(&None) {
                None
            } else {
                Some(false)
            }
        }
        other => match operand(other, data).ok()? {
            Value::Bool(value) => Some(value),
            _ => None,
        },
    }
}

const SCALARS: [&str; 15] = [
    "null",
    "true",
    "false",
    "0",
    "1",
    "1.0",
    "-2.5",
    r#""""#,
    r#""a""#,
    r#""1""#,
    r#""\u00a0 ÄbßA\n""#,
    r#""a,b,a""#,
    r#""YcOkYQ==""#,
    r#""[1, {\"b\": 1.0, \"a\": \"A\"}]""#,
    r#""True""#,
];

pub fn places() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "c", "a.b", "a.0", "a.-1", "b.1", "c.a.0"])
}

fn scalars() -> impl Strategy<Value = &'static str> {
    prop::sample::select(SCALARS.to_vec())
}

fn operands() -> impl Strategy<Value = Expr> {
    prop_oneof![
        4 => places().prop_map(path),
        3 => scalars().prop_map(constant),
        1 => (places(), scalars()).prop_map(|(p, s)| default(path(p), constant(s), false)),
        2 => crate::calls::calls(places().prop_map(path).boxed()),
        1 => (crate::calls::calls(places().prop_map(path).boxed()), scalars())
            .prop_map(|(call, s)| default(call, constant(s), false)),
    ]
}

fn conditions() -> impl Strategy<Value = Expr> {
    use Comparator::*;
    let ops = prop::sample::select(vec![Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual]);
    let leaf = prop_oneof![
        6 => (operands(), ops, operands()).prop_map(|(a, op, b)| compare(a, op, b)),
        2 => (places(), prop::collection::vec(scalars(), 0..4), any::<bool>()).prop_map(|(p, m, n)| inside(p, &m, n)),
        1 => (places(), prop::sample::select(vec!["a", "1", ""]), any::<bool>()).prop_map(|(p, m, n)| matches(p, m, n)),
        1 => places().prop_map(|p| Expr::Exists(path_of("e", p))),
        1 => places().prop_map(path),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|expr| Expr::Not(Box::new(expr))),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Expr::All),
            prop::collection::vec(inner, 0..4).prop_map(Expr::Any),
        ]
    })
}

pub fn data() -> impl Strategy<Value = Value> {
    let leaf = scalars().prop_map(|text| serde_json::from_str::<Value>(text).unwrap());
    let inner = leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::btree_map("[ab01]", inner, 0..3)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    });
    prop::collection::btree_map("[abc]", inner, 0..4)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn agrees_with_the_evaluator(expr in conditions(), data in data()) {
        let event = event(&data.to_string());
        let predicate = Predicate::prepare(&expr).unwrap();
        let found = predicate.decide(&[Some(&event)]);
        let wanted = match truth(&expr, &data) {
            Some(true) => Truth::True,
            Some(false) => Truth::False,
            None => Truth::Unknown,
        };
        prop_assert_eq!(found, wanted);
        if found != Truth::True {
            prop_assert!(!predicate.explain(&[Some(&event)]).to_string().is_empty());
        }
    }
}
