//! The language reference: its examples parse, or fail where they say so.

use std::path::Path;

use aev_language::syntax::parse;

/// Line, whether it must fail, and text of each example.
fn examples(document: &str) -> Vec<(usize, bool, String)> {
    let mut examples = Vec::new();
    let mut open: Option<(usize, bool, String)> = None;
    for (at, line) in document.lines().enumerate() {
        match (&mut open, line) {
            (None, "```aev") => open = Some((at + 1, false, String::new())),
            (None, "```aev,fails") => open = Some((at + 1, true, String::new())),
            (Some(_), "```") => examples.extend(open.take()),
            (Some((_, _, text)), line) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, line) => assert!(!line.starts_with("```aev"), "line {}: {line}", at + 1),
        }
    }
    examples
}

#[test]
fn every_example_does_what_it_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../grammar/README.md");
    let examples = examples(&std::fs::read_to_string(path).unwrap());
    assert!(examples.iter().any(|(_, fails, _)| *fails) && examples.iter().any(|(_, fails, _)| !fails));
    for (line, fails, text) in examples {
        let errors = parse(&text).errors;
        assert_eq!(!errors.is_empty(), fails, "grammar/README.md:{line}: {errors:#?}");
    }
}
