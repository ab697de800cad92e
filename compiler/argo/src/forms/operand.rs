//! What stands beside a comparison: a path with or without defaults, or a constant.

use super::call::count_of_elements;
use super::foreign::filter_path;
use super::links::links;
use super::{Clause, Piece, refuse};
use crate::gjson;
use crate::refusal::{NoFilterForm, Reason, Refusal};
use aev_plan::expr::{Expr, Path, Step};
use aev_plan::json::{Json, Number};

/// An operand.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    /// A constant.
    Const(Json),
    /// A value of the event.
    Field {
        /// Its gjson path.
        path: String,
        /// A name for it.
        name: String,
    },
}

/// The operand that an expression is.
pub(super) fn operand(expr: &Expr) -> Result<Operand, Refusal> {
    let no_form = |form| Err(refuse(expr, Reason::NoFilterForm(form)));
    match expr {
        Expr::Const(value) => Ok(Operand::Const(value.clone())),
        Expr::Path(path) => Ok(Operand::Field { path: field_path(expr, path)?, name: name(path) }),
        Expr::Foreign(foreign) => {
            Ok(Operand::Field { path: filter_path(expr, foreign)?, name: "found".to_owned() })
        }
        Expr::Default(_) => with_defaults(expr),
        Expr::List(_) | Expr::Object(_) => no_form(NoFilterForm::Structure),
        Expr::Call(call) => match count_of_elements(call) {
            Some(path) => Ok(Operand::Field { path, name: "count".to_owned() }),
            None => no_form(NoFilterForm::Call { function: call.function.clone() }),
        },
        _ => no_form(NoFilterForm::Computed),
    }
}

/// `p ?? q ?? 1`: gjson leaves what is absent out of `[p,q,!1]`.
fn with_defaults(expr: &Expr) -> Result<Operand, Refusal> {
    let computed = || refuse(expr, Reason::NoFilterForm(NoFilterForm::Computed));
    let links = links(expr).ok_or_else(computed)?;
    let mut paths = Vec::new();
    let mut named = None;
    for (index, link) in links.iter().enumerate() {
        match link.value {
            Expr::Path(path) => {
                paths.push(field_path(expr, path)?);
                named.get_or_insert_with(|| name(path));
            }
            Expr::Const(value) if index + 1 == links.len() => paths.push(gjson::literal(value)),
            _ => return Err(computed()),
        }
    }
    Ok(Operand::Field { path: gjson::first_of(&paths), name: named.unwrap_or_else(|| "value".to_owned()) })
}

/// The gjson path of a path.
pub(super) fn field_path(expr: &Expr, path: &Path) -> Result<String, Refusal> {
    gjson::path(&path.steps).ok_or_else(|| refuse(expr, Reason::NoFilterForm(NoFilterForm::EmptyKey)))
}

/// The last key of a path.
pub(super) fn name(path: &Path) -> String {
    let key = path.steps.iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(key.clone()),
        Step::Index(_) => None,
    });
    key.unwrap_or_else(|| "data".to_owned())
}

impl Operand {
    /// The variable or the literal of an expression.
    pub(super) fn piece(&self) -> Piece {
        match self {
            Operand::Field { path, name } => Piece::Field { path: path.clone(), name: name.clone() },
            Operand::Const(value) => constant(value),
        }
    }
}

/// A constant in govaluate. What govaluate would read as something else (dates, signs, exponents) and what is hard to
/// read there becomes a variable whose path is the constant.
fn constant(value: &Json) -> Piece {
    let field = |name: &str| Piece::Field { path: gjson::literal(value), name: name.to_owned() };
    match value {
        Json::Bool(value) => Piece::Code(value.to_string()),
        Json::Number(number) if is_simple(number) => Piece::Code(number.as_str().to_owned()),
        Json::String(text) if is_simple_text(text) => Piece::Code(quote(text)),
        Json::Number(_) => field("number"),
        Json::String(_) => field("text"),
        Json::Null => field("null"),
        Json::List(_) | Json::Object(_) => field("value"),
    }
}

fn is_simple(number: &Number) -> bool {
    number.as_str().bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && number.as_f64().is_finite()
}

fn is_simple_text(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !looks_like_time(text)
}

/// The layouts that govaluate tries begin with `2006-01-02` or hold a time of day.
fn looks_like_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let date = (0..4).all(digit)
        && bytes.get(4) == Some(&b'-')
        && digit(5)
        && digit(6)
        && bytes.get(7) == Some(&b'-');
    let clock =
        |at: usize| bytes.get(at) == Some(&b':') && at > 0 && digit(at - 1) && digit(at + 1) && digit(at + 2);
    date || (0..bytes.len()).any(clock)
}

/// Text in single quotes. Either kind of quote would close it.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        if matches!(c, '\\' | '\'' | '"') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('\'');
    out
}

/// Operands and operators in a row.
pub(super) fn clause<const N: usize>(pieces: [Piece; N]) -> Clause {
    Vec::from(pieces)
}

/// Text of an expression.
pub(super) fn code(text: &str) -> Piece {
    Piece::Code(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_that_govaluate_misreads_become_variables() {
        for text in ["2020-01-02", "2020-01-02T15Z", "Mon Jan 2 15:04:05 2006", "3:04PM", "", "ä", "a\nb"] {
            assert!(matches!(constant(&Json::from(text)), Piece::Field { .. }), "{text}");
        }
        for (text, code) in
            [("it's", r"'it\'s'"), ("a\\b", r"'a\\b'"), ("12:3", "'12:3'"), ("say \"hi\"", r#"'say \"hi\"'"#)]
        {
            assert_eq!(constant(&Json::from(text)), Piece::Code(code.to_owned()));
        }
        for (number, simple) in [("42", true), ("1.5", true), ("-1", false), ("1e3", false)] {
            let constant = constant(&Json::Number(Number::parse(number).unwrap()));
            assert_eq!(matches!(constant, Piece::Code(_)), simple, "{number}");
        }
    }
}
