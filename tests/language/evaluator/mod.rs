//! A second evaluator, slow and plain, that walks the tree of a text as it was parsed, before names, types and lowering. It
//! shares no code with the one that runs: what the compiler makes of a text must decide every event as the text says.
//!
//! `AEV_CASES` sets how many texts are tried, `AEV_SEED` where they begin. Where the two disagree, the text and the event are
//! cut down as far as they still do.

mod events;
mod expected;
mod functions;
mod generate;
mod logic;
mod meaning;
mod numbers;
mod random;
mod shrink;
mod table;
mod time;
mod types;
mod value;

use aev_engine::trial::{Sent as ToTry, Trial};
use aev_language::compile::{Options, Target, compile};
use aev_language::syntax::parse;
use aev_plan::finished::{Finished, HeaderContent};
use aev_script::Bounded;
use events::Sent;
use expected::{Outcome, Pipeline};
pub use logic::words;
use meaning::Gone;
use random::Random;
use std::collections::BTreeMap;
use table::Table;

/// Events that each text is tried on.
const EVENTS: usize = 12;

/// Of so many lines at most one may be refused by the checker.
const REFUSED: usize = 3;

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |value| value.parse().unwrap_or_else(|_| panic!("{name}={value}")))
}

/// A text that the compiler takes, or each line that it does not take, with the code.
pub fn built(text: &str) -> Result<Trial, Vec<(usize, String)>> {
    let compiled = compile("p.aev", text, &Options { target: Some(Target::Plan) });
    let errors = compiled.diagnostics.iter().filter(|found| found.is_error());
    let errors = errors.map(|found| {
        let at = found.labels[0].span.start as usize;
        (text[..at].matches('\n').count(), found.code.to_string())
    });
    let plan = compiled.plan.ok_or_else(|| errors.collect::<Vec<_>>())?;
    Ok(Trial::new(&plan, &Bounded).unwrap_or_else(|error| panic!("{error}\n{text}")))
}

/// What the compiler takes of a text, line by line.
fn taken(mut text: String, refused: &mut BTreeMap<String, usize>) -> (String, Trial) {
    loop {
        let errors = match built(&text) {
            Ok(trial) => return (text, trial),
            Err(errors) => errors,
        };
        let kept = text.lines().enumerate().filter(|(at, _)| errors.iter().all(|(line, _)| line != at));
        let kept: String = kept.map(|(_, line)| format!("{line}\n")).collect();
        assert!(kept.len() < text.len(), "{errors:?}\n{text}");
        for (_, code) in errors {
            *refused.entry(code).or_default() += 1;
        }
        text = kept;
    }
}

/// What the engine does with an event.
fn found(trial: &mut Trial, sent: &Sent) -> Outcome {
    let mut to_try = ToTry::new(sent.source, sent.data.clone()).unwrap();
    to_try.id = Some("id-1".to_owned());
    let now = sent.time.parse().unwrap();
    let verdict = trial.send(&to_try, now).unwrap();
    for filter in &verdict.filters {
        let reason = filter.reason.as_ref().map(|reason| reason.to_string());
        assert_eq!(filter.passed, reason.is_none_or(|words| words.is_empty()), "a reason, unless it passes");
    }
    let filters = verdict.filters.into_iter().map(|filter| (filter.name, filter.passed)).collect();
    let sent = verdict.actions.into_iter().map(|tried| {
        let made = match tried.action {
            Ok(Finished::Http(http)) => Ok(match http.headers.iter().find(|(name, _)| name == "X-A") {
                Some((_, HeaderContent::Text(text))) => value::Value::text(text).to_string(),
                _ => http.body.unwrap().to_string(),
            }),
            Ok(other) => panic!("{other:?}"),
            // Why it fails is said in words.
            Err(words) => match words.contains("has no value") || words.contains("neither true nor false") {
                true => Err(Gone::Fails),
                false => Err(Gone::Absent),
            },
        };
        (tried.trigger, made)
    });
    Outcome { filters, sent: sent.collect() }
}

