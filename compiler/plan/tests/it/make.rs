//! Events and expressions, made short.

use aev_plan::document::Document;
use aev_plan::event::Event;
use aev_plan::expr::{Comparator, Compare, Expr, In, Matches, Path, Step};
use aev_plan::json::Json;

pub fn event(data: &str) -> Event {
    Event {
        id: "id-1".into(),
        source: "github".into(),
        kind: "github".into(),
        subject: "pr".into(),
        time: "2026-01-31T09:30:00.5Z".parse().unwrap(),
        datacontenttype: "application/json".into(),
        extensions: Vec::new(),
        data: Document::parse(data).unwrap(),
    }
}

pub fn json(text: &str) -> Json {
    Json::parse(text).unwrap()
}

/// `a.b`, with the steps taken from the text; a number in it is an index.
pub fn path_of(event: &str, steps: &str) -> Path {
    let step = |step: &str| step.parse().map_or_else(|_| Step::Key(step.to_owned()), Step::Index);
    let steps = steps.split('.').filter(|step| !step.is_empty()).map(step).collect();
    Path { event: event.into(), steps, certain: false, origin: Default::default() }
}

pub fn path(steps: &str) -> Expr {
    Expr::Path(path_of("e", steps))
}

pub fn constant(text: &str) -> Expr {
    Expr::Const(json(text))
}

pub fn compare(left: Expr, op: Comparator, right: Expr) -> Expr {
    Expr::Compare(Box::new(Compare { op, left, right }))
}

pub fn is(steps: &str, value: &str) -> Expr {
    compare(path(steps), Comparator::Equal, constant(value))
}

pub fn inside(steps: &str, members: &[&str], negated: bool) -> Expr {
    let members = members.iter().map(|member| json(member)).collect();
    Expr::In(Box::new(In { value: path(steps), members, negated }))
}

pub fn matches(steps: &str, pattern: &str, negated: bool) -> Expr {
    Expr::Matches(Box::new(Matches { value: path(steps), pattern: pattern.into(), negated }))
}

pub fn default(value: Expr, fallback: Expr, null_is_absent: bool) -> Expr {
    Expr::Default(Box::new(aev_plan::expr::Default { value, fallback, null_is_absent }))
}
