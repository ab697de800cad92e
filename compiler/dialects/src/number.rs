//! Numbers as Go's `strconv` and `fmt` read and print them.

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FloatError {
    /// It is not written like one.
    Syntax,
    /// It is, but beyond the range of doubles; this is the infinity it tends to.
    Range(f64),
}

/// Reads a number by the rules of `strconv.ParseFloat`: decimal or hexadecimal, `_` between digits, `inf`, `nan`.
///
/// # Errors
/// See [`FloatError`].
pub(crate) fn parse_float(text: &str) -> Result<f64, FloatError> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let special = |name: &str| unsigned.eq_ignore_ascii_case(name);
    if special("inf") || special("infinity") || (special("nan") && unsigned.len() == text.len()) {
        return text.parse().map_err(|_| FloatError::Syntax);
    }
    let plain;
    let text = if text.contains('_') {
        if !underscores_separate_digits(unsigned) {
            return Err(FloatError::Syntax);
        }
        plain = text.replace('_', "");
        plain.as_str()
    } else {
        text
    };
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let value = if let Some(digits) = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X")) {
        let value = hexadecimal(digits).ok_or(FloatError::Syntax)?;
        if text.starts_with('-') { -value } else { value }
    } else {
        let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
        if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') || !unsigned.chars().all(digits) {
            return Err(FloatError::Syntax);
        }
        text.parse().map_err(|_| FloatError::Syntax)?
    };
    if value.is_infinite() { Err(FloatError::Range(value)) } else { Ok(value) }
}

/// The number that gjson makes of a text: nought when it is none, infinity when it is too large.
pub(crate) fn float_or_zero(text: &str) -> f64 {
    match parse_float(text) {
        Ok(value) | Err(FloatError::Range(value)) => value,
        Err(FloatError::Syntax) => 0.0,
    }
}

fn underscores_separate_digits(unsigned: &str) -> bool {
    let hex = unsigned.starts_with("0x") || unsigned.starts_with("0X");
    let digits = if hex { unsigned.get(2..).unwrap_or("") } else { unsigned };
    // A base prefix counts as a digit.
    let mut after_digit = hex;
    let mut after_underscore = false;
    for c in digits.chars() {
        let digit = c.is_ascii_digit() || (hex && c.is_ascii_hexdigit());
        if (c == '_' && !after_digit) || (c != '_' && !digit && after_underscore) {
            return false;
        }
        after_underscore = c == '_';
        after_digit = digit;
    }
    !after_underscore
}

/// What follows `0x`: a mantissa and a binary exponent, which Go demands.
fn hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let exponent_digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if exponent_digits.is_empty() || !exponent_digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let mut scale: i64 =
        exponent.parse().unwrap_or(if exponent.starts_with('-') { -100_000 } else { 100_000 });
    scale = scale.clamp(-100_000, 100_000);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut bits: u64 = 0;
    for (c, fractional) in whole.chars().map(|c| (c, false)).chain(fraction.chars().map(|c| (c, true))) {
        let digit = u64::from(c.to_digit(16)?);
        if bits >> 60 == 0 {
            bits = bits << 4 | digit;
            scale -= if fractional { 4 } else { 0 };
        } else {
            // Beyond 64 bits only whether anything follows matters for rounding.
            bits |= u64::from(digit != 0);
            scale += if fractional { 0 } else { 4 };
        }
    }
    let mut value = bits as f64;
    while scale != 0 && value != 0.0 && value.is_finite() {
        let step = scale.clamp(-1000, 1000);
        value *= 2f64.powi(step as i32);
        scale -= step;
    }
    Some(value)
}

/// Prints a number without exponent and with the fewest digits that give it back: `FormatFloat(x, 'f', -1, 64)`.
pub fn format_plain(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    match value {
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        _ => format!("{value}"),
    }
}

/// Prints a number as `%v` does: with an exponent from `1e+06` on and below `0.0001`.
pub(crate) fn format_general(value: f64) -> String {
    if !value.is_finite() {
        return format_plain(value);
    }
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return format_plain(value) };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value != 0.0 && !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    format_plain(value)
}

/// Reads a boolean by the rules of `strconv.ParseBool`.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_go_does() {
        for (value, plain, general) in [
            (0.0, "0", "0"),
            (-0.0, "-0", "-0"),
            (100_000.0, "100000", "100000"),
            (1_000_000.0, "1000000", "1e+06"),
            (1_234_567.5, "1234567.5", "1.2345675e+06"),
            (0.0001, "0.0001", "0.0001"),
            (0.000_012_5, "0.0000125", "1.25e-05"),
            (1e100, &format!("1{}", "0".repeat(100)), "1e+100"),
            (f64::NEG_INFINITY, "-Inf", "-Inf"),
            (f64::NAN, "NaN", "NaN"),
        ] {
            assert_eq!((format_plain(value).as_str(), format_general(value).as_str()), (plain, general));
        }
    }

    #[test]
    fn reads_what_go_reads() {
        for (text, value) in [
            ("1", 1.0),
            ("+1.", 1.0),
            (".5e1", 5.0),
            ("1_23.50_0_0e+1_2", 1.235e14),
            ("0x1p-2", 0.25),
            ("-0X_1.8P1", -3.0),
            ("Infinity", f64::INFINITY),
            ("-inf", f64::NEG_INFINITY),
        ] {
            assert_eq!(parse_float(text), Ok(value), "{text}");
        }
        assert!(parse_float("nan").unwrap().is_nan());
        assert_eq!(parse_float("1e999"), Err(FloatError::Range(f64::INFINITY)));
        for text in ["", "a", "1a", "1e", "0x1", "1__0", "_1", "1_", "-nan", " 1", "1 ", "infi", "--1", "."] {
            assert_eq!(parse_float(text), Err(FloatError::Syntax), "{text}");
        }
    }
}
