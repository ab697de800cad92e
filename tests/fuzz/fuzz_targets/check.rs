//! Any text is compiled, for each target, to a plan or to errors; what compiles for Argo Events becomes manifests that are
//! read again.

#![no_main]

use aev_language::compile::Target;
use aev_language::diagnostics::{Code, Diagnostic};
use aev_language::files::{FileText, Files, Unreadable};
use aev_language::fix::fix;
use aev_language::target::argo;
use fuzz::{compiled, holds};
use std::collections::BTreeSet;

/// A sample and a schema.
struct Given;

impl Files for Given {
    fn read(&self, path: &str) -> Result<FileText, Unreadable> {
        let text = match path {
            "sample.json" => r#"{"id":"a","n":1,"items":[{"sku":"x"}],"note":null}"#,
            "schema.json" => {
                r##"{"properties":{"id":{"type":"string"},"next":{"$ref":"#"}},"required":["id"]}"##
            }
            _ => return Err(Unreadable::Missing),
        };
        Ok(FileText { name: path.to_owned(), text: text.to_owned() })
    }
}

fn errors(found: &[Diagnostic]) -> BTreeSet<(Code, String)> {
    found.iter().filter(|found| found.is_error()).map(|found| (found.code, found.message.clone())).collect()
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let any = compiled(text, None, &Given);
    for target in [Target::Argo, Target::Plan] {
        let one = compiled(text, Some(target), &Given);
        match (&any.plan, &one.plan) {
            // What a target cannot do is an error only for that target.
            (Some(plan), Some(same)) => assert_eq!(plan, same),
            (Some(_), None) => {}
            (None, made) => {
                assert!(made.is_none());
                assert!(errors(&any.diagnostics).is_subset(&errors(&one.diagnostics)));
            }
        }
        let Some(plan) = &one.plan else { continue };
        holds(plan);
        match argo(plan) {
            Ok(manifests) => {
                let text = manifests.to_yaml();
                let document = aev_argo::lift::Document { name: "fuzz.yaml", text: &text };
                let (lifted, _) =
                    aev_argo::lift(&[document]).unwrap_or_else(|found| panic!("{found:?}\n{text}"));
                holds(&lifted);
            }
            Err(refused) => {
                assert!(refused.iter().any(|found| found.is_error()));
                fuzz::lie_in(&[text], &refused);
            }
        }
    }
    // A correction brings no new error.
    if text.len() > 2_000 {
        return;
    }
    let fixed = fix(text, None, &|text| compiled(text, None, &Given).diagnostics);
    assert!(errors(&fixed.left).is_subset(&errors(&any.diagnostics)), "{:?}\n{}", fixed.applied, fixed.text);
});
