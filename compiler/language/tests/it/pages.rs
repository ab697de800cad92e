//! The pages of `aev explain`: what they call wrong is wrong, and what they call mended is not.

use crate::check::{compiled, shown};
use aev_language::compile::Target;
use aev_language::diagnostics::{Code, Severity};

/// The blocks of a page: what follows ```` ``` ````, and the text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                open = true;
                blocks.push((info.to_owned(), String::new()));
            }
            None if open => {
                let text = &mut blocks.last_mut().unwrap().1;
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    blocks
}

fn target(info: &str) -> Option<Target> {
    info.split(',').find_map(|word| match word {
        "plan" => Some(Target::Plan),
        "argo" => Some(Target::Argo),
        _ => None,
    })
}

/// What Argo Events cannot do is found by the emitter; those pages are executed with it.
fn by_the_emitter(code: Code) -> bool {
    (410..450).contains(&code.number()) || code.number() >= 600
}

#[test]
fn examples_fail_with_their_code_and_are_mended() {
    let mut wrong = Vec::new();
    for code in Code::all().filter(|code| !by_the_emitter(*code)) {
        let page = code.info().unwrap_or_else(|| panic!("{code} has no page")).page;
        let blocks = blocks(page);
        assert!(blocks.iter().any(|(info, _)| info.starts_with("aev,fails")), "{code} shows no mistake");
        assert!(blocks.iter().any(|(info, _)| !info.contains("fails")), "{code} does not show it mended");
        for (info, text) in blocks {
            let compiled = compiled(&text, target(&info));
            let worth = compiled.diagnostics.iter().filter(|found| found.severity != Severity::Note);
            let codes: Vec<Code> = worth.map(|found| found.code).collect();
            let expected = if info.contains("fails") { vec![code] } else { Vec::new() };
            if codes != expected {
                wrong.push(format!("{code} `{info}`:\n{text}{}", shown(&text, &compiled)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
}
