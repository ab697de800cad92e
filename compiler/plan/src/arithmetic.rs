//! What `+ - * / %` make of two numbers.
//!
//! Two integers that fit into 64 bits give an integer with all its digits, if there is one and it fits; everything else is
//! reckoned with doubles.

use crate::expr::Operator;
use crate::function::Failure;
use crate::json::{Json, Number};

/// Why two numbers have no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoResult {
    /// It divides by 0.
    Division,
    /// It is beyond the doubles.
    TooLarge,
}

/// The result for two values.
///
/// # Errors
/// One of them is no number, there is a division by 0, or the result is beyond the numbers.
pub fn reckon(op: Operator, left: &Json, right: &Json) -> Result<Json, Failure> {
    let (Json::Number(left), Json::Number(right)) = (left, right) else {
        return Err(Failure("only numbers can be reckoned with"));
    };
    computed(op, left, right).map(Json::Number).map_err(|why| match why {
        NoResult::Division => Failure("it divides by 0"),
        NoResult::TooLarge => Failure("it is beyond the numbers that JSON has"),
    })
}

/// The result for two numbers.
///
/// # Errors
/// There is none.
pub fn computed(op: Operator, left: &Number, right: &Number) -> Result<Number, NoResult> {
    if matches!(op, Operator::Divide | Operator::Remainder) && right.as_f64() == 0.0 {
        return Err(NoResult::Division);
    }
    if let (Some(left), Some(right)) = (left.as_i64(), right.as_i64())
        && let Some(whole) = of_integers(op, left, right)
    {
        return Ok(whole.into());
    }
    let (left, right) = (left.as_f64(), right.as_f64());
    let result = match op {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        Operator::Remainder => left % right,
    };
    // There is one nought.
    let result = if result == 0.0 { 0.0 } else { result };
    Number::parse(&result.to_string()).filter(|_| result.is_finite()).ok_or(NoResult::TooLarge)
}

/// Nothing when no integer is the result.
fn of_integers(op: Operator, left: i64, right: i64) -> Option<i64> {
    match op {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide => (left.checked_rem(right)? == 0).then(|| left.checked_div(right)).flatten(),
        Operator::Remainder => left.checked_rem(right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_keep_their_digits_and_nothing_is_endless() {
        use Operator::*;
        for (left, op, right, wanted) in [
            ("9007199254740993", Add, "1", Ok("9007199254740994")),
            ("9223372036854775807", Add, "1", Ok("9223372036854776000")),
            ("7", Divide, "2", Ok("3.5")),
            ("-6", Divide, "3", Ok("-2")),
            ("-7", Remainder, "3", Ok("-1")),
            ("7.5", Remainder, "-2", Ok("1.5")),
            ("0.1", Add, "0.2", Ok("0.30000000000000004")),
            ("1e2", Multiply, "1", Ok("100")),
            ("0", Multiply, "-1.0", Ok("0")),
            ("1", Divide, "0.0", Err("it divides by 0")),
            ("1", Remainder, "0", Err("it divides by 0")),
            ("1e308", Multiply, "10", Err("it is beyond the numbers that JSON has")),
            ("\"1\"", Add, "1", Err("only numbers can be reckoned with")),
        ] {
            let json = |text: &str| Json::parse(text).unwrap();
            let found = reckon(op, &json(left), &json(right));
            let found = found.map(|json| json.to_string()).map_err(|why| why.to_string());
            let wanted = wanted.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(found, wanted, "{left} {} {right}", op.sign());
        }
    }
}
