//! Executes `tests/vectors`.

use aev_dialects::dynamic::Dynamic;
use aev_dialects::filters::Filter;
use aev_dialects::govaluate::Expression;
use aev_dialects::number::format_plain;
use aev_dialects::{gjson, parameters, sjson};
use aev_plan::argo::{Filters, Parameter};
use aev_plan::event::Event;
use aev_plan::re2::Pattern;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Executes every line and says which ones differ.
pub fn each<T: DeserializeOwned>(lines: &str, run: impl Fn(T) -> Result<(), String>) {
    let cases = lines.lines().enumerate();
    let wrong: Vec<String> = cases
        .filter_map(|(i, line)| {
            let case = serde_json::from_str(line).unwrap_or_else(|error| panic!("line {}: {error}", i + 1));
            run(case).err().map(|what| format!("line {}: {what}\n  {line}", i + 1))
        })
        .collect();
    assert!(lines.lines().count() >= 40, "the vectors are gone");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

pub fn same<T: PartialEq + std::fmt::Debug>(ours: T, argo: T) -> Result<(), String> {
    if ours == argo { Ok(()) } else { Err(format!("{ours:?} instead of {argo:?}")) }
}

#[test]
fn gjson_finds_what_argo_finds() {
    #[derive(Deserialize)]
    struct Case {
        json: String,
        path: String,
        exists: bool,
        kind: String,
        raw: String,
        string: String,
        float: String,
        bool: bool,
        valid: bool,
        go: String,
    }
    each(include_str!("../vectors/gjson.jsonl"), |case: Case| {
        let value = gjson::get(&case.json, &case.path);
        same(value.exists(), case.exists)?;
        same(format!("{:?}", value.kind()), case.kind)?;
        same(value.raw(), &case.raw)?;
        same(value.string().as_ref(), &case.string)?;
        same(format_plain(value.float()), case.float)?;
        same(value.bool(), case.bool)?;
        same(gjson::valid(&case.json), case.valid)?;
        same(value.decode().to_string(), case.go)
    });
}

#[derive(Deserialize)]
struct Changed {
    #[serde(default)]
    error: bool,
    want: Option<String>,
}

impl Changed {
    fn check<E>(&self, ours: Result<String, E>) -> Result<(), String> {
        same(ours.is_err(), self.error)?;
        same(ours.ok(), self.want.clone())
    }
}

#[test]
fn sjson_sets_what_argo_sets() {
    #[derive(Deserialize)]
    struct Case {
        json: String,
        path: String,
        raw: Option<String>,
        text: Option<String>,
        #[serde(flatten)]
        changed: Changed,
    }
    each(include_str!("../vectors/sjson.jsonl"), |case: Case| {
        case.changed.check(match (&case.raw, &case.text) {
            (Some(raw), _) => sjson::set_raw(&case.json, &case.path, raw),
            (_, text) => sjson::set(&case.json, &case.path, text.as_deref().unwrap()),
        })
    });
}

#[test]
fn govaluate_gives_what_argo_gets() {
    #[derive(Deserialize)]
    struct Case {
        expr: String,
        variables: Box<RawValue>,
        fails: Option<String>,
        want: Option<String>,
    }
    let number = |text: &str| text.strip_prefix("num ").map(|number| number.parse::<f64>().unwrap());
    each(include_str!("../vectors/govaluate.jsonl"), |case: Case| {
        let Dynamic::Map(variables) = gjson::parse(case.variables.get()).decode() else {
            panic!("no variables")
        };
        let expression = match Expression::parse(&case.expr) {
            Ok(expression) => expression,
            Err(_) => return same(Some("parse".to_owned()), case.fails),
        };
        let value = match expression.evaluate(&variables) {
            Ok(value) => value,
            Err(_) => return same(Some("error".to_owned()), case.fails),
        };
        same(None, case.fails)?;
        let want = case.want.unwrap();
        match (value, number(&want)) {
            // The vectors have thirteen digits.
            (Dynamic::Number(ours), Some(argo)) if ours != argo => {
                let close = ((ours - argo) / argo).abs() < 1e-12 || (ours.is_nan() && argo.is_nan());
                if close { Ok(()) } else { Err(format!("{ours} instead of {argo}")) }
            }
            (Dynamic::Number(_), Some(_)) => Ok(()),
            (Dynamic::Nil, _) => same("nil".to_owned(), want),
            (Dynamic::Bool(ours), _) => same(format!("bool {ours}"), want),
            (Dynamic::Text(ours), _) => same(format!("text {ours}"), want),
            (ours, _) => same(format!("other {ours}"), want),
        }
    });
}

#[test]
fn patterns_match_what_go_matches() {
    #[derive(Deserialize)]
    struct Case {
        pattern: String,
        #[serde(default)]
        error: bool,
        #[serde(default)]
        matches: Vec<String>,
        #[serde(default)]
        others: Vec<String>,
    }
    each(include_str!("../vectors/re2.jsonl"), |case: Case| {
        let pattern = Pattern::new(&case.pattern);
        same(pattern.is_err(), case.error)?;
        let Ok(pattern) = pattern else { return Ok(()) };
        case.matches.iter().try_for_each(|text| same((text, pattern.is_match(text)), (text, true)))?;
        case.others.iter().try_for_each(|text| same((text, pattern.is_match(text)), (text, false)))
    });
}

#[test]
fn filters_pass_what_argo_passes() {
    #[derive(Deserialize)]
    struct Case {
        filters: Filters,
        event: String,
        passed: bool,
        errored: bool,
    }
    each(include_str!("../vectors/filters.jsonl"), |case: Case| {
        let event: Event = serde_json::from_str(&case.event).unwrap();
        let verdict = Filter::prepare(&case.filters).decide(&event, &|| Ok(true));
        same((verdict.passed, verdict.errored), (case.passed, case.errored))?;
        same(verdict.reason.is_none(), case.passed)
    });
}

#[derive(Deserialize)]
struct Filled {
    json: String,
    parameters: Vec<Parameter>,
    events: String,
    #[serde(flatten)]
    changed: Changed,
}

impl Filled {
    fn events(&self) -> BTreeMap<String, Event> {
        serde_json::from_str(&self.events).unwrap()
    }
}

#[test]
fn parameters_change_what_argo_changes() {
    each(include_str!("../vectors/params.jsonl"), |case: Filled| {
        let events = case.events();
        let events = events.iter().map(|(name, event)| (name.as_str(), event)).collect();
        case.changed.check(parameters::apply(&case.json, &case.parameters, &events))
    });
    each(include_str!("../vectors/payload.jsonl"), |case: Filled| {
        let events = case.events();
        let events = events.iter().map(|(name, event)| (name.as_str(), event)).collect();
        let payload = parameters::payload(&case.parameters, &events);
        case.changed.check(payload.map(Option::unwrap_or_default))
    });
}
