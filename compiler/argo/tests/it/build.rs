//! Short ways to write plans.

use aev_plan::Plan;
use aev_plan::expr::{Attribute, AttributeRef, Comparator, Compare, Default, Expr, In, Matches, Path, Step};
use aev_plan::json::Json;
use aev_plan::model::{
    Action, Binding, Condition, Delivery, Event, Flow, From, Http, Predicate, Sensor, Source, Stream,
    Trigger, Workload,
};
use aev_plan::origin::Origin;

/// JSON from its text.
pub fn value(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// A constant from the text of its JSON.
pub fn constant(text: &str) -> Expr {
    Expr::Const(value(text))
}

/// The path `a.b.0` of an event.
pub fn path_of(event: &str, steps: &str) -> Path {
    let step = |step: &str| step.parse().map_or_else(|_| Step::Key(step.to_owned()), Step::Index);
    let steps = if steps.is_empty() { Vec::new() } else { steps.split('.').map(step).collect() };
    Path { event: event.to_owned(), steps, certain: false, origin: Origin { file: 0, start: 3, end: 9 } }
}

/// The path `body.…` of the event `e`.
pub fn body(steps: &str) -> Expr {
    Expr::Path(path_of("e", &format!("body.{steps}")))
}

pub fn compare(left: Expr, op: Comparator, right: Expr) -> Expr {
    Expr::Compare(Box::new(Compare { op, left, right }))
}

pub fn equal(left: Expr, right: &str) -> Expr {
    compare(left, Comparator::Equal, constant(right))
}

pub fn one_of(value: Expr, members: &[&str], negated: bool) -> Expr {
    Expr::In(Box::new(In { value, members: members.iter().map(|text| self::value(text)).collect(), negated }))
}

pub fn matches(value: Expr, pattern: &str, negated: bool) -> Expr {
    Expr::Matches(Box::new(Matches { value, pattern: pattern.to_owned(), negated }))
}

pub fn exists(steps: &str) -> Expr {
    Expr::Exists(path_of("e", &format!("body.{steps}")))
}

pub fn not(expr: Expr) -> Expr {
    Expr::Not(Box::new(expr))
}

pub fn text(expr: Expr) -> Expr {
    Expr::Text(Box::new(expr))
}

pub fn default(value: Expr, fallback: Expr) -> Expr {
    Expr::Default(Box::new(Default { value, fallback, null_is_absent: false }))
}

pub fn attribute(attribute: Attribute) -> Expr {
    Expr::Attribute(AttributeRef { event: "e".to_owned(), attribute })
}

/// A stream of the event `hook`.
pub fn stream(name: &str, predicate: Predicate) -> Stream {
    Stream {
        name: name.to_owned(),
        from: From::Event { source: "hook".to_owned(), event: "hook".to_owned() },
        transform: None,
        predicate,
        declared: true,
        description: None,
        raw: None,
        origin: Origin::default(),
    }
}

pub fn trigger(name: &str, on: Condition, bindings: &[(&str, &[&str])], action: Action) -> Trigger {
    let binding = |(name, streams): &(&str, &[&str])| Binding {
        name: (*name).to_owned(),
        streams: streams.iter().map(|stream| (*stream).to_owned()).collect(),
    };
    Trigger {
        name: name.to_owned(),
        on,
        bindings: bindings.iter().map(binding).collect(),
        action,
        deliver: Delivery::AtLeastOnce,
        resets: vec![],
        rate: None,
        max_running: None,
        max_running_origin: aev_plan::origin::Origin::default(),
        flow: Flow::default(),
        retry: None,
        success: None,
        on_failure: None,
        description: None,
        raw: None,
        origin: Origin::default(),
    }
}

/// A POST of nothing to a fixed place.
pub fn http() -> Http {
    Http {
        url: Expr::text("http://a"),
        method: "POST".to_owned(),
        headers: Vec::new(),
        payload: None,
        timeout: None,
        basic_auth: None,
    }
}

/// A pipeline `p` with the webhook `hook`, these streams and these triggers.
pub fn plan(streams: Vec<Stream>, triggers: Vec<Trigger>) -> Plan {
    let event = Event {
        name: "hook".to_owned(),
        kind: "webhook".to_owned(),
        config: value(r#"{"endpoint": "/", "port": "12000", "method": "POST"}"#),
        verify: None,
        condition: None,
        description: None,
        raw: None,
        origin: Origin::default(),
    };
    let source = Source {
        name: "hook".to_owned(),
        external: false,
        bus: None,
        events: vec![event],
        workload: Workload::default(),
        service: aev_plan::model::Service::default(),
        description: None,
        raw: None,
        origin: Origin::default(),
    };
    let sensor = Sensor {
        name: "p".to_owned(),
        bus: None,
        service_account: None,
        streams,
        triggers,
        workload: Workload::default(),
        description: None,
        raw: None,
        origin: Origin::default(),
    };
    Plan { name: "p".to_owned(), sources: vec![source], sensors: vec![sensor], ..Plan::default() }
}

/// A plan with one filter and one trigger on it.
pub fn filtered(predicate: Expr) -> Plan {
    let on = Condition::Stream("f".to_owned());
    plan(vec![stream("f", Predicate::Aev(predicate))], vec![trigger("t", on, &[("e", &["f"])], Action::Log)])
}
