//! What serde says of a field, in words for whoever reads a plan. A text that is no JSON does not get here.

/// What is wrong and where: ``the field `on` is missing (line 3, column 7)``.
pub(super) fn of(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let problem = said(message.strip_suffix(&place).unwrap_or(&message));
    match error.line() {
        // Of a value that was read by itself nobody knows the place.
        0 => problem,
        line => format!("{problem} (line {line}, column {})", error.column()),
    }
}

fn said(message: &str) -> String {
    if let Some(rest) = message.strip_prefix("unknown field ") {
        return match rest.split_once(", expected ") {
            Some((field, known)) => format!("there is no field {field}; there is {}", listed(known)),
            None => format!("there is no field {}", rest.split(',').next().unwrap_or(rest)),
        };
    }
    if let Some((variant, known)) = parts(message, "unknown variant ") {
        return format!("{variant} cannot stand there; there is {}", listed(known));
    }
    if let Some(field) = message.strip_prefix("missing field ") {
        return format!("the field {field} is missing");
    }
    if let Some(field) = message.strip_prefix("duplicate field ") {
        return format!("the field {field} stands there twice");
    }
    if let Some((_, expected)) = parts(message, "invalid length ") {
        return match form(expected) {
            "an object" => "expected an object, found a list".to_owned(),
            _ => "this list has too many or too few elements".to_owned(),
        };
    }
    for prefix in ["invalid type: ", "invalid value: "] {
        if let Some((found, expected)) = parts(message, prefix) {
            return format!("expected {}, found {}", form(expected), form(found));
        }
    }
    message.to_owned()
}

fn parts<'m>(message: &'m str, prefix: &str) -> Option<(&'m str, &'m str)> {
    message.strip_prefix(prefix)?.rsplit_once(", expected ")
}

/// `` `a`, `b` `` out of ``one of `a`, `b` `` and of `` `a` or `b` ``.
fn listed(known: &str) -> &str {
    known.strip_prefix("one of ").unwrap_or(known)
}

/// What a value is, in the words of JSON.
fn form(words: &str) -> &str {
    let first = words.split(' ').next().unwrap_or(words);
    match first {
        "struct" | "map" | "newtype" => "an object",
        "sequence" | "tuple" => "a list",
        "enum" | "variant" => "a name, or an object with one",
        "unit" | "null" => "null",
        "u8" | "u16" | "u32" | "u64" | "i32" | "i64" | "integer" => "a whole number",
        "f64" | "floating" => "a number",
        "boolean" => "`true` or `false`",
        "string" if words == "string or map" => "a name, or an object with one",
        "string" => "text",
        _ => match words {
            "a string" => "text",
            "a map" => "an object",
            "a sequence" => "a list",
            "a boolean" => "`true` or `false`",
            other => other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn the_words_of_serde_are_put_otherwise() {
        for (serde, ours) in [
            ("missing field `on`", "the field `on` is missing"),
            ("unknown field `x`, expected `a` or `b`", "there is no field `x`; there is `a` or `b`"),
            (
                "unknown field `x`, expected one of `a`, `b`, `c`",
                "there is no field `x`; there is `a`, `b`, `c`",
            ),
            ("unknown variant `x`, expected `a` or `b`", "`x` cannot stand there; there is `a` or `b`"),
            ("invalid type: string \"x, expected y\", expected u32", "expected a whole number, found text"),
            ("invalid type: null, expected struct Plan", "expected an object, found null"),
            ("invalid type: map, expected a string", "expected text, found an object"),
            ("invalid length 0, expected struct Plan with 9 elements", "expected an object, found a list"),
            ("invalid length 3, expected a tuple of size 2", "this list has too many or too few elements"),
            ("`5` is no duration", "`5` is no duration"),
        ] {
            assert_eq!(said(serde), ours);
        }
    }
}
