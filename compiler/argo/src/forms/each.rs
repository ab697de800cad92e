//! `any x in p: x.k == "s"` and `"s" in p`: the query of gjson, which keeps the elements that are so.
//!
//! gjson takes the number 0 for every text; so what it has found is asked for a quote, which only text has.

use super::operand::field_path;
use crate::emit::normal::{Each, Formula};
use aev_plan::argo::DataFilter;
use aev_plan::expr::{Comparator, Expr, Path, Step};
use aev_plan::json::Json;

/// The filter of data that says the same; nothing if there is none.
pub(crate) fn each_of(each: &Each) -> Option<DataFilter> {
    let (Expr::Path(list), false) = (&each.list, each.all) else { return None };
    let Formula::Literal(Expr::Compare(compare)) = &each.condition else { return None };
    let (Comparator::Equal, Expr::Path(element), Expr::Const(Json::String(text))) =
        (compare.op, &compare.left, &compare.right)
    else {
        return None;
    };
    let plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./ :-".contains(&byte))
    };
    let (key, behind) = match element.steps.as_slice() {
        [] => ("", String::new()),
        [Step::Key(key)] if is_plain_key(key) => (key.as_str(), format!(".{key}")),
        _ => return None,
    };
    if element.event != each.name || !plain(text) || !is_plain_list(list) {
        return None;
    }
    let path = field_path(&each.list, list).ok()?;
    Some(DataFilter {
        path: format!("{path}.#({key}==\"{text}\")#{behind}"),
        kind: "string".to_owned(),
        value: vec!["\"".to_owned()],
        comparator: String::new(),
        template: String::new(),
    })
}

/// In a query, a key is read as far as these go; a number would be a position.
fn is_plain_key(key: &str) -> bool {
    key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Positions from the end end in a pipe, behind which a query means something else.
fn is_plain_list(list: &Path) -> bool {
    !list.steps.is_empty()
        && list.steps.iter().all(|step| match step {
            Step::Key(key) => !key.is_empty(),
            Step::Index(index) => *index >= 0,
        })
}
