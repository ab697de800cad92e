//! The value of a planned expression.

use super::token::Op;
use super::tree::{Does, Stage, Tree};
use super::{ExpressionError, MAX_NESTING};
use crate::dynamic::Dynamic;
use aev_plan::re2::Pattern;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

type Variables = BTreeMap<String, Dynamic>;

/// Evaluates a tree.
pub(super) fn evaluate(tree: &Tree, variables: &Variables) -> Result<Dynamic, ExpressionError> {
    match (Evaluation { tree, variables }).stage(tree.root, 0)? {
        Operand::Value(value) => Ok(value.into_owned()),
        Operand::Pattern(pattern) => Ok(Dynamic::Text(pattern.as_str().to_owned())),
    }
}

/// A side of an operator.
#[derive(Clone, Debug)]
enum Operand<'a> {
    Value(Cow<'a, Dynamic>),
    Pattern(&'a Pattern),
}

impl Operand<'_> {
    fn value(&self) -> Option<&Dynamic> {
        match self {
            Operand::Value(value) => Some(value),
            Operand::Pattern(_) => None,
        }
    }

    fn is_nil(&self) -> bool {
        self.value() == Some(&Dynamic::Nil)
    }

    fn bool(&self) -> Option<bool> {
        if let Some(Dynamic::Bool(value)) = self.value() { Some(*value) } else { None }
    }

    fn number(&self) -> Option<f64> {
        if let Some(Dynamic::Number(value)) = self.value() { Some(*value) } else { None }
    }

    fn text(&self) -> Option<&str> {
        if let Some(Dynamic::Text(text)) = self.value() { Some(text) } else { None }
    }
}

impl fmt::Display for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Value(value) => value.fmt(f),
            Operand::Pattern(pattern) => f.write_str(pattern.as_str()),
        }
    }
}

impl From<Dynamic> for Operand<'_> {
    fn from(value: Dynamic) -> Self {
        Operand::Value(Cow::Owned(value))
    }
}

impl From<bool> for Operand<'_> {
    fn from(value: bool) -> Self {
        Dynamic::Bool(value).into()
    }
}

impl From<f64> for Operand<'_> {
    fn from(value: f64) -> Self {
        Dynamic::Number(value).into()
    }
}

struct Evaluation<'a> {
    tree: &'a Tree,
    variables: &'a Variables,
}

impl<'a> Evaluation<'a> {
    /// Evaluates a stage. Long chains lean to the left, so that side is walked down without recursion.
    fn stage(&self, index: usize, depth: usize) -> Result<Operand<'a>, ExpressionError> {
        // Each bracket adds a handful of levels at most.
        if depth > 12 * MAX_NESTING {
            return Err(ExpressionError::new("the expression nests too deeply"));
        }
        let mut spine = Vec::new();
        let mut next = Some(index);
        while let Some(stage) = next.and_then(|index| self.tree.stages.get(index)) {
            spine.push(stage);
            next = stage.left;
        }
        let mut left = Operand::from(Dynamic::Nil);
        for stage in spine.into_iter().rev() {
            left = self.apply(stage, left, depth)?;
        }
        Ok(left)
    }

    fn right(&self, stage: &Stage, depth: usize) -> Result<Operand<'a>, ExpressionError> {
        match stage.right {
            Some(right) => self.stage(right, depth + 1),
            None => Ok(Dynamic::Nil.into()),
        }
    }

    fn apply(
        &self,
        stage: &'a Stage,
        left: Operand<'a>,
        depth: usize,
    ) -> Result<Operand<'a>, ExpressionError> {
        match &stage.does {
            Does::Constant(value) => Ok(Operand::Value(Cow::Borrowed(value))),
            Does::Pattern(pattern) => Ok(Operand::Pattern(pattern)),
            Does::Variable(name) => self.variable(name),
            Does::Bracket => self.right(stage, depth),
            Does::Access(parts) => {
                self.right(stage, depth)?;
                self.variable(parts.first().map_or("", String::as_str))?;
                Err(ExpressionError::new(format!(
                    "`{}` reads a field of a variable, which no event has",
                    parts.join(".")
                )))
            }
            Does::Operator(op) => {
                let decided = match op {
                    Op::And => left.bool() == Some(false),
                    Op::Or => left.bool() == Some(true),
                    Op::Coalesce | Op::Else => !left.is_nil(),
                    Op::Then => left.bool() == Some(false),
                    _ => false,
                };
                match decided {
                    true if *op == Op::Then => Ok(Dynamic::Nil.into()),
                    true => Ok(left),
                    false => operate(*op, left, self.right(stage, depth)?),
                }
            }
        }
    }

    fn variable(&self, name: &str) -> Result<Operand<'a>, ExpressionError> {
        let value = self.variables.get(name).map(|value| Operand::Value(Cow::Borrowed(value)));
        value.ok_or_else(|| {
            ExpressionError::new(format!("there is no variable `{name}`; name it in `fields`"))
        })
    }
}

