//! Every function: its example means what it says, from the text to the value, and it stands for Argo Events where it says.

use aev_dialects::foreign::Ported;
use aev_language::compile::{Compiled, Options, Target, compile};
use aev_plan::document::Document;
use aev_plan::eval::{NoDialects, Predicate, Truth, Value};
use aev_plan::event::Event;
use aev_plan::expr::Expr;
use aev_plan::function::{Example, FORMS, FUNCTIONS, Function, Place};
use aev_plan::json::Json;
use aev_plan::model::{Action, Predicate as Where};

fn event(data: &str) -> Event {
    Event {
        id: "id-1".into(),
        source: "s".into(),
        kind: "webhook".into(),
        subject: "s".into(),
        time: "2026-01-31T09:30:00Z".parse().unwrap(),
        datacontenttype: "application/json".into(),
        extensions: Vec::new(),
        data: Document::parse(data).unwrap(),
    }
}

fn built(text: &str, target: Target) -> Compiled {
    compile("t.aev", text, &Options { target: Some(target) })
}

fn action(call: &str) -> String {
    format!(
        "external source s: webhook\ntrigger t on s as e {{\n  http {{ url: \"https://a.example/\", method: \"POST\", payload: {{ v: {call} }} }}\n}}\n"
    )
}

fn filter(condition: &str) -> String {
    format!("external source s: webhook\nfilter f from s as e where {condition}\ntrigger t on f {{ log }}\n")
}

/// The value `v` of the payload.
fn value(text: &str) -> Expr {
    let compiled = built(text, Target::Plan);
    assert!(compiled.diagnostics.is_empty(), "{text}{:#?}", compiled.diagnostics);
    let plan = compiled.plan.unwrap();
    let Action::Http(http) = &plan.sensors[0].triggers[0].action else { panic!("{text}") };
    match &http.payload {
        Some(Expr::Object(members)) => members[0].1.clone(),
        other => panic!("{other:?}"),
    }
}

fn condition(text: &str) -> Expr {
    let compiled = built(text, Target::Plan);
    assert!(compiled.diagnostics.is_empty(), "{text}{:#?}", compiled.diagnostics);
    let plan = compiled.plan.unwrap();
    let stream = plan.sensors[0].streams.iter().find(|stream| stream.name == "f").unwrap();
    match &stream.predicate {
        Where::Aev(expr) => expr.clone(),
        other => panic!("{other:?}"),
    }
}

/// The example as a condition that holds, unless what it gives cannot be compared or is read from the time.
fn as_condition(example: &Example) -> Option<String> {
    let wanted = Json::parse(example.gives).unwrap();
    let written = example.written;
    match wanted {
        _ if written.contains("::time") => None,
        Json::Bool(true) => Some(written.to_owned()),
        Json::String(text) => Some(format!("{written} == {}", Json::from(text))),
        Json::Number(number) => Some(format!("{written} == {}", number.as_str())),
        _ => None,
    }
}