/// Both outcomes, when they differ.
pub fn disagreement(text: &str, sent: &Sent, table: &Table) -> Option<(Outcome, Outcome)> {
    let mut trial = built(text).ok()?;
    let parsed = parse(text);
    let wanted = Pipeline::new(&parsed.file, table).outcome(sent);
    let found = found(&mut trial, sent);
    (wanted != found).then_some((wanted, found))
}

#[test]
fn agrees_with_the_evaluator() {
    let (cases, first) = (setting("AEV_CASES", 3_000), setting("AEV_SEED", 1));
    let table = Table::default();
    let mut refused = BTreeMap::<String, usize>::new();
    let (mut lines, mut dropped) = (0, 0);
    for seed in first..first + cases {
        let mut random = Random::new(seed);
        let whole = generate::text(&mut random);
        lines += whole.lines().count();
        let before = whole.lines().count();
        let (text, mut trial) = taken(whole, &mut refused);
        dropped += before - text.lines().count();
        let parsed = parse(&text);
        let pipeline = Pipeline::new(&parsed.file, &table);
        for _ in 0..EVENTS {
            let sent = events::event(&mut random);
            let (wanted, found) = (pipeline.outcome(&sent), found(&mut trial, &sent));
            if wanted != found {
                let (text, sent) = shrink::shrunk(text, sent);
                let (wanted, found) = disagreement(&text, &sent, &Table::default()).unwrap();
                panic!(
                    "AEV_SEED={} AEV_CASES=1: the two disagree\n{text}{sent:#?}\nmeant {wanted:#?}\nfound {found:#?}",
                    seed
                );
            }
        }
    }
    let (shown, wrong) = table.shown();
    println!(
        "{shown}\n{cases} texts from seed {first}; {dropped} of {lines} lines were refused for {refused:?}"
    );
    assert!(dropped <= lines / REFUSED, "{dropped} of {lines} lines are refused: {refused:?}");
    assert!(cases < 3_000 || wrong.is_empty(), "cells that are not met as they should be: {wrong:#?}");
}

/// What the two have disagreed on.
#[test]
fn agrees_where_it_once_did_not() {
    let typed = "external source t: webhook<{ a: bool, b: bool, o?: string, z: string | null }>\n";
    let sends = |value: &str| {
        format!(
            "{typed}trigger d on t {{ http {{ url: \"https://a.example\", method: \"POST\", payload: {value} }} }}\n"
        )
    };
    let makes =
        |value: &str| format!("{typed}filter m from t map {{ v: {value} }}\ntrigger d on m {{ log }}\n");
    for text in [
        sends("t.body.a or t.body.b"),
        sends("not (t.body.a or t.body.b) and (t.body.b or t.body.a)"),
        sends("if t.body.b or t.body.a then 1 else 2"),
        sends("{ v: exists(t.body.o), w: not exists(t.body.o) }"),
        sends("(t.body.z ?? \"none\") == \"none\""),
        sends("if (t.body.z ?? \"none\") == \"none\" then 1.50 else 2"),
        sends("[-(2 - 2), -(1.50), -(-3), -7]"),
        sends("\"${1.50}-${text(2.0)}\""),
        format!("let version = 1.50\n{}", sends("\"v${version}-${t.body.a}\"")),
        makes("\"-${t.body.o}\"").replace(
            "log",
            "http { url: \"https://a.example\", method: \"POST\", payload: m.v ?? \"none\" }",
        ),
        makes("text(t.body.o)")
            .replace("log", "http { url: \"https://a.example\", method: \"POST\", payload: m }"),
    ] {
        built(&text).unwrap_or_else(|errors| panic!("{text}{errors:#?}"));
        for body in [
            r#"{"a":true,"b":false,"o":"x","z":"none"}"#,
            r#"{"a":false,"b":false,"z":null}"#,
            r#"{"a":false,"b":true,"z":"other"}"#,
            r#"{"a":null,"b":true}"#,
        ] {
            let data = format!(r#"{{"header":{{}},"body":{body}}}"#);
            let sent = Sent { source: "t", data, time: "2026-01-31T09:30:00Z" };
            assert_eq!(
                disagreement(&text, &sent, &Table::default())
                    .map(|(wanted, found)| format!("meant {wanted:?}\nfound {found:?}")),
                None,
                "{text}{body}"
            );
        }
    }
}