/// Applies an operator to both its sides.
fn operate<'a>(op: Op, left: Operand<'a>, right: Operand<'a>) -> Result<Operand<'a>, ExpressionError> {
    let mismatch = || {
        let message = match op {
            Op::Negate | Op::Invert | Op::BitNot => format!("`{}` cannot be applied to `{right}`", op.sign()),
            _ => format!("`{}` cannot be applied to `{left}` and `{right}`", op.sign()),
        };
        ExpressionError::new(message)
    };
    match op {
        Op::Equal => return Ok(equal(&left, &right).into()),
        Op::NotEqual => return Ok((!equal(&left, &right)).into()),
        Op::Else | Op::Coalesce => return Ok(right),
        Op::Separate => return Ok(separate(left, right)),
        Op::Add if left.text().is_some() || right.text().is_some() => {
            return Ok(Dynamic::Text(format!("{left}{right}")).into());
        }
        Op::Then if left.bool().is_some() => return Ok(right),
        Op::And | Op::Or if left.bool().is_some() && right.bool().is_some() => return Ok(right),
        Op::Invert => return right.bool().map(|value| (!value).into()).ok_or_else(mismatch),
        Op::In => return contains(&right, &left),
        Op::Matches | Op::MatchesNot => {
            let text = left.text().ok_or_else(mismatch)?;
            let found = match (&right, right.text()) {
                (Operand::Pattern(pattern), _) => pattern.is_match(text),
                (_, Some(pattern)) => {
                    Pattern::new(pattern).map_err(|error| ExpressionError::new(error.message))?.is_match(text)
                }
                _ => return Err(mismatch()),
            };
            return Ok((found == (op == Op::Matches)).into());
        }
        _ => {}
    }
    if let (Some(left), Some(right)) = (left.text(), right.text()) {
        return compare(op, &left, &right).map(Operand::from).ok_or_else(mismatch);
    }
    let y = right.number().ok_or_else(mismatch)?;
    match op {
        Op::Negate => return Ok((-y).into()),
        Op::BitNot => return Ok((!to_signed(y) as f64).into()),
        _ => {}
    }
    let x = left.number().ok_or_else(mismatch)?;
    if let Some(result) = compare(op, &x, &y) {
        return Ok(result.into());
    }
    arithmetic(op, x, y).map(Operand::from).ok_or_else(mismatch)
}

fn compare<T: PartialOrd>(op: Op, left: &T, right: &T) -> Option<bool> {
    Some(match op {
        Op::Greater => left > right,
        Op::GreaterOrEqual => left >= right,
        Op::Less => left < right,
        Op::LessOrEqual => left <= right,
        _ => return None,
    })
}

fn arithmetic(op: Op, x: f64, y: f64) -> Option<f64> {
    Some(match op {
        Op::Add => x + y,
        Op::Subtract => x - y,
        Op::Multiply => x * y,
        Op::Divide => x / y,
        Op::Modulus => x % y,
        Op::Exponent => x.powf(y),
        Op::BitAnd => (to_signed(x) & to_signed(y)) as f64,
        Op::BitOr => (to_signed(x) | to_signed(y)) as f64,
        Op::BitXor => (to_signed(x) ^ to_signed(y)) as f64,
        Op::ShiftLeft => shift(y).and_then(|by| to_unsigned(x).checked_shl(by)).unwrap_or(0) as f64,
        Op::ShiftRight => shift(y).and_then(|by| to_unsigned(x).checked_shr(by)).unwrap_or(0) as f64,
        _ => return None,
    })
}

fn shift(by: f64) -> Option<u32> {
    u32::try_from(to_unsigned(by)).ok()
}

/// As Go converts on amd64: what does not fit is the least number.
fn to_signed(value: f64) -> i64 {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value) {
        value as i64
    } else {
        i64::MIN
    }
}

/// As Go converts on amd64: a negative number wraps around, what is too large is 2^63.
fn to_unsigned(value: f64) -> u64 {
    let unsigned = (9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&value);
    if unsigned { value as u64 } else { to_signed(value) as u64 }
}

fn equal(left: &Operand<'_>, right: &Operand<'_>) -> bool {
    match (left, right) {
        (Operand::Value(left), Operand::Value(right)) => left == right,
        (Operand::Pattern(left), Operand::Pattern(right)) => std::ptr::eq(*left, *right),
        _ => false,
    }
}

/// `a, b`: a list, longer by one if the left side is a list already.
fn separate<'a>(left: Operand<'a>, right: Operand<'a>) -> Operand<'a> {
    let owned = |operand: Operand<'a>| match operand {
        Operand::Value(value) => value.into_owned(),
        Operand::Pattern(pattern) => Dynamic::Text(pattern.as_str().to_owned()),
    };
    let right = owned(right);
    match owned(left) {
        Dynamic::List(mut items) => {
            items.push(right);
            Dynamic::List(items).into()
        }
        left => Dynamic::List(vec![left, right]).into(),
    }
}

fn contains<'a>(list: &Operand<'a>, wanted: &Operand<'a>) -> Result<Operand<'a>, ExpressionError> {
    let Some(Dynamic::List(items)) = list.value() else {
        let message = format!(
            "`in` needs a list of at least two values, and `{list}` is none; compare one value with `==`"
        );
        return Err(ExpressionError::new(message));
    };
    for item in items {
        if matches!(
            (wanted.value(), item),
            (Some(Dynamic::List(_)), Dynamic::List(_)) | (Some(Dynamic::Map(_)), Dynamic::Map(_))
        ) {
            return Err(ExpressionError::new("`in` cannot look for a list or an object"));
        }
        if wanted.value() == Some(item) {
            return Ok(true.into());
        }
    }
    Ok(false.into())
}