#[test]
fn every_example_has_its_value() {
    for function in FUNCTIONS {
        let example = &function.example;
        if function.only_in_where {
            let refused = built(&action(example.written), Target::Plan).diagnostics;
            assert_eq!(refused.iter().map(|found| found.code.to_string()).collect::<Vec<_>>(), ["AEV0250"]);
        } else {
            let value = Value::prepare(&value(&action(example.written)), &["e"], &NoDialects).unwrap();
            let found = value.json(&[Some(&event(example.data))]);
            assert_eq!(
                found.map(|json| json.to_string()).as_deref(),
                Ok(example.gives),
                "{}",
                example.written
            );
        }
        if let Some(written) = as_condition(&function.example) {
            let predicate = Predicate::prepare(&condition(&filter(&written)), &NoDialects).unwrap();
            assert_eq!(predicate.decide(&[Some(&event(example.data))]), Truth::True, "{written}");
            assert_ne!(predicate.decide(&[Some(&event(r#"{"body":{}}"#))]), Truth::True, "{written}");
        }
    }
}

#[test]
fn every_function_stands_for_argo_where_it_says() {
    for function in FUNCTIONS {
        let codes = |text: &str| -> Vec<String> {
            let plan = built(text, Target::Argo).plan.unwrap();
            let refused = aev_language::target::argo(&plan).err().unwrap_or_default();
            refused.iter().map(|found| found.code.to_string()).collect()
        };
        let wanted = |stands: bool, code: &str| if stands { vec![] } else { vec![code.to_owned()] };
        let written = function.example.written;
        if !function.only_in_where {
            assert_eq!(codes(&action(written)), wanted(function.argo.value, "AEV0421"), "{written}");
        }
        if let Some(written) = as_condition(&function.example) {
            assert_eq!(codes(&filter(&written)), wanted(function.argo.filter, "AEV0416"), "{written}");
        }
    }
}

#[test]
fn every_form_means_what_it_says_where_it_says() {
    for form in FORMS {
        let (written, data, gives) = (form.example.written, form.example.data, form.example.gives);
        let said = |text: &str, target| -> Vec<String> {
            let compiled = built(text, target);
            let refused = match compiled.plan {
                Some(plan) if target == Target::Argo => {
                    aev_language::target::argo(&plan).err().unwrap_or_default()
                }
                _ => compiled.diagnostics,
            };
            refused.iter().map(|found| found.code.to_string()).collect()
        };
        let place = |allowed: bool| if allowed { vec![] } else { vec!["AEV0252".to_owned()] };
        if !form.executed {
            assert_eq!(said(&action(written), Target::Plan), ["AEV0402"], "{written}");
        } else if form.place == Place::Where {
            assert_eq!(said(&action(written), Target::Plan), place(false), "{written}");
        } else {
            let value = Value::prepare(&value(&action(written)), &["e"], &Ported).unwrap();
            let found = value.json(&[Some(&event(data))]);
            assert_eq!(found.map(|json| json.to_string()).as_deref(), Ok(gives), "{written}");
        }
        if form.place != Place::Where {
            let wanted = if form.argo.value { vec![] } else { vec!["AEV0421".to_owned()] };
            assert_eq!(said(&action(written), Target::Argo), wanted, "{written}");
        }
        let Some(condition_of) = as_condition(&form.example) else { continue };
        if form.place == Place::Action {
            assert_eq!(said(&filter(&condition_of), Target::Plan), place(false), "{written}");
            continue;
        }
        let predicate = Predicate::prepare(&condition(&filter(&condition_of)), &Ported).unwrap();
        assert_eq!(predicate.decide(&[Some(&event(data))]), Truth::True, "{condition_of}");
        assert_ne!(predicate.decide(&[Some(&event(r#"{"body":{}}"#))]), Truth::True, "{condition_of}");
        let wanted = if form.argo.filter { vec![] } else { vec!["AEV0416".to_owned()] };
        assert_eq!(said(&filter(&condition_of), Target::Argo), wanted, "{condition_of}");
    }
}

#[test]
fn the_reference_has_every_function() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../grammar/README.md");
    let reference = std::fs::read_to_string(path).unwrap();
    let wanted: String = FUNCTIONS.iter().map(|function| row(function)).collect();
    let found: String = reference
        .lines()
        .filter(|line| {
            FUNCTIONS.iter().any(|function| line.starts_with(&format!("| `{}`", function.signature())))
        })
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(found, wanted, "the table of functions in grammar/README.md should be\n{wanted}");
}

/// The line of the table.
fn row(function: &Function) -> String {
    let argo = match (function.argo.filter, function.argo.value) {
        (true, true) => "yes",
        (true, false) => "in a `where`",
        (false, true) => "in an action",
        (false, false) => "no",
    };
    let gives = function.example.gives;
    format!(
        "| `{}` | {} | `{}` is `{gives}` | {argo} |\n",
        function.signature(),
        function.doc,
        function.example.written
    )
}
