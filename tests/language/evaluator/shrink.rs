//! A text and an event, cut down as far as the two evaluators still disagree.

use super::disagreement;
use super::events::Sent;
use super::table::Table;
use super::value::Value;
use aev_language::syntax::ast::{Entry, Expr, ItemKind, Mapping};
use aev_language::syntax::parse;

pub fn shrunk(mut text: String, mut sent: Sent) -> (String, Sent) {
    loop {
        let smaller =
            lines(&text).into_iter().chain(expressions(&text)).find(|smaller| disagrees(smaller, &sent));
        if let Some(smaller) = smaller {
            text = smaller;
            continue;
        }
        let data = Value::read(&sent.data).unwrap();
        let smaller = values(&data).into_iter().map(|data| Sent { data: data.to_string(), ..sent.clone() });
        match smaller
            .filter(|smaller| smaller.data.len() < sent.data.len())
            .find(|smaller| disagrees(&text, smaller))
        {
            Some(smaller) => sent = smaller,
            None => return (text, sent),
        }
    }
}

fn disagrees(text: &str, sent: &Sent) -> bool {
    // Headers that are no lists are put into some on the way.
    if sent.data.contains("\"X-Kind\":\"") || sent.data.contains("\"X-List\":\"") {
        return false;
    }
    // A part of a text may be one that the reference does not take.
    let run = || disagreement(text, sent, &Table::default()).is_some();
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or(false)
}

/// The text without one of its lines.
fn lines(text: &str) -> Vec<String> {
    let without = |at: usize| {
        let kept = text.lines().enumerate().filter(|(index, _)| *index != at);
        kept.map(|(_, line)| format!("{line}\n")).collect()
    };
    (0..text.lines().count()).map(without).collect()
}

/// The text with one of its expressions replaced by a part of it.
fn expressions(text: &str) -> Vec<String> {
    let parsed = parse(text);
    let mut found = Vec::new();
    let mut look = |expr: &Expr| replaced(text, expr, &mut found);
    for item in &parsed.file.items {
        match &item.kind {
            ItemKind::Let(constant) => look(&constant.value),
            ItemKind::Filter(filter) => {
                filter.condition.iter().for_each(&mut look);
                if let Some(Mapping::Object(object)) = &filter.map {
                    object.entries.iter().for_each(|entry| entry_of(entry, &mut look));
                }
            }
            ItemKind::Trigger(trigger) => {
                let objects = trigger.body.actions.iter().filter_map(|action| action.object.as_ref());
                objects.flat_map(|object| &object.entries).for_each(|entry| entry_of(entry, &mut look));
            }
            _ => {}
        }
    }
    found.sort_by_key(String::len);
    found
}

fn entry_of(entry: &Entry, look: &mut impl FnMut(&Expr)) {
    match entry {
        Entry::Field(field) => look(&field.value),
        Entry::Spread(value) => look(value),
    }
}

fn replaced(text: &str, expr: &Expr, found: &mut Vec<String>) {
    let at = |expr: &Expr| expr.span.start as usize..expr.span.end as usize;
    expr.parts(&mut |part| {
        let whole = at(expr);
        found.push(format!("{}{}{}", &text[..whole.start], &text[at(part)], &text[whole.end..]));
        replaced(text, part, found);
    });
}

/// A value with one of its parts taken out or put in place of the whole.
fn values(value: &Value) -> Vec<Value> {
    let mut found = vec![Value::Null];
    match value {
        Value::List(items, _) => {
            for (at, item) in items.iter().enumerate() {
                found.push(item.clone());
                let mut without = items.clone();
                without.remove(at);
                found.push(Value::list(without));
                for smaller in values(item) {
                    let mut with = items.clone();
                    with[at] = smaller;
                    found.push(Value::list(with));
                }
            }
        }
        Value::Object(members, _) => {
            for (at, (_, value)) in members.iter().enumerate() {
                let mut without = members.clone();
                without.remove(at);
                found.push(Value::object(without));
                for smaller in values(value) {
                    let mut with = members.clone();
                    with[at].1 = smaller;
                    found.push(Value::object(with));
                }
            }
        }
        _ => {}
    }
    found
}
