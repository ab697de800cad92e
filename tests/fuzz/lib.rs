//! What several fuzz targets look at in the same way.

use aev_engine::{Input, NoScripts, Record, Timestamp, Trigger, step};
use aev_language::compile::{Compiled, Options, Target, compile_with};
use aev_language::diagnostics::{Diagnostic, Format, Sources, render};
use aev_language::files::Files;
use aev_plan::Plan;
use aev_plan::graph::{Form, draw};
use aev_plan::wire::{from_json, to_json};

/// The name under which texts are compiled.
pub const NAME: &str = "fuzz.aev";

/// Compiles a text for this target. Twice is the same, there is a plan unless there is an error, and every diagnostic can be
/// drawn and points into its file.
pub fn compiled(text: &str, target: Option<Target>, files: &dyn Files) -> Compiled {
    let compile = || compile_with(NAME, text, &Options { target }, files);
    let compiled = compile();
    let again = compile();
    assert_eq!(compiled.plan, again.plan);
    assert_eq!(compiled.diagnostics, again.diagnostics);
    assert_eq!(compiled.plan.is_none(), compiled.has_errors());
    let mut texts = vec![text];
    texts.extend(compiled.files.iter().map(|file| file.text.as_str()));
    lie_in(&texts, &compiled.diagnostics);
    let mut sources = Sources::default();
    sources.add(NAME, text);
    for file in &compiled.files {
        sources.add(file.name.as_str(), file.text.as_str());
    }
    for format in [Format::Human { colour: true }, Format::Short, Format::Json] {
        for found in &compiled.diagnostics {
            assert!(!render(found, &sources, format).is_empty());
        }
    }
    compiled
}

/// Every place of the diagnostics, and of what they would edit, lies in its text and between characters.
pub fn lie_in(texts: &[&str], diagnostics: &[Diagnostic]) {
    for found in diagnostics {
        assert!(!found.labels.is_empty(), "{found:?}");
        let edits = found.fix.iter().flat_map(|fix| &fix.edits);
        let edited = edits.map(|(span, _)| (found.labels[0].file, *span));
        for (file, span) in found.labels.iter().map(|label| (label.file, label.span)).chain(edited) {
            let text = texts[file as usize];
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{found:?}");
        }
    }
}

/// A plan survives its JSON form, can be drawn, and its triggers are prepared or refused.
pub fn holds(plan: &Plan) {
    let json = to_json(plan).expect("a plan can be written");
    let again = from_json(&json).unwrap_or_else(|error| panic!("{error}\n{json}"));
    assert_eq!(&again, plan);
    assert_eq!(to_json(&again).as_ref(), Ok(&json));
    for form in [Form::Mermaid, Form::Dot] {
        assert_eq!(draw(plan, form), draw(&again, form));
    }
    triggers(plan);
}

/// The triggers of a plan that the engine takes.
pub fn triggers(plan: &Plan) -> Vec<Trigger> {
    let each =
        plan.sensors.iter().flat_map(|sensor| sensor.triggers.iter().map(move |trigger| (sensor, trigger)));
    each.filter_map(|(sensor, trigger)| Trigger::prepare(sensor, trigger, &NoScripts).ok()).collect()
}

/// A step makes a record that can be stored and read again.
pub fn stepped(trigger: &Trigger, record: &mut Record, now: Timestamp, input: Input) {
    step(trigger, record, now, input);
    let stored = record.encode().expect("a record can be written");
    Record::decode(&stored).expect("and read");
}
