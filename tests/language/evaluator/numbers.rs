//! Numbers: what they are as doubles and as integers, what is reckoned with them, and how they are written.

use super::value::Value;

/// Every digit of an integer that fits into 64 bits.
pub fn integer(digits: &str) -> Option<i128> {
    let whole = digits.strip_prefix('-').unwrap_or(digits).bytes().all(|byte| byte.is_ascii_digit());
    let value: i128 = if whole { digits.parse().ok()? } else { return None };
    (i128::from(i64::MIN)..=i128::from(i64::MAX)).contains(&value).then_some(value)
}

/// Numbers are compared, and mostly reckoned with, as doubles.
pub fn double(digits: &str) -> f64 {
    digits.parse().unwrap_or(f64::NAN)
}

/// The shortest text that is this double, without exponent.
pub fn shortest(value: f64) -> String {
    format!("{value}")
}

/// `a op b`; none where JSON has no number for it.
pub fn reckon(op: char, a: &str, b: &str) -> Option<Value> {
    if matches!(op, '/' | '%') && double(b) == 0.0 {
        return None;
    }
    let exact = integer(a).zip(integer(b)).and_then(|(a, b)| match op {
        '+' => Some(a + b),
        '-' => Some(a - b),
        '*' => Some(a * b),
        '/' => (a % b == 0).then_some(a / b),
        _ => Some(a % b),
    });
    if let Some(exact) = exact.filter(|exact| integer(&exact.to_string()).is_some()) {
        return Some(Value::Number(exact.to_string()));
    }
    let (a, b) = (double(a), double(b));
    let result = match op {
        '+' => a + b,
        '-' => a - b,
        '*' => a * b,
        '/' => a / b,
        _ => a % b,
    };
    result.is_finite().then(|| Value::Number(shortest(if result == 0.0 { 0.0 } else { result })))
}

/// `text(n)`: an integer with all its digits, other numbers in their shortest form without exponent. What no double is has
/// no other form than the one that arrived.
pub fn in_text(digits: &str) -> String {
    let whole = digits.strip_prefix('-').unwrap_or(digits).bytes().all(|byte| byte.is_ascii_digit());
    let value = double(digits);
    if whole || !value.is_finite() { digits.to_owned() } else { shortest(value) }
}

/// As jq writes a number that it has only moved: whole numbers with their digits, others as Go writes a double. There is none
/// beyond the doubles.
pub fn by_jq(digits: &str) -> Option<String> {
    let whole = digits.strip_prefix('-').unwrap_or(digits).bytes().all(|byte| byte.is_ascii_digit());
    if whole {
        return Some(digits.to_owned());
    }
    let value = double(digits);
    if !value.is_finite() {
        return None;
    }
    let size = value.abs();
    if value == 0.0 || (1e-6..1e17).contains(&size) {
        return Some(shortest(value));
    }
    let written = format!("{value:e}");
    let (digits, exponent) = written.split_once('e').unwrap();
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    // Go writes two digits of an exponent, and jq takes the nought off one below nought.
    Some(match (sign, exponent.len()) {
        ('-', _) => format!("{digits}e-{exponent}"),
        (_, 1) => format!("{digits}e+0{exponent}"),
        _ => format!("{digits}e+{exponent}"),
    })
}
