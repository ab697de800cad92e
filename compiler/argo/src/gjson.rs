//! Paths as gjson and sjson read them.

use aev_plan::expr::Step;
use aev_plan::json::Json;
pub(crate) use aev_plan::patch::{Place, destination, is_numeric};
use std::fmt::Write;

/// The path of these steps; the whole data object when there are none. Nothing when a key is empty: gjson has no way to
/// say it everywhere.
pub(crate) fn path(steps: &[Step]) -> Option<String> {
    if steps.is_empty() {
        return Some("@this".to_owned());
    }
    let mut out = String::new();
    for (index, step) in steps.iter().enumerate() {
        if index > 0 {
            out.push('.');
        }
        match step {
            Step::Key(key) if key.is_empty() => return None,
            Step::Key(key) => escape(&mut out, key),
            // `@reverse` alone would hand text on, in which gjson then looks for a bracket; `#` is for lists only.
            Step::Index(index) if *index < 0 => {
                let _ = write!(out, "#.@this|@reverse|{}", index.unsigned_abs() - 1);
            }
            Step::Index(index) => {
                let _ = write!(out, "{index}");
            }
        }
    }
    Some(out)
}

fn escape(out: &mut String, key: &str) {
    for c in key.chars() {
        if ".*?|#@!{}[](),\"<>=%:\\".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
}

/// A path whose value is a constant. Closing brackets in text are written as escapes: gjson counts them even there.
pub(crate) fn literal(value: &Json) -> String {
    let json = value.to_string();
    match value {
        Json::String(_) => {
            format!("!{}", json.replace(']', "\\u005d").replace('}', "\\u007d").replace(')', "\\u0029"))
        }
        _ => format!("!{json}"),
    }
}

/// A path whose value is the first of these that exists.
pub(crate) fn first_of(paths: &[String]) -> String {
    format!("[{}].0", paths.join(","))
}

/// A path whose value is 1 where this one leads somewhere, and 0 where it leads nowhere.
pub(crate) fn count_of(path: &str) -> String {
    format!("[{path}].#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_become_a_path() {
        let key = |key: &str| Step::Key(key.to_owned());
        assert_eq!(path(&[]).unwrap(), "@this");
        assert_eq!(
            path(&[key("headers"), key("X-Github-Event"), Step::Index(0)]).unwrap(),
            "headers.X-Github-Event.0"
        );
        assert_eq!(
            path(&[key("a.b/c"), Step::Index(-2), key("@this")]).unwrap(),
            "a\\.b/c.#.@this|@reverse|1.\\@this"
        );
        assert_eq!(path(&[key("")]), None);
    }

    #[test]
    fn literals_hide_closing_brackets() {
        assert_eq!(literal(&Json::from("a]b\"c")), r#"!"a\u005db\"c""#);
        assert_eq!(literal(&Json::from(-1)), "!-1");
    }
}
